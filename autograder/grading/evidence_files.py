"""Evidence of trusted code kept between runs, one file a probe run, named by everything that decides it."""

from __future__ import annotations

import hashlib
import platform
import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch

import autograder
from autograder.checks.engine.collecting import Collected, Finish
from autograder.checks.engine.evidence import Value, encode_frame
from autograder.grading.frames import FrameReader, ProtocolViolation
from autograder.grading.sources import reference_source
from autograder.grading.whole_files import write_whole

_SUFFIX = ".frames"
_LARGEST = 2**30


class EvidenceFiles:
    """A private folder of evidence. What is in it are answers: it must lie where no worker can read.

    The format is that of the workers' pipe (JSON and safetensors; nothing is unpickled). A file that cannot be
    read, or was cut short, counts as absent.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, modules: Sequence[str], changed: Mapping[str, str], circumstances: object, *run: object) -> str:
        """The name for a run of a probe: hashes sources, probes, seed, versions and processor."""
        digest = hashlib.sha256(repr((circumstances, run, sorted(changed.items()))).encode())
        for module in modules:
            digest.update(repr((module, changed.get(module) or reference_source(module))).encode())
        return hashlib.sha256(digest.digest() + _surroundings()).hexdigest()[:32]

    def read(self, key: str) -> Collected | None:
        """The evidence called `key`, if it is there and whole."""
        evidence: dict[str, Value] = {}
        try:
            data = (self._folder / f"{key}{_SUFFIX}").read_bytes()
            for frame in FrameReader(_LARGEST).feed(data):
                if frame.event == "end":
                    return Collected(Finish(frame.ending, frame.message, frame.violations), evidence)  # type: ignore[arg-type]
                assert frame.value is not None
                evidence[frame.key] = frame.value
        except (OSError, ProtocolViolation):
            pass
        return None

    def write(self, key: str, probe: str, collected: Collected) -> None:
        """Keep evidence, whole or not at all; a full disk keeps nothing."""
        finish = collected.finish
        frames = [
            encode_frame({"event": "evidence", "probe": probe, "key": k}, v) for k, v in collected.evidence.items()
        ]
        ending = {"ending": finish.ending, "message": finish.message, "violations": list(finish.violations)}
        frames.append(encode_frame({"event": "end", "probe": probe, **ending}))
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._folder / f"{key}{_SUFFIX}", b"".join(frames))
        except OSError:
            return


def evidence_files(folder: Path, suite: str) -> EvidenceFiles:
    """The files below `folder` for one suite; those of earlier suites, which nothing can ask for again, are removed."""
    for earlier in folder.glob("*") if folder.is_dir() else ():
        if earlier.name != suite:
            shutil.rmtree(earlier, ignore_errors=True)
    return EvidenceFiles(folder / suite)


@cache
def _surroundings() -> bytes:
    """A hash of the probes, their engine, the versions and the kind of processor."""
    found = [torch.__version__, np.__version__, platform.machine(), torch.backends.cpu.get_cpu_capability()]
    digest = hashlib.sha256(repr(found).encode())
    for path in sorted((Path(autograder.__file__).parent / "checks").rglob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()
