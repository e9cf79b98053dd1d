"""nbgrader's exchange, from release_assignment to collect: missing files are named to student and instructor."""

import os
import shutil

import pytest


@pytest.fixture(scope="module")
def course(tiny, tmp_path_factory):
    """A homework that ann fetched and handed in by nbgrader's commands, and hostile work of mal's and pip's."""
    course = tiny(tmp_path_factory.mktemp("course"), {"ann": {}, "mal": {}, "pip": {}})
    name = course.name
    home = course.root / "home"
    home.mkdir()
    shutil.copy(course.root / "nbgrader_config.py", home)
    for command in ("release_assignment", "fetch_assignment"):
        done = course.nbgrader(command, name, folder=home if command.startswith("fetch") else None)
        assert done.returncode == 0, done.stderr
    work = home / name
    (work / "resnet.py").rename(work / "ResNet.py")
    course.strict = course.nbgrader("submit", name, "--student=ann", "--strict", folder=home)
    inbound = course.root / "exchange" / "course" / "inbound"
    course.refused = not list(inbound.iterdir())
    course.submit = course.nbgrader("submit", name, "--student=ann", folder=home)
    assert course.submit.returncode == 0, course.submit.stderr
    secret = course.root / "solution.csv"
    secret.write_text("Id,Label,Usage\n0,1,Public\n")
    for student in ("mal", "pip"):
        folder = inbound / f"{student}+{name}+2026-01-01 00:00:00.000000 UTC+abcdefghijkl"
        folder.mkdir()
        for file, content in course.files.items():
            (folder / file).write_bytes(content)
        if student == "mal":
            (folder / "predictions.csv").unlink()
            (folder / "predictions.csv").symlink_to(secret)
            (folder / "runs").symlink_to(course.root)
            (folder / "timestamp.txt").symlink_to(secret)
            os.mkfifo(folder / "pipe")
        else:
            with (folder / "weights.bin").open("wb") as file:
                file.truncate(150_000_000)
    done = course.nbgrader("collect", name)
    assert done.returncode == 0, done.stderr
    course.log = done.stderr
    return course


def test_a_student_is_told_what_is_missing_before_handing_in(course):
    line = "tiny: resnet.py is missing; there is ResNet.py, which is not graded under that name"
    assert line in course.submit.stderr
    assert "tiny: predictions.csv is missing" in course.submit.stderr
    assert "activations.py is missing" not in course.submit.stderr


def test_strict_hands_nothing_in_that_lacks_a_file(course):
    assert course.strict.returncode != 0
    assert "not submitted: resnet.py is missing" in course.strict.stderr
    assert course.refused


def test_the_instructor_reads_one_line_a_missing_file(course, told):
    assert told(course.log, "ann") == [
        "resnet.py is missing; there is ResNet.py, which is not graded under that name",
        "predictions.csv is missing",
    ]
    assert {"lab-1.ipynb", "activations.py", "ResNet.py", "timestamp.txt"} <= set(course.submitted("ann"))


def test_links_in_the_exchange_are_not_followed(course, told):
    assert set(course.submitted("mal")) == {"lab-1.ipynb", "activations.py", "resnet.py", "timestamp.txt"}
    assert course.submitted("mal")["timestamp.txt"] == b"2026-01-01 00:00:00 UTC"
    assert told(course.log, "mal") == ["predictions.csv is missing"]
    for refused in ("predictions.csv was refused: it is a symbolic link", "pipe was refused: it is not a regular file"):
        assert refused in course.log


def test_a_submission_that_is_too_large_does_not_stop_the_others(course, told):
    assert set(course.submitted("pip")) == {*course.files, "timestamp.txt"}
    assert "weights.bin was refused: more than 100 MB" in course.log
    assert told(course.log, "pip") == []


def test_feedback_is_released_although_some_handed_in_elsewhere(course):
    secret = course.root / "submitted" / "ann" / course.name / "submission_secret.txt"
    for student in ("aaa", "ann"):
        folder = course.root / "feedback" / student / course.name
        folder.mkdir(parents=True)
        (folder / "lab-1.html").write_text(student)
    for path in (secret, secret.with_name("timestamp.txt")):
        shutil.copy(path, course.root / "feedback" / "ann" / course.name)
    done = course.nbgrader("release_feedback", course.name)
    assert done.returncode == 0, done.stderr
    assert "tiny of aaa: not handed in through the exchange" in done.stderr
    (page,) = (course.root / "exchange" / "course" / "feedback").glob("*.html")
    assert page.read_text() == "ann"
