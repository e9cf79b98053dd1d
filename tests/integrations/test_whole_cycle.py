"""A course from release to exported grades, with nbgrader's own commands and ten students of the catalogue.

Run in steps by one fixture a homework; each test looks at what one step left behind.
"""

import csv
import shutil
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeFetchFeedback
from nbgrader.utils import parse_utc

from autograder.commands.grading import grade_class
from autograder.commands.starting import Where
from autograder.grading.homework import Homework, find_homework, homeworks
from autograder.grading.results import Result
from autograder.integrations.nbgrader import desk
from autograder.integrations.nbgrader.collecting.exchange import CheckedSubmit
from autograder.integrations.nbgrader.course import generate_assignment, write_source
from autograder.integrations.nbgrader.exports.lms import CanvasExport, MoodleExport
from autograder.integrations.nbgrader.grade_ids import cell_id
from autograder.integrations.nbgrader.problem_export import ProblemExport
from autograder.release.kit import kit_files

from .nbgrader_class import mixed_class, with_few_mistakes, work
from .nbgrader_course import grades, load_config, run_nbgrader, transfer

# The fixture runs a whole course, which a busy machine takes minutes for.
pytestmark = pytest.mark.timeout(900)
QUICK = "hw2_cnn"
SEED = 31415926
FIRST_NUMBER = 2001  # of the class in the learning-management system
DUE = "2031-05-01 12:00:00 UTC"
LATE = "other"  # the first of the students who wrote another right answer
MARK, COMMENT = 0.5, "Say which layer, and why."
MORE = """
c.Exchange.root = str(ROOT / "exchange")
c.LateSubmissionPlugin.penalty_method = "zero"
c.SaveTrustedGrades.jobs = 2
"""


@dataclass
class Cycle:
    homework: Homework
    root: Path
    students: list
    log: str = ""
    results: dict[str, Result] = field(default_factory=dict)

    @property
    def late(self):
        return next(s.name for s in self.students if s.name.startswith(LATE))

    @property
    def wrong(self):
        return next(s.name for s in self.students if s.name.startswith("wrong"))

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "cnn")

    def api(self):
        return NbGraderAPI(config=load_config(self.root))

    def automatic(self, student):
        """Automatic scores of checks that no person grades, by the grade id of their cell."""
        judged = {cell_id(c) for c in self.homework.rubric.checks() if c.kind != "manual"}
        found = grades(self.root, self.homework.id, student)
        return {name: score for name, (score, _) in found.items() if name in judged}

    def manual_grades(self, book, student):
        """The grades that a person gives, from an open gradebook."""
        manual = {cell_id(c) for c in self.homework.rubric.checks() if c.kind == "manual"}
        notebooks = book.find_submission(self.homework.id, student).notebooks
        return [g for n in notebooks for g in n.grades if g.name in manual]

    def page(self, student, notebook):
        return (self.root / "feedback" / student / self.homework.id / f"{notebook}.html").read_text()


def release(cycle):
    write_source(cycle.homework, kit_files(with_few_mistakes(cycle.homework)), cycle.root)
    with open(cycle.root / "nbgrader_config.py", "a") as config:
        config.write(MORE)
    generate_assignment(cycle.homework.id, cycle.root)
    (cycle.root / "exchange").mkdir(mode=0o777)
    (cycle.root / "exchange").chmod(0o777)
    with cycle.gradebook() as book:
        book.update_or_create_assignment(cycle.homework.id, duedate=DUE)
    done = cycle.api().release_assignment(cycle.homework.id)
    assert done["success"], done


def submit(cycle):
    """The first half of the class through the exchange, the others into a learning-management system."""
    with cycle.gradebook() as book:
        for number, student in enumerate(cycle.students, start=FIRST_NUMBER):
            details = {"first_name": f"Student{number}", "last_name": "Test", "lms_user_id": str(number)}
            book.update_or_create_student(student.name, **details)
    uploads = cycle.root / "downloaded" / cycle.homework.id / "archive" / "submissions.zip"
    uploads.parent.mkdir(parents=True)
    with zipfile.ZipFile(uploads, "w") as archive:
        for number, student in enumerate(cycle.students, start=FIRST_NUMBER):
            home = cycle.root / "homes" / student.name
            home.mkdir(parents=True)
            transfer(cycle.root, ExchangeFetchAssignment, cycle.homework.id, student.name, home)
            work(student, cycle.homework, home / cycle.homework.id)
            if number < FIRST_NUMBER + len(cycle.students) // 2:
                transfer(cycle.root, CheckedSubmit, cycle.homework.id, student.name, home)
            else:
                upload(cycle, home / cycle.homework.id, number, archive)
    collect(cycle)


