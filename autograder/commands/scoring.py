"""`autograder score`: one predictions.csv against hidden labels, or a folder of them."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from pathlib import Path

from autograder.predictions.folder import Scored, score_folder
from autograder.predictions.reading import InvalidPredictions, read_predictions
from autograder.predictions.scoring import score
from autograder.predictions.solution import read_solution
from autograder.reports.gradebook import safe_cell

HEAD = ("name", "status", "accuracy", "low", "high", "public", "private", "problems", "first_problem")


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


def score_many(folder: Path, solution: Path, jobs: int | None) -> int:
    """Print a CSV row a file as it is scored; invalid files are also listed on stderr and give exit status 1."""
    rows = csv.writer(sys.stdout, lineterminator="\n")
    valid = invalid = 0
    for found in score_folder(folder, solution, jobs):
        if not valid + invalid:
            rows.writerow(HEAD)
        rows.writerow(_row(found))
        sys.stdout.flush()
        if found.total:
            valid += 1
            continue
        invalid += 1
        more = f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
        print(f"{found.name}: not scored: {found.problems[0]}{more}", file=sys.stderr)
    print(f"{valid} scored, {invalid} invalid", file=sys.stderr)
    return 1 if invalid else 0


def _row(found: Scored) -> list[str]:
    if found.total is None:
        return [
            safe_cell(found.name),
            "invalid",
            *[""] * 5,
            str(len(found.problems)),
            safe_cell(str(found.problems[0])),
        ]
    halves = ["" if half is None else f"{half.accuracy:.6f}" for half in (found.public, found.private)]
    numbers = [f"{number:.6f}" for number in (found.total.accuracy, found.total.low, found.total.high)]
    return [safe_cell(found.name), "scored", *numbers, *halves, "0", ""]
