"""The command line: `autograder --help`. Exit 0 done, 1 done but something needs attention, 2 bad usage or input."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread a process: grading runs several processes side by side

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help=__doc__)
data = typer.Typer(no_args_is_help=True, help="Data sets with hidden labels.")
app.add_typer(data, name="data")
leaderboard = typer.Typer(no_args_is_help=True, help="The class's competition on hidden labels.")
app.add_typer(leaderboard, name="leaderboard")

Database = Annotated[str, typer.Option(help="SQLite or PostgreSQL, as an SQLAlchemy URL.")]
Solution = Annotated[Path, typer.Option(help="Hidden labels: Id,Label,Usage.")]
RulesFile = Annotated[Path, typer.Option(help="TOML: title, deadline, submissions_a_day, final, ladder, pseudonyms.")]
SQLITE = "sqlite:///board.db"
Homework = Annotated[str, typer.Argument(help="Homework id, for example hw2_cnn.", metavar="HW")]
Submissions = Annotated[Path, typer.Option(help="One folder or zip a student, or nbgrader's submitted/.")]
Isolation = Annotated[Literal["auto", "warm", "bwrap", "none"], typer.Option(help="How student code is confined.")]


def main() -> None:
    """Run the command line; a wrong file or argument ends in one sentence and exit status 2."""
    try:
        app()
    except Exception as wrong:
        from autograder.commands.errors import BAD_INPUT  # imports torch, which scoring does without

        if not isinstance(wrong, BAD_INPUT):
            raise
        print(f"autograder: {wrong}", file=sys.stderr)
        sys.exit(2)


@app.command(epilog="Example: autograder demo --out demo-out")
def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything the demo makes.")] = Path("demo-out"),
    jobs: Annotated[int, typer.Option(min=1, help="Submissions graded side by side.")] = 2,
    homework: Annotated[str | None, typer.Option(help="Another homework's class, from its catalogue.")] = None,
) -> None:
    """The whole story on a small class, in minutes, on a CPU."""
    from autograder.demo.story import tell, tell_of

    raise typer.Exit(tell(out, jobs) if homework is None else tell_of(homework, out, jobs))


@app.command(epilog="Example: autograder release hw2_cnn --out dist --data holdout/student")
def release(
    homework: Homework,
    out: Annotated[Path, typer.Option(help="Folder for the kit.")] = Path("dist"),
    nbgrader: Annotated[
        Path | None, typer.Option(help="nbgrader course root; the checkout's assignment/ if not given.")
    ] = None,
    kit_only: Annotated[bool, typer.Option("--kit-only", help="Leave nbgrader out.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="Student side of a hold-out that `data build` made; grading_data's if not given."),
    ] = None,
) -> None:
    """Write the student kit (zip) after an audit for leaks, and run nbgrader's generate_assignment."""
    from autograder.commands.releasing import DEFAULT_COURSE, release_kit

    raise typer.Exit(release_kit(homework, out, None if kit_only else nbgrader or DEFAULT_COURSE, data))


@app.command(epilog="Example: autograder grade hw2_cnn --submissions class/ --out graded/ --jobs 2")
def grade(
    homework: Homework,
    submissions: Submissions,
    out: Annotated[Path, typer.Option(help="Folder for results, gradebook and feedback.")],
    jobs: Annotated[int | None, typer.Option(min=1, help="Submissions side by side; one a core if not given.")] = None,
    resume: Annotated[bool, typer.Option(help="Continue a run that was stopped.")] = False,
    isolation: Isolation = "auto",
    seed: Annotated[int | None, typer.Option(min=0, help="The secret seed; drawn at random if not given.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Grade on a dask scheduler's workers: tcp://HOST:8786.")] = None,
    cluster: Annotated[Literal["slurm"] | None, typer.Option(help="Grade in jobs of this cluster.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Jobs of --cluster; 1 if not given.")] = None,
) -> None:
    """Grade a class; writes results/, gradebook.csv, feedback/ and report.html."""
    from autograder.commands.starting import Where, start_ahead

    where = Where(jobs, scheduler, cluster, workers)
    sandbox = start_ahead(where, isolation)
    from autograder.commands.grading import grade_class  # imports torch

    raise typer.Exit(grade_class(homework, submissions, out, where, resume, sandbox, seed))


@app.command(name="collect-check", epilog="Example: autograder collect-check hw2_cnn --submissions class/")
def collect_check(
    homework: Homework,
    submissions: Submissions,
) -> None:
    """List the files that are missing from submissions, before grading them."""
    from autograder.commands.checking import check_collected

    raise typer.Exit(check_collected(homework, submissions))


@app.command(
    epilog="Example: autograder worksheet hw2_cnn --graded graded/ --worksheet Grades.csv --to Grades-filled.csv"
)
def worksheet(
    homework: Homework,
    graded: Annotated[Path, typer.Option(help="The folder that `autograder grade` wrote.")],
    worksheet: Annotated[Path, typer.Option(help="Canvas's gradebook or Moodle's grading worksheet; only read.")],
    to: Annotated[Path, typer.Option(help="File to write.")],
    column: Annotated[str | None, typer.Option(help="Canvas's column, if not called as the homework.")] = None,
    awaiting_as_zero: Annotated[bool, typer.Option(help="Also write grades that a person has to complete.")] = False,
    overwrite: Annotated[bool, typer.Option(help="Also change grades that are there.")] = False,
) -> None:
    """Fill grades into the CSV file that Canvas or Moodle exported."""
    from autograder.commands.worksheets import fill_worksheet

    raise typer.Exit(fill_worksheet(homework, graded, worksheet, to, column, awaiting_as_zero, overwrite))


