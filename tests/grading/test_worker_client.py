"""Workers run, restart, and give up as promised; with bubblewrap and without."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checks.engine.probe import find_probe
from autograder.grading.limits import MIB, Limits
from autograder.grading.monitor import Stopwatch
from autograder.grading.processes import descendants
from autograder.grading.sandbox import Sandbox, SandboxUnavailable, mounts, open_sandbox
from autograder.grading.sources import reference_source
from autograder.grading.statuses import Status
from autograder.grading.worker_client import run_probes

PROBES = [find_probe("activations.swish"), find_probe("activations.derivative")]
HONEST = reference_source("activations")


CONFINING = ["warm", pytest.param("bwrap", marks=pytest.mark.slow)]


@pytest.fixture(scope="module", params=CONFINING)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    opened = open_sandbox(request.param)
    yield opened
    opened.close()


def submission(root: Path, text: str = HONEST, **others: str) -> Path:
    root.mkdir(exist_ok=True)
    for name, content in {"activations": text, **others}.items():
        (root / f"{name}.py").write_text(content)
    return root


def open_files() -> set[str]:
    return {f"{p.name} {p.readlink()}" for p in Path("/proc/self/fd").iterdir() if p.exists()}


@pytest.mark.parametrize("isolation", [*CONFINING, "none"])
def test_an_honest_submission_gives_all_evidence_and_its_cost(tmp_path: Path, isolation: str) -> None:
    before = open_files()
    sandbox = open_sandbox(isolation)
    assert sandbox.isolated == (isolation != "none")
    report = run_probes(submission(tmp_path / "s"), PROBES, 1, sandbox)
    for probe in PROBES:
        outcome = report.outcomes[probe.name]
        assert (outcome.status, set(outcome.evidence)) == (None, set(probe.criteria)), outcome.message
    assert report.restarts == 0
    assert (0 if isolation == "warm" else 0.5) < report.cpu_seconds < report.seconds * 3
    assert (0 if isolation == "warm" else 200 * MIB) < report.peak_memory < 1200 * MIB
    sandbox.close()
    assert open_files() == before


def test_without_isolation_a_lost_worker_still_leaves_no_process(tmp_path: Path) -> None:
    text = """
        import os, subprocess
        def swish(x):
            subprocess.Popen(["sleep", "86417531"], start_new_session=True)
            os._exit(0)
    """
    text = "\n".join(line[8:] for line in text.splitlines())
    report = run_probes(submission(tmp_path / "s", text), PROBES[:1], 1, open_sandbox("none"))
    assert report.outcomes["activations.swish"].status is Status.CRASHED
    running = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline")]
    assert not any(b"86417531" in line for line in running)


def test_a_submission_that_keeps_forging_messages_is_given_up(tmp_path: Path, sandbox: Sandbox) -> None:
    forge = """
        import os
        def forge(*arguments, **named):
            for fd in range(3, 40):
                try:
                    os.write(fd, b"x" * 64)
                except OSError:
                    pass
            raise RuntimeError("forged")
        def __getattr__(name):
            return forge
    """
    text = "\n".join(line[8:] for line in forge.splitlines())
    probes = [find_probe(f"batchnorm.chain_{step}") for step in ("dgamma", "dbeta", "dxhat", "dvar", "dmu", "dx")]
    report = run_probes(submission(tmp_path / "s", batchnorm=text), probes, 1, sandbox)
    assert {outcome.status for outcome in report.outcomes.values()} == {Status.CRASHED}
    assert report.restarts < len(probes) - 1  # one a probe, if it were not given up


def test_several_submissions_run_at_once(tmp_path: Path, sandbox: Sandbox) -> None:
    bad = HONEST + "\nimport os\n\ndef swish(x):\n    os._exit(3)\n"
    roots = [submission(tmp_path / str(i), bad if i % 2 else HONEST) for i in range(4)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda root: run_probes(root, PROBES, 1, sandbox), roots))
    assert [r.outcomes["activations.swish"].status for r in reports] == [None, Status.CRASHED] * 2
    assert [r.outcomes["activations.derivative"].status for r in reports] == [None] * 4


def test_the_whole_budget_ends_the_rest_as_a_timeout(tmp_path: Path, sandbox: Sandbox) -> None:
    root = submission(tmp_path / "s", "import time\ntime.sleep(1000)\n")
    started = time.monotonic()
    report = run_probes(root, PROBES, 1, sandbox, Limits(total_seconds=6, import_seconds=1000))
    assert time.monotonic() - started < 120
    assert {o.status for o in report.outcomes.values()} <= {Status.TIMEOUT}
    assert "as a whole" in report.outcomes["activations.derivative"].message


def test_a_worker_that_never_gets_ready_is_the_graders_fault(tmp_path: Path, sandbox: Sandbox) -> None:
    unknown = replace(PROBES[0], name="activations.no_such_probe")
    report = run_probes(submission(tmp_path / "s"), [unknown], 1, sandbox)
    outcome = report.outcomes[unknown.name]
    assert outcome.status is Status.GRADER_ERROR
    assert "no_such_probe" in outcome.message
    assert report.restarts == 2


def test_a_folder_that_vanished_is_the_graders_fault(tmp_path: Path, sandbox: Sandbox) -> None:
    report = run_probes(tmp_path / "nowhere", PROBES, 1, sandbox)
    assert {o.status for o in report.outcomes.values()} == {Status.GRADER_ERROR}


def test_data_loader_workers_run_inside_the_sandbox(tmp_path: Path, sandbox: Sandbox) -> None:
    loading = """
