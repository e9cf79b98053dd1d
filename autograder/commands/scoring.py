"""`autograder score`: one predictions.csv against hidden labels."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from autograder.predictions.reading import InvalidPredictions, read_predictions
from autograder.predictions.scoring import score
from autograder.predictions.solution import read_solution


def score_file(predictions: Path, solution: Path, as_json: bool) -> int:
    """Print the score; an invalid file is listed row by row and gives exit status 1."""
    hidden = read_solution(solution)
    try:
        scored = score(read_predictions(predictions, hidden.ids.tolist()), hidden)
    except InvalidPredictions as invalid:
        problems = [str(p) for p in invalid.problems]
        print(json.dumps({"valid": False, "problems": problems}) if as_json else invalid)
        return 1
    if as_json:
        print(json.dumps({"valid": True, **asdict(scored)}))
        return 0
    print(scored)
    for label, recall in enumerate(scored.per_class_recall):
        print(f"  class {label}: " + ("not among the images" if recall is None else f"recall {recall:.1%}"))
    print("confusion (rows: true class, columns: predicted)")
    for row in scored.confusion:
        print("  " + " ".join(f"{count:5d}" for count in row))
    return 0
