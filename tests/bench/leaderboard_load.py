"""A deadline rush: 300 students upload 10,000-row files to the board's service within a minute, on this machine.

Closed-loop clients on loopback: each uploads its files one after another, pausing between them, and the run is bounded.
Prints throughput, percentiles of the time to an answer, whether anything was lost, and how the service's time a file
compares with a plain pandas and scikit-learn script that scores the same files one by one.

    python tests/bench/leaderboard_load.py [--students 300] [--seconds 60]
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np

ROWS = 10_000
RULES = 'title = "Load"\ndeadline = 2999-01-01T00:00:00Z\nsubmissions_a_day = 1000\n'
PLAIN = """
import sys, time, pandas as pd
from sklearn.metrics import accuracy_score
began = time.perf_counter()
truth = pd.read_csv("solution.csv").sort_values("Id")
for name in sys.argv[1:]:
    given = pd.read_csv(name).sort_values("Id")
    assert (given.Id.values == truth.Id.values).all() and given.Label.between(0, 9).all()
    for usage in ("Public", "Private"):
        half = (truth.Usage == usage).values
        accuracy_score(truth.Label.values[half], given.Label.values[half])
print((time.perf_counter() - began) / len(sys.argv[1:]))
"""


def make_files(folder: Path, count: int) -> list[bytes]:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 10, ROWS)
    usage = np.where(np.arange(ROWS) % 2, "Public", "Private")
    rows = "".join(f"{i},{label},{u}\n" for i, label, u in zip(range(ROWS), truth, usage, strict=True))
    (folder / "solution.csv").write_text("Id,Label,Usage\n" + rows)
    (folder / "board.toml").write_text(RULES)
    files = []
    for _ in range(count):
        labels = np.where(rng.random(ROWS) < 0.8, truth, rng.integers(0, 10, ROWS))
        files.append(("Id,Label\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))).encode())
    return files


async def student(client: httpx.AsyncClient, token: str, content: bytes, start: float, waits: list[float]) -> int:
    """One upload at its time; returns the status."""
    await asyncio.sleep(max(0.0, start - time.perf_counter()))
    began = time.perf_counter()
    answer = await client.post("/api/submissions", content=content, headers={"Authorization": f"Bearer {token}"})
    waits.append(time.perf_counter() - began)
    return answer.status_code


async def rush(url: str, tokens: list[str], files: list[bytes], seconds: float) -> tuple[list[float], list[int], float]:
    waits: list[float] = []
    starts = np.sort(np.random.default_rng(1).random(len(tokens))) * seconds + time.perf_counter()
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as client:
        began = time.perf_counter()
        jobs = [
            student(client, token, files[i % len(files)], start, waits)
            for i, (token, start) in enumerate(zip(tokens, starts, strict=True))
        ]
        statuses = await asyncio.gather(*jobs)
        return waits, list(statuses), time.perf_counter() - began


def main() -> None:
    """Run the rush and print what it took."""
    options = argparse.ArgumentParser()
    options.add_argument("--students", type=int, default=300)
    options.add_argument("--seconds", type=float, default=60.0)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = make_files(folder, 50)
        board = [sys.executable, "-m", "autograder.cli", "leaderboard"]
        students = [f"s{i}" for i in range(chosen.students)]
        enrolled = subprocess.run([*board, "enrol", *students], cwd=folder, check=True, capture_output=True, text=True)
        tokens = [row["token"] for row in csv.DictReader(io.StringIO(enrolled.stdout))]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serve = [*board, "serve", "--rules", "board.toml", "--solution", "solution.csv", "--port", str(port)]
        server = subprocess.Popen(serve, cwd=folder, env=os.environ | {"OMP_NUM_THREADS": "1"})
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            waits, statuses, took = asyncio.run(rush(f"http://127.0.0.1:{port}", tokens, files, chosen.seconds))
            found = httpx.get(f"http://127.0.0.1:{port}/board.json", timeout=60, trust_env=False).json()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
        report(waits, statuses, took, len(found["standings"]), chosen.students)
        print(f"the service used {cpu.ru_utime + cpu.ru_stime:.1f} CPU seconds, {cpu.ru_maxrss / 1024:.0f} MB at most")
        compare(folder, files)


def report(waits: list[float], statuses: list[int], took: float, ranked: int, students: int) -> None:
    """Print the rush's outcome."""
    scored = sum(status == 201 for status in statuses)
    print(f"{students} students, {ROWS:,} rows each: {scored} scored in {took:.1f} s ({scored / took:.1f} a second)")
    print(f"on the board afterwards: {ranked}; lost: {students - ranked}")
    for share in (50, 95, 99, 100):
        print(f"  {share:3d}th percentile of the time to an answer: {np.percentile(waits, share) * 1000:7.0f} ms")


def compare(folder: Path, files: list[bytes]) -> None:
    """Print seconds a file of `autograder score`'s reader and of the plain script, in one run on the same files."""
    from autograder.predictions.folder import score_one
    from autograder.predictions.solution import read_solution

    paths = []
    for number, content in enumerate(files):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_bytes(content)
    hidden = read_solution(folder / "solution.csv")
    began = time.perf_counter()
    for path in paths:
        assert score_one(path.name, path, hidden).total is not None
    ours = (time.perf_counter() - began) / len(paths)
    command = [sys.executable, "-c", PLAIN, *map(str, paths)]
    plain = float(subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout)
    print(f"a file: ours {ours * 1000:.1f} ms, pandas and scikit-learn {plain * 1000:.1f} ms, ratio {plain / ours:.2f}")


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the service answers; gives up with the server or after a minute."""
    for _ in range(600):
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    sys.exit("the service did not start")


if __name__ == "__main__":
    main()
