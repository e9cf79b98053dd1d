"""The leak audit: looks through a finished archive for anything that students must not have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.homework import find_homework, homeworks
from autograder.release.archive import Member, is_bare_png, members
from autograder.release.secrets import LABEL_RUN, HiddenLabels, Secrets, code_tokens, course_secrets, tokens, words

_FOREIGN = re.compile(
    r"(^|/)(reference_solutions|mistakes|grading_data|gradebook|results|submissions)(/|$)"
    r"|(^|/)(__pycache__|\.git|\.ipynb_checkpoints)(/|$)"
    r"|(^|/)(results|run)\.json$|(^|/)(answers|accuracy_curve|experiments|rubric)\.toml$|(^|/)gradebook\.(csv|db)$"
    r"|(^|/)solution[^/]*\.csv$|\.(pyc|pyo|pkl|pickle|db|so|log)$"
)
_OF_AUTOGRADER = re.compile(r"(^|/)autograder/(?!(__init__\.py|checks/.*)?$)")
_ANSWER = re.compile(r"\b(answer_[0-9a-z_]+)\b\W{0,3}[:=]\s*(?!None\b|null\b|\.\.\.|[\"']{2})(\S[^\n]{0,40})")
# A line break between two lines of a cell, as JSON writes it.
_JSON_BREAK = re.compile(r'\\n",\s*"')
# What a table to be filled in is made of: brackets, names of rows in quotes, and None.
_OPEN_CELLS = re.compile(r"""(?:[\s{}\[\](),]|"[^"\n]*"\s*:|'[^'\n]*'\s*:|None\b)*""")
_LONGEST_TABLE = 20_000
_MARK = re.compile(r"\b(BEGIN|END) SOLUTION\b")
_TEST_IMAGE = re.compile(r"(^|/)data/test/")
_TRAINING_IMAGE = re.compile(r"(^|/)data/(train|val)/")
_UNLABELLED = re.compile(r"(^|/)data/test/\d+\.png$")
_ROW = re.compile(r"^\s*(\w+)\s*[,;\t]\s*(\w+)", re.MULTILINE)
# All zeros agree with one label in ten; half of the ids right is knowledge.
AGREEMENT = 0.5
FEWEST_ROWS = 10


@dataclass(frozen=True)
class Leak:
    """Something in an archive that must not be there."""

    member: str
    what: str
    excerpt: str = ""

    def __str__(self) -> str:
        return f"{self.member}: {self.what}" + (f": {self.excerpt}" if self.excerpt else "")


def audit_archive(path: Path, secrets: Secrets | None = None) -> list[Leak]:
    """Leaks in the zip archive at `path`, in the order of its files; an empty list when there are none.

    secrets: what to look for, by default everything secret in the course.
    """
    return audit_bytes(path.read_bytes(), secrets or all_secrets())


def all_secrets(seeds: tuple[int, ...] = ()) -> Secrets:
    """Secrets of every homework of the course, and the hidden `seeds` given."""
    variants = {v.id: v for name in homeworks() for v in find_homework(name).catalogue}
    return course_secrets(variants.values(), seeds)


def audit_bytes(archive: bytes, secrets: Secrets) -> list[Leak]:
    """As `audit_archive`, for an archive in memory."""
    found: list[Leak] = []
    images = _Images()
    for member in members(archive):
        found += _of_name(member)
        found += images.look_at(member)
        if is_bare_png(member.data):
            continue
        found += _of_text(member, secrets)
        for labels in secrets.labels:
            found += _of_labels(member, labels)
    return list(dict.fromkeys([*found, *images.in_both()]))


class _Images:
    """Test images must carry no label, neither in their path or file nor by lying among the training images too."""

    def __init__(self) -> None:
        self._test: dict[bytes, str] = {}
        self._training: dict[bytes, str] = {}

    def look_at(self, member: Member) -> Iterator[Leak]:
        if member.path.endswith("/"):
            return
        if _TEST_IMAGE.search(member.path):
            if not _UNLABELLED.search(member.path):
                yield Leak(member.path, "a test image under a name that is more than a number")
            elif not is_bare_png(member.data):
                yield Leak(member.path, "a test image that holds more than pixels")
            self._test[hashlib.sha256(member.data).digest()] = member.path
        elif _TRAINING_IMAGE.search(member.path):
            self._training[hashlib.sha256(member.data).digest()] = member.path

    def in_both(self) -> Iterator[Leak]:
        for mark in self._test.keys() & self._training.keys():
            yield Leak(self._test[mark], "a test image that lies among the labelled ones", self._training[mark])


def _of_name(member: Member) -> Iterator[Leak]:
    path = member.path
    inside = path.rsplit("!", 1)[-1]
    if _FOREIGN.search(inside) or _OF_AUTOGRADER.search(inside):
        yield Leak(path, "a file that does not belong here")
    if member.pickled:
        yield Leak(path, "an array file that is pickled or broken")
    if inside.startswith("/") or ".." in inside.split("/"):
        yield Leak(path, "a path that leads out of the archive")


def _of_text(member: Member, secrets: Secrets) -> Iterator[Leak]:
    text = member.readable
    plain, code = tokens(text), code_tokens(text)
    for needle in secrets.needles:
        if needle.tokens in plain or needle.tokens in code:
            yield Leak(member.path, needle.origin, needle.tokens.strip()[:80])
    spoken = words(text)
    for needle in secrets.quotations:
        if needle.tokens in spoken:
            yield Leak(member.path, needle.origin, needle.tokens.strip())
    for needle in secrets.strings:
        if needle.tokens in text:
            yield Leak(member.path, needle.origin, needle.tokens)
    if _MARK.search(text):
        yield Leak(member.path, "a solution mark")
    for found in _ANSWER.finditer(text):
        if found[1] in secrets.answers and not _is_open_table(text[found.start(2) : found.start(2) + _LONGEST_TABLE]):
            yield Leak(member.path, "a verdict of the answer key", f"{found[1]} = {found[2].strip()}")


def _is_open_table(text: str) -> bool:
    """Whether `text` begins with a dict, list or tuple whose cells are all None, in Python or inside JSON."""
    plain = _JSON_BREAK.sub("\n", text).replace('\\"', '"')
    depth = 0
    for character in re.sub(r"""(["']).*?\1""", "", _OPEN_CELLS.match(plain)[0]):  # type: ignore[index]
        depth += (character in "{[(") - (character in "}])")
        if depth == 0:
            return character in "}])"
    return False


def _of_labels(member: Member, labels: HiddenLabels) -> Iterator[Leak]:
    text = member.readable
    rows = [(row, label) for row, label in _ROW.findall(text) if row in labels.by_id]
    right = sum(labels.by_id[row] == label for row, label in rows)
    if len(rows) >= FEWEST_ROWS and right > AGREEMENT * len(rows):
        yield Leak(member.path, f"hidden labels of {labels.origin}", f"{right} of {len(rows)} rows")
        return
    values = " ".join(["", *(str(v) for v in member.integers), ""]) if member.integers else words(text)
    unbroken = re.findall(rf"\d{{{LABEL_RUN},}}", text)
    for run in labels.runs():
        if f" {' '.join(run)} " in values or any("".join(run) in digits for digits in unbroken):
            yield Leak(member.path, f"hidden labels of {labels.origin}", " ".join(run))
            return
