"""results.json, one a submission: the contract between grading and everything that reads grades."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from autograder.grading.statuses import Status
from autograder.grading.whole_files import write_whole


class CheckResult(BaseModel):
    """Outcome of one check. `score` is None for a grader error and for manual checks until graded.

    `flag` is for the person who grades and is never shown to the student.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    kind: str
    status: Status
    score: float | None
    max_score: float
    bonus: bool = False
    visibility: str
    message: str = ""
    mistake: str | None = None
    flag: str | None = None


class ProblemResult(BaseModel):
    """Outcome of a problem; `score` sums the checks that have one, None after a grader error."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    score: float | None
    max_score: float
    checks: tuple[CheckResult, ...]


class PredictionsResult(BaseModel):
    """What scoring predictions.csv gave, for reports: recall and confusion are by class number."""

    model_config = ConfigDict(frozen=True)

    accuracy: float
    low: float
    high: float
    n: int
    per_class_recall: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]


class Cost(BaseModel):
    """What a submission cost: wall and CPU seconds, peak memory in bytes, worker restarts."""

    model_config = ConfigDict(frozen=True)

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0
    restarts: int = 0


class Result(BaseModel):
    """Everything known about one graded submission.

    `score` and `bonus` count what has been decided, None after a grader error; `awaiting` is what a
    person has still to grade.
    """

    schema_: int = Field(default=1, alias="schema")
    assignment: str
    student: str
    score: float | None
    max_score: float
    bonus: float | None
    awaiting: float = 0.0
    status: str
    isolation: str
    seed: int
    suite: str
    started: str
    seconds: float
    submission: str = ""
    cost: Cost = Cost()
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    predictions: PredictionsResult | None = None
    problems: tuple[ProblemResult, ...]

    model_config = ConfigDict(populate_by_name=True, frozen=True)

    def write(self, folder: Path) -> Path:
        """Write STUDENT.json into `folder`, whole or not at all."""
        return write_whole(folder / f"{self.student}.json", self.model_dump_json(by_alias=True, indent=1))

    @classmethod
    def read(cls, path: Path) -> Result:
        """Read one results.json. Raises pydantic.ValidationError when it is none."""
        return cls.model_validate_json(path.read_text(encoding="utf-8"))
