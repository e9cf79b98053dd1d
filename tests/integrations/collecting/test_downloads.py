"""Which of a student's uploads count, and what of them is written."""

import zipfile
from pathlib import PurePosixPath

import pytest

from autograder.grading.entries import Entry, Unreadable
from autograder.integrations.nbgrader.collecting.downloads import contents, find_uploads
from autograder.integrations.nbgrader.collecting.names import PATTERNS
from autograder.integrations.nbgrader.collecting.writing import SubmissionFolder


def archive(path, files, year=2026):
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, (year, 1, 2, 3, 4, 6)), content)
    return path


def entry(name, content=b"x", modified=""):
    return Entry(PurePosixPath(name), len(content), lambda limit: content[:limit], modified)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "out").mkdir()
    return SubmissionFolder(tmp_path / "out", max_file=100, max_total=250, ignore=["*.pyc", "feedback"])


def test_of_two_downloads_a_student_is_taken_from_the_later_one_only(tmp_path):
    archive(tmp_path / "a.zip", {"annabel_1_20_x.py": "new", "bobberg_2_11_x.py": "only here"})
    archive(tmp_path / "b.zip", {"annabel_1_10_x.py": "old", "annabel_1_12_y.py": "withdrawn"})
    downloads = find_uploads(tmp_path, PATTERNS)
    assert {k: [str(u.entry.path) for u in v] for k, v in downloads.uploads.items()} == {
        "1": ["annabel_1_20_x.py"],
        "2": ["bobberg_2_11_x.py"],
    }
    assert downloads.notes == ["annabel (1): the latest, a.zip, counts; not b.zip"]


def test_moodles_downloads_are_told_apart_by_the_time_of_their_files(tmp_path):
    name = "Ann Abel_7_assignsubmission_file_/x.py"
    archive(tmp_path / "a.zip", {name: "old"}, year=2025)
    archive(tmp_path / "b.zip", {name: "new"}, year=2026)
    (upload,) = find_uploads(tmp_path, PATTERNS).uploads["Participant 7"]
    assert upload.entry.read(10) == b"new"


def test_links_in_the_download_folder_are_listed_and_not_followed(tmp_path):
    (tmp_path / "secret").write_text("")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "annabel_1_2_x.py").symlink_to(tmp_path / "secret")
    downloads = find_uploads(tmp_path / "archive", PATTERNS)
    assert not downloads.uploads
    assert downloads.notes == ["annabel_1_2_x.py was refused: it is a symbolic link"]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"x.py": "", "tests/test_x.py": ""}, {"x.py", "tests/test_x.py"}),
        ({"hw/x.py": "", "hw/tests/test_x.py": ""}, {"x.py", "tests/test_x.py"}),
        ({"me/hw/x.py": ""}, {"x.py"}),
        ({"runs/a.json": "", "runs/b.json": ""}, {"runs/a.json", "runs/b.json"}),
        ({"hw/x.py": "", "notes.txt": ""}, {"hw/x.py", "notes.txt"}),
        ({"x.py": "", "inner.zip": "PK"}, {"x.py", "inner.zip"}),
        ({"hw\\x.py": ""}, {"x.py"}),
    ],
)
def test_a_students_zip_is_opened_without_the_folder_around_the_homework(tmp_path, files, found):
    downloads = tmp_path / "archive"
    downloads.mkdir()
    archive(downloads / "annabel_1_2_mine.ZIP", files)
    (upload,) = find_uploads(downloads, PATTERNS).uploads["1"]
    listing = contents(upload, tmp_path, ["x.py"])
    assert {str(e.path) for e in listing.entries} == found
    assert not (tmp_path / "upload.zip").exists()


def test_what_is_written_later_takes_the_place_of_what_was_there(folder):
    folder.write([entry("a.py", b"1"), entry("a.py", b"1"), entry("a.py", b"2", "2026-01-01 00:00:00")])
    assert (folder.root / "a.py").read_bytes() == b"2"
    assert folder.notes == ["a.py was uploaded more than once; the latest counts (2026-01-01 00:00:00)"]


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([entry("timestamp.txt")], "nbgrader keeps a file of its own"),
        ([entry("submission_secret.txt")], "nbgrader keeps a file of its own"),
        ([entry("a\nb.py")], "cannot be printed"),
        ([entry("\udc80.py")], "cannot be printed"),
        ([entry("big", bytes(101))], "the limit of nbgrader's CourseDirectory"),
        ([entry(str(i), bytes(100)) for i in range(3)], "the limit of nbgrader's CourseDirectory"),
        ([entry("a"), entry("a/b")], "it cannot be written"),
        ([entry("a/b"), entry("a")], "it cannot be written"),
        ([entry("n" * 300)], "it cannot be written"),
    ],
)
def test_what_cannot_be_taken_is_one_line_and_the_rest_is_written(folder, entries, why):
    folder.write([*entries, entry("last.py")])
    (note,) = folder.notes
    assert why in note
    assert note.isprintable()
    assert (folder.root / "last.py").is_file()


def test_an_archive_of_damaged_files_is_given_up(folder):
    def damaged(limit):
        attempts.append(limit)
        raise Unreadable("it is damaged")

    attempts = []
    folder.write([Entry(PurePosixPath(f"{i}.py"), 100, damaged) for i in range(100)])
    assert len(attempts) == 25
    assert "far too much" in folder.notes[-1]


def test_what_nbgrader_ignores_is_left_out(folder):
    folder.write([entry("feedback/x.html"), entry("sub/x.pyc"), entry("x.py")])
    assert [p.name for p in folder.root.iterdir()] == ["x.py"]
    assert not folder.notes
