"""The rules of one competition, in one TOML file."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from autograder.predictions.solution import Usage

Final = Literal["best", "last", "chosen"]


class InvalidRules(ValueError):
    """Rules that cannot be used; the text names the file and the key."""


class Rules(BaseModel):
    """What holds for everybody who hands predictions in.

    deadline: until then the public half ranks, afterwards the private half; nothing is accepted after it.
    submissions_a_day: valid files scored a participant and day of UTC; invalid ones cost nothing.
    final: which submission stands for a participant at the end: the best on the public half, the last, or
    the one that was chosen (the best where none was).
    ladder: show a better score only where it is better by more than chance (Blum and Hardt 2015).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    deadline: datetime
    opens: datetime | None = None
    submissions_a_day: int = Field(default=5, ge=1)
    final: Final = "best"
    ladder: bool = False
    pseudonyms: bool = True
    classes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _times(self) -> Rules:
        for name in ("deadline", "opens"):
            value = getattr(self, name)
            if value is not None and value.tzinfo is None:
                raise ValueError(f"{name} needs an offset from UTC, such as {value.isoformat()}+00:00")
        if self.opens is not None and self.opens >= self.deadline:
            raise ValueError("the competition opens after its deadline")
        return self

    def is_over(self, now: datetime) -> bool:
        """Whether the deadline has passed: the private half may be shown."""
        return now >= self.deadline

    def usage(self, now: datetime | None = None) -> Usage:
        """The half of the hidden images that ranks: public before the deadline, private after it."""
        return "Private" if self.is_over(now or datetime.now(UTC)) else "Public"

    def tells_recall(self, now: datetime) -> bool:
        """Whether everybody may see recall by class: it tells more of the labels than the Ladder means to."""
        return not self.ladder or self.is_over(now)

    def closed(self, now: datetime) -> str | None:
        """Why nothing is accepted at `now`, None while the competition is open."""
        if self.is_over(now):
            return f"the deadline was {shown_time(self.deadline)}"
        if self.opens is not None and now < self.opens:
            return f"the competition opens on {shown_time(self.opens)}"
        return None


def shown_time(moment: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def load_rules(path: Path) -> Rules:
    """The rules in a TOML file. Raises InvalidRules naming the file and the key."""
    try:
        return Rules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidRules(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidRules(f"{path}: not a TOML file: {error}") from error
    except ValidationError as invalid:
        faults = [
            ": ".join(filter(None, [".".join(map(str, e["loc"])), e["msg"].removeprefix("Value error, ")]))
            for e in invalid.errors()
        ]
        raise InvalidRules(f"{path}: {'; '.join(faults)}") from None
