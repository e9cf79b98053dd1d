"""Filling in the CSV files of Canvas and Moodle: grades go where they belong, and no other byte changes."""

import csv
import io

import pytest

from autograder.reports.lms.canvas import fill_canvas, new_canvas
from autograder.reports.lms.grades import LmsGrade, result_grades
from autograder.reports.lms.moodle import fill_moodle
from autograder.reports.lms.people import Person
from autograder.reports.lms.worksheet import Worksheet, WorksheetError

ANN = Person("ann", "Ann", "Abel", "ann@uni.example", "101")
BOB = Person("bob", "Bob", "Berg", "bob@uni.example")
CYD = Person("cyd", "Cyd", "Coe")
GRADES = [LmsGrade(ANN, 85.5), LmsGrade(BOB, 104), LmsGrade(CYD, None, "a person has still to grade essay")]

MOODLE_HEAD = "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Last modified (submission),"
MOODLE_HEAD += "Online text,Last modified (grade),Feedback comments"
MOODLE_ROWS = [
    'Participant 11,"Abel, Ann",ann,ann@uni.example,"Submitted",,100.00,"Monday, 2 March 2026, 9:05 AM",,-,',
    'Participant 12,Bob Berg,,bob@uni.example,No submission,,100.00,-,"<p>""a""\nsecond line, with comma</p>",-,"ok"',
    "Participant 13,Cyd Coe,cyd,,No submission,,100.00,-,,-,=HYPERLINK(1)",
]


def moodle(rows=MOODLE_ROWS, head=MOODLE_HEAD, end="\n", bom="", last=True):
    return bom + end.join([head, *rows]) + (end if last else "")


def filled(text, grades=GRADES, maximum=100.0, **more):
    sheet = Worksheet(text, "Grades.csv")
    done = fill_moodle(sheet, grades, maximum, **more)
    return sheet.text, done


def values(text, column="Grade"):
    return [row[column] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))]


def test_moodles_worksheet_gets_its_grades_by_id_number_and_address():
    text, done = filled(moodle())
    assert values(text) == ["85.5", "100", ""]
    assert done.written == 2
    assert done.notes == [
        "bob: 104 is written as 100, as more would be refused",
        "cyd: left as it is: a person has still to grade essay",
    ]


FORMS = {
    "plain": moodle(),
    "byte-order mark": moodle(bom="\ufeff"),
    "CRLF": moodle(end="\r\n"),
    "no last line end": moodle(last=False),
    "everything quoted": "\r\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in csv.reader(io.StringIO(moodle()))
    ),
    "blank lines": moodle([*MOODLE_ROWS, "", ",,,,,,,,,,", ""]),
    "semicolons": "\n".join(
        ";".join(f'"{cell}"' if ";" in cell or "\n" in cell else cell for cell in row)
        for row in csv.reader(io.StringIO(moodle().replace('""', "'")))
    ),
    "spaces and ragged rows": moodle(
        [MOODLE_ROWS[0].replace("ann,ann@", ' ann , "ann@').replace("example,", 'example",')]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_worksheet_comes_back_byte_for_byte_when_nothing_is_written(form):
    assert Worksheet(FORMS[form], "Grades.csv").text == FORMS[form]
    text, done = filled(FORMS[form], [LmsGrade(ANN, None, "open")])
    assert text == FORMS[form]
    assert done.written == 0


@pytest.mark.parametrize("form", FORMS)
def test_nothing_but_the_grade_changes(form):
    marker = "77.123"
    text, done = filled(FORMS[form], [LmsGrade(ANN, 77.123)])
    assert done.written == 1
    assert text.count(marker) == 1
    assert text.replace(marker, "") == FORMS[form]


def test_the_grade_is_scaled_to_the_maximum_of_the_worksheet_and_that_is_said():
    text, done = filled(moodle().replace("100.00", "20.00"))
    assert values(text) == ["17.1", "20", ""]
    assert "grades are scaled from 100 to the worksheet's maximum of 20" in done.notes


def test_a_decimal_comma_is_kept():
    text, _ = filled(moodle().replace("100.00", '"100,00"'))
    assert values(text) == ["85,5", "100", ""]


def test_a_grade_that_is_there_stays_unless_told_and_an_equal_one_is_no_matter():
    there = moodle(
        [MOODLE_ROWS[0].replace(",,100.00", ",60.00,100.00"), MOODLE_ROWS[1].replace(",,100.00", ",100.00,100.00")]
    )
    text, done = filled(there)
    assert text == there
    assert "ann: has 60.00 already, 85.5 was not written" in done.notes
    assert not [note for note in done.notes if note.startswith("bob: has")]
    text, done = filled(there, overwrite=True)
    assert values(text) == ["85.5", "100.00"]


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (
            "Participant 14,Zoe Zed,zed,zoe@x.example,,,100,,,,",
            "Zoe Zed, zed, zoe@x.example, Participant 14: row without a grade",
        ),
        ("Participant 14,Bob Berg,,,,,100,,,,", "Bob Berg, Participant 14: row without a grade"),
        ("Participant 14,Somebody,ann,bob@uni.example,,,100,,,,", "it fits several students: ann, bob"),
        ("Participant 14,Ann A,ann,,,,100,,,,", "ann: has several rows, and got a grade in none"),
        (",,,,,,100,,,,", "Participant: row without a grade"),
    ],
)
def test_a_doubtful_row_gets_no_grade_and_is_listed(row, note):
    text, done = filled(moodle([MOODLE_ROWS[0], row]))
    assert values(text)[1] == ""
    assert [line for line in done.notes if note in line], done.notes


