"""Kind `true_false`.

[answer_1_1]
kind = "true_false"
statement = "Batch normalisation ..."
value = false
reason = "..."
disputed = true      # optional: either answer is credited, with a
note = "..."         # note on what can be held against the key
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from autograder.answers.entry import AnswerVerdict, KeyEntry, NotAnAnswer, Specimen
from autograder.answers.given import Given, short

_WORDS = {"true": True, "t": True, "false": False, "f": False}


class TrueFalseEntry(KeyEntry):
    """A statement and its truth."""

    kind: Literal["true_false"]
    value: bool

    @property
    def advice(self) -> str:
        """What to write."""
        return "write True or False"

    def verdict(self, given: Given) -> AnswerVerdict:
        """Full credit for the right verdict, or for any where the question is disputed."""
        answer = truth(given)
        if self.disputed:
            flag = f"disputed, credited either way; answered {answer}: {self.note}"
            return AnswerVerdict(1.0, f"Either answer is credited. {self.note} {self.reason}", flag, True)
        right = answer == self.value
        verdict = f"the statement is {str(self.value).lower()}"
        opening = f"Right, {verdict}." if right else f"You answered {answer}, but {verdict}."
        return AnswerVerdict(float(right), f"{opening} {self.reason}", None, attempted=True)

    def specimens(self) -> Iterator[Specimen]:
        """Both verdicts."""
        yield Specimen("the key's verdict", self.value)
        yield Specimen("the opposite verdict", not self.value, 1.0 if self.disputed else 0.0)


def truth(given: Given) -> bool:
    """True, "true", "T" and 1 (or their opposites) as a truth value. Raises NotAnAnswer with what to write."""
    if given.problem:
        raise NotAnAnswer(given.problem)
    value = given.value
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().casefold() in _WORDS:
        return _WORDS[value.strip().casefold()]
    raise NotAnAnswer(f"{given.name} is {short(value)}: write True or False")
