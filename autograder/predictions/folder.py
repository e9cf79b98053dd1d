"""A folder of predictions scored in parallel, each file on its own, the results in the order of the names."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.predictions.reading import InvalidPredictions, most_bytes, read_predictions
from autograder.predictions.scoring import Score, score
from autograder.predictions.solution import Solution, Usage, read_solution
from autograder.predictions.table import RowProblem

NAME = "predictions.csv"
HALVES: tuple[Usage, Usage] = ("Public", "Private")


class NothingToScore(ValueError):
    """A folder without predictions; the text names it and says what was expected."""


@dataclass(frozen=True)
class Scored:
    """One participant's file: its scores (all counted images, public half, private half), or what is wrong with it.

    The halves are None where the solution has no image of that usage.
    """

    name: str
    total: Score | None = None
    public: Score | None = None
    private: Score | None = None
    problems: tuple[RowProblem, ...] = ()


def prediction_files(folder: Path) -> dict[str, Path]:
    """NAME/predictions.csv, NAME.csv and NAME.zip in `folder`, by NAME. Raises NothingToScore when there is none."""
    found = {path.parent.name: path for path in sorted(folder.glob(f"*/{NAME}"))}
    for path in sorted([*folder.glob("*.csv"), *folder.glob("*.zip")]):
        found.setdefault(path.stem, path)
    if not found:
        raise NothingToScore(f"{folder}: no predictions in it; expected NAME.csv, NAME/{NAME} or NAME.zip")
    return dict(sorted(found.items()))


def predictions_in(path: Path, images: int) -> Path | bytes:
    """What to read: `path` itself, or the one predictions.csv in it where it is a zip archive; empty without one."""
    if path.suffix != ".zip":
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if PurePosixPath(member.filename).name == NAME]
            if not members:
                return b""
            with archive.open(min(members, key=lambda member: member.filename.count("/"))) as stream:
                return stream.read(most_bytes(images) + 1)  # more is refused, however much it would unpack to
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return b""


def score_folder(folder: Path, solution: Path, jobs: int | None = None) -> Iterator[Scored]:
    """Scores of all files of `prediction_files(folder)`, as they become known, in the order of names.

    Raises NothingToScore and InvalidSolution before anything is scored.
    """
    files, hidden = prediction_files(folder), read_solution(solution)
    workers = min(jobs or os.cpu_count() or 1, len(files))
    if workers == 1:
        yield from (score_one(name, path, hidden) for name, path in files.items())
        return
    with ProcessPoolExecutor(workers, initializer=_remember, initargs=(solution,)) as pool:
        yield from pool.map(_score_here, files, files.values(), chunksize=max(1, min(32, len(files) // (4 * workers))))


def score_one(name: str, path: Path, hidden: Solution) -> Scored:
    """One file's scores; nothing of a file with a problem is scored."""
    try:
        given = read_predictions(predictions_in(path, len(hidden)), hidden.ids.tolist())
    except InvalidPredictions as invalid:
        return Scored(name, problems=invalid.problems)
    public, private = (score(given, hidden, usage) if hidden.counted(usage).any() else None for usage in HALVES)
    return Scored(name, score(given, hidden), public, private)


# The solution is read once a process.
_HIDDEN: list[Solution] = []


def _remember(solution: Path) -> None:
    _HIDDEN[:] = [read_solution(solution)]


def _score_here(name: str, path: Path) -> Scored:
    return score_one(name, path, _HIDDEN[0])
