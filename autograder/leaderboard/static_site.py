"""The board as static pages for a course's site: from the service's database, or from a folder of files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from autograder.grading.whole_files import write_whole
from autograder.leaderboard.exports import as_csv, as_json
from autograder.leaderboard.finals import Rankings, Standings
from autograder.leaderboard.pages import Links, ranking_page
from autograder.leaderboard.ranking import Entry, rank
from autograder.leaderboard.rules import Rules
from autograder.predictions.folder import prediction_files, predictions_in
from autograder.predictions.reading import GENERIC_CLASSES, InvalidPredictions, read_predictions
from autograder.predictions.solution import Solution, Usage

LINKS = Links(board="index.html", own="", csv="board.csv", json="board.json")


def build_from_board(rankings: Rankings, out: Path) -> Path:
    """Write OUT/index.html, board.csv and board.json with what everybody may see now; returns the page."""
    return _write(rankings.board.rules, rankings.shown(), out)


def build_from_folder(
    folder: Path, solution: Solution, rules: Rules, usage: Usage, out: Path
) -> tuple[Path, list[str]]:
    """The same from NAME/predictions.csv, NAME.csv or NAME.zip; names are shown as they are.

    Returns the page, and a line a file that is not valid and stands on no board. Raises NothingToScore.
    """
    left_out: list[str] = []
    entries = list(_entries(folder, solution, rules, left_out))
    found = Standings(usage, tuple(rank(entries, solution, usage))).for_everybody(rules, datetime.now(UTC))
    return _write(rules, found, out), left_out


def _entries(folder: Path, solution: Solution, rules: Rules, left_out: list[str]) -> Iterator[Entry]:
    for name, path in prediction_files(folder).items():
        try:
            source = predictions_in(path, len(solution))
            given = read_predictions(source, solution.ids.tolist(), rules.classes or GENERIC_CLASSES)
        except InvalidPredictions as invalid:
            left_out.append(f"{name}: {invalid.problems[0]}")
            continue
        yield Entry(name, given.labels)


def _write(rules: Rules, found: Standings, out: Path) -> Path:
    write_whole(out / "board.csv", as_csv(found))
    write_whole(out / "board.json", as_json(found))
    return write_whole(out / "index.html", ranking_page(rules, found, LINKS))
