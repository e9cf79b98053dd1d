"""Writes the sandboxed flow's scores into test cells and the gradebook, in the place of Execute and SaveAutoGrades."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from nbformat.notebooknode import NotebookNode
from nbgrader import utils
from nbgrader.api import Grade, Gradebook
from nbgrader.preprocessors import SaveAutoGrades
from traitlets import Bool, Enum, Integer, Unicode

from autograder.grading.homework import COURSE
from autograder.grading.results import CheckResult, Result
from autograder.integrations.nbgrader.ahead import GradingAhead, submitted, to_be_graded
from autograder.integrations.nbgrader.desk import open_desk
from autograder.integrations.nbgrader.verdicts import Verdict, checks_by_grade_id, verdict

# nbgrader converts notebook by notebook; a converter lives for one run, in which each submission is graded once.
_RUNS: WeakKeyDictionary[object, dict[str, GradingAhead]] = WeakKeyDictionary()


class SaveTrustedGrades(SaveAutoGrades):  # type: ignore[misc]
    """Grades the submitted folder once a run and gives every test cell its score and message.

    What the student's notebook holds in a test cell counts for nothing. A check that the grader could
    not decide is left to a person: no automatic score, and needs_manual_grade set. Raises what
    `open_desk` raises, upon which nbgrader reports the submission as not graded and goes on.
    """

    course = Unicode(str(COURSE), help="Folder that holds assignment/ and grading_data/.").tag(config=True)
    isolation = Enum(("auto", "warm", "bwrap", "none"), "auto", help="Sandbox for student code.").tag(config=True)
    reuse = Bool(True, help="Take an unchanged submission's earlier result, unless --force is given.").tag(config=True)
    jobs = Integer(0, min=0, help="Submissions graded side by side; 0 for one a core.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Write outputs into the notebook and grades into the gradebook."""
        about = resources["nbgrader"]
        self.place = f"{about['assignment']} of {about['student']}"
        checks = checks_by_grade_id(self._result(about["assignment"], about["student"]))
        self.verdicts: dict[str, Verdict] = {}
        for cell in nb.cells:
            if utils.is_grade(cell) and not utils.is_solution(cell):
                own = cell.metadata["nbgrader"]
                self._judge(own["grade_id"], float(own["points"]), checks)
                cell.outputs = self.verdicts[own["grade_id"]].outputs()
                cell.execution_count = 1
        nb, resources = super().preprocess(nb, resources)
        self._grade_missing(about, checks)
        return nb, resources

    def _judge(self, name: str, points: float, checks: Mapping[str, CheckResult]) -> Verdict:
        self.verdicts[name] = found = verdict(name, points, checks)
        if found.score is None:
            self.log.error("%s: cell '%s' is left for manual grading: %s", self.place, name, found.fault)
        return found

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        """Save a test cell's trusted score; cells that a person grades are nbgrader's own matter."""
        name = cell.metadata["nbgrader"]["grade_id"]
        if name not in self.verdicts:
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        _save(grade, self.verdicts[name].score)
        self.gradebook.db.commit()

    def _grade_missing(self, about: Mapping[str, str], checks: Mapping[str, CheckResult]) -> None:
        """Test cells of notebooks that were not handed in: their checks read the modules, not the notebook.

        nbgrader gave them 0 before. Manually graded cells keep that 0, unless a notebook under another
        name is there, which may be the missing one.
        """
        folder = submitted(self._converter.coursedir, about["assignment"], about["student"])
        with Gradebook(self.db_url) as gradebook:
            assignment = gradebook.find_assignment(about["assignment"])
            names = {notebook.name for notebook in assignment.notebooks}
            strangers = [path.name for path in folder.glob("*.ipynb") if path.stem not in names]
            for name in sorted(name for name in names if not (folder / f"{name}.ipynb").exists()):
                manual = {cell.name for cell in gradebook.find_notebook(name, about["assignment"]).solution_cells}
                told = f"; perhaps renamed: {', '.join(strangers)}" if strangers else ""
                self.log.warning("%s: notebook '%s' was not handed in%s", self.place, name, told)
                for grade in gradebook.find_submission_notebook(name, about["assignment"], about["student"]).grades:
                    if grade.name not in manual and grade.cell_type == "code":
                        _save(grade, self._judge(grade.name, float(grade.max_score), checks).score)
                    elif strangers:
                        _save(grade, None)
            gradebook.db.commit()

    @property
    def _converter(self) -> Any:
        """nbgrader's Autograde, which made the exporter that made this preprocessor."""
        return self.parent.parent

    def _result(self, assignment: str, student: str) -> Result:
        runs = _RUNS.setdefault(self._converter, {})
        if assignment not in runs:
            runs[assignment] = self._begin(assignment)
        first = student not in runs[assignment].asked
        result = runs[assignment].result(student)
        for flag in result.flags if first else ():
            self.log.warning("%s: %s", self.place, flag)
        return result

    def _begin(self, assignment: str) -> GradingAhead:
        """Open the desk for the students of this run of Autograde, which may be a class or a single one."""
        converter = self._converter
        coursedir, again = converter.coursedir, converter.force or not self.reuse
        desk = open_desk(assignment, Path(coursedir.root), Path(self.course), self.isolation)
        if desk.grader.sandbox.name == "none":
            self.log.warning("%s: student code runs unconfined (isolation none)", assignment)

        def grade(student: str) -> Result:
            return desk.result(submitted(coursedir, assignment, student), student, again)

        return GradingAhead(grade, to_be_graded(converter, assignment), self.jobs or os.cpu_count() or 1)


def _save(grade: Grade, score: float | None) -> None:
    """As nbgrader's SaveAutoGrades: a manual score stays, and a person is asked to look at it again."""
    grade.auto_score = score
    grade.needs_manual_grade = score is None or grade.manual_score is not None
