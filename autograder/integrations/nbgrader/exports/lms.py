"""`nbgrader export --exporter=autograder.integrations.nbgrader.exports.lms.MoodleExport` (or CanvasExport).

    nbgrader export --exporter=...MoodleExport --MoodleExport.worksheet=Grades.csv --assignment "['HW']" --to HW.csv

The points are nbgrader's, less its late penalty; the maximum is the rubric's without bonus (100 for hw2_cnn, where
nbgrader says 110), and bonus points come on top of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Unicode

from autograder.grading.homework import COURSE
from autograder.grading.rubric import Rubric
from autograder.grading.whole_files import write_whole
from autograder.integrations.nbgrader.exports.scores import find_rubric, lms_grades, regular_maximum
from autograder.reports.lms.canvas import fill_canvas, new_canvas
from autograder.reports.lms.grades import Fill, LmsGrade
from autograder.reports.lms.moodle import fill_moodle
from autograder.reports.lms.worksheet import Worksheet, WorksheetError


class LmsExport(ExportPlugin):  # type: ignore[misc]
    """One assignment's grades in an LMS's file. Open grades are never written as 0; all that is not written is told."""

    course = Unicode(str(COURSE), help="Folder that holds assignment/ and grading_data/.").tag(config=True)
    worksheet = Unicode("", help="The file that the LMS exported, to be filled in; it is only read.").tag(config=True)
    overwrite = Bool(False, help="Also change grades that are in the worksheet already.").tag(config=True)
    missing_as_zero = Bool(False, help="Write 0 for whoever handed nothing in.").tag(config=True)
    system = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file named by `--to`, HW-canvas.csv or HW-moodle.csv by default."""
        try:
            assignment = self._assignment(gradebook)
            rubric = find_rubric(assignment.name, Path(self.course))
            maximum = regular_maximum(assignment, rubric)
            if maximum <= 0:
                raise WorksheetError(f"{assignment.name} has no points in the gradebook")
            chosen = set(map(str, self.student))
            grades = lms_grades(gradebook, assignment.name, self.missing_as_zero)
            grades = [g if not chosen or g.person.id in chosen else LmsGrade(g.person, None) for g in grades]
            text, done = self._content(assignment.name, rubric, grades, maximum)
        except WorksheetError as problem:
            if self.parent is None:
                raise
            self.parent.fail(str(problem))
            return
        for note in done.notes:
            self.log.warning("%s: %s", assignment.name, note)
        path = write_whole(Path(self.to or f"{assignment.name}-{self.system}.csv"), text)
        self.log.info("%s: wrote %d grades into %s", assignment.name, done.written, path)

    def _assignment(self, gradebook: Gradebook) -> Assignment:
        chosen = [a for a in gradebook.assignments if not self.assignment or a.name in map(str, self.assignment)]
        if len(chosen) != 1:
            known = ", ".join(a.name for a in gradebook.assignments) or "none"
            raise WorksheetError(f"name one assignment with --assignment \"['HW']\"; the gradebook has {known}")
        return chosen[0]

    def _content(
        self, assignment: str, rubric: Rubric | None, grades: list[LmsGrade], maximum: float
    ) -> tuple[str, Fill]:
        raise NotImplementedError


class MoodleExport(LmsExport):
    """Fills in Moodle's grading worksheet."""

    system = "moodle"

    def _content(self, assignment: str, rubric: Any, grades: list[LmsGrade], maximum: float) -> tuple[str, Fill]:
        if not self.worksheet:
            raise WorksheetError("name Moodle's grading worksheet with --MoodleExport.worksheet=FILE")
        sheet = Worksheet.read(Path(self.worksheet))
        done = fill_moodle(sheet, grades, maximum, self.overwrite)
        return sheet.text, done


class CanvasExport(LmsExport):
    """Fills in the gradebook that Canvas exported, or writes a file for Canvas's import where none is given."""

    system = "canvas"
    column = Unicode("", help="The assignment's column in Canvas; its id or title if not given.").tag(config=True)

    def _content(self, assignment: str, rubric: Any, grades: list[LmsGrade], maximum: float) -> tuple[str, Fill]:
        titles = [self.column] if self.column else [assignment, *([rubric.assignment.title] if rubric else [])]
        if self.worksheet:
            sheet = Worksheet.read(Path(self.worksheet))
            done = fill_canvas(sheet, titles, grades, maximum, self.overwrite)
            return sheet.text, done
        notes = [
            f"{grade.person.id}: left empty: {grade.why}" for grade in grades if grade.why and grade.points is None
        ]
        written = sum(grade.points is not None for grade in grades)
        return new_canvas(titles[-1], grades, maximum), Fill(written, notes)
