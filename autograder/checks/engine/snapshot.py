"""What the reference and the known mistakes give on one probe from the public seed, as files of the student kit.

One PROBE.json with an array file PROBE.npz beside it; nothing is pickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks.engine.collecting import Finish
from autograder.checks.engine.evidence import Value, fill_skeleton


@dataclass(frozen=True)
class KnownMistake:
    """What a named mistake gives on a probe that is there to catch it."""

    sentence: str
    finish: Finish
    evidence: Mapping[str, Value]


@dataclass(frozen=True)
class Snapshot:
    """Evidence of one probe by key: the reference's, and that of the mistakes."""

    probe: str
    expected: Mapping[str, Value]
    mistakes: tuple[KnownMistake, ...]


class _Arrays:
    """Arrays of a snapshot, equal ones stored once."""

    def __init__(self) -> None:
        self.kept: list[np.ndarray] = []
        self._places: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    def skeleton(self, value: Value) -> Any:
        """`value` as JSON, with {"array": number} for each array."""
        if isinstance(value, list):
            return [self.skeleton(item) for item in value]
        if not isinstance(value, np.ndarray):
            return value
        place = self._places.setdefault((value.dtype.str, value.shape, value.tobytes()), len(self.kept))
        if place == len(self.kept):
            self.kept.append(value)
        return {"array": place}


def write_snapshot(folder: Path, snapshot: Snapshot) -> None:
    """Write PROBE.json and PROBE.npz into `folder`; equal snapshots give equal bytes."""
    arrays = _Arrays()
    table = {
        "expected": {key: arrays.skeleton(value) for key, value in snapshot.expected.items()},
        "mistakes": [
            {
                "sentence": m.sentence,
                "ending": m.finish.ending,
                "message": m.finish.message,
                "violations": list(m.finish.violations),
                "evidence": {key: arrays.skeleton(value) for key, value in m.evidence.items()},
            }
            for m in snapshot.mistakes
        ],
    }
    (folder / f"{snapshot.probe}.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    named: dict[str, Any] = {str(number): array for number, array in enumerate(arrays.kept)}
    np.savez_compressed(folder / f"{snapshot.probe}.npz", **named)


def read_snapshot(folder: Path, probe: str) -> Snapshot:
    """Read what `write_snapshot` wrote for `probe`."""
    table = json.loads((folder / f"{probe}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{probe}.npz", allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}

    def values(skeletons: dict[str, Any]) -> dict[str, Value]:
        return {key: fill_skeleton(skeleton, arrays) for key, skeleton in skeletons.items()}

    mistakes = tuple(
        KnownMistake(
            m["sentence"],
            Finish(m["ending"], m["message"], tuple(m["violations"])),
            values(m["evidence"]),
        )
        for m in table["mistakes"]
    )
    return Snapshot(probe, values(table["expected"]), mistakes)
