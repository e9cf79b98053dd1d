"""The counter: every file is stored before it is scored, only valid ones count, and what stands is by the rules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL

import pytest
from sqlalchemy import select

from autograder.leaderboard.board import Closed, NotYours
from autograder.leaderboard.finals import Rankings
from autograder.leaderboard.participants import AlreadyEnrolled, enrol, find_token, renew
from autograder.leaderboard.rules import Rules
from autograder.leaderboard.static_site import build_from_folder
from autograder.leaderboard.store import UnusableDatabase, open_database, participants, submissions
from autograder.predictions.reading import read_predictions
from autograder.predictions.scoring import score

from .conftest import DEADLINE, csv_of, labels_with


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def board(request, make_board):
    """A board on each database; PostgreSQL is a real server that lives as long as the test session."""
    url = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return make_board(url, submissions_a_day=3)


@pytest.fixture
def postgresql(postgresql_server):
    """A fresh database on the server."""
    return postgresql_server()


@pytest.fixture(scope="module")
def postgresql_server():
    """Starts Debian's PostgreSQL on a socket of its own; gives a function that makes a database and its URL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("PostgreSQL is missing; install it with: apt-get install postgresql", pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))  # pytest's own folders are closed to other users
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # the server refuses to run as root
    if as_user:
        shutil.chown(folder, "postgres")

    def run(tool, *arguments):
        command = [*as_user, str(found[-1].parent / tool), *arguments]
        subprocess.run(command, check=True, stdin=DEVNULL, stdout=DEVNULL, cwd=folder)

    run("initdb", "-D", str(folder / "data"), "--auth=trust", "--username=tester", "--no-sync")
    run(
        "pg_ctl",
        "-D",
        str(folder / "data"),
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        f"-k {folder} -c listen_addresses=",
        "start",
    )
    made = []

    def new():
        made.append(f"board{len(made)}")
        run("createdb", "-h", str(folder), "-U", "tester", made[-1])
        return f"postgresql+psycopg://tester@/{made[-1]}?host={folder}"

    yield new
    run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder)


def states(board):
    with board.engine.connect() as connection:
        return [row.state for row in connection.execute(select(submissions).order_by(submissions.c.id))]


def test_a_valid_file_shows_the_public_accuracy_and_nothing_private(board, solution):
    receipt = board.submit(board.people["ann"], "predictions.csv", csv_of(labels_with(solution, 0.8, 0.6)))
    assert (receipt.state, receipt.shown) == ("scored", 0.8)
    assert not hasattr(receipt, "private")


def test_board_and_score_command_give_the_same_accuracy(board, solution, tmp_path):
    content = csv_of(labels_with(solution, 0.83, 0.61))
    (tmp_path / "p.csv").write_bytes(content)
    board.submit(board.people["ann"], "p.csv", content)
    scored = {u: score(read_predictions(tmp_path / "p.csv", solution.ids), solution, u) for u in ("Public", "Private")}
    for usage, found in scored.items():
        assert Rankings(board).of(usage).standings[0].accuracy == found.accuracy
        assert Rankings(board).of(usage).standings[0].recall == found.per_class_recall


def test_an_invalid_file_is_kept_explained_and_costs_nothing(board, solution):
    ann = board.people["ann"]
    for _ in range(5):
        receipt = board.submit(ann, "p.csv", b"Id,Label\n0,77\n")
    assert (receipt.state, receipt.problem_count, receipt.shown) == ("invalid", 400, None)
    assert receipt.problems[:2] == ("line 2: Label 77 is outside 0 to 9", "Id 1 is missing")
    assert board.left_today(ann) == 3


def test_only_so_many_valid_files_a_day_are_scored(board, solution, clock):
    ann, content = board.people["ann"], csv_of(labels_with(solution, 0.5, 0.5))
    assert [board.submit(ann, "p.csv", content).state for _ in range(5)] == ["scored"] * 3 + ["refused"] * 2
    assert board.submit(board.people["bob"], "p.csv", content).state == "scored", "each has a number of their own"
    clock.now += timedelta(days=1)
    assert board.left_today(ann) == 3
    assert board.submit(ann, "p.csv", content).state == "scored"


