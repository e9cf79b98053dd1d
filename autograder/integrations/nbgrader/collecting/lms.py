"""`nbgrader zip_collect`: students' uploads out of what Canvas and Moodle let an instructor download.

The plugins of nbgrader's ZipCollectApp. The extractor does the work: it unpacks nothing but what it wants, and
writes extracted/STUDENT/FILE; the collector only reads that layout.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import parse_utc
from traitlets import List, Unicode

from autograder.grading.homework import COURSE
from autograder.integrations.nbgrader.collecting.downloads import Upload, contents, find_uploads
from autograder.integrations.nbgrader.collecting.names import PATTERNS, without_repeat
from autograder.integrations.nbgrader.collecting.required import missing_in_folder, required_files
from autograder.integrations.nbgrader.collecting.students import attribute, exported_lists
from autograder.integrations.nbgrader.collecting.writing import TIMESTAMP, SubmissionFolder
from autograder.integrations.nbgrader.students import people
from autograder.reports.lms.people import Roster


class LmsExtractor(ExtractorPlugin):  # type: ignore[misc]
    """Sorts downloads by student and checks each for missing files.

    downloaded/HW/archive/ holds what the LMS gave: bulk zips, or their unpacked files. CSV files beside
    archive/ (Canvas's gradebook, Moodle's grading worksheet) tell who is who more surely than names do.
    """

    course = Unicode(str(COURSE), help="Folder that holds assignment/ and grading_data/.").tag(config=True)
    patterns = List(
        Unicode(),
        list(PATTERNS),
        help="Regular expressions for downloads' names; groups: file, and lms_id (Canvas), participant (Moodle) or "
        "student_id.",
    ).tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Write extracted/STUDENT/FILE for every upload; each that is not taken is one warning."""
        app: Any = self.parent
        directory, assignment = app.coursedir, app.coursedir.assignment_id
        released = Path(directory.format_path(directory.release_directory, ".", assignment))
        self.required = required_files(Path(self.course) / "assignment" / assignment / "rubric.toml", released)
        downloads = find_uploads(Path(archive_path), self.patterns)
        known, notes = exported_lists(Path(archive_path).parent)
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            roster = Roster(people(gradebook))
            self.due = _due(gradebook, assignment)
        if not roster.people:
            self.log.warning("the gradebook has no students: they are called by name and number of the download")
        whose = attribute([uploads[0].name for uploads in downloads.uploads.values()], roster, known)
        for note in (*downloads.notes, *notes, *whose.notes):
            self.log.warning("%s: %s", assignment, note)
        for key, student in sorted(whose.students.items(), key=lambda item: item[1]):
            self._student(student, downloads.uploads[key], Path(extracted_path) / student)
        self.log.info("%s: %d students found in the downloads", assignment, len(whose.students))

    def _student(self, student: str, uploads: list[Upload], root: Path) -> None:
        directory = self.parent.coursedir
        limits = 1000 * directory.max_file_size, 1000 * directory.max_dir_size
        folder = SubmissionFolder(root, *limits, ignore=directory.ignore)
        root.mkdir(parents=True)
        for upload in sorted(uploads, key=lambda upload: upload.order):
            with tempfile.TemporaryDirectory() as scratch:
                listing = contents(upload, Path(scratch), self.required)
                folder.notes += listing.notes
                names = [str(entry.path) for entry in listing.entries]
                folder.write(listing.entries, {name: without_repeat(name, self.required) for name in names})
        self._stamp(uploads, folder)
        lines = [*folder.notes, *missing_in_folder(root, self.required)]
        if not any(root.iterdir()):
            shutil.rmtree(root)
            lines.append("nothing was collected")
        for line in lines:
            self.log.warning("%s of %s: %s", directory.assignment_id, student, line)

    def _stamp(self, uploads: list[Upload], folder: SubmissionFolder) -> None:
        """Write timestamp.txt, by which nbgrader counts how late a submission is."""
        given = max((upload.name.timestamp for upload in uploads), default="")
        late = any(upload.name.late for upload in uploads)
        path = folder.root / TIMESTAMP
        if given:
            path.write_text(f"{parse_utc(given)}", encoding="utf-8")
        elif late and self.due is not None:
            path.write_text(f"{self.due + timedelta(seconds=1)} UTC", encoding="utf-8")
            folder.notes.append(f"marked as late; the download does not say how late: see {TIMESTAMP}")
        elif late:
            folder.notes.append("marked as late, but the gradebook has no due date: no penalty can be counted")


class StudentFolderCollector(FileNameCollectorPlugin):  # type: ignore[misc]
    """Tells nbgrader whose the files below extracted/STUDENT/ are."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student and the path of one extracted file; None for a file in no student's folder."""
        app: Any = self.parent
        root = Path(app._format_collect_path(app.extracted_directory)).resolve()
        student, *inside = Path(submitted_file).resolve().relative_to(root).parts
        return {"student_id": student, "file_id": "/".join(inside)} if inside else None


def _due(gradebook: Gradebook, assignment: str) -> Any:
    """The assignment's due date (UTC, naive), None without one."""
    try:
        return gradebook.find_assignment(assignment).duedate
    except MissingEntry:
        return None
