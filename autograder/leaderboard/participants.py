"""Who takes part: tokens, of which only hashes are stored, and pseudonyms."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from autograder.leaderboard.store import participants, reading, writing

_FIRST = (
    "amber bold brisk calm clear cosy eager early fond gentle keen lucid merry mild neat proud quick quiet sunny wise"
)
_SECOND = (
    "badger beech crane dune falcon fern finch heron ibis lark lynx maple marten otter plover raven reed seal tern wren"
)


class AlreadyEnrolled(ValueError):
    """A student who has a token already; the text names the student."""


@dataclass(frozen=True)
class Participant:
    """A participant as the service knows one."""

    id: int
    student: str
    pseudonym: str
    instructor: bool


def enrol(engine: Engine, student: str, instructor: bool = False) -> str:
    """Add a participant; returns the token, which is shown this once. Raises AlreadyEnrolled."""
    token = secrets.token_urlsafe(18)
    row = {"student": student, "token_hash": hashed(token), "instructor": instructor}
    for _ in range(50):
        try:
            with writing(engine) as connection:
                connection.execute(insert(participants).values(**row, pseudonym=_pseudonym()))
            return token
        except IntegrityError:
            if find_student(engine, student) is not None:
                raise AlreadyEnrolled(f"{student} is enrolled already: `--renew` makes a new token") from None
    raise AlreadyEnrolled(f"no free pseudonym was found for {student}")


def renew(engine: Engine, student: str) -> str:
    """A new token for a participant, which ends the old one. Raises KeyError for an unknown student."""
    token = secrets.token_urlsafe(18)
    with writing(engine) as connection:
        changed = connection.execute(
            update(participants).where(participants.c.student == student).values(token_hash=hashed(token))
        )
        if not changed.rowcount:
            raise KeyError(student)
    return token


def find_token(engine: Engine, token: str) -> Participant | None:
    """Whose token this is."""
    return _find(engine, participants.c.token_hash == hashed(token))


def find_student(engine: Engine, student: str) -> Participant | None:
    """The participant with this student id."""
    return _find(engine, participants.c.student == student)


def hashed(token: str) -> str:
    """What is stored of a token; 144 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _find(engine: Engine, condition: object) -> Participant | None:
    columns = (participants.c.id, participants.c.student, participants.c.pseudonym, participants.c.instructor)
    with reading(engine) as connection:
        row = connection.execute(select(*columns).where(condition)).first()  # type: ignore[arg-type]
    return Participant(*row) if row else None


def _pseudonym() -> str:
    return f"{secrets.choice(_FIRST.split())} {secrets.choice(_SECOND.split())} {secrets.randbelow(100):02d}"
