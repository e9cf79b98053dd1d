"""Runs the public checks of a student kit on the files beside it, and says in words what came out.

Everything here is the student's own copy: a tampered kit deceives its owner and nobody else.
"""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from autograder.checks.engine.code import Code
from autograder.checks.engine.collecting import Collected, Finish, collect
from autograder.checks.engine.comparing import compare
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.matching import agreement, explains
from autograder.checks.engine.probe import Probe, find_probe
from autograder.checks.engine.snapshot import KnownMistake, Snapshot, read_snapshot
from autograder.checks.engine.time_limit import TimeUp, within

CHECKS = Path("tests") / "public_checks.json"
SNAPSHOTS = Path("tests") / "snapshots"
# The grader's limit is for a server's core; a laptop on battery gets twice that.
PATIENCE = 2.0

OutcomeStatus = Literal["passed", "failed", "not attempted"]


@dataclass(frozen=True)
class PublicCheck:
    """A check whose outcome students see before they hand in."""

    id: str
    title: str
    problem: str
    points: float
    bonus: bool
    requires: tuple[str, ...]
    probe: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class PublicOutcome:
    """How a public check ended; `mistake` is the sentence of the known mistake behind a failure."""

    status: OutcomeStatus
    message: str = ""
    mistake: str = ""

    @property
    def text(self) -> str:
        """What the student reads, under pytest and in a notebook; empty when there is nothing to say."""
        if self.status == "not attempted":
            return f"not attempted: {self.message}"
        return f"{self.message}\nMistake: {self.mistake}" if self.mistake else self.message


class PublicSession:
    """The checks of the kit in `root`; each probe runs once, when a check first asks for it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._table: dict[str, Any] = json.loads((self.root / CHECKS).read_text(encoding="utf-8"))
        self._collected: dict[str, Collected] = {}
        self._hanging: dict[str, str] = {}
        self._importing: str | None = None
        self._named: list[str] = []

    @property
    def problems(self) -> dict[str, str]:
        """Titles of the homework's problems that have public checks, by id."""
        return {p["id"]: p["title"] for p in self._table["problems"]}

    @cached_property
    def checks(self) -> tuple[PublicCheck, ...]:
        """Public checks in the rubric's order."""
        return tuple(PublicCheck(**_with_tuples(check)) for check in self._table["checks"])

    def outcome(self, check: PublicCheck) -> PublicOutcome:
        """Judge one check, and name the mistake behind a failure where one fits."""
        probe = find_probe(check.probe)
        collected, snapshot = self._collect(probe), read_snapshot(self.root / SNAPSHOTS, probe.name)
        found, failing = self._judge(check, probe, collected, snapshot)
        if found.status == "failed":
            return PublicOutcome("failed", found.message, self._name(probe, collected, failing, snapshot))
        if found.status == "passed":
            known = {c.id: c for c in self.checks}
            blocked = [r for r in check.requires if r in known and self.outcome(known[r]).status != "passed"]
            if blocked:
                return PublicOutcome("failed", f"right, but it counts only once {' and '.join(blocked)} passes")
        return found

    @cached_property
    def _code(self) -> Code:
        return Code(self.root, self._note_import).__enter__()

    def _note_import(self, name: str, done: bool) -> None:
        self._importing = None if done else name

    def _draws(self, probe: Probe) -> Draws:
        return Draws(self._table["seed"], probe.name)

    def _collect(self, probe: Probe) -> Collected:
        if probe.name not in self._collected:
            self._collected[probe.name] = self._run(probe)
        return self._collected[probe.name]

    def _run(self, probe: Probe) -> Collected:
        for module in probe.modules:
            if module in self._hanging:
                return Collected(Finish("error", self._hanging[module]))
        limit = PATIENCE * probe.seconds
        self._importing = None
        try:
            return within(limit, lambda: collect(probe, self._code, self._draws(probe), self.root))
        except TimeUp as stopped:
            start = f"importing {self._importing}.py took" if self._importing else "it took"
            end = f"was stopped{self._place(stopped)}; is there an endless loop?"
            message = f"{start} longer than {limit:g} s and {end}"
            if self._importing:
                self._hanging[self._importing] = message
            return Collected(Finish("error", message))

    def _place(self, stopped: TimeUp) -> str:
        """Where in the student's files code was stopped, in words."""
        frames = [f for f in traceback.extract_tb(stopped.__traceback__) if Path(f.filename).parent == self.root]
        return f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""

    def _judge(
        self, check: PublicCheck, probe: Probe, collected: Collected, snapshot: Snapshot
    ) -> tuple[PublicOutcome, tuple[str, ...]]:
        """The outcome as the grader would see it, and the keys whose evidence differs when all of it came."""
        finish = collected.finish
        if finish.violations:
            used = ", ".join(finish.violations)
            return PublicOutcome("failed", f"{used} was used here, which the handout rules out"), ()
        missing = [key for key in check.evidence if key not in collected.evidence]
        verdicts = {
            key: compare(collected.evidence[key], snapshot.expected[key], probe.criteria[key], self._draws(probe))
            for key in check.evidence
            if key not in missing
        }
        wrong = {key: verdict for key, verdict in verdicts.items() if not verdict.matches}
        if missing and finish.ending == "not_attempted":
            return PublicOutcome("not attempted", finish.message or "not written yet"), ()
        if missing:
            call = probe.criteria[missing[0]].call
            return PublicOutcome("failed", f"{call}: {finish.message or 'nothing came back'}"), ()
        if wrong:
            return PublicOutcome("failed", "\n".join(v.sentence for v in wrong.values())), tuple(wrong)
        return PublicOutcome("passed"), ()

    def _name(self, probe: Probe, collected: Collected, failing: tuple[str, ...], snapshot: Snapshot) -> str:
        """The sentence of the mistake that fits best; one already named on another check goes first."""

        def fits(mistake: KnownMistake) -> bool:
            mine, theirs = collected.finish, mistake.finish
            if mine.violations or theirs.violations:
                return mine.violations == theirs.violations
            if not failing:
                return mine.ending == theirs.ending and mine.message.split("\n")[0] == theirs.message
            evidence = (collected.evidence, mistake.evidence, snapshot.expected)
            return explains(probe, self._draws(probe), failing, *evidence)

        named = [m for m in snapshot.mistakes if m.sentence in self._named]
        for group in (named, snapshot.mistakes):
            fitting = [m for m in group if fits(m)]
            if fitting:
                draws = self._draws(probe)
                best = max(fitting, key=lambda m: agreement(probe, draws, collected.evidence, m.evidence))
                self._named.append(best.sentence)
                return best.sentence
        return ""


def _with_tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
