"""Standings as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

from autograder.leaderboard.finals import Standings
from autograder.reports.gradebook import safe_cell

HEAD = ("place", "first", "last", "name", "accuracy", "low", "high", "submissions")


def as_csv(found: Standings) -> str:
    """A row a participant; recall a class in columns recall_0, recall_1, ..."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    classes = len(found.standings[0].recall) if found.standings else 0
    rows.writerow([*HEAD, *(f"recall_{k}" for k in range(classes))])
    for s in found.standings:
        numbers = [f"{value:.6f}" for value in (s.accuracy, s.low, s.high)]
        recall = ["" if r is None else f"{r:.6f}" for r in s.recall]
        rows.writerow([s.place, s.first, s.last, safe_cell(s.name), *numbers, s.submissions, *recall])
    return text.getvalue()


def as_json(found: Standings) -> str:
    """The same with the half that ranks."""
    return json.dumps({"usage": found.usage, "standings": [asdict(s) for s in found.standings]}, indent=1) + "\n"
