"""What must never reach a student, in the form in which the audit looks for it.

Text is compared as tokens, so that other spacing, other line breaks or quoting inside JSON hide nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.answers.entry import KeyEntry
from autograder.answers.key import load_key
from autograder.grading.homework import COURSE
from autograder.grading.sources import marked_source
from autograder.release.stripping import solution_blocks, strip_module
from reference_solutions.mistakes.variant import Define, Variant

_TOKEN = re.compile(r"\w+|[^\w\s]")
_IMPORT = re.compile(r"\s*(import|from)\s")
_COMMENT = re.compile(r"(^|\s)#.*$", re.MULTILINE)
# Everybody's loop, which has as many tokens as the shortest line that counts, and gives nothing away.
_LOOP = re.compile(r"for \w+ in range \( \w+ \) :")
# `return x`, `super().__init__()` and `loss.backward()` have at most 7 tokens; `x * torch.sigmoid(x)` has 8.
LINE_TOKENS = 8
# Neighbouring lines are looked for together: `return a * b` below its docstring is found by this. The pair
# `loss.backward()`, `optimizer.step()`, which stands in every tutorial, has 10.
PAIR_TOKENS = 12
# Seven words of a reason in a row; those that a statement shares with its reason do not count.
QUOTED_WORDS = 7
# A run of labels this long is no accident: 10^-20 for ten classes.
LABEL_RUN = 20
FEWEST_CLASSES = 4


@dataclass(frozen=True)
class Needle:
    """A run of tokens that must not occur; `origin` says what it would give away."""

    tokens: str
    origin: str


@dataclass(frozen=True)
class HiddenLabels:
    """Labels of one solution.csv, as written there, by id and in order."""

    origin: str
    by_id: dict[str, str]

    def runs(self) -> Iterator[tuple[str, ...]]:
        """Stretches of LABEL_RUN labels that hold enough classes to be recognised."""
        labels = list(self.by_id.values())
        for start in range(0, len(labels) - LABEL_RUN + 1, LABEL_RUN // 2):
            run = tuple(labels[start : start + LABEL_RUN])
            if len(set(run)) >= FEWEST_CLASSES:
                yield run


@dataclass(frozen=True)
class Secrets:
    """Everything the audit looks for."""

    needles: tuple[Needle, ...]
    quotations: tuple[Needle, ...]
    labels: tuple[HiddenLabels, ...]
    answers: tuple[str, ...]
    strings: tuple[Needle, ...]


def tokens(text: str) -> str:
    """Tokens of `text`, one space apart and at both ends."""
    return f" {' '.join(_TOKEN.findall(text))} "


def code_tokens(text: str) -> str:
    """Tokens of code without its comments."""
    return tokens(_COMMENT.sub("", text))


def course_secrets(variants: Iterable[Variant], seeds: Sequence[int] = (), course: Path = COURSE) -> Secrets:
    """The secrets of the whole course, whichever homework is released.

    variants: mistakes and accepted variants, whose code is secret; seeds: hidden seeds in use.
    """
    modules = sorted(p.stem for p in (course / "reference_solutions").glob("*.py") if p.stem != "__init__")
    stubs = "".join(code_tokens(strip_module(marked_source(m), f"{m}.py")) for m in modules)
    probes = "".join(code_tokens(p.read_text(encoding="utf-8")) for p in (course / "autograder/checks").rglob("*.py"))
    found = [needle for module in modules for needle in solution_needles(marked_source(module), f"{module}.py")]
    # Probes are given out anyway; what a mistake has in common with one is an idiom. A solution may share nothing.
    found += [n for variant in variants for n in _variant_needles(variant) if n.tokens not in probes]
    data = course / "grading_data"
    keys = [load_key(path) for path in sorted(data.glob("*/answers.toml"))]
    entries = [entry for key in keys for entry in key.values()]
    asked = " ".join(words(entry.statement) for entry in entries)
    quoted = [n for e in entries for n in _entry_quotations(e)]
    return Secrets(
        needles=_once(n for n in found if n.tokens not in stubs),
        quotations=_once(n for n in quoted if n.tokens not in asked),
        labels=tuple(_labels(path, course) for path in sorted(data.glob("*/solution*.csv"))),
        answers=tuple(dict.fromkeys(name for key in keys for name in key)),
        strings=(Needle(str(course), "a path of this machine"), *(Needle(str(s), "a hidden seed") for s in seeds)),
    )


def solution_needles(source: str, name: str) -> Iterator[Needle]:
    """Long solution lines, and pairs of neighbouring lines with at least one in a solution."""
    solved = {n for b in solution_blocks(source, name) for n in range(b.first + 1, b.last)}
    marks = {n for b in solution_blocks(source, name) for n in (b.first, b.last)}
    lines = [(n in solved, code_tokens(line).strip()) for n, line in enumerate(source.splitlines()) if n not in marks]
    lines = [(secret, line) for secret, line in lines if line and not _LOOP.fullmatch(line)]
    for (was_secret, before), (secret, line) in zip([(False, ""), *lines], lines):
        if secret:
            yield from _long_enough(line, LINE_TOKENS, f"solution of {name}")
        if before and (secret or was_secret):
            yield from _long_enough(f"{before} {line}", PAIR_TOKENS, f"solution of {name}")


def _entry_quotations(entry: KeyEntry) -> Iterator[Needle]:
    for text in (f"{entry.reason} {entry.note}", *entry.named_mistakes().values()):
        yield from _windows(text, f"the key's reason for {entry.name}")


def _long_enough(line: str, least: int, origin: str) -> Iterator[Needle]:
    line = line.removeprefix("return ")
    if line.count(" ") + 1 >= least and not _LOOP.fullmatch(line):
        yield Needle(f" {line} ", origin)


def _variant_needles(variant: Variant) -> Iterator[Needle]:
    for edit in variant.edits:
        code = edit.code if isinstance(edit, Define) else edit.new
        for line in (line for line in code.splitlines() if not _IMPORT.match(line)):
            yield from _long_enough(code_tokens(line).strip(), LINE_TOKENS, f"source of variant {variant.id}")


def words(text: str) -> str:
    """Words of `text` in lower case, one space apart and at both ends."""
    return " ".join(["", *re.findall(r"\w+", text.lower()), ""])


def _windows(text: str, origin: str) -> Iterator[Needle]:
    found = words(text).split()
    for start in range(len(found) - QUOTED_WORDS + 1):
        yield Needle(f" {' '.join(found[start : start + QUOTED_WORDS])} ", origin)


def _once(needles: Iterable[Needle]) -> tuple[Needle, ...]:
    first: dict[str, Needle] = {}
    for needle in needles:
        first.setdefault(needle.tokens, needle)
    return tuple(first.values())


def _labels(path: Path, course: Path) -> HiddenLabels:
    with path.open(newline="", encoding="utf-8") as file:
        rows = {row["Id"]: row["Label"] for row in csv.DictReader(file)}
    return HiddenLabels(str(path.relative_to(course)), rows)
