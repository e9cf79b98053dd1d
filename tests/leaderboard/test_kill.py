"""The service is killed with SIGKILL in the middle of uploads: nothing that it took is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import select

from autograder.leaderboard.participants import enrol
from autograder.leaderboard.store import open_database, submissions

from .conftest import csv_of, labels_with

pytestmark = pytest.mark.slow
STUDENTS = 40
RULES = 'title = "Digits"\ndeadline = 2999-12-01T12:00:00Z\nsubmissions_a_day = 100\n'


@pytest.fixture
def folder(tmp_path, solution):
    rows = zip(solution.ids, solution.labels, solution.usage, strict=True)
    (tmp_path / "solution.csv").write_text("Id,Label,Usage\n" + "".join(f"{i},{k},{u}\n" for i, k, u in rows))
    (tmp_path / "board.toml").write_text(RULES)
    return tmp_path


def serve(folder):
    """Start the service; gives the process and its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "autograder.cli", "leaderboard", "serve", "--port", str(port)]
    command += ["--rules", "board.toml", "--solution", "solution.csv"]
    process = subprocess.Popen(command, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    while process.poll() is None:
        try:
            httpx.get(f"{url}/healthz", trust_env=False)
            return process, url
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")


def test_what_was_answered_or_stored_is_there_and_scored_after_a_kill(folder, solution):
    engine = open_database(f"sqlite:///{folder / 'board.db'}")
    tokens = [enrol(engine, f"s{number}") for number in range(STUDENTS)]
    process, url = serve(folder)
    answered, enough = [], threading.Event()

    def upload(number):
        content = csv_of(labels_with(solution, 0.5, 0.5, seed=number))
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
                head = {"Authorization": f"Bearer {tokens[number]}"}
                answered.append(client.post("/api/submissions", content=content, headers=head).json()["id"])
        except (httpx.TransportError, ValueError):
            return
        if len(answered) >= STUDENTS // 4:
            enough.set()

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(upload, number) for number in range(STUDENTS)]
        assert enough.wait(120)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for job in jobs:
            job.result()
    assert STUDENTS // 4 <= len(answered) < STUDENTS, "killed in the middle, not before or after"
    process, _ = serve(folder)
    process.terminate()
    process.wait()
    with engine.connect() as connection:
        rows = connection.execute(select(submissions.c.id, submissions.c.state)).all()
    assert {row.state for row in rows} == {"scored"}
    assert set(answered) <= {row.id for row in rows}
