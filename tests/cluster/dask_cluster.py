"""A small class, and a dask cluster in processes of its own, as its users start it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from distributed import Client
from distributed.security import Security

from autograder.grading.homework import find_homework
from autograder.grading.results import Cost, Result
from autograder.grading.sources import marked_source, reference_source, stage
from autograder.release.stripping import strip_module
from reference_solutions.mistakes.batchnorm import VARIANTS

HOMEWORK, SEED = "hw1_foundations", 11
PRELOADS = Path(__file__).parent / "preloads"
SLOW = "slow"
STARTED = "import time\ntime.sleep(3)\n"


def write_class(folder: Path) -> Path:
    """Right, wrong, crashing, slow to import, untouched and empty; one of them a zip.

    What they did not write is as it was handed out: a module that is missing would be an error to be looked up
    in the whole catalogue, which takes seconds at every station.
    """
    stubs = {m: strip_module(marked_source(m), f"{m}.py") for m in find_homework(HOMEWORK).rubric.assignment.modules}
    honest = reference_source("batchnorm")
    wrong = next(v for v in VARIANTS if not v.accepted and "batchnorm.backward" in v.probes)
    written = {
        "right": honest,
        "wrong": wrong.source(honest),
        "crashing": honest + "\nimport os\nos.abort()\n",
        SLOW: STARTED + honest,
        "stub": stubs["batchnorm"],
    }
    for student, source in written.items():
        stage(list(stubs), stubs | {"batchnorm": source}, folder / student)
    (folder / "empty").mkdir()
    with zipfile.ZipFile(folder / "zipped.zip", "w") as archive:
        for module, source in (stubs | {"batchnorm": honest}).items():
            archive.writestr(f"hand-in/{module}.py", source)
        archive.writestr("hand-in/runs/lenet5.json", "{}")
        archive.writestr("hand-in/../escaped.py", "")
    return folder


def results(out: Path) -> dict[str, Result]:
    """All that decides a grade, by student: without times and costs."""
    read = [Result.read(path) for path in sorted((out / "results").glob("*.json"))]
    return {r.student: r.model_copy(update={"started": "", "seconds": 0.0, "cost": Cost()}) for r in read}


def certificates(folder: Path) -> dict[str, str]:
    """A new certificate and its key, in files, as dask's settings for each of a cluster's parts."""
    made = Security.temporary()
    (folder / "ca.pem").write_text(made.tls_ca_file)
    settings = {"CA_FILE": folder / "ca.pem"}
    for role in ("scheduler", "worker", "client"):
        for part in ("cert", "key"):
            settings[f"{role}__{part}".upper()] = file = folder / f"{role}-{part}.pem"
            file.write_text(getattr(made, f"tls_{role}_{part}"))
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(file) for name, file in settings.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition, seconds: float = 600.0):
    """The first true value of `condition()`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    return pytest.fail(f"{condition} never came true")


def grading(
    submissions: Path, out: Path, *more: str, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """A started `autograder grade`."""
    command = [sys.executable, "-m", "autograder.cli", "grade", HOMEWORK, "--submissions", str(submissions)]
    command += ["--out", str(out), *more]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


def ended(process: subprocess.Popen[str], seconds: float = 600.0) -> tuple[int, str]:
    """Exit status and what was said."""
    try:
        said = process.communicate(timeout=seconds)[1]
    finally:
        process.kill()
    assert "Traceback" not in said, said
    return process.returncode, said


@dataclass
class Cluster:
    """A scheduler and workers, each started with dask's own command line.

    environment: what all of them run with; protocol: tcp or tls.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    protocol: str = "tcp"
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        port = free_port()
        self.address = f"{self.protocol}://127.0.0.1:{port}"
        place = ("--protocol", self.protocol, "--host", "127.0.0.1", "--port", str(port))
        self._start("scheduler", {}, *place, "--no-dashboard")

    def worker(self, *more: str, threads: int = 1, **environment: str) -> subprocess.Popen[bytes]:
        folder = self.folder / f"worker-{len(self.processes)}"
        options = ["--nworkers", "1", "--nthreads", str(threads), "--no-dashboard", "--local-directory", str(folder)]
        return self._start("worker", environment, self.address, *options, *more)

    def _start(self, role: str, environment: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
        dask = str(Path(sys.executable).with_name("dask"))
        with open(self.folder / f"{role}-{len(self.processes)}.log", "wb") as log:
            process = subprocess.Popen(
                [dask, role, *options],
                env=os.environ | self.environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def client(self) -> Client:
        return Client(self.address, timeout=60, set_as_default=False)

    def close(self) -> None:
        """End it as a machine that is switched off does: no process of it is asked."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