import torch
from torch.utils.data import DataLoader, TensorDataset

loader = DataLoader(TensorDataset(torch.arange(64.0), torch.ones(64, 3, 32, 32)), batch_size=8, num_workers=2)
assert sum(x.sum() for x, _ in loader) == 2016
"""
    report = run_probes(submission(tmp_path / "s", loading + HONEST), PROBES[:1], 1, sandbox)
    assert report.outcomes["activations.swish"].status is None, report.outcomes


def test_no_probes_need_no_worker(tmp_path: Path, sandbox: Sandbox) -> None:
    assert run_probes(submission(tmp_path / "s"), [], 1, sandbox).outcomes == {}


def test_without_bubblewrap_grading_is_refused_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match="sudo apt-get install bubblewrap"):
        open_sandbox("auto")
    assert open_sandbox("none").name == "none"


def test_a_bubblewrap_that_does_not_work_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bwrap"
    program.write_text('#!/bin/sh\n[ "$1" = --help ] && echo --size && exit\necho "no permission" >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SandboxUnavailable, match="no permission"):
        open_sandbox("auto")


def test_an_unknown_isolation_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'docker'"):
        open_sandbox("docker")


@pytest.mark.skipif(os.getuid() != 0, reason="only root has two ways in")
def test_a_user_namespace_hides_as_much_as_root_does(tmp_path: Path) -> None:
    sandbox = open_sandbox("bwrap")
    sandbox.as_root = False  # type: ignore[attr-defined]
    look = "import os\nraise ValueError(f'{os.getuid()} {os.listdir(chr(47))}')"
    report = run_probes(submission(tmp_path / "s", look), PROBES[:1], 1, sandbox)
    message = report.outcomes["activations.swish"].message
    assert message.startswith("ValueError: 1000 [")
    assert "'submission'" in message
    assert "'home'" not in message


@pytest.mark.parametrize("isolation", CONFINING)
def test_hidden_folders_inside_system_folders_are_masked(tmp_path: Path, isolation: str) -> None:
    folder = Path(sys.prefix) / "share"
    visible = next(p for p in sorted(folder.rglob("*")) if p.is_file())
    sandbox = open_sandbox(isolation, hidden=[folder])
    root = submission(tmp_path / "s", f"import os\nraise ValueError(os.path.exists({str(visible)!r}))")
    assert (
        run_probes(root, PROBES[:1], 1, sandbox).outcomes["activations.swish"].message.startswith("ValueError: False")
    )


@pytest.mark.parametrize("isolation", CONFINING)
def test_a_python_below_the_temporary_folder_is_seen_read_only(
    tmp_path: Path, isolation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "python" / "lib").mkdir(parents=True)
    (tmp_path / "python" / "lib" / "module.py").touch()
    roots = [*mounts._python_roots(), tmp_path / "python"]
    monkeypatch.setattr(mounts, "_python_roots", lambda: roots)
    look = f"""
import os
seen = os.listdir({str(tmp_path / "python" / "lib")!r})
try:
    open({str(tmp_path / "python" / "lib" / "more.py")!r}, "w")
except OSError as refused:
    seen.append(type(refused).__name__)