def test_concurrent_uploads_are_all_kept_and_never_over_the_number(board, solution):
    contents = [csv_of(labels_with(solution, 0.5, 0.5, seed)) for seed in range(12)]
    ready = threading.Barrier(6)

    def hand_in(job):
        number, content = job
        if number < 6:
            ready.wait()
        return board.submit(board.people["ann"], f"{number}.csv", content).state

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(hand_in, enumerate(contents)))
    assert sorted(found) == ["refused"] * 9 + ["scored"] * 3
    assert len(states(board)) == 12


def test_nothing_is_taken_before_the_opening_or_after_the_deadline(make_board, solution, clock):
    board = make_board(opens=DEADLINE - timedelta(days=1))
    with pytest.raises(Closed, match="opens on 2026-11-30 12:00 UTC"):
        board.submit(board.people["ann"], "p.csv", b"")
    clock.now = DEADLINE
    with pytest.raises(Closed, match="the deadline was"):
        board.submit(board.people["ann"], "p.csv", b"")
    assert states(board) == []


def test_what_was_stored_before_a_kill_is_scored_at_the_next_start(make_board, solution, monkeypatch):
    board = make_board()
    monkeypatch.setattr("autograder.leaderboard.board.read_predictions", killed)
    with pytest.raises(KeyboardInterrupt):
        board.submit(board.people["ann"], "p.csv", csv_of(labels_with(solution, 0.9, 0.1)))
    monkeypatch.undo()
    assert states(board) == ["received"]
    assert board.recover() == 1
    assert board.history(board.people["ann"])[0].shown == 0.9
    assert board.recover() == 0


def killed(*_arguments):
    raise KeyboardInterrupt


@pytest.mark.parametrize(("final", "private"), [("best", 0.3), ("last", 0.5), ("chosen", 0.7)])
def test_what_stands_at_the_end_is_by_the_rule(make_board, solution, clock, final, private):
    board = make_board(final=final)
    ann = board.people["ann"]
    for seed, (public, hidden) in enumerate([(0.9, 0.3), (0.6, 0.7), (0.5, 0.5)]):
        numbers = board.submit(ann, "p.csv", csv_of(labels_with(solution, public, hidden, seed))).id
    board.choose(ann, numbers - 1)
    clock.now = DEADLINE
    (standing,) = Rankings(board).shown().standings
    assert (standing.accuracy, standing.submissions) == (private, 3)


def test_only_a_scored_file_of_ones_own_can_be_chosen_and_only_in_time(make_board, solution, clock):
    board = make_board(final="chosen")
    own = board.submit(board.people["ann"], "p.csv", csv_of(labels_with(solution, 0.9, 0.3))).id
    broken = board.submit(board.people["ann"], "p.csv", b"").id
    for person, number in (("bob", own), ("ann", broken), ("ann", 999)):
        with pytest.raises(NotYours):
            board.choose(board.people[person], number)
    clock.now = DEADLINE
    with pytest.raises(Closed):
        board.choose(board.people["ann"], own)


def test_under_the_ladder_a_lucky_file_shows_the_earlier_score(make_board, solution):
    board = make_board(ladder=True, submissions_a_day=9)
    ann = board.people["ann"]
    base = labels_with(solution, 0.7, 0.7)
    lucky = base.copy()
    wrong = [i for i in range(len(base)) if solution.usage[i] == "Public" and base[i] != solution.labels[i]]
    lucky[wrong[0]] = solution.labels[wrong[0]]
    shown = [board.submit(ann, "p.csv", csv_of(labels)).shown for labels in (base, lucky, solution.labels)]
    assert shown == [0.7, 0.7, 1.0]
    assert Rankings(board).shown().standings[0].accuracy == 1.0


def test_pseudonyms_hide_students_and_the_instructor_sees_them(make_board, solution):
    board = make_board()
    board.submit(board.people["ann"], "p.csv", csv_of(labels_with(solution, 0.7, 0.7)))
    board.submit(board.people["teacher"], "p.csv", csv_of(solution.labels))
    rankings = Rankings(board)
    assert [s.name for s in rankings.shown().standings] == [board.people["ann"].pseudonym]
    assert [s.name for s in rankings.of("Private", real_names=True).standings] == ["ann"]


