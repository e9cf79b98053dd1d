"""`autograder demo`: builds, releases, trains, hands in, grades, and shows the gradebook."""

from __future__ import annotations

import shutil
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.commands.grading import grade_class
from autograder.commands.starting import Where
from autograder.commands.unusable import UnusableInput
from autograder.demo.catalogue_class import write_catalogue_class
from autograder.demo.classmates import CLASS
from autograder.demo.network import train_on_holdout
from autograder.demo.submissions import write_class
from autograder.grading.homework import Homework, find_homework
from autograder.grading.results import Result
from autograder.grading.sandbox import open_sandbox
from autograder.leaderboard.rules import load_rules
from autograder.leaderboard.static_site import build_from_folder
from autograder.predictions.holdout.building import build_holdout
from autograder.predictions.solution import read_solution
from autograder.release.kit import release

HOMEWORK = "hw2_cnn"
EPOCHS = 8
MARKER = ".autograder-demo"


def tell(out: Path, jobs: int, epochs: int = EPOCHS) -> int:
    """Run the demo into `out`, replacing an earlier demo there. Returns the exit status of grading."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    began = time.monotonic()
    open_sandbox("auto")  # refuse before the work, not after it
    _clear(out)
    homework = find_homework(HOMEWORK)
    console.rule("1. A hold-out with hidden labels, from real handwritten digits")
    recipe = tomllib.loads((homework.grading_data / "holdout.toml").read_text(encoding="utf-8"))
    holdout = build_holdout(recipe["source"], out / "holdout", recipe["secret"])
    console.print(str(holdout.manifest))
    console.rule("2. The student kit, audited for leaks")
    console.print(f"wrote {release(HOMEWORK, out / 'kit')}")
    console.rule("3. ResNet-20 trained on the digits, for honest predictions")
    predictions = _train(holdout.student, epochs, console)
    console.rule(f"4. A class of {len(CLASS)}")
    for classmate in CLASS:
        console.print(f"  {classmate.name:<10}{classmate.story}")
    write_class(homework, CLASS, predictions, out / "submissions")
    console.rule("5. Grading, each submission in a sandbox of its own")
    status = _grade(HOMEWORK, out, jobs, console)
    console.rule("6. The class's ranking by predictions.csv")
    _rank(homework, out, console)
    console.print(f"The demo took {time.monotonic() - began:.0f} s.")
    return status


def tell_of(name: str, out: Path, jobs: int) -> int:
    """The shorter story of any homework: its kit, a class made from its catalogue, grading. As `tell`."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    open_sandbox("auto")
    homework = find_homework(name)
    _clear(out)
    console.rule("1. The student kit, audited for leaks")
    console.print(f"wrote {release(name, out / 'kit')}")
    console.rule("2. A class from the catalogue; its runs are made up, nothing is trained")
    for member in write_catalogue_class(homework, out / "submissions"):
        console.print(f"  {member.name:<10}{member.story}")
    console.rule("3. Grading, each submission in a sandbox of its own")
    return _grade(name, out, jobs, console)


def _grade(name: str, out: Path, jobs: int, console: Console) -> int:
    status = grade_class(name, out / "submissions", out / "graded", Where(jobs))
    results = [Result.read(path) for path in sorted((out / "graded" / "results").glob("*.json"))]
    console.print(gradebook_table(results))
    for page in ("report.html", "gradebook.csv", "feedback", "results"):
        console.print(f"  {out / 'graded' / page}")
    return status


def _rank(homework: Homework, out: Path, console: Console) -> None:
    """The board's page, from the files that the class handed in."""
    rules, solution = (homework.grading_data / name for name in ("board.toml", "solution.csv"))
    found = load_rules(rules)
    page, left_out = build_from_folder(
        out / "submissions", read_solution(solution), found, found.usage(), out / "board"
    )
    for line in left_out:
        console.print(f"  not on the board: {line}")
    console.print(f"  {page}")


def gradebook_table(results: Sequence[Result]) -> Table:
    """The gradebook for a terminal: problems summed by their first part, and the mistakes by name."""
    parts = list(dict.fromkeys(p.id.partition(".")[0] for p in results[0].problems))
    waiting = max(result.awaiting for result in results)
    caption = f"up to {waiting:g} points, bonus included, are still to be graded by a person"
    table = Table(title="gradebook.csv, problems summed", caption=caption)
    table.add_column("student", no_wrap=True)
    for name in ("score", "bonus", *parts):
        table.add_column(name.replace("true_false", "t/f"), justify="right", no_wrap=True)
    table.add_column("mistakes named", overflow="fold")
    for result in results:
        sums = [_sum(p.score for p in result.problems if p.id.partition(".")[0] == part) for part in parts]
        named = dict.fromkeys(c.mistake for p in result.problems for c in p.checks if c.mistake)
        cells = ["open" if number is None else f"{number:.4g}" for number in (result.score, result.bonus, *sums)]
        table.add_row(result.student, *cells, ", ".join(named))
    return table


def _sum(scores: Iterable[float | None]) -> float | None:
    known = list(scores)
    return None if None in known else sum(score or 0 for score in known)


def _clear(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise UnusableInput(f"{out} is not empty and no demo's folder: name another --out")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARKER).touch()


def _train(data: Path, epochs: int, console: Console) -> dict[int, list[int]]:
    predictions = {}
    for epoch in train_on_holdout(data, epochs):
        console.print(
            f"  epoch {epoch.number}/{epochs}: training loss {epoch.train_loss:.3f}, "
            f"validation accuracy {epoch.validation_accuracy:.1%}"
        )
        predictions[epoch.number] = epoch.predictions
    return predictions
