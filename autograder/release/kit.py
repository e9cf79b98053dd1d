"""The student kit: everything a student needs for one homework, in one archive."""

from __future__ import annotations

import ast
import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import autograder
from autograder.checks.engine.public_session import CHECKS, SNAPSHOTS
from autograder.grading.homework import Homework, find_homework
from autograder.grading.store import EvidenceStore
from autograder.release.audit import Leak, all_secrets, audit_archive
from autograder.release.images import homework_images, in_kit_and_apart
from autograder.release.notebooks import to_notebook
from autograder.release.placeholders import UnknownPlaceholder
from autograder.release.snapshots import PUBLIC_SEED, public_checks, snapshot_files, write_snapshots
from autograder.release.stripping import BadMarks
from autograder.release.template import template_files
from reference_solutions.mistakes.variant import Variant

PACKAGE = Path(autograder.__file__).parent
# Run in the sandbox only, by the grader.
NOT_SHIPPED = ("warming.py", "worker.py")
# The zip format's own beginning of time: equal kits are equal bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


class ReleaseError(ValueError):
    """A homework that cannot be released; the text says which file is at fault."""


class LeakFound(ReleaseError):
    """The audit found what students must not have; nothing was written."""

    def __init__(self, leaks: Iterable[Leak]) -> None:
        self.leaks = tuple(leaks)
        lines = [f"  {leak}" for leak in self.leaks[:20]]
        more = [f"  and {len(self.leaks) - 20} more"] if len(self.leaks) > 20 else []
        count = "1 leak" if len(self.leaks) == 1 else f"{len(self.leaks)} leaks"
        super().__init__("\n".join([f"not released: {count} in the kit", *lines, *more]))


@dataclass(frozen=True)
class Released:
    """A homework's files by path in the student's folder, and its images where the kit would be too large with them."""

    files: dict[str, bytes]
    apart: dict[str, bytes]


def release(homework: str, out: Path, seeds: tuple[int, ...] = (), workers: int = 2) -> Path:
    """Write OUT/HOMEWORK.zip, the student kit, after the leak audit; returns its path.

    seeds: hidden seeds in use, for the audit to look for; workers: processes that make snapshots.
    Raises RubricError, ReleaseError, HoldOutError, and LeakFound; then an earlier kit in `out` stays as it was.
    """
    found = find_homework(homework)
    return write_released(found, release_files(found, workers), out, seeds)[0]


def write_released(homework: Homework, released: Released, out: Path, seeds: tuple[int, ...] = ()) -> list[Path]:
    """Write OUT/HOMEWORK.zip and, where images lie apart, OUT/HOMEWORK-data.zip; returns their paths."""
    written = [write_audited(released.files, out / f"{homework.id}.zip", homework.id, seeds)]
    if released.apart:
        written.append(write_audited(released.apart, out / f"{homework.id}-data.zip", homework.id, seeds))
    return written


def release_files(homework: Homework, workers: int = 2, data: Path | None = None) -> Released:
    """Everything that is handed out, with what is wrong in the course said in one ReleaseError.

    data: the student side of a hold-out, see `homework_images`.
    """
    try:
        images, apart = in_kit_and_apart(homework, homework_images(homework, data))
        return Released(kit_files(homework, workers) | images, apart)
    except (BadMarks, UnknownPlaceholder) as wrong:
        raise ReleaseError(str(wrong)) from wrong
    except FileNotFoundError as missing:
        raise ReleaseError(f"{missing.filename} is missing") from missing
    except RuntimeError as failed:
        raise ReleaseError(str(failed)) from failed


def write_audited(files: dict[str, bytes], path: Path, top: str, seeds: tuple[int, ...] = ()) -> Path:
    """Pack `files` below folder `top` into `path`, unless the audit of the packed bytes finds a leak."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".zip.part")
    try:
        aside.write_bytes(pack(files, top))
        leaks = audit_archive(aside, all_secrets(seeds))
        if leaks:
            raise LeakFound(leaks)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def pack(files: dict[str, bytes], top: str) -> bytes:
    """A zip archive of `files` below folder `top`; equal files give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{top}/{name}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def kit_files(homework: Homework, workers: int = 2, mistakes: Sequence[Variant] | None = None) -> dict[str, bytes]:
    """Everything in the kit but data, by path in the student's folder.

    mistakes: those that public checks can name, by default all of the homework's. Raises RuntimeError when
    the reference fails.
    """
    files = template_files(homework)
    for name in homework.rubric.assignment.notebooks:
        files[f"{name}.ipynb"] = to_notebook(files.pop(f"notebooks/{name}.py").decode()).encode()
    sample = _sample_predictions(homework)
    files |= _package_files(homework) | ({"sample_predictions.csv": sample} if sample else {})
    files[CHECKS.as_posix()] = _checks_table(homework)
    with (
        tempfile.TemporaryDirectory(prefix="kit-") as folder,
        EvidenceStore(homework.rubric.assignment.modules, workers) as store,
    ):
        write_snapshots(homework, Path(folder), store, homework.mistakes if mistakes is None else mistakes)
        for path in snapshot_files(Path(folder)):
            files[(SNAPSHOTS / path.name).as_posix()] = path.read_bytes()
    return files


def _package_files(homework: Homework) -> dict[str, bytes]:
    """The engine, and the topics whose probes the public checks use with the topics those import."""
    checks = PACKAGE / "checks"
    wanted = {checks / f"{c.probe.split('.')[0]}.py" for c in public_checks(homework) if c.probe}
    found: set[Path] = set()
    while wanted - found:
        path = (wanted - found).pop()
        found.add(path)
        wanted |= {checks / f"{topic}.py" for topic in _topics_imported(path)}
    engine = {p for p in (checks / "engine").glob("*.py") if p.name not in NOT_SHIPPED}
    shipped = {PACKAGE / "__init__.py", checks / "__init__.py", *engine, *found}
    return {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in shipped}


def _topics_imported(path: Path) -> set[str]:
    names = [
        node.module or ""
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    ]
    parts = [name.split(".") for name in names if name.startswith("autograder.checks.")]
    return {part[2] for part in parts if part[2] != "engine"}


def _checks_table(homework: Homework) -> bytes:
    """public_checks.json: what the kit's pytest shows, and nothing about hidden checks."""
    public = public_checks(homework)
    problems = [p for p in homework.rubric.problems if any(c in public for c in p.checks)]
    keys = {"id", "title", "points", "bonus", "probe", "evidence"}
    shown = {c.id for c in public}
    table = {
        "assignment": homework.id,
        "title": homework.rubric.assignment.title,
        "seed": PUBLIC_SEED,
        "problems": [{"id": p.id, "title": p.title} for p in problems],
        "checks": [
            c.model_dump(mode="json", include=keys)
            | {"problem": p.id, "requires": [r for r in c.requires if r in shown]}
            for p in problems
            for c in p.checks
            if c in public
        ],
    }
    return (json.dumps(table, indent=1) + "\n").encode()


def _sample_predictions(homework: Homework) -> bytes:
    """A predictions.csv of the right form for the homework's test images, every label 0; empty when none is due."""
    due = [c for c in homework.rubric.checks() if c.kind == "predictions"]
    if not due:
        return b""
    with (homework.grading_data / str(due[0].solution)).open(newline="", encoding="utf-8") as file:
        ids = [row["Id"] for row in csv.DictReader(file)]
    return ("Id,Label\n" + "".join(f"{i},0\n" for i in ids)).encode()
