"""Evidence of trusted code: the reference and the catalogue, each run once and kept.

The runs happen in processes of their own, so that grading threads never fork or wait on each other.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import torch

from autograder.answers.parsing import PARSING
from autograder.checks.engine.code import Code
from autograder.checks.engine.collecting import Collected, collect
from autograder.checks.engine.draws import Conditions, Draws
from autograder.checks.engine.probe import find_probe
from autograder.grading.evidence_files import EvidenceFiles
from autograder.grading.evidence_processes import evidence_pool
from autograder.grading.sources import reference_source, stage
from reference_solutions.mistakes.variant import Variant


@dataclass(frozen=True)
class Circumstances:
    """How a trusted run is done: `conditions` as probes see them, and threads. Runs of another number are run again."""

    conditions: Conditions = Conditions()
    threads: int = 1
    number: int = 1


USUAL = Circumstances()
ANEW = Circumstances(number=2)


class EvidenceStore:
    """Runs probes on trusted submissions staged from the reference, and remembers what came.

    modules: the homework's modules; workers: processes to run in; files: where evidence outlives the store.
    Use as a context manager.
    """

    def __init__(self, modules: Sequence[str], workers: int = 1, files: EvidenceFiles | None = None) -> None:
        self.modules, self._files = tuple(modules), files
        self._pool = evidence_pool(workers)
        self._known: dict[tuple[object, ...], Future[Collected]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> EvidenceStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    def prepare(self, probes: Iterable[str], seed: int) -> None:
        """Have the reference's evidence for all probes. Raises RuntimeError when the reference fails one."""
        probes = list(probes)
        for probe in probes:
            self.request({}, probe, seed)
        for probe in probes:
            self.reference(probe, seed)

    def reference(self, probe: str, seed: int, circumstances: Circumstances = USUAL) -> Collected:
        """The reference's evidence. Raises RuntimeError when the reference itself fails."""
        collected = self.request({}, probe, seed, circumstances).result()
        missing = set(find_probe(probe).criteria) - set(collected.evidence)
        if collected.finish.ending != "complete" or collected.finish.violations or missing:
            raise RuntimeError(f"the reference fails probe {probe}: {collected.finish}, missing {sorted(missing)}")
        return collected

    def variant(self, variant: Variant, probe: str, seed: int) -> Collected:
        """A variant's evidence."""
        return self.request_variant(variant, probe, seed).result()

    def request_variant(self, variant: Variant, probe: str, seed: int) -> Future[Collected]:
        """Start on a variant's evidence without waiting for it."""
        with PARSING:  # some edits are made in the syntax tree
            source = variant.source(reference_source(variant.module))
        return self.request({variant.module: source}, probe, seed)

    def request(
        self, changed: dict[str, str], probe: str, seed: int, circumstances: Circumstances = USUAL
    ) -> Future[Collected]:
        """Start on the evidence of the reference with some modules replaced by other sources."""
        key = (tuple(sorted(changed.items())), probe, seed, circumstances)
        with self._lock:
            if key not in self._known:
                self._known[key] = self._begin(changed, probe, seed, circumstances)
            return self._known[key]

    def _begin(self, changed: dict[str, str], probe: str, seed: int, how: Circumstances) -> Future[Collected]:
        """Read the evidence from its file, or start on it and have it written."""
        files = self._files
        if files is None:
            return self._pool.submit(_run, self.modules, changed, probe, seed, how)
        name = files.key(self.modules, changed, how, probe, seed)
        kept = files.read(name)
        if kept is not None:
            found: Future[Collected] = Future()
            found.set_result(kept)
            return found
        running = self._pool.submit(_run, self.modules, changed, probe, seed, how)
        running.add_done_callback(lambda done: _keep(files, name, probe, done))
        return running


def _keep(files: EvidenceFiles, name: str, probe: str, done: Future[Collected]) -> None:
    if not done.cancelled() and done.exception() is None:
        files.write(name, probe, done.result())


def _run(modules: Sequence[str], changed: dict[str, str], name: str, seed: int, how: Circumstances) -> Collected:
    """Stage a submission and collect one probe's evidence on it (in a pool process)."""
    torch.set_num_threads(how.threads)
    probe = find_probe(name)
    with tempfile.TemporaryDirectory(prefix="staged-") as folder:
        root = stage(modules, changed, Path(folder))
        with Code(root) as code:
            return collect(probe, code, Draws(seed, name, how.conditions), root)
