"""`autograder leaderboard`: participants, the service, and the same board as static pages."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine

from autograder.commands.unusable import UnusableInput
from autograder.leaderboard.board import Board
from autograder.leaderboard.finals import Rankings
from autograder.leaderboard.participants import AlreadyEnrolled, enrol, find_student, renew
from autograder.leaderboard.rules import load_rules
from autograder.leaderboard.static_site import build_from_board, build_from_folder
from autograder.leaderboard.store import open_database
from autograder.predictions.solution import read_solution


def open_board(database: str, rules: Path, solution: Path) -> Board:
    """The board of a database. Raises InvalidRules, InvalidSolution, UnusableDatabase, UnusableInput."""
    found, hidden = load_rules(rules), read_solution(solution)
    try:
        return Board(open_database(database), found, hidden)
    except ValueError as wrong:
        raise UnusableInput(f"{solution}: {wrong}") from wrong


def enrol_students(database: str, students: Iterable[str], instructor: bool, renewing: bool) -> int:
    """Print `student,token`; each token is shown this once. Status 1 where a student was enrolled already."""
    engine = open_database(database)
    rows, status = csv.writer(sys.stdout, lineterminator="\n"), 0
    rows.writerow(("student", "token"))
    for student in students:
        try:
            rows.writerow((student, _token(engine, student, instructor, renewing)))
        except AlreadyEnrolled as already:
            print(already, file=sys.stderr)
            status = 1
    return status


def _token(engine: Engine, student: str, instructor: bool, renewing: bool) -> str:
    if renewing and find_student(engine, student):
        return renew(engine, student)
    return enrol(engine, student, instructor)


def hand_in(database: str, rules: Path, solution: Path, student: str, predictions: Path) -> int:
    """Hand a file in for a student and print what its owner would see; status 1 unless it was scored."""
    board = open_board(database, rules, solution)
    participant = find_student(board.engine, student)
    if participant is None:
        raise UnusableInput(f"{student} is not enrolled: autograder leaderboard enrol {student}")
    try:
        receipt = board.submit(participant, predictions.name, predictions.read_bytes())
    except OSError as error:
        raise UnusableInput(f"{predictions}: {error.strerror}") from error
    print(f"submission {receipt.id}: {receipt.state}" + ("" if receipt.shown is None else f", {receipt.shown:.2%}"))
    for problem in receipt.problems:
        print(f"  {problem}")
    return 0 if receipt.state == "scored" else 1


def build_pages(database: str | None, folder: Path | None, rules: Path, solution: Path, out: Path) -> int:
    """Write the static pages from a database or from a folder of files."""
    if (database is None) == (folder is None):
        raise UnusableInput("name one of --database and --submissions")
    if database is not None:
        print(f"wrote {build_from_board(Rankings(open_board(database, rules, solution)), out)}")
        return 0
    assert folder is not None
    found = load_rules(rules)
    page, left_out = build_from_folder(folder, read_solution(solution), found, found.usage(), out)
    print(f"wrote {page}")
    for line in left_out:
        print(f"not on the board: {line}", file=sys.stderr)
    return 1 if left_out else 0


def check_provenance(submission: Path, images: Path, solution: Path, isolation: str) -> int:
    """Print how far predictions.csv and checkpoint agree; status 1 unless the checkpoint accounts for the file."""
    from autograder.grading.sandbox import open_sandbox  # with torch, which the board itself does without
    from autograder.leaderboard.checkpoint import load_hidden_images, verify

    hidden = read_solution(solution)
    pixels = load_hidden_images(images, hidden.ids)
    found = verify(submission, pixels, hidden, open_sandbox(isolation, hidden=(solution.resolve().parent,)))
    print(f"{submission.name}: {found.told}")
    return 0 if found.confirmed else 1


def serve_board(database: str, rules: Path, solution: Path, host: str, port: int) -> int:
    """Serve until stopped."""
    try:
        import uvicorn

        from autograder.leaderboard.web import create_app
    except ModuleNotFoundError as missing:
        raise UnusableInput(f"{missing.name} is missing: pip install 'cnn-autograder[board]'") from missing
    uvicorn.run(create_app(open_board(database, rules, solution)), host=host, port=port, log_level="warning")
    return 0
