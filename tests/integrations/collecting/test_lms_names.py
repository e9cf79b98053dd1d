"""Whose is a downloaded file: the names that Canvas and Moodle give, and the gradebook's students."""

from pathlib import PurePosixPath

import pytest

from autograder.integrations.nbgrader.collecting.names import LmsName, parse_name, without_repeat
from autograder.integrations.nbgrader.collecting.students import attribute
from autograder.reports.lms.people import Claim, Person, Roster, Unmatched

NAMES = {
    # Canvas
    "doejane_12345_67890_resnet.py": ("doejane", "12345", "resnet.py", False),
    "doejane_LATE_12345_67890_resnet.py": ("doejane", "12345", "resnet.py", True),
    "doejane_late_12345_67890_resnet-1.py": ("doejane", "12345", "resnet-1.py", True),
    "submissions/doejane_12345_67890_hw2_cnn.zip": ("doejane", "12345", "hw2_cnn.zip", False),
    "de_la_cruz_ana_12345_67890_a_1_2_b.py": ("de_la_cruz_ana", "12345", "a_1_2_b.py", False),
    "müllerjörg_1_2_true_false.ipynb": ("müllerjörg", "1", "true_false.ipynb", False),
    "LATE_1_2_x.py": ("LATE", "1", "x.py", False),
    # Moodle
    "Jane Doe_1234567_assignsubmission_file_/resnet.py": ("Jane Doe", "Participant 1234567", "resnet.py", False),
    "Jane Doe_1234567_assignsubmission_file/resnet.py": ("Jane Doe", "Participant 1234567", "resnet.py", False),
    "Jane Doe_1234567_assignsubmission_file_resnet.py": ("Jane Doe", "Participant 1234567", "resnet.py", False),
    "Group A/Jane Doe_7_assignsubmission_file_/runs/a.json": ("Jane Doe", "Participant 7", "runs/a.json", False),
    "O'Neil-Ng Jr. (Bo)_7_assignsubmission_file_/x.zip": ("O'Neil-Ng Jr. (Bo)", "Participant 7", "x.zip", False),
    "Participant_7_assignsubmission_file_/x.py": ("Participant", "Participant 7", "x.py", False),
}
# What a student named so that it looks like another's: the download's own name, in front, decides.
SPOOFED = {
    "malloryeve_9_1_x_789_assignsubmission_file_y.py": "9",
    "malloryeve_9_1_doejane_12345_67890_resnet.py": "9",
    "Eve M_9_assignsubmission_file_/doejane_12345_67890_resnet.py": "Participant 9",
    "Eve M_9_assignsubmission_file_12_34_x.py": "Participant 9",
    "Eve M_9_assignsubmission_file_/Jane Doe_7_assignsubmission_file_/x.py": "Participant 9",
}
UNKNOWN = [
    "resnet.py",
    "doejane_resnet.py",
    "doejane_12345_resnet.py",
    "_12_34_",
    "Jane Doe_7_assignsubmission_onlinetext_/onlinetext.html",
    "Eve M_9_assignsubmission_onlinetext_/doejane_12345_67890_resnet.py",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_canvas_or_moodle_is_taken_apart(name):
    found = parse_name(PurePosixPath(name))
    assert (found.claim.name, found.claim.lms_id, str(found.file), found.late) == NAMES[name]


@pytest.mark.parametrize("name", SPOOFED)
def test_a_student_cannot_name_a_file_into_another_students_submission(name):
    assert parse_name(PurePosixPath(name)).claim.lms_id == SPOOFED[name]


@pytest.mark.parametrize("name", UNKNOWN)
def test_another_name_is_nobodys(name):
    assert parse_name(PurePosixPath(name)) is None


def test_an_instructors_own_pattern_may_name_the_student():
    pattern = r"(?P<student_id>\w+)_attempt_(?P<timestamp>[\d-]+)_(?P<file>.+)"
    found = parse_name(PurePosixPath("ab12_attempt_2026-01-30_x.py"), [pattern])
    assert (found.claim.ids, found.timestamp, str(found.file)) == (("ab12",), "2026-01-30", "x.py")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("resnet-1.py", "resnet.py"),
        ("resnet-12.py", "resnet.py"),
        ("lab-2.ipynb", "lab-2.ipynb"),
        ("lab-2-1.ipynb", "lab-2.ipynb"),
        ("other-1.py", "other-1.py"),
        ("resnet (1).py", "resnet (1).py"),
    ],
)
def test_canvas_own_number_is_taken_off_where_that_gives_an_expected_file(name, kept):
    assert without_repeat(name, ["resnet.py", "lab-2.ipynb"]) == kept