def upload(cycle, folder, number, archive):
    """Add a student's files to the download of all submissions, by turns as Canvas and as Moodle name them."""
    assignment = cycle.homework.rubric.assignment
    names = [*(f"{m}.py" for m in assignment.modules), *(f"{n}.ipynb" for n in assignment.notebooks), "predictions.csv"]
    for count, name in enumerate(name for name in names if (folder / name).exists()):
        canvas = f"teststudent{number}_{number}_{number}{count:03d}_{name}"
        moodle = f"Student{number} Test_{number}_assignsubmission_file_/{name}"
        archive.write(folder / name, canvas if number % 2 else moodle)


def collect(cycle):
    done = cycle.api().collect(cycle.homework.id)
    assert done["success"], done
    zipped = run_nbgrader(cycle.root, "zip_collect", cycle.homework.id)
    assert zipped.returncode == 0, zipped.stderr
    stamp = cycle.root / "submitted" / cycle.late / cycle.homework.id / "timestamp.txt"
    stamp.write_text(f"{parse_utc(DUE) + timedelta(hours=2)} UTC")


def mark(cycle):
    """What a person does in formgrader for all but one: a mark for each cell that waits for one, and a comment."""
    with cycle.gradebook() as book:
        for student in cycle.students:
            for grade in cycle.manual_grades(book, student.name):
                if grade.needs_manual_grade and student.name != cycle.late:
                    grade.manual_score = MARK
                    grade.needs_manual_grade = False
        for notebook in book.find_submission(cycle.homework.id, cycle.wrong).notebooks:
            for comment in notebook.comments:
                comment.manual_comment = COMMENT
        book.db.commit()


def grade_again(cycle):
    """As formgrader's button does for one student: anew, and from the unchanged submission's earlier result."""
    shutil.rmtree(cycle.root / "autograded" / cycle.wrong)
    for student, force in (("reference", True), (cycle.wrong, False)):
        done = cycle.api().autograde(cycle.homework.id, student, force=force)
        assert done["success"], done
    with cycle.gradebook() as book:
        for student in ("reference", cycle.wrong):
            again = cycle.manual_grades(book, student)
            assert all(grade.needs_manual_grade for grade in again), "a person is asked to confirm the marks"
            for grade in again:
                grade.needs_manual_grade = False
        book.db.commit()


def tell(cycle):
    for student in ("broken", cycle.wrong):
        done = cycle.api().generate_feedback(cycle.homework.id, student)
        assert done["success"], done
    # One by one: nbgrader's release_feedback fails at the first student whose work did not come by the exchange.
    done = cycle.api().release_feedback(cycle.homework.id, "broken")
    assert done["success"], done


def grade_without_nbgrader(cycle):
    out = cycle.root / "graded"
    grade_class(cycle.homework.id, cycle.root / "submitted", out, where=Where(jobs=2), seed=SEED)
    cycle.results = {s.name: Result.read(out / "results" / f"{s.name}.json") for s in cycle.students}


QUICK_OR_SLOW = [
    pytest.param(name, marks=[] if name == QUICK else pytest.mark.slow)
    for name in homeworks()
    if find_homework(name).rubric.assignment.notebooks
]


