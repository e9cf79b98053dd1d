"""What one run of a worker has claimed so far: which probes ended, which one is open, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Probe
from autograder.grading.frames import Frame, ProtocolViolation


@dataclass
class Claims:
    """Evidence of one probe; `end` is the frame that closed it."""

    evidence: dict[str, Value] = field(default_factory=dict)
    end: Frame | None = None


class Transcript:
    """Accepts frames only in the order in which an honest worker sends them.

    Probes begin in the order of the job, one is open at a time, evidence is for the open one, each key
    once, and nothing comes after the end of a probe but the next one. Student code can write frames
    too. A forged end or beginning can only lose: the worker's own frame then follows out of order,
    which costs the probe that it names.
    """

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._waiting = list(probes)
        self.claims: dict[str, Claims] = {}
        self.ready = self.done = False
        self.open: Probe | None = None
        self.latest: Probe | None = None
        self.importing: str | None = None

    def accept(self, frame: Frame) -> None:
        """Take in one frame. Raises ProtocolViolation."""
        if self.done or self.ready != (frame.event != "ready"):
            raise ProtocolViolation("a message came back out of order", frame.probe or None)
        getattr(self, f"_{frame.event}")(frame)

    def _ready(self, frame: Frame) -> None:
        self.ready = True

    def _begin(self, frame: Frame) -> None:
        if self.open is not None or not self._waiting or self._waiting[0].name != frame.probe:
            raise ProtocolViolation("a probe was begun out of order", frame.probe)
        self.open = self.latest = self._waiting.pop(0)
        self.claims[frame.probe] = Claims()

    def _importing(self, frame: Frame) -> None:
        # an import that raised is not followed by `imported`
        if self.open is None or not frame.module.isidentifier():
            raise ProtocolViolation("an import was announced out of order")
        self.importing = frame.module

    def _imported(self, frame: Frame) -> None:
        if self.importing is None or self.importing != frame.module:
            raise ProtocolViolation("an import was announced out of order")
        self.importing = None

    def _evidence(self, frame: Frame) -> None:
        probe, claims = self._opened(frame)
        if frame.key not in probe.criteria or frame.key in claims.evidence or frame.value is None:
            raise ProtocolViolation("evidence came back that was not asked for, or twice", frame.probe)
        claims.evidence[frame.key] = frame.value

    def _end(self, frame: Frame) -> None:
        _, claims = self._opened(frame)
        claims.end = frame
        self.open = self.importing = None

    def _done(self, frame: Frame) -> None:
        if self.open is not None or self._waiting:
            raise ProtocolViolation("the end was announced before the end")
        self.done = True

    def _opened(self, frame: Frame) -> tuple[Probe, Claims]:
        if self.open is None or self.open.name != frame.probe:
            raise ProtocolViolation("evidence came back for a probe that was not running", frame.probe)
        return self.open, self.claims[frame.probe]
