"""Runs one probe on one submission and says how it ended; shared by the sandboxed worker, the grader and pytest."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.checks.engine.code import Code, MissingFile, MissingName
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence, Value, as_value
from autograder.checks.engine.probe import Probe

_FOLDER = r"[^\s'\"]*[\\/]tmp[a-z0-9_]{8}"
_DIFFERENT_EACH_TIME = (
    (re.compile(_FOLDER + r"[\\/]"), ""),
    (re.compile(_FOLDER + r"\b"), "the folder"),
    (re.compile(r"\bat 0x[0-9a-f]+", re.IGNORECASE), "at 0x..."),
)
Ending = Literal["complete", "not_attempted", "error", "out_of_memory"]


@dataclass(frozen=True)
class Finish:
    """How a probe ended: `violations` are forbidden operators seen while it ran."""

    ending: Ending
    message: str = ""
    violations: tuple[str, ...] = ()


@dataclass
class Collected:
    """Evidence of one probe run by key, and how the run ended."""

    finish: Finish
    evidence: dict[str, Value] = field(default_factory=dict)


def collect(probe: Probe, code: Code, draws: Draws, root: Path) -> Collected:
    """Run `probe` and keep everything it yields before it ends or fails."""
    evidence: dict[str, Value] = {}
    finish = stream(probe, code, draws, root, evidence.__setitem__)
    return Collected(finish, evidence)


def stream(probe: Probe, code: Code, draws: Draws, root: Path, sink: Callable[[str, Value], None]) -> Finish:
    """Run `probe`, handing each piece of evidence to `sink` as it comes."""
    draws.seed_everything()
    code.violations.clear()
    ending: Ending = "complete"
    message = ""
    try:
        for key, raw in probe.run(code, draws):
            sink(key, _value(key, raw, probe))
    except NotImplementedError as unfinished:
        ending, message = "not_attempted", str(unfinished)
    except (MissingFile, MissingName, NotEvidence) as wrong:
        ending, message = "error", str(wrong)
    except MemoryError:
        ending, message = "out_of_memory", "the memory limit was reached"
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        ending, message = _explain(error, root)
    return Finish(ending, message, tuple(code.violations))


def _value(key: str, raw: object, probe: Probe) -> Value:
    try:
        return as_value(raw)
    except NotEvidence as wrong:
        raise NotEvidence(f"{probe.criteria[key].call}: {wrong}") from None


def _explain(error: BaseException, root: Path) -> tuple[Ending, str]:
    """The exception with the student's part of the traceback, innermost line last."""
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if "can't allocate memory" in text or "out of memory" in text:
        return "out_of_memory", "the memory limit was reached"
    if isinstance(error, SyntaxError) and error.filename:
        return "error", f"{Path(error.filename).name}, line {error.lineno}: {text}"
    # A submission is flat; the student kit holds this engine too, in a folder below the same root.
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent == root.resolve()]
    lines = [f"  {Path(f.filename).name}, line {f.lineno}, in {f.name}: {f.line}" for f in frames[-6:]]
    # cut first: looking for a folder's name takes the square of the text's length
    return "error", "\n".join([_same_each_time(text[:1200])[:600], *lines])


def _same_each_time(text: str) -> str:
    """Without the random name of a probe's folder and addresses in memory: a mistake is known by its message."""
    for pattern, word in _DIFFERENT_EACH_TIME:
        text = pattern.sub(word, text)
    return text
