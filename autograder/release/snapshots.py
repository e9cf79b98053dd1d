"""Makes the student kit's snapshots: evidence from the public seed, for public checks only.

A mistake is run on the probes that the catalogue says tell it from the reference; running it on
the others too took twice the time and, in hw2_cnn, found nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from autograder.checks.engine.collecting import Collected, Finish
from autograder.checks.engine.comparing import compare
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Probe, find_probe
from autograder.checks.engine.snapshot import KnownMistake, Snapshot, write_snapshot
from autograder.grading.homework import Homework
from autograder.grading.rubric import Check
from autograder.grading.store import EvidenceStore
from reference_solutions.mistakes.variant import Variant

PUBLIC_SEED = 20240229


def public_checks(homework: Homework) -> list[Check]:
    """The probe checks that students see before they hand in."""
    return [c for c in homework.rubric.checks() if c.kind == "probe" and c.visibility == "public"]


def public_evidence(homework: Homework) -> dict[str, tuple[str, ...]]:
    """Keys of evidence that public checks look at, by probe."""
    keys: dict[str, dict[str, None]] = {}
    for check in public_checks(homework):
        if check.probe:
            keys.setdefault(check.probe, {}).update(dict.fromkeys(check.evidence))
    return {probe: tuple(found) for probe, found in keys.items()}


def write_snapshots(homework: Homework, folder: Path, store: EvidenceStore, mistakes: Sequence[Variant]) -> None:
    """Write the snapshot of every probe that a public check uses, with those of `mistakes` that show in it.

    Raises RuntimeError when the reference fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(find_probe(name), keys) for name, keys in public_evidence(homework).items()]
    runs = {
        (probe.name, mistake.id): store.request_variant(mistake, probe.name, PUBLIC_SEED)
        for probe, _ in wanted
        for mistake in mistakes
        if probe.name in mistake.probes
    }
    for probe, keys in wanted:
        expected = store.reference(probe.name, PUBLIC_SEED).evidence
        known = _known(probe, mistakes, runs, {key: expected[key] for key in keys})
        write_snapshot(folder, Snapshot(probe.name, {key: expected[key] for key in keys}, tuple(known)))


def _known(
    probe: Probe,
    mistakes: Sequence[Variant],
    runs: dict[tuple[str, str], Future[Collected]],
    expected: dict[str, Value],
) -> list[KnownMistake]:
    """The mistakes that show in `expected`'s keys, with the evidence they give there."""
    found = []
    for mistake in mistakes:
        if (probe.name, mistake.id) not in runs:
            continue
        run = runs[probe.name, mistake.id].result()
        evidence = {key: value for key, value in run.evidence.items() if key in expected}
        differing = [key for key, value in evidence.items() if _differs(probe, key, value, expected)]
        if differing or run.finish.violations or len(evidence) < len(expected):
            # Only the first line of an error: those below quote the mistake's source.
            finish = Finish(run.finish.ending, run.finish.message.split("\n")[0], run.finish.violations)
            kept = {key: value if key in differing else expected[key] for key, value in evidence.items()}
            found.append(KnownMistake(mistake.sentence, finish, kept))
    return found


def _differs(probe: Probe, key: str, value: Value, expected: dict[str, Value]) -> bool:
    draws = Draws(PUBLIC_SEED, probe.name)
    return not compare(value, expected[key], probe.criteria[key], draws).matches


def snapshot_files(folder: Path) -> list[Path]:
    """The files that `write_snapshots` wrote, in order of name."""
    return sorted(folder.iterdir())