def test_a_student_without_a_row_is_listed():
    _, done = filled(moodle(MOODLE_ROWS[:1]))
    assert "bob: has 104 points, but no row in Grades.csv" in done.notes


def test_blind_marking_finds_people_by_the_identifier():
    blind = "Identifier,Status,Grade,Maximum Grade\nParticipant 11,,,100\nParticipant 12,,,100\n"
    known = [LmsGrade(Person("x", lms_id="Participant 11"), 5), LmsGrade(Person("participant-12"), 6)]
    assert values(filled(blind, known)[0]) == ["5", "6"]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "is empty"),
        ("Grade,Identifiér\n".encode("latin-1"), "is not UTF-8"),
        (b"Name,Points\nann,3\n", "has no column 'Identifier', 'Grade'"),
        ("ID,Vollständiger Name,Bewertung\n".encode(), "language set to English"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path, data, complaint):
    path = tmp_path / "Grades.csv"
    path.write_bytes(data)
    with pytest.raises(WorksheetError, match=complaint) as raised:
        fill_moodle(Worksheet.read(path), GRADES, 100)
    assert "Grades.csv" in str(raised.value)
    with pytest.raises(WorksheetError, match=r"nowhere\.csv cannot be read"):
        Worksheet.read(tmp_path / "nowhere.csv")


CANVAS = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,CNNs (4711),Other (4712),Final Score
Manual Posting,,,,,,,(read only)
    Points Possible,,,,,100.00,10.00,(read only)
"Abel, Ann",101,s1,a.abel,L01,,7.00,
"Berg, Bob",102,s2,bob,L01,,,
"Coe, Cyd",103,cyd,c.coe,"L01, L02",,9.5,
"Student, Test",104,,c5a1,L01,,,
"""


def fill_in_canvas(text, titles=("hw2_cnn", "CNNs"), **more):
    sheet = Worksheet(text, "canvas.csv")
    done = fill_canvas(sheet, titles, GRADES, 100.0, **more)
    return sheet.text, done


def test_canvas_gradebook_gets_grades_with_bonus_on_top_and_keeps_everything_else():
    text, done = fill_in_canvas(CANVAS)
    expected = CANVAS.replace("a.abel,L01,,", "a.abel,L01,85.5,").replace("bob,L01,,", "bob,L01,104,")
    assert text == expected
    assert [note.partition(":")[0] for note in done.notes] == ["Student, Test, c5a1, 104", "cyd"]


@pytest.mark.parametrize("titles", [("CNNs (4711)",), ("cnns",)])
def test_the_column_is_found_by_its_title_with_or_without_its_number(titles):
    assert fill_in_canvas(CANVAS, titles)[1].written == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (CANVAS.replace("CNNs (", "Lab ("), r"no column called hw2_cnn or CNNs; name one of: 'Lab \(4711\)', 'Other"),
        (CANVAS.replace("Other (", "CNNs ("), "several columns called"),
        (CANVAS.replace("100.00", "(read only)"), "is read only in Canvas"),
        (MOODLE_HEAD, "it is Canvas's gradebook export that is wanted"),
    ],
)
def test_without_one_column_to_fill_canvas_export_is_refused(text, complaint):
    with pytest.raises(WorksheetError, match=complaint):
        fill_in_canvas(text)


def test_a_file_for_canvas_import_is_made_without_an_export_and_runs_no_formula():
    grades = [*GRADES, LmsGrade(Person("=cmd|' /C calc'!A0", "@SUM(1)", "+1"), 3)]
    rows = list(csv.reader(io.StringIO(new_canvas("CNNs", grades, 100), newline="")))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "CNNs"]
    assert rows[1][0].strip() == "Points Possible"
    assert rows[1][5] == "100"
    assert [row[5] for row in rows[2:]] == ["85.5", "104", "", "3"]
    assert rows[2][:4] == ["Abel, Ann", "101", "", "ann"]
    assert rows[5][3].startswith("'=")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]


def test_results_of_autograder_grade_become_grades(students):
    grades = result_grades(students)
    counted = result_grades(students, awaiting_as_zero=True)
    for result, grade, decided in zip(students, grades, counted):
        assert grade.person.id == decided.person.id == result.student
        if result.score is None:
            assert (grade.points, decided.points) == (None, None)
        else:
            assert decided.points == result.score + result.bonus
            assert grade.points == (None if result.awaiting else decided.points)
        assert bool(grade.why) == (grade.points is None)
    assert {g.points is None for g in counted} == {True, False}
