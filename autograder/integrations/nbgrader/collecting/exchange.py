"""The exchange: `nbgrader submit` and `collect` name missing files, `release_feedback` survives LMS submissions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback, ExchangeSubmit
from traitlets import Unicode

from autograder.integrations.nbgrader.collecting.required import missing_in_folder, required_files

COURSE = Path(__file__).parents[4]
_HELP = "Folder that holds assignment/ and grading_data/."


class CheckedSubmit(ExchangeSubmit):  # type: ignore[misc]
    """Tells a student which files are missing before they are handed in; with --strict it refuses."""

    course = Unicode(str(COURSE), help=_HELP).tag(config=True)

    def check_filename_diff(self) -> None:
        """nbgrader's own look at the notebooks, then ours at modules and predictions."""
        super().check_filename_diff()
        assignment = self.coursedir.assignment_id
        required = required_files(_rubric(self.course, assignment), Path(self.release_path))
        lines = missing_in_folder(Path(self.src_path), required)
        for line in lines:
            self.log.warning("%s: %s", assignment, line)
        if lines and self.strict:
            self.fail(f"Assignment {assignment} not submitted: {'; '.join(lines)}")


class CheckedCollect(ExchangeCollect):  # type: ignore[misc]
    """Collects regular files only and lists what each student's submission lacks.

    A submission in the exchange belongs to its student, who may put a link there after handing it in:
    nbgrader would follow it with the instructor's rights, to hidden labels for example.
    """

    course = Unicode(str(COURSE), help=_HELP).tag(config=True)

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy without following links; what is refused or over nbgrader's limits is a warning, not the end."""
        from autograder.grading.folders import list_folder  # imports torch
        from autograder.integrations.nbgrader.collecting.writing import SubmissionFolder

        directory = self.coursedir
        with tempfile.TemporaryDirectory() as scratch:
            clean = Path(scratch) / "submission"
            clean.mkdir()
            clean.chmod(0o755)
            limits = 1000 * directory.max_file_size, 1000 * directory.max_dir_size
            folder = SubmissionFolder(clean, *limits, ignore=directory.ignore, reserved=())
            listing = list_folder(Path(src))
            folder.write(listing.entries)
            for note in (*listing.capped_notes(), *folder.notes):
                self.log.warning("%s: %s", Path(src).name, note)
            super().do_copy(str(clean), dest, log)

    def copy_files(self) -> None:
        """Collect, then one warning a missing file."""
        super().copy_files()
        directory, assignment = self.coursedir, self.coursedir.assignment_id
        released = Path(directory.format_path(directory.release_directory, ".", assignment))
        required = required_files(_rubric(self.course, assignment), released)
        for record in sorted(self.src_records, key=lambda record: str(record["username"])):
            student = record["username"]
            folder = Path(directory.format_path(directory.submitted_directory, student, assignment))
            stamp = folder / "timestamp.txt"
            if not stamp.exists():
                stamp.write_text(f"{record['timestamp']} UTC", encoding="utf-8")
            for line in missing_in_folder(folder, required):
                self.log.warning("%s of %s: %s", assignment, student, line)


class CheckedReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """Leaves out submissions that did not come through the exchange, at the first of which nbgrader would stop."""

    def copy_files(self) -> None:
        """Release the others' feedback, with one warning a student who is left out."""
        pattern = Path(self.src_path).absolute()
        for folder in sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))):
            if not all((folder / name).is_file() for name in ("timestamp.txt", "submission_secret.txt")):
                student = folder.parent.name
                self.coursedir.student_id_exclude = ",".join(filter(None, (self.coursedir.student_id_exclude, student)))
                told = "not handed in through the exchange, so no feedback is released there: hand out"
                self.log.warning("%s of %s: %s %s", self.coursedir.assignment_id, student, told, folder)
        super().copy_files()


def _rubric(course: str, assignment: str) -> Path:
    return Path(course) / "assignment" / assignment / "rubric.toml"
