"""Runs the corpus of hostile and broken submissions through each real sandbox, two at a time."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import autograder
from autograder.checks.engine.code import Code
from autograder.checks.engine.collecting import collect
from autograder.checks.engine.comparing import compare
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import find_probe
from autograder.grading.limits import MIB, Limits
from autograder.grading.sandbox import Sandbox, open_sandbox
from autograder.grading.sources import reference_source
from autograder.grading.worker_client import ProbeOutcome, WorkerReport, run_probes

CORPUS = Path(__file__).parent / "corpus"
LIMITS = Limits(
    total_seconds=60,
    import_seconds=2,
    probe_seconds=3,
    memory=1280 * MIB,
    temporary=96 * MIB,
    evidence=16 * MIB,
    kept_output=400_000,
)
SEED = 20_260_101
_HEADER = re.compile(r"^# === (\w+): (.*)\n", re.MULTILINE)
_FILE = re.compile(r"^# --- (\S+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Attack:
    """One submission of the corpus and its expected outcome.

    `expected` maps probes to statuses: "honest" is complete with right evidence, "wrong" complete
    with no right evidence but that in `earned`; alternatives are separated by "|".
    """

    name: str
    files: dict[str, str | bytes]
    expected: dict[str, str]
    earned: frozenset[str] = frozenset()
    says: str | None = None
    restarts: int | None = None


@dataclass
class Aftermath:
    """What an attack left: its report, and traces of it outside."""

    report: WorkerReport
    processes: list[str]
    changed: list[str]
    outside: list[str]
    reached: bool
    secrets: list[str] = field(default_factory=list)


def parse(theme: Path) -> Iterator[Attack]:
    """Attacks in a file of the corpus: a header line with the outcome, then activations.py or several files."""
    _, *parts = _HEADER.split(theme.read_text(encoding="utf-8"))
    for name, header, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        words = dict(word.split("=", 1) for word in shlex.split(header))
        head, *others = _FILE.split(text)
        files = dict(zip(others[::2], others[1::2], strict=True)) if others else {"activations.py": head}
        yield Attack(
            name=name,
            files=dict(files),
            expected={key: words[key] for key in ("swish", "derivative") if key in words},
            earned=frozenset(words.get("earned", "none").split(",")) - {"none"},
            says=words.get("says"),
            restarts=int(words["restarts"]) if "restarts" in words else None,
        )


def attacks() -> list[Attack]:
    """The whole corpus."""
    found = [attack for theme in sorted(CORPUS.glob("*.txt")) for attack in parse(theme)]
    honest = "from honest import *\nfrom honest import Swish, swish, swish_derivative\n"
    both = {"swish": "honest", "derivative": "honest"}
    return [
        *found,
        Attack("utf16", {"activations.py": honest.encode("utf-16")}, {"swish": "error"}, says="SyntaxError"),
        Attack("byte_order_mark", {"activations.py": honest.encode("utf-8-sig")}, both),
        Attack("null_bytes", {"activations.py": honest.encode() + b"\0"}, {"swish": "error"}, says="null bytes"),
        Attack("file_missing", {"other.py": honest}, {"swish": "error"}, says=r"activations\.py is missing"),
        Attack("a_folder_for_a_file", {"activations.py/x.py": honest}, {"swish": "error"}, says="missing"),
    ]


class Arena:
    """Runs attacks, the next ones ahead of time, and looks at what each left behind."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.secret = secrets.token_hex(16)
        (folder / "secrets").mkdir()
        (folder / "secrets" / "solution.csv").write_text(self.secret)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.abstract = f"autograder-{secrets.token_hex(8)}"
        self.unix_listener = socket.socket(socket.AF_UNIX)
        self.unix_listener.bind(f"\0{self.abstract}")
        self.unix_listener.listen()
        self.unix_listener.setblocking(False)
        self._order = attacks()
        self._ahead = 1 if "PYTEST_XDIST_WORKER" in os.environ else 3
        self._pool = ThreadPoolExecutor(2)
        self._runs: dict[str, Future[Aftermath]] = {}

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self.sandbox.close()
        self.listener.close()
        self.unix_listener.close()

    def aftermath(self, attack: Attack) -> Aftermath:
        """The outcome of an attack."""
        at = next(i for i, a in enumerate(self._order) if a.name == attack.name)
        for each in self._order[at : at + self._ahead]:
            if each.name not in self._runs:
                self._runs[each.name] = self._pool.submit(self.run, each)
        return self._runs[attack.name].result()

    def run(self, attack: Attack, limits: Limits = LIMITS) -> Aftermath:
        """Run one attack now."""
        token = str(10_000_000 + secrets.randbelow(80_000_000))
        root, outside = self.folder / f"{attack.name}-{token}", self.folder / f"outside-{token}"
        outside.mkdir()
        written = self._write(attack, root, outside, token)
        report = run_probes(root, [find_probe(f"activations.{p}") for p in attack.expected], SEED, self.sandbox, limits)
        after = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        return Aftermath(
            report,
            processes=[line for line in _command_lines() if token in line],
            changed=sorted(name for name in {*after, *written} if after.get(name) != written.get(name)),
            outside=[p.name for p in outside.iterdir()],
            reached=self._was_reached(),
            secrets=[text[:300] for text in _texts(report) if self.secret in text],
        )

    def _write(self, attack: Attack, root: Path, outside: Path, token: str) -> dict[str, bytes]:
        files = {"honest.py": reference_source("activations"), "forge.py": (CORPUS / "forge.txt").read_text()}
        checkout = Path(autograder.__file__).parent.parent
        places = {"SECRETS": self.folder / "secrets", "SECRET": self.secret[:31], "OUTSIDE": outside, "TOKEN": token}
        places |= {"CHECKOUT": checkout, "PORT": self.listener.getsockname()[1], "ABSTRACT": self.abstract}
        written = {}
        for name, content in (files | attack.files).items():
            if isinstance(content, str):
                for key, value in places.items():
                    content = content.replace(f"@{key}@", str(value))
                content = content.encode()
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written[name] = content
        return written

    def _was_reached(self) -> bool:
        for listener in (self.listener, self.unix_listener):
            try:
                listener.accept()
            except BlockingIOError:
                continue
            return True
        return False