raise ValueError(seen)
"""
    sandbox = open_sandbox(isolation)
    outcome = run_probes(submission(tmp_path / "s", look), PROBES[:1], 1, sandbox).outcomes["activations.swish"]
    assert outcome.message.startswith("ValueError: ['module.py', 'OSError']")
    sandbox.close()


@pytest.mark.parametrize("isolation", CONFINING)
def test_workers_die_with_a_grader_that_is_killed(tmp_path: Path, isolation: str) -> None:
    root = submission(tmp_path / "s", "import time\nprint('x' * 10)\ntime.sleep(1000)\n")
    script = f"""
from pathlib import Path
from autograder.checks.engine.probe import find_probe
from autograder.grading.sandbox import open_sandbox
from autograder.grading.worker_client import run_probes
run_probes(Path({str(root)!r}), [find_probe("activations.swish")], 1, open_sandbox({isolation!r}))
"""
    grader = subprocess.Popen([sys.executable, "-c", script])
    # bubblewrap, its first process and Python, and in the warm form a fork's first process and worker
    _wait_until(lambda: len(descendants(grader.pid)) > (5 if isolation == "warm" else 3), 60)
    started = descendants(grader.pid)[1:]
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    _wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), 20)


def test_a_sandbox_that_is_ended_from_outside_costs_a_submission_nothing(tmp_path: Path) -> None:
    before = descendants(os.getpid())
    sandbox = open_sandbox("warm")
    bubblewrap = next(pid for pid in descendants(os.getpid()) if pid not in before)
    root = submission(tmp_path / "s", HONEST + "\nimport time\ntime.sleep(2)\n")
    with ThreadPoolExecutor(1) as meanwhile:
        running = meanwhile.submit(run_probes, root, PROBES, 1, sandbox)
        # bubblewrap, its first process, two launchers, a fork's first process and worker
        _wait_until(lambda: len(descendants(bubblewrap)) > 5, 60)
        os.kill(bubblewrap, signal.SIGKILL)
        report = running.result()
    assert {(o.status, len(o.evidence) > 0) for o in report.outcomes.values()} == {(None, True)}
    sandbox.close()


def _wait_until(condition: object, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)


class Clock:
    """A stopwatch whose time passes as told, in looks 0.05 s apart."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.waited = self.cpu = 0.0
        monkeypatch.setattr("autograder.grading.monitor.time.monotonic", lambda: self.now)
        self.watch = Stopwatch()

    def run(self, seconds: float, waiting: float = 0.0, working: float = 0.0, look: float = 0.05) -> None:
        """Let `seconds` pass, of which the worker waited for a processor and worked on one for these shares."""
        for _ in range(round(seconds / look)):
            self.now, self.waited, self.cpu = self.now + look, self.waited + waiting * look, self.cpu + working * look
            self.watch.spend("probing", self.waited, self.cpu)

    def said(self, seconds: float) -> tuple[Status, str] | None:
        breach = self.watch.breach("probing", seconds)
        return None if breach is None else (breach.status, breach.message)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_waiting_for_a_busy_machine_is_not_held_against_a_submission(clock: Clock) -> None:
    clock.run(8, waiting=0.75, working=0.25)
    assert clock.said(3) is None
    clock.run(2, working=1)
    assert clock.said(3) == (Status.TIMEOUT, "probing took longer than 3 s")


def test_neither_is_a_grader_that_looks_late(clock: Clock) -> None:
    clock.run(8, look=4)
    assert clock.said(3) is None


def test_patience_with_a_busy_machine_ends_as_the_graders_error(clock: Clock) -> None:
    clock.run(119, waiting=0.95, working=0.05)
    assert clock.said(10) is None
    clock.run(2, waiting=0.95, working=0.05)
    status, message = clock.said(10) or (None, "")
    assert status is Status.GRADER_ERROR
    assert message == "the machine was too busy: probing got 6.1 s of processor time in 121 s"


def test_a_loop_is_timed_out_on_a_busy_machine_once_it_has_used_up_its_time(clock: Clock) -> None:
    clock.run(31, waiting=0.8, working=0.2)
    assert clock.said(10) is None
    clock.run(20, waiting=0.8, working=0.2)
    assert clock.said(10) == (Status.TIMEOUT, "probing took longer than 10 s")


def test_a_submission_that_keeps_its_own_threads_waiting_is_timed_out(clock: Clock) -> None:
    clock.run(31, waiting=8, working=2)
    assert clock.said(10) == (Status.TIMEOUT, "probing took longer than 10 s")


def test_sleeping_is_timed_out_on_a_busy_machine_too(clock: Clock) -> None:
    clock.run(12, waiting=0.1)
    assert clock.said(10) == (Status.TIMEOUT, "probing took longer than 10 s")
