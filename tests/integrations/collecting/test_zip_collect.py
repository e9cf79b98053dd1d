"""`nbgrader zip_collect` on real downloads of Canvas and Moodle: everybody's files, and a line for all that is odd."""

from __future__ import annotations

import io
import stat
import zipfile
from datetime import datetime

import pytest

CLASS = {
    "ann": {"first_name": "Ann", "last_name": "Abel", "lms_user_id": "101"},
    "bob": {"first_name": "Bob", "last_name": "Berg"},
    "cyd": {"first_name": "Cyd", "last_name": "Coe", "email": "cyd@uni.example"},
    "dan": {"first_name": "Dan", "last_name": "Day"},
    "eve": {"first_name": "Eve", "last_name": "Evil", "lms_user_id": "105"},
    "fay": {"first_name": "Fay", "last_name": "Fox"},
    "gus": {"first_name": "Gus", "last_name": "Gray"},
    "twin1": {"first_name": "Max", "last_name": "Twin"},
    "twin2": {"first_name": "Max", "last_name": "Twin"},
}
WORKSHEET = """Identifier,Full name,Email address,Grade
Participant 2003,A. Stagename,cyd@uni.example,
"""


def zipped(files, links=()):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0)), content)
        for name, target in links:
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    return data.getvalue()


def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("resnet.py", bytes(300 * 2**20))
    return data.getvalue()


def inside(folder, files):
    return {f"{folder}/{name}": content for name, content in files.items()}


def canvas(who, files, late=False):
    """Canvas's names; uploads are numbered in the order of `files`."""
    mark = "_LATE" if late else ""
    name, number = who
    return {f"{name}{mark}_{number}_{number}{i}_{file}": content for i, (file, content) in enumerate(files.items(), 1)}


def canvas_downloads(files):
    return {
        # every file by itself; resnet.py uploaded twice, which Canvas numbers
        **canvas(("abelann", 101), files | {"resnet-1.py": b"depth = 56\n"}),
        # one zip, as macOS makes it, with the folder and a tests/ folder in it
        **canvas(
            ("bergbob", 102),
            {
                "My homework.zip": zipped(
                    inside("tiny", files) | {"tiny/tests/test_a.py": b"", "__MACOSX/tiny/._resnet.py": b""}
                )
            },
            late=True,
        ),
        # near misses
        **canvas(
            ("daydan", 104),
            {
                "lab-1 (1).ipynb": files["lab-1.ipynb"],
                "Activations.py": b"",
                "w.zip": zipped({"src/resnet.py": b"", "notes.md": b""}),
            },
        ),
        # hostile
        **canvas(
            ("evileve", 105),
            {
                "a.zip": zipped({"../../ann/tiny/resnet.py": b"eve", "/tmp/x.py": b"", "activations.py": b"ok\n"}),
                "b.zip": zipped({}, links=[("predictions.csv", "/etc/passwd")]),
                "c.zip": bomb(),
                "d.zip": b"no zip at all",
                "timestamp.txt": b"2020-01-01 00:00:00 UTC",
                "abelann_101_9999_resnet.py": b"eve",
            },
        ),
        # two Max Twins, and nobody of this name
        **canvas(("twinmax", 106), {"resnet.py": b""}),
        **canvas(("nemo", 107), {"resnet.py": b""}),
        "syllabus.pdf": b"%PDF",
    }


def moodle_downloads(files):
    return {
        # in the worksheet under another name, with her address
        **inside("C_2003_assignsubmission_file_", files),
        "Fay Fox_2006_assignsubmission_file_/hw.zip": zipped(inside("hw", files | {"resnet.py": b"old\n"})),
        "Fay Fox_2006_assignsubmission_file_/runs/base.json": b"{}",
        "Fay Fox_2006_assignsubmission_file_/resnet.py": b"depth = 8\n",
        "Gus Gray_2007_assignsubmission_onlinetext_/onlinetext.html": b"<p>see my e-mail</p>",
    }


