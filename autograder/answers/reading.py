"""All answers of a submission: its notebooks in order of name, then answers.toml."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.answers.explanations import tidy
from autograder.answers.given import Assignment, Findings, Given, GivenAnswers, short
from autograder.answers.notebooks import read_notebook
from autograder.answers.tables import read_table

TABLE = "answers.toml"


def read_answers(folder: Path) -> GivenAnswers:
    """Answers in `folder`, executing nothing. Never raises for anything that students hand in.

    The last answer given to a question counts, and a blank (None, ..., "") never replaces one;
    different answers to a question are noted for the person who grades.
    """
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        return GivenAnswers(problems=(f"{folder.name} cannot be read: {error.strerror}",))
    found = [read_notebook(folder / name) for name in names if name.endswith(".ipynb")]
    if TABLE in names:
        found.append(read_table(folder / TABLE))
    return _combine(found)


def _combine(found: Iterable[Findings]) -> GivenAnswers:
    written: dict[str, list[Assignment]] = {}
    explanations: dict[str, str] = {}
    problems: list[str] = []
    for findings in found:
        problems += findings.problems
        explanations |= {name: text for name, text in findings.explanations.items() if text}
        for item in findings.assignments:
            if item.name.startswith("explanation"):
                text = tidy(item.value) if isinstance(item.value, str) else ""
                explanations |= {item.name.replace("explanation", "answer", 1): text} if text else {}
            else:
                written.setdefault(item.name, []).append(item)
    names = dict.fromkeys([*written, *explanations])
    answers = {name: _settle(name, written.get(name, []), explanations.get(name, "")) for name in names}
    return GivenAnswers(answers, tuple(problems))


def _settle(name: str, written: list[Assignment], explanation: str) -> Given:
    """One answer out of everything that was written for a question."""
    told = [item for item in written if item.problem or not _is_blank(item.value)]
    if not told:
        return Given(name, explanation=explanation)
    last = told[-1]
    different = dict.fromkeys(f"{short(item.value) if not item.problem else 'unreadable'}" for item in told)
    notes: tuple[str, ...] = ()
    if len(different) > 1:
        places = "; ".join(dict.fromkeys(item.source for item in told))
        notes = (f"{name} was answered {' then '.join(different)} ({places}); the last one counts",)
    return Given(name, last.value, last.source, last.problem, explanation, notes)


def _is_blank(value: object) -> bool:
    """Nothing, or a table as it was handed out, with None in every cell."""
    if isinstance(value, (dict, list, tuple)):
        return all(_is_blank(cell) for cell in (value.values() if isinstance(value, dict) else value))
    return value is None or (isinstance(value, str) and not value.strip())
