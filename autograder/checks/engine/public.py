"""The pytest side of a student kit: one test a public check, and a table problem by problem at the end.

Travels in the kit and is used there only; the one module under checks that needs pytest.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.checks.engine.public_session import PublicCheck, PublicOutcome, PublicSession

ROOT = Path(__file__).resolve().parents[3]
PROPERTY = "public_outcome"
_COLOURS = {"passed": {"green": True}, "failed": {"red": True}}


def pytest_configure(config: pytest.Config) -> None:
    """Make the one session that the tests and the table share."""
    # As the grader does; for tensors this small further threads only wait for each other.
    torch.set_num_threads(1)
    config.stash[_SESSION] = PublicSession(ROOT)


_SESSION = pytest.StashKey[PublicSession]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each public check, named PROBLEM/CHECK."""
    if "public_check" in metafunc.fixturenames:
        checks = metafunc.config.stash[_SESSION].checks
        metafunc.parametrize("public_check", checks, ids=[f"{c.problem}/{c.id}" for c in checks])


@pytest.fixture
def public_outcome(public_check: PublicCheck, request: pytest.FixtureRequest) -> PublicOutcome:
    """The outcome of the test's check, kept for the table."""
    outcome = request.config.stash[_SESSION].outcome(public_check)
    request.node.user_properties.append((PROPERTY, {"check": public_check.id, **asdict(outcome)}))
    return outcome


def report(outcome: PublicOutcome) -> None:
    """Pass, skip or fail the running test, with the outcome's message and no traceback."""
    if outcome.status == "not attempted":
        pytest.skip(outcome.text)
    if outcome.status == "failed":
        pytest.fail(outcome.text, pytrace=False)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The table: what passed, what failed and why, what is not attempted, and the public points."""
    session = config.stash[_SESSION]
    outcomes: dict[str, dict[str, str]] = {}
    for status in ("passed", "failed", "skipped"):
        for test in terminalreporter.stats.get(status, []):
            kept = dict(getattr(test, "user_properties", ())).get(PROPERTY)
            if kept:
                outcomes[kept["check"]] = kept
    if outcomes:
        terminalreporter.section("public checks")
        for problem, title in session.problems.items():
            _write_problem(terminalreporter, title, problem, session, outcomes)
        terminalreporter.write_line("")
        terminalreporter.write_line(_total(session, outcomes), bold=True)


def _write_problem(
    terminal: Any, title: str, problem: str, session: PublicSession, outcomes: dict[str, dict[str, str]]
) -> None:
    terminal.write_line(f"{problem}  {title}", bold=True)
    for check in (c for c in session.checks if c.problem == problem):
        outcome = outcomes.get(check.id, {"status": "not run", "message": "", "mistake": ""})
        status = outcome["status"]
        earned = check.points if status == "passed" else 0
        bonus = " bonus" if check.bonus else ""
        line = f"  {status:<13} {earned:g}/{check.points:g}{bonus}  {check.title}  ({check.id})"
        terminal.write_line(line, **_COLOURS.get(status, {}))
        if status == "failed":
            terminal.write_line(f"      {outcome['mistake'] or outcome['message'].splitlines()[0]}")
        elif status == "not attempted":
            terminal.write_line(f"      {outcome['message']}")


def _total(session: PublicSession, outcomes: dict[str, dict[str, str]]) -> str:
    def points(bonus: bool, everything: bool) -> float:
        right = [c for c in session.checks if everything or outcomes.get(c.id, {}).get("status") == "passed"]
        return sum(c.points for c in right if c.bonus == bonus)

    line = f"public {points(False, False):g}/{points(False, True):g} points"
    if points(True, True):
        line += f", bonus {points(True, False):g}/{points(True, True):g}"
    return f"{line}; hidden checks run after submission"
