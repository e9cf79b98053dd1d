"""`autograder grade`: a class from submissions to gradebook, feedback and report."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.commands.crews import open_crew
from autograder.commands.starting import Where
from autograder.commands.unusable import UnusableInput
from autograder.grading.homework import Homework, find_homework
from autograder.grading.intake import find_submissions
from autograder.grading.results import Result
from autograder.grading.run import Crew, Plan, plan_run, run
from autograder.grading.sandbox import Sandbox
from autograder.release.snapshots import PUBLIC_SEED
from autograder.reports import write_reports


def grade_class(
    name: str,
    folder: Path,
    out: Path,
    where: Where = Where(),
    resume: bool = False,
    isolation: str | Sandbox = "auto",
    seed: int | None = None,
) -> int:
    """Grade every submission in `folder`; exit status 1 where something was left open for a person.

    isolation: the name of a sandbox, or one that was opened ahead.
    """
    console = Console(stderr=True)
    if seed == PUBLIC_SEED:
        raise UnusableInput(f"--seed {seed} is the public seed of the student kits: take another")
    homework = find_homework(name)
    tell = partial(console.print, markup=False, highlight=False, soft_wrap=True)
    with open_crew(where, isolation, out, tell) as crew:
        results = _grade(homework, folder, out, resume, seed, crew, console)
    pages = write_reports(results, homework.rubric, out)
    summarise(results, console)
    for page in pages[:3]:
        console.print(f"wrote {page}")
    return 1 if any(r.status == "grader_error" for r in results) else 0


def _grade(
    homework: Homework, folder: Path, out: Path, resume: bool, seed: int | None, crew: Crew, console: Console
) -> list[Result]:
    if "none" in crew.forms:
        console.print("[bold red]Student code runs unconfined (--isolation none).[/] Reports say so.")
    if not folder.is_dir():
        raise UnusableInput(f"{folder} is no folder: --submissions takes one folder or zip a student")
    submissions = find_submissions(folder, homework.id)
    if not submissions:
        raise UnusableInput(f"{folder} holds no submission: expected one folder or zip a student")
    plan = plan_run(homework, submissions, out, seed, resume, crew.forms)
    if plan.done:
        console.print(f"{len(plan.done)} of {len(submissions)} were graded before and are kept.")
    return _with_progress(plan, console, crew)


def _with_progress(plan: Plan, console: Console, crew: Crew) -> list[Result]:
    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=console, transient=True) as progress:
        task = progress.add_task("", total=len(plan.submissions), completed=len(plan.done))

        def show(result: Result) -> None:
            progress.live.transient = False  # where nothing was graded no bar is left, only what was said
            points = "open" if result.score is None else f"{result.score:g}"
            progress.update(task, advance=1, description=f"{result.student}: {points}")

        return run(plan, crew, show)


def summarise(results: Sequence[Result], console: Console) -> None:
    """What the run cost, and what is left for a person."""
    ran = [r for r in results if r.cost.seconds]
    if ran:
        seconds = [r.cost.seconds for r in ran]
        memory = max(r.cost.peak_memory for r in ran) / 2**20
        console.print(
            f"{len(results)} submissions; in the sandbox {statistics.median(seconds):.1f} s each "
            f"(median; longest {max(seconds):.1f} s), peak memory {memory:,.0f} MiB"
        )
    broken = [r for r in results if r.status == "grader_error"]
    for result in broken:
        faults = [c.flag for p in result.problems for c in p.checks if c.status == "grader_error" and c.flag]
        last_line = (faults[0].strip().splitlines() or ["no message"])[-1] if faults else "no message"
        console.print(f"[bold red]not graded:[/] {result.student}: {last_line}")
    if broken:
        console.print("Their scores are left open; --resume grades them again.")