@pytest.fixture(scope="module")
def course(tiny, tmp_path_factory):
    course = tiny(tmp_path_factory.mktemp("course"), CLASS)
    with course.gradebook() as book:
        book.update_or_create_assignment(course.name, duedate=datetime(2026, 2, 1, 12))
    archive = course.root / "downloaded" / course.name / "archive"
    archive.mkdir(parents=True)
    (archive / "submissions.zip").write_bytes(zipped(canvas_downloads(course.files)))
    moodle = archive / "CNN-Tiny-2001"  # unpacked already
    for name, content in moodle_downloads(course.files).items():
        (moodle / name).parent.mkdir(parents=True, exist_ok=True)
        (moodle / name).write_bytes(content)
    (archive / "broken.zip").write_bytes(b"PK\3\4 half a download")
    (archive.parent / "Grades-CNN-Tiny.csv").write_text(WORKSHEET)
    done = course.nbgrader("zip_collect", course.name)
    assert done.returncode == 0, done.stderr
    course.log = done.stderr
    return course


@pytest.fixture
def lines(course, told):
    return lambda student: told(course.log, student)


def test_single_files_are_collected_and_the_later_of_two_uploads_counts(course, lines):
    assert course.submitted("ann") == course.files | {"resnet.py": b"depth = 56\n"}
    assert lines("ann") == ["resnet.py was uploaded more than once; the latest counts (2026-03-01 12:00:00)"]


def test_a_zip_is_opened_and_its_own_folder_taken_off(course):
    files = course.submitted("bob")
    assert files.pop("timestamp.txt")
    assert files == course.files | {"tests/test_a.py": b""}


def test_a_late_mark_becomes_a_time_after_the_due_date_and_is_told(course, lines):
    assert course.submitted("bob")["timestamp.txt"] == b"2026-02-01 12:00:01 UTC"
    assert lines("bob") == ["marked as late; the download does not say how late: see timestamp.txt"]
    assert "timestamp.txt" not in course.submitted("ann")


def test_moodles_worksheet_says_who_a_participant_is(course):
    assert course.submitted("cyd") == course.files


def test_of_a_zip_and_a_file_beside_it_the_later_counts_and_folders_stay(course, lines):
    assert course.submitted("fay") == course.files | {"resnet.py": b"depth = 8\n", "runs/base.json": b"{}"}
    assert [line.partition(";")[0] for line in lines("fay")] == ["resnet.py was uploaded more than once"]


def test_each_missing_file_is_one_line_that_names_what_may_be_meant(course, lines):
    assert lines("dan") == [
        "lab-1.ipynb is missing; there is lab-1 (1).ipynb, which is not graded under that name",
        "activations.py is missing; there is Activations.py, which is not graded under that name",
        "resnet.py is missing; there is src/resnet.py, which is not graded under that name",
        "predictions.csv is missing",
    ]


def test_hostile_uploads_are_refused_with_a_line_each(course, lines):
    files = course.submitted("eve")
    assert files == {
        "activations.py": b"ok\n",
        "d.zip": b"no zip at all",
        "abelann_101_9999_resnet.py": b"eve",
    }
    told = lines("eve")
    for refused in (
        "a.zip: ../../ann/tiny/resnet.py was refused: its path leads outside",
        "a.zip: /tmp/x.py was refused: its path is absolute",
        "b.zip: predictions.csv was refused: it is a symbolic link",
        "c.zip: resnet.py was refused: it grows more than 200 times",
        "d.zip was not opened",
        "timestamp.txt was refused: nbgrader keeps",
        "lab-1.ipynb is missing",
        "resnet.py is missing",
        "predictions.csv is missing",
    ):
        assert [line for line in told if line.startswith(refused)], (refused, told)


@pytest.mark.parametrize(
    "line",
    [
        "twinmax (106) was not collected: it fits several students: twin1, twin2",
        "nemo (107) was not collected: no student of the gradebook fits",
        "submissions.zip: syllabus.pdf is named like no submission and was not collected",
        "Gus Gray_2007_assignsubmission_onlinetext_/onlinetext.html is named like no submission",
        "broken.zip is not a",
    ],
)
def test_what_is_nobodys_is_listed(course, line):
    assert line in course.log


def test_only_students_of_the_gradebook_have_a_folder(course):
    assert {p.name for p in (course.root / "submitted").iterdir()} == {"ann", "bob", "cyd", "dan", "eve", "fay"}


def test_with_force_everything_is_collected_anew(course):
    before = course.submitted("ann")
    (course.root / "submitted" / "ann" / course.name / "stale.py").write_text("")
    again = course.nbgrader("zip_collect", course.name, "--force")
    assert again.returncode == 0, again.stderr
    assert course.submitted("ann") == before
