"""No hostile or broken submission earns what it has not earned, leaves anything behind, or stops the run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from autograder.checks.engine.probe import find_probe
from autograder.grading.sandbox import open_sandbox
from autograder.grading.worker_client import ProbeOutcome

Earned = Callable[[str, ProbeOutcome], set[str]]


def check_outcome(name: str, outcome: ProbeOutcome, expected: str, attack: Any, earned: Earned) -> None:
    keys, got = set(find_probe(f"activations.{name}").criteria), earned(name, outcome)
    found = str(outcome.status or ("honest" if got == keys else "wrong"))
    assert found in expected.split("|"), outcome
    if found == "wrong":
        assert got == (attack.earned & keys)
    if found != "honest":
        assert got < keys
    if outcome.status is not None:
        assert outcome.message or found == "not_attempted"


def test_attack_ends_as_expected_and_leaves_nothing_behind(attack: Any, arena: Any, earned: Earned) -> None:
    aftermath = arena.aftermath(attack)
    report = aftermath.report
    for name, expected in attack.expected.items():
        check_outcome(name, report.outcomes[f"activations.{name}"], expected, attack, earned)
    if attack.says is not None:
        assert any(re.search(attack.says, o.message) for o in report.outcomes.values()), report.outcomes
    if attack.restarts is not None:
        assert report.restarts == attack.restarts
    assert aftermath.processes == []
    assert aftermath.changed == []
    assert aftermath.outside == []
    assert aftermath.secrets == []
    assert not aftermath.reached


def test_an_honest_submission_beside_and_after_the_attacks_gets_full_evidence(arena: Any, earned: Earned) -> None:
    honest = next(a for a in arena._order if a.name == "byte_order_mark")
    rough = ("fork_in_a_loop", "kill_everything", "memory_of_children", "shared_memory")
    beside = [arena._pool.submit(arena.run, a) for a in arena._order if a.name in rough]
    for _ in range(2):
        report = arena.run(honest).report
        for name in ("swish", "derivative"):
            check_outcome(name, report.outcomes[f"activations.{name}"], "honest", honest, earned)
        for future in beside:
            future.result()


def test_nothing_reaches_the_next_submission_of_the_same_launcher(arena: Any, earned: Earned) -> None:
    names = ("poisoned_modules", "poisoned_state", "poisoned_memory", "files_and_queues_of_others", "eight_gigabytes")
    honest = next(a for a in arena._order if a.name == "byte_order_mark")
    spying = next(a for a in arena._order if a.name == "files_and_queues_of_others")
    for attack in (a for a in arena._order if a.name in names):
        arena.run(attack)
        report = arena.run(honest).report
        for name in ("swish", "derivative"):
            check_outcome(name, report.outcomes[f"activations.{name}"], "honest", honest, earned)
        found = arena.run(spying).report.outcomes["activations.swish"].message
        assert "found [], queue -1" in found


def test_without_a_sandbox_the_same_attack_would_find_the_secret(arena: Any) -> None:
    prying = next(a for a in arena._order if a.name == "read_hidden_labels_and_others")
    confined, arena.sandbox = arena.sandbox, open_sandbox("none")
    try:
        assert arena.run(prying).secrets
    finally:
        arena.sandbox = confined


def test_the_corpus_is_as_large_as_promised(arena: Any) -> None:
    assert len({attack.name for attack in arena._order}) == len(arena._order) >= 100