def test_a_ranking_is_kept_until_something_was_scored(make_board, solution):
    board = make_board()
    rankings = Rankings(board)
    board.submit(board.people["ann"], "p.csv", csv_of(labels_with(solution, 0.7, 0.7)))
    first = rankings.shown()
    assert rankings.shown() is first
    board.submit(board.people["bob"], "p.csv", csv_of(labels_with(solution, 0.8, 0.7)))
    assert len(rankings.shown().standings) == 2


def test_only_hashes_of_tokens_are_stored(make_board):
    board = make_board()
    with board.engine.connect() as connection:
        rows = str(connection.execute(select(participants)).all())
    assert not [token for token in board.tokens.values() if token in rows]
    assert find_token(board.engine, board.tokens["ann"]) == board.people["ann"]
    assert find_token(board.engine, "guess") is None


def test_a_new_token_ends_the_old_one_and_nobody_enrols_twice(make_board):
    board = make_board()
    new = renew(board.engine, "ann")
    assert find_token(board.engine, board.tokens["ann"]) is None
    assert find_token(board.engine, new).student == "ann"
    with pytest.raises(AlreadyEnrolled, match="ann is enrolled already"):
        enrol(board.engine, "ann")


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "sqlite:////no/such/folder/board.db"])
def test_a_database_that_cannot_be_opened_is_explained(url):
    with pytest.raises(UnusableDatabase):
        open_database(url)


def test_a_solution_without_both_halves_is_refused(make_board, solution):
    solution.usage[:] = "Public"
    with pytest.raises(ValueError, match="no image of usage Private"):
        make_board()


def test_the_commands_enrol_hand_in_and_build(tmp_path, solution):
    rows = zip(solution.ids, solution.labels, solution.usage, strict=True)
    (tmp_path / "solution.csv").write_text("Id,Label,Usage\n" + "".join(f"{i},{k},{u}\n" for i, k, u in rows))
    (tmp_path / "board.toml").write_text('title = "Digits"\ndeadline = 2999-12-01T12:00:00Z\npseudonyms = false\n')
    (tmp_path / "p.csv").write_bytes(csv_of(labels_with(solution, 0.8, 0.6)))
    common = ["--rules", "board.toml", "--solution", "solution.csv"]

    def run(*arguments):
        command = [sys.executable, "-m", "autograder.cli", "leaderboard", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    enrolled = run("enrol", "ann")
    assert enrolled.stdout.splitlines()[0] == "student,token"
    assert run("enrol", "ann").returncode == 1
    assert run("submit", "p.csv", "--student", "ann", *common).stdout == "submission 1: scored, 80.00%\n"
    unknown = run("submit", "p.csv", "--student", "zoe", *common)
    assert (unknown.returncode, "zoe is not enrolled" in unknown.stderr) == (2, True)
    assert run("build", "--out", "site", "--database", "sqlite:///board.db", *common).returncode == 0
    page = (tmp_path / "site" / "index.html").read_text()
    assert "80.00%" in page
    assert "60.00%" not in page
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "eve.csv").write_bytes(csv_of(labels_with(solution, 0.9, 0.6)))
    (tmp_path / "class" / "mal.csv").write_text("rubbish")
    built = run("build", "--out", "site2", "--submissions", "class", *common)
    assert (built.returncode, "mal: line 1: the header is" in built.stderr) == (1, True)
    assert "eve" in (tmp_path / "site2" / "board.csv").read_text()
    assert run("build", "--out", "site3", *common).returncode == 2


@pytest.mark.parametrize(("ladder", "told"), [(True, False), (False, True)])
def test_static_pages_from_a_folder_keep_recall_back_where_the_ladder_does(tmp_path, solution, ladder, told):
    (tmp_path / "eve.csv").write_bytes(csv_of(labels_with(solution, 0.9, 0.6)))
    rules = Rules(title="Digits", deadline=datetime(2999, 1, 1, tzinfo=UTC), ladder=ladder)
    build_from_folder(tmp_path, solution, rules, "Public", tmp_path / "site")
    assert ("recall_0" in (tmp_path / "site" / "board.csv").read_text()) is told
    assert ("Recall by class" in (tmp_path / "site" / "index.html").read_text()) is told