def _command_lines() -> list[str]:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return lines


def _texts(report: WorkerReport) -> list[str]:
    return [report.output, *(f"{o.message} {o.evidence}" for o in report.outcomes.values())]


@pytest.fixture(scope="session", params=["warm", pytest.param("bwrap", marks=pytest.mark.slow)])
def arena(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    os.environ["AUTOGRADER_TEST_SECRET"] = "set below"
    arena = Arena(tmp_path_factory.mktemp("arena"), open_sandbox(request.param))
    os.environ["AUTOGRADER_TEST_SECRET"] = arena.secret
    yield arena
    del os.environ["AUTOGRADER_TEST_SECRET"]
    arena.close()


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Value]]:
    """Evidence of the honest implementation, by probe and key."""
    root = tmp_path_factory.mktemp("reference")
    (root / "activations.py").write_text(reference_source("activations"))
    found = {}
    for name in ("swish", "derivative"):
        probe = find_probe(f"activations.{name}")
        with Code(root) as code:
            found[name] = collect(probe, code, Draws(SEED, probe.name), root).evidence
    return found


@pytest.fixture
def earned(reference: dict[str, dict[str, Value]]) -> object:
    """Keys whose evidence is as good as the honest implementation's."""

    def judge(name: str, outcome: ProbeOutcome) -> set[str]:
        probe, draws = find_probe(f"activations.{name}"), Draws(SEED, f"activations.{name}")
        return {
            key
            for key, value in outcome.evidence.items()
            if compare(value, reference[name][key], probe.criteria[key], draws).matches
        }

    return judge


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "attack" in metafunc.fixturenames:
        metafunc.parametrize("attack", attacks(), ids=lambda a: a.name)
