"""What all entries of an answer key have in common, whatever kind of answer they ask for."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, model_validator

from autograder.answers.given import Given, GivenAnswers

NAME = re.compile(r"answer_[0-9a-z_]+")


class NotAnAnswer(ValueError):
    """What was written is no answer of the kind asked for; the text says what to write, and not what is right."""


class NamedMistake(BaseModel):
    """A wrong answer that is known by name; `sentence` tells the student, `credit` is the share it still earns."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern=r"[a-z0-9_]+")
    sentence: str = Field(min_length=1)
    credit: float = Field(default=0.0, ge=0, lt=1)


@dataclass(frozen=True)
class AnswerMistake:
    """A mistake that an answer made. `id` is unique in the homework: answer_2_1.forgot_biases."""

    id: str
    sentence: str


@dataclass(frozen=True)
class Look:
    """What one value is worth: `credit` from 0 to 1, `remark` what to say about it, the mistake it makes if known."""

    credit: float
    remark: str
    mistake: NamedMistake | None = None


@dataclass(frozen=True)
class AnswerVerdict:
    """Verdict on one question: `credit` from 0 to 1, `flag` what a person must look at, if anything."""

    credit: float
    message: str
    flag: str | None
    attempted: bool
    mistake: AnswerMistake | None = None


@dataclass(frozen=True)
class Specimen:
    """An answer whose outcome is known, for the self-test: `credit` None means less than 1."""

    label: str
    value: object
    credit: float | None = 1.0
    mistake: str | None = None


class KeyEntry(BaseModel):
    """One question: the statement put to students, what is right, and the reason shown after grading.

    A disputed question has a note saying what can be held against the key; whoever answers it at
    all earns the verdict's credit, and a person reads the explanation. Only true_false may be disputed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern=NAME.pattern)
    kind: str
    statement: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    disputed: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _note_belongs_to_dispute(self) -> KeyEntry:
        if self.disputed != bool(self.note):
            raise ValueError("a disputed entry needs a note, and no other entry has one")
        if self.disputed and self.kind != "true_false":
            raise ValueError("only a true_false entry can be disputed")
        return self

    @property
    def advice(self) -> str:
        """What to write where nothing, or nothing readable, was written."""
        return "write the value"

    def named_mistakes(self) -> dict[str, str]:
        """Sentences of the mistakes that the entry declares, by name."""
        declared: list[NamedMistake] = getattr(self, "mistakes", [])
        return {mistake.name: mistake.sentence for mistake in declared}

    def gather(self, answers: GivenAnswers) -> Given:
        """The answer to this question out of all that were given."""
        return answers[self.name]

    @abstractmethod
    def verdict(self, given: Given) -> AnswerVerdict:
        """Verdict on an answer that is neither blank nor unreadable. Raises NotAnAnswer."""

    @abstractmethod
    def specimens(self) -> Iterator[Specimen]:
        """Right answers, accepted ones and every declared mistake, with the outcome each must have."""

    def of_look(self, look: Look) -> AnswerVerdict:
        """The verdict that a look at the only value of this question comes to, with the reason."""
        made = AnswerMistake(f"{self.name}.{look.mistake.name}", look.mistake.sentence) if look.mistake else None
        return AnswerVerdict(look.credit, f"{look.remark} {self.reason}", None, True, made)