CLASS = [
    Person("jdoe", "Jane", "Doe", "jane@uni.example", "12345"),
    Person("jdoe2", "Jane", "Doe", "jane.doe@uni.example", "12346"),
    Person("mueller", "Jörg", "Müller", "joerg@uni.example"),
    Person("s77", "Ana", "de la Cruz"),
    Person("4711", "Bo", "Li", "bo@uni.example", "99"),
]


@pytest.mark.parametrize(
    ("claim", "student"),
    [
        (Claim(lms_id="12345"), "jdoe"),
        (Claim(ids=("JDOE",)), "jdoe"),
        (Claim(email="jane.doe@uni.example"), "jdoe2"),
        (Claim(email="Joerg@Uni.example"), "mueller"),
        (Claim(name="müllerjörg", lms_id="5"), "mueller"),
        (Claim(name="Jörg Müller"), "mueller"),
        (Claim(name="mullerjorg"), "mueller"),
        (Claim(name="delacruzana"), "s77"),
        (Claim(lms_id="99"), "4711"),
    ],
)
def test_a_student_is_found_by_number_then_address_then_name(claim, student):
    assert Roster(CLASS).find(claim, by_name=True).id == student


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (Claim(name="Jane Doe"), "several"),
        (Claim(ids=("jdoe",), email="joerg@uni.example"), "several"),
        (Claim(lms_id="12345", email="joerg@uni.example"), "several"),
        (Claim(name="Jane"), "no student"),
        (Claim(), "no student"),
        (Claim(lms_id="4711"), "no student"),  # Canvas's number is not the institution's
        (Claim(lms_id="Participant 99"), "no student"),
        (Claim(name="libo", lms_id="100"), "no student"),  # Bo Li is 99: this is another one
    ],
)
def test_a_doubtful_match_is_none(claim, why):
    with pytest.raises(Unmatched, match=why):
        Roster(CLASS).find(claim, by_name=True)


def test_a_name_alone_moves_no_grade():
    with pytest.raises(Unmatched, match="no student"):
        Roster(CLASS).find(Claim(name="Ana de la Cruz"))


def named(name, number):
    return LmsName(Claim(name=name, lms_id=number), PurePosixPath("x.py"))


def test_two_people_who_would_be_one_student_are_both_left_out():
    found = attribute([named("delacruzana", "1"), named("delacruzana", "2"), named("libo", "99")], Roster(CLASS), {})
    assert found.students == {"99": "4711"}
    assert len(found.notes) == 2
    assert all("2 people of the download would be s77" in note for note in found.notes)


def test_the_lists_of_the_lms_count_more_than_names():
    known = {"5": Claim(ids=("s77",), lms_id="5")}
    assert attribute([named("somebodyelse", "5")], Roster(CLASS), known).students == {"5": "s77"}


def test_without_students_in_the_gradebook_people_are_called_by_name_and_number():
    people = [named("Jane Doe", "Participant 7"), named("../evil", "8"), named("///", "9")]
    found = attribute(people, Roster([]), {})
    assert found.students == {"Participant 7": "janedoe-7", "8": "evil-8", "9": found.students["9"]}
    assert "/" not in found.students["9"]
