"""Fills the facts that have one source into authored texts: points from the rubric, statements from the key."""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.answers.entry import KeyEntry
from autograder.answers.key import load_key
from autograder.grading.homework import Homework

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z]+)\s*:\s*([^{}\s]+)\s*\}\}((?: bonus)? points\b)?")


class UnknownPlaceholder(ValueError):
    """A placeholder names something that is not there; the text names file and placeholder."""


class Facts:
    """What `{{points:lab1.a}}`, `{{bonus:lab1.h}}`, `{{title:lab1.a}}` and `{{statement:answer_1_1}}` stand for.

    `{{points:total}}` and `{{bonus:total}}` are those of the whole homework; `points` and `title` know checks too.
    The word "points" behind a 1 loses its s.
    """

    def __init__(self, homework: Homework) -> None:
        rubric = homework.rubric
        checks = list(rubric.checks())
        self._points = {c.id: c.points for c in checks} | {p.id: p.points for p in rubric.problems}
        self._points["total"] = rubric.max_score
        self._bonus = {p.id: p.bonus for p in rubric.problems} | {"total": rubric.max_bonus}
        self._titles = {c.id: c.title for c in checks} | {p.id: p.title for p in rubric.problems}
        self._titles["homework"] = rubric.assignment.title
        path = homework.grading_data / "answers.toml"
        self._key: dict[str, KeyEntry] = load_key(path) if path.is_file() else {}

    def fill(self, text: str, name: str) -> str:
        """`text` of the file called `name` with its placeholders filled in. Raises UnknownPlaceholder."""

        def value(found: re.Match[str]) -> str:
            kinds: dict[str, Callable[[str], str]] = {
                "points": lambda key: f"{self._points[key]:g}",
                "bonus": lambda key: f"{self._bonus[key]:g}",
                "title": lambda key: self._titles[key],
                "statement": lambda key: self._key[key].statement,
            }
            unit = found[3] or ""
            try:
                filled = kinds[found[1]](found[2])
            except KeyError:
                line = text.count("\n", 0, found.start()) + 1
                raise UnknownPlaceholder(f"{name}, line {line}: nothing is known for {found[0]}") from None
            return filled + (unit.removesuffix("s") if filled == "1" else unit)

        return _PLACEHOLDER.sub(value, text)
