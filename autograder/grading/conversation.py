"""One worker from its start to its end: sends the job, reads frames and output, enforces the limits."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from autograder.checks.engine.probe import Probe
from autograder.grading.frames import FrameReader, ProtocolViolation, printable
from autograder.grading.limits import MIB, Limits
from autograder.grading.monitor import WHOLE, Breach, Gauge, Stopwatch
from autograder.grading.sandbox import Cell, Sandbox
from autograder.grading.statuses import Status
from autograder.grading.transcript import Transcript

_POLL = 0.05
_CHUNK = 2**20
_BETWEEN_SECONDS = 10.0
_LAST_WORDS = 5.0
_PIPE = 2**20
_WORKER = "autograder.checks.engine.worker"


@dataclass(frozen=True)
class Stop:
    """Why a worker ended before it was done. `named` is a probe that a forged frame named."""

    breach: Breach
    named: str | None = None
    out_of_time: bool = False
    tampered: bool = False


@dataclass(frozen=True)
class Ended:
    """A finished conversation; `stop` is None when every probe ran to its end.

    watch: what the submission used so far, in this and in earlier workers.
    """

    transcript: Transcript
    stop: Stop | None
    watch: Stopwatch
    cpu_seconds: float
    peak: int
    output: str


def converse(
    sandbox: Sandbox, root: Path, probes: Sequence[Probe], seed: int, limits: Limits, after: Stopwatch | None
) -> Ended:
    """Run `probes` in one worker; `after` is the stopwatch of the submission's last one.

    When this returns, nothing of the worker is left. Raises OSError.
    """
    reading, writing = os.pipe()
    with contextlib.suppress(OSError):  # an ordinary user has a quota
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _PIPE)
    try:
        try:
            cell = sandbox.start(root, ["-m", _WORKER, str(writing)], [writing], limits)
        finally:
            os.close(writing)
        conversation = _Conversation(cell, probes, limits, Stopwatch(after), reading)
        try:
            _send_job(cell, probes, seed, limits)
            stop = conversation.follow()
            gauge = conversation.gauge
            gauge.breach()
        finally:
            cell.end()
        return Ended(
            conversation.transcript, stop, conversation.watch, gauge.cpu_seconds, gauge.peak, conversation.output
        )
    finally:
        os.close(reading)


def _send_job(cell: Cell, probes: Sequence[Probe], seed: int, limits: Limits) -> None:
    job = {
        "root": cell.place.root,
        "seed": seed,
        "probes": [probe.name for probe in probes],
        "threads": limits.threads,
        "uid": cell.place.uid,
        "limits": limits.for_kernel(cell.place.processes),
    }
    assert cell.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        cell.stdin.write(json.dumps(job).encode())
        cell.stdin.close()


class _Conversation:
    def __init__(self, cell: Cell, probes: Sequence[Probe], limits: Limits, watch: Stopwatch, reading: int) -> None:
        self.transcript, self.gauge = Transcript(probes), Gauge(cell, limits)
        self._cell, self._limits, self.watch, self._frames = cell, limits, watch, reading
        self._reader = FrameReader(limits.evidence)
        self._kept, self._written, self._open = bytearray(), 0, True
        self._looked = 0.0

    @property
    def output(self) -> str:
        return printable(self._kept.decode(errors="replace"))

    def follow(self) -> Stop | None:
        """Listen until the worker is done, dead or over a limit."""
        with selectors.DefaultSelector() as selector:
            for stream in (self._frames, self._cell.stdout, self._cell.stderr):
                assert stream is not None
                os.set_blocking(stream if isinstance(stream, int) else stream.fileno(), False)
                selector.register(stream, selectors.EVENT_READ)
            try:
                return self._listen(selector)
            except ProtocolViolation as wrong:
                message = f"the worker's messages were tampered with: {wrong}"
                return Stop(Breach(Status.CRASHED, message), named=wrong.probe, tampered=True)

    def _listen(self, selector: selectors.BaseSelector) -> Stop | None:
        while True:
            # asked before reading, so that what a dead worker still left in the pipe is read
            dead = self._cell.exited() is not None
            for key, _ in selector.select(0 if dead else _POLL):
                if not self._take(key.fileobj):
                    selector.unregister(key.fileobj)
            if self.transcript.done:
                return None
            if dead or not self._open:
                return Stop(self._obituary())
            stop = self._look()
            if stop is not None:
                return stop

    def _take(self, source: int | IO[bytes] | object) -> bool:
        """Read what has come; False at the end of the stream."""
        fd = source if isinstance(source, int) else source.fileno()  # type: ignore[attr-defined]
        try:
            data = os.read(fd, _CHUNK)
        except BlockingIOError:
            return True
        if fd != self._frames:
            self._written += len(data)
            self._kept += data[: max(0, self._limits.kept_output - len(self._kept))]
        elif data:
            self._hear(data)
        else:
            self._open = False
        return bool(data)

    def _hear(self, data: bytes) -> None:
        for frame in self._reader.feed(data):
            self.watch.spend(self._activity()[0], self.gauge.waited, self.gauge.cpu_seconds)
            self.transcript.accept(frame)
            if self.transcript.done:
                return

    def _look(self) -> Stop | None:
        """Check the limits, at most once a polling interval."""
        now = time.monotonic()
        if now - self._looked < _POLL:
            return None
        self._looked = now
        if self._written > self._limits.output:
            return Stop(Breach(Status.CRASHED, f"more than {self._limits.output // MIB} MiB of output were printed"))
        breach = self.gauge.breach()
        if breach is not None:
            return Stop(breach)
        activity, seconds = self._activity()
        self.watch.spend(activity, self.gauge.waited, self.gauge.cpu_seconds)
        late = self.watch.breach(WHOLE, self._limits.total_seconds)
        if late is not None:
            return Stop(late, out_of_time=True)
        breach = self.watch.breach(activity, seconds)
        return None if breach is None else Stop(breach)

    def _activity(self) -> tuple[str, float]:
        """What the worker claims to do, in words, and how long it may take."""
        claimed = self.transcript
        if not claimed.ready:
            return "starting", self._limits.startup_seconds
        if claimed.importing is not None:
            return f"importing {claimed.importing}.py", self._limits.import_seconds
        if claimed.open is not None:
            return claimed.open.title, min(claimed.open.seconds, self._limits.probe_seconds)
        return "ending", _BETWEEN_SECONDS

    def _obituary(self) -> Breach:
        """How the worker ended, once it stopped talking."""
        until = time.monotonic() + _LAST_WORDS
        while (how := self._cell.exited()) is None and time.monotonic() < until:
            time.sleep(0.005)
        if how is None:
            return Breach(Status.CRASHED, "the worker's messages were tampered with: the connection was closed")
        if how.signal is not None and how.signal.name == "SIGXCPU":
            return Breach(Status.TIMEOUT, f"more than {self._limits.total_seconds:g} s of processor time were used")
        if how.signal is not None:
            return Breach(Status.CRASHED, f"the process was ended by {how.signal.name} while this ran")
        return Breach(Status.CRASHED, f"the process ended itself (exit status {how.code}) while this ran")
