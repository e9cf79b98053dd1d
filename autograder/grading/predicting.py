"""The rubric's predictions check: predictions.csv against the hidden labels, with credit by a curve."""

from __future__ import annotations

from pathlib import Path

from autograder.grading.marking import Mark, mark_credit
from autograder.grading.results import PredictionsResult
from autograder.grading.rubric import Check
from autograder.grading.statuses import Status
from autograder.predictions.curve import load_curve
from autograder.predictions.reading import InvalidPredictions, read_predictions
from autograder.predictions.scoring import score
from autograder.predictions.solution import read_solution


def mark_predictions(check: Check, root: Path, grading_data: Path) -> tuple[Mark, PredictionsResult | None]:
    """Score `root`/predictions.csv. Faults of the solution or the curve raise; faults of the file are the student's."""
    assert check.solution is not None
    assert check.curve is not None
    path = root / "predictions.csv"
    if not path.is_file():
        return Mark(Status.NOT_ATTEMPTED, 0.0, "no predictions.csv was handed in"), None
    solution, curve = read_solution(grading_data / check.solution), load_curve(grading_data / check.curve)
    try:
        scored = score(read_predictions(path, solution.ids.tolist()), solution)
    except InvalidPredictions as invalid:
        return Mark(Status.ERROR, 0.0, str(invalid)), None
    result = PredictionsResult(
        accuracy=scored.accuracy,
        low=scored.low,
        high=scored.high,
        n=scored.n,
        per_class_recall=scored.per_class_recall,
        confusion=scored.confusion,
    )
    return mark_credit(curve.credit(scored.accuracy), f"{scored}; full marks from {curve.full_marks:.0%}"), result
