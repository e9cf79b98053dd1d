"""Participants and their submissions in a database: SQLite by default, PostgreSQL by its URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

metadata = MetaData()


class UnusableDatabase(ValueError):
    """A database that cannot be opened; the text names it without its password."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no offset, so it is put back when one is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """The moment as stored, with its offset."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


participants = Table(
    "participants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", String(200), nullable=False, unique=True),
    Column("pseudonym", String(200), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("instructor", Boolean, nullable=False, default=False),
    # The Ladder: the score shown and the submission that it belongs to.
    Column("shown", Float),
    Column("rung", Integer),
    Column("chosen", Integer),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("participant", Integer, ForeignKey("participants.id"), nullable=False),
    Column("received", Moment, nullable=False),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib
    # received: stored and not scored yet; scored; invalid: problems say why; refused: valid, but over the daily number
    Column("state", String(10), nullable=False),
    Column("problems", Text, nullable=False, default=""),
    Column("problem_count", Integer, nullable=False, default=0),
    Column("labels", LargeBinary),  # little-endian int16 in the order of the solution's Ids
    Column("public", Float),
    Column("private", Float),
    Column("shown", Float),  # what the participant was told: `public`, or the Ladder's score
    Index("by_participant", "participant", "received"),
    Index("by_state", "state"),
)


def open_database(url: str) -> Engine:
    """The database at an SQLAlchemy `url`, its tables made where they are missing. Raises UnusableDatabase."""
    try:
        engine = create_engine(url, pool_size=20, max_overflow=20) if not url.startswith("sqlite") else _sqlite(url)
        metadata.create_all(engine)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise UnusableDatabase(
            f"not the URL of a database (sqlite:///board.db, postgresql+psycopg://...): {error}"
        ) from None
    except OperationalError as error:
        raise UnusableDatabase(f"{engine.url.render_as_string(hide_password=True)}: {error.orig}") from None
    return engine


def _sqlite(url: str) -> Engine:
    """SQLite that survives a killed process and waits for its turn; a transaction that writes says so at once."""
    engine = create_engine(url, connect_args={"timeout": 60, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Two that read first and write later would both fail on the other's lock.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; committed at the end, undone by an exception."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads."""
    with engine.connect() as connection, connection.begin():
        yield connection