@pytest.fixture(scope="module", params=QUICK_OR_SLOW)
def cycle(request, tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    homework = find_homework(request.param)
    cycle = Cycle(homework, root, mixed_class(homework))
    (root / ".autograder").mkdir()
    (root / ".autograder" / "seed").write_text(f"{SEED}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        release(cycle)
        submit(cycle)
        done = run_nbgrader(root, "autograde", homework.id)
        cycle.log = done.stderr
        assert done.returncode == 0, done.stderr[-3000:]
        mark(cycle)
        grade_again(cycle)
        tell(cycle)
        grade_without_nbgrader(cycle)
    yield cycle
    desk.close_stores()


def test_every_student_is_collected_and_graded(cycle):
    assert {path.name for path in (cycle.root / "autograded").iterdir()} == {s.name for s in cycle.students}


def test_scores_are_those_of_autograder_grade_with_the_same_seed(cycle):
    for student, result in cycle.results.items():
        expected = {
            cell_id(c): s for p in result.problems for c, s in zip(_checks(cycle, p), _scores(p)) if s != "open"
        }
        assert cycle.automatic(student) == expected, student


def _checks(cycle, problem):
    known = {c.id: c for c in cycle.homework.rubric.checks()}
    return [known[check.id] for check in problem.checks]


def _scores(problem):
    return ["open" if check.kind == "manual" else check.score for check in problem.checks]


def test_the_reference_earns_every_point_of_its_code(cycle):
    earned = cycle.automatic("reference")
    code = [c for c in cycle.homework.rubric.checks() if c.kind == "probe"]
    assert {c.id: earned[cell_id(c)] for c in code} == {c.id: c.points for c in code}


@pytest.mark.parametrize("student", ["stub", "liar", "patcher", "exits"])
def test_who_implements_nothing_or_attacks_earns_nothing(cycle, student):
    assert set(cycle.automatic(student).values()) == {0.0}


def test_a_broken_notebook_costs_no_check_of_the_modules(cycle):
    module = cycle.homework.rubric.assignment.modules[0]
    own = {c.id for p in cycle.results["broken"].problems for c in p.checks if c.score}
    assert [c for c in own if c in {c.id for c in cycle.homework.rubric.checks() if c.probe}], module
    assert "cannot be read" in cycle.log


def test_a_persons_marks_survive_a_second_autograde(cycle):
    with cycle.gradebook() as book:
        for student in ("reference", cycle.wrong):
            marks = {g.name: (g.manual_score, g.score) for g in cycle.manual_grades(book, student)}
            assert set(marks.values()) == {(MARK, MARK)}
            total = book.find_submission(cycle.homework.id, student).score
            assert total == pytest.approx(sum(cycle.automatic(student).values()) + MARK * len(marks))


def test_who_hands_in_late_pays_by_the_courses_policy(cycle):
    with cycle.gradebook() as book:
        late = book.find_submission(cycle.homework.id, cycle.late)
        assert late.total_seconds_late == 2 * 3600
        assert late.late_submission_penalty == late.score > 0
        assert not book.find_submission(cycle.homework.id, "reference").late_submission_penalty


def test_feedback_names_the_mistake_and_carries_the_comment(cycle):
    named = {c.mistake for p in cycle.results[cycle.wrong].problems for c in p.checks} - {None}
    sentences = [m.sentence for m in cycle.homework.mistakes if m.id in named]
    pages = [cycle.page(cycle.wrong, name) for name in cycle.homework.rubric.assignment.notebooks]
    assert sentences
    assert any(sentence in page for sentence in sentences for page in pages)
    assert any(COMMENT in page for page in pages)


def test_a_student_fetches_the_released_feedback(cycle, monkeypatch):
    home = cycle.root / "homes" / "broken"
    monkeypatch.chdir(home)
    transfer(cycle.root, ExchangeFetchFeedback, cycle.homework.id, "broken", home)
    fetched = sorted(path.name for path in home.glob(f"{cycle.homework.id}/feedback/*/*.html"))
    assert fetched == sorted(f"{name}.html" for name in cycle.homework.rubric.assignment.notebooks)


def test_the_export_has_a_column_a_problem_and_the_totals_of_the_gradebook(cycle):
    exporter = ProblemExport(config=load_config(cycle.root))
    exporter.to = str(cycle.root / "problems.csv")
    with cycle.gradebook() as book:
        exporter.export(book)
        totals = {s.student.id: s.score for s in book.assignment_submissions(cycle.homework.id)}
    rows = {row["student"]: row for row in csv.DictReader((cycle.root / "problems.csv").open())}
    assert set(rows) == {s.name for s in cycle.students}
    assert float(rows["reference"]["score"]) == pytest.approx(totals["reference"])
    assert float(rows[cycle.late]["score"]) == 0
    for problem in cycle.homework.rubric.problems:
        manual = [c for c in problem.checks if c.kind == "manual"]
        mine = [cycle.automatic("reference")[cell_id(c)] for c in problem.checks if c not in manual]
        assert float(rows["reference"][problem.id]) == pytest.approx(sum(mine) + MARK * len(manual))


def students_with_a_grade(cycle, name):
    with (cycle.root / name).open(encoding="utf-8-sig", newline="") as file:
        return {row["ID number"]: float(row["Grade"]) for row in csv.DictReader(file) if row["Grade"]}


def test_moodles_worksheet_is_filled_in_for_all_but_those_whom_a_person_has_still_to_mark(cycle):
    head = "Identifier,Full name,ID number,Grade,Maximum Grade\n"
    rows = [f"Participant {i},Student{i} Test,{s.name},,100.00" for i, s in enumerate(cycle.students, FIRST_NUMBER)]
    (cycle.root / "moodle.csv").write_text(head + "\n".join(rows) + "\n")
    exporter = MoodleExport(config=load_config(cycle.root), worksheet=str(cycle.root / "moodle.csv"))
    exporter.to = str(cycle.root / "moodle-filled.csv")
    with cycle.gradebook() as book:
        exporter.export(book)
        totals = {s.student.id: s.score for s in book.assignment_submissions(cycle.homework.id)}
    del totals[cycle.late]
    scale = 100 / cycle.homework.rubric.max_score
    found = students_with_a_grade(cycle, "moodle-filled.csv")
    assert found == pytest.approx({student: total * scale for student, total in totals.items()}, abs=0.01)


def test_canvas_gets_the_same_points(cycle):
    exporter = CanvasExport(config=load_config(cycle.root))
    exporter.to = str(cycle.root / "canvas.csv")
    with cycle.gradebook() as book:
        exporter.export(book)
        total = book.find_submission(cycle.homework.id, cycle.wrong).score
    (row,) = [line for line in csv.reader((cycle.root / "canvas.csv").open()) if cycle.wrong in line]
    assert any(cell and cell.replace(".", "").isdecimal() and float(cell) == pytest.approx(total) for cell in row)