@app.command(epilog="Example: autograder selftest hw2_cnn --json margins.json")
def selftest(
    homework: Homework,
    json: Annotated[Path | None, typer.Option(help="Also write the findings to this file.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the inputs.")] = 1,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; one a core if not given.")] = None,
) -> None:
    """Grade reference, stub, accepted variants and mistakes; print the table of margins."""
    from autograder.commands.selftesting import selftest_homework

    raise typer.Exit(selftest_homework(homework, json, seed, jobs or os.cpu_count() or 1))


@app.command(epilog="Example: autograder score predictions.csv --solution grading_data/hw2_cnn/solution.csv")
def score(
    predictions: Annotated[Path, typer.Argument(help="The file, or a folder of files.", metavar="predictions.csv|DIR")],
    solution: Solution,
    json: Annotated[bool, typer.Option("--json", help="Print JSON (one file only).")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes for a folder; one a core if not given.")] = None,
) -> None:
    """Score one predictions.csv, or list what is wrong with it row by row; of a folder, print CSV."""
    from autograder.commands.scoring import score_file, score_many

    if predictions.is_dir():
        raise typer.Exit(score_many(predictions, solution, jobs))
    raise typer.Exit(score_file(predictions, solution, json))


@app.command(epilog="Example: autograder rehearse hw2_cnn --out rehearsal")
def rehearse(
    homework: Homework,
    out: Annotated[Path, typer.Option(help="A new folder for the finished student's files and the pages.")],
) -> None:
    """Run the homework's notebooks on the reference and a little data; writes them, with figures, as pages too."""
    from autograder.commands.rehearsing import rehearse_homework

    raise typer.Exit(rehearse_homework(homework, out))


@data.command(epilog="Example: autograder data build --source digits --out holdout --secret 'a long phrase'")
def build(
    source: Annotated[str, typer.Option(help="digits, cifar10[:PATH], fashion-mnist[:PATH] or folder:PATH.")],
    out: Annotated[Path, typer.Option(help="Folder to build in.")],
    secret: Annotated[str, typer.Option(help="Anyone who knows it can rebuild the hidden labels.")],
) -> None:
    """Build a hold-out: images for students, hidden labels for the instructor."""
    from autograder.commands.building import build_holdout_data

    raise typer.Exit(build_holdout_data(source, out, secret))


@leaderboard.command(epilog="Example: autograder leaderboard enrol ann bob > tokens.csv")
def enrol(
    students: Annotated[list[str], typer.Argument(help="Student ids.", metavar="STUDENT...")],
    database: Database = SQLITE,
    instructor: Annotated[bool, typer.Option("--instructor", help="May see the private half and real names.")] = False,
    renew: Annotated[bool, typer.Option("--renew", help="A new token for who has one; the old one ends.")] = False,
) -> None:
    """Give participants their tokens; only hashes are stored."""
    from autograder.commands.board import enrol_students

    raise typer.Exit(enrol_students(database, students, instructor, renew))


@leaderboard.command(
    epilog="Example: autograder leaderboard submit predictions.csv --student ann --rules board.toml ..."
)
def submit(
    predictions: Annotated[Path, typer.Argument(metavar="predictions.csv")],
    student: Annotated[str, typer.Option(help="Whose file it is.")],
    rules: RulesFile,
    solution: Solution,
    database: Database = SQLITE,
) -> None:
    """Hand a file in for a student, as the service would take it."""
    from autograder.commands.board import hand_in

    raise typer.Exit(hand_in(database, rules, solution, student, predictions))


@leaderboard.command(
    "build", epilog="Example: autograder leaderboard build --submissions class/ --out site/ --rules ..."
)
def build_board(
    rules: RulesFile,
    solution: Solution,
    out: Annotated[Path, typer.Option(help="Folder for index.html, board.csv and board.json.")],
    database: Annotated[str | None, typer.Option(help="The service's database.")] = None,
    submissions: Annotated[
        Path | None, typer.Option(help="NAME.csv or NAME/predictions.csv, without a service.")
    ] = None,
) -> None:
    """Write the board as static pages for a course's site."""
    from autograder.commands.board import build_pages

    raise typer.Exit(build_pages(database, submissions, rules, solution, out))


@leaderboard.command(epilog="Example: autograder leaderboard verify class/ann --images holdout/student/test.npz ...")
def verify(
    submission: Annotated[Path, typer.Argument(help="Holds predictions.csv, resnet.py and a checkpoint.")],
    images: Annotated[Path, typer.Option(help="test.npz of the hold-out.")],
    solution: Solution,
    isolation: Isolation = "auto",
) -> None:
    """Run a submitted checkpoint on the hidden images and compare it with predictions.csv."""
    from autograder.commands.board import check_provenance

    raise typer.Exit(check_provenance(submission, images, solution, isolation))


@leaderboard.command(epilog="Example: autograder leaderboard serve --rules board.toml --solution solution.csv")
def serve(
    rules: RulesFile,
    solution: Solution,
    database: Database = SQLITE,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Take files from students and show the ranking, until stopped."""
    from autograder.commands.board import serve_board

    raise typer.Exit(serve_board(database, rules, solution, host, port))


@app.command(epilog="Example: autograder doctor")
def doctor() -> None:
    """What this machine can do: sandbox, versions, GPU, data, nbgrader."""
    from autograder.commands.doctor import examine_machine

    raise typer.Exit(examine_machine())


if __name__ == "__main__":
    main()
