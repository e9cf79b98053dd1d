"""Takes in submissions: finds them, and stages a clean copy of the wanted files. Opens, never imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.experiments.record import MAX_BYTES as MAX_RUN
from autograder.experiments.record import MOST_RUNS, NAME
from autograder.grading.archives import list_archive
from autograder.grading.entries import RUNS, Entry, Listing, Unreadable, shown
from autograder.grading.folders import list_folder
from autograder.grading.naming import misnamed, safe_student

MIB = 2**20
OTHER_FILES = ("predictions.csv", "answers.toml")
_MAX_SIZE = {".py": MIB, ".ipynb": 32 * MIB, ".csv": 4 * MIB, ".toml": MIB, ".json": MAX_RUN}
_MAX_HELPERS = 100
_MAX_TOTAL = 128 * MIB


class AmbiguousSubmissions(ValueError):
    """Two submissions are of one student; the text says which."""


@dataclass(frozen=True)
class Submission:
    """Where one student's work lies. `student` is safe as the name of a file."""

    student: str
    source: Path


@dataclass(frozen=True)
class Staged:
    """A clean copy of a submission in `root`.

    `notes` are for the student: what was refused, misnamed or cannot be imported. `problem` says why
    nothing could be read at all; `empty` is True when no wanted file was there.
    """

    student: str
    root: Path
    notes: tuple[str, ...]
    problem: str | None
    empty: bool


def find_submissions(folder: Path, assignment: str) -> list[Submission]:
    """Folders and zip archives in `folder`, or the STUDENT/ASSIGNMENT folders of an nbgrader tree.

    In an nbgrader tree students who handed in other homeworks only are left out. Raises
    AmbiguousSubmissions when a student occurs twice, and OSError when `folder` cannot be listed.
    """
    candidates = [p for p in sorted(folder.iterdir()) if not p.name.startswith((".", "_")) and _may_be_submission(p)]
    is_tree = any((path / assignment).is_dir() for path in candidates)
    found: dict[str, Submission] = {}
    for path in candidates:
        inside = path / assignment
        if is_tree and not inside.is_dir() and path.is_dir() and not any(p.is_file() for p in path.iterdir()):
            continue
        student = safe_student(path.stem if path.suffix.lower() == ".zip" and not path.is_dir() else path.name)
        if student in found:
            raise AmbiguousSubmissions(f"{found[student].source.name} and {path.name} are both of student {student}")
        found[student] = Submission(student, inside if is_tree and inside.is_dir() else path)
    return sorted(found.values(), key=lambda s: s.student)


def stage(source: Path, modules: Sequence[str], notebooks: Sequence[str], into: Path) -> Staged:
    """Copy the wanted files of `source`, a folder or a zip archive, into the new folder `into`.

    Wanted are the homework's modules and notebooks, predictions.csv, answers.toml, the logs runs/NAME.json, and
    other Python modules at the top level, which the student's own may import. Raises OSError only for `into`.
    """
    into.mkdir(parents=True)
    student = safe_student(source.stem if source.suffix.lower() == ".zip" else source.name)
    try:
        listing = list_submission(source)
    except (Unreadable, OSError) as problem:
        return Staged(student, into, (), str(problem), True)
    expected = [f"{m}.py" for m in modules] + [f"{n}.ipynb" for n in notebooks] + list(OTHER_FILES)
    entries = listing.unwrapped()
    kept = _copy([e for e in entries if _is_wanted(e, expected)], expected, listing, into)
    advice = [*misnamed(expected, [e.path for e in entries]), *_nested(entries, expected), *_encodings(kept)]
    return Staged(student, into, (*advice[:40], *listing.capped_notes()), None, not kept)


def list_submission(source: Path) -> Listing:
    """What a folder or a zip archive holds. Raises Unreadable and OSError."""
    return list_archive(source) if source.is_file() and not source.is_symlink() else list_folder(source)


def _may_be_submission(path: Path) -> bool:
    return path.is_dir() or path.is_symlink() or path.suffix.lower() == ".zip"


def _is_wanted(entry: Entry, expected: Sequence[str]) -> bool:
    name = entry.path.name
    if _is_run(entry):
        return True
    helper = entry.path.suffix == ".py" and entry.path.stem.isidentifier()
    return len(entry.path.parts) == 1 and (name in expected or helper)


def _is_run(entry: Entry) -> bool:
    parts, path = entry.path.parts, entry.path
    return len(parts) == 2 and parts[0] == RUNS and path.suffix == ".json" and bool(NAME.fullmatch(path.stem))


def _copy(wanted: Sequence[Entry], expected: Sequence[str], listing: Listing, into: Path) -> list[Path]:
    """Copy within the limits, the homework's own files first."""
    kept: list[Path] = []
    total = helpers = runs = 0
    for entry in sorted(wanted, key=lambda e: (e.path.name not in expected, not _is_run(e))):
        limit = _MAX_SIZE[entry.path.suffix]
        runs += _is_run(entry)
        if _is_run(entry) and runs > MOST_RUNS:
            continue
        helpers += entry.path.name not in expected and not _is_run(entry)
        if helpers > _MAX_HELPERS:
            listing.notes.append(f"there are more than {_MAX_HELPERS} Python files; the others were left out")
            break
        try:
            data = entry.read(limit + 1)
        except Unreadable as problem:
            listing.refuse(str(entry.path), str(problem))
            continue
        total += len(data)
        if len(data) > limit or total > _MAX_TOTAL:
            listing.refuse(str(entry.path), f"it is larger than {limit // MIB} MiB")
            continue
        target = into / entry.path if _is_run(entry) else into / entry.path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
        kept.append(target)
    if runs > MOST_RUNS:
        listing.notes.append(f"there are more than {MOST_RUNS} run logs; the others were left out")
    return kept


def _nested(entries: Sequence[Entry], expected: Sequence[str]) -> Iterator[str]:
    nested = [str(e.path) for e in entries if len(e.path.parts) > 1 and e.path.suffix == ".py"]
    unsaid = [path for path in nested if Path(path).name not in expected]
    if unsaid:
        some = ", ".join([shown(path) for path in unsaid[:5]] + ["..."] * (len(unsaid) > 5))
        yield f"Python files in folders cannot be imported and were left out: {some}"


def _encodings(kept: Sequence[Path]) -> Iterator[str]:
    for path in kept:
        data = path.read_bytes() if path.suffix == ".py" else b""
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            yield f"{path.name} is saved as UTF-16, which Python cannot import; save it as UTF-8"
        elif b"\0" in data:
            yield f"{path.name} holds null bytes, so Python cannot import it; save it as UTF-8 text"
