"""Images are handed out in step with the hidden labels, and apart from the kit where they are too many."""

from dataclasses import replace

import pytest

from autograder.grading.homework import find_homework
from autograder.predictions.holdout.building import build_holdout
from autograder.predictions.holdout.public_images import HoldOutError
from autograder.release import images
from autograder.release.images import homework_images, in_kit_and_apart
from autograder.release.kit import Released, write_released

HOMEWORK = find_homework("hw2_cnn")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A hold-out of the same size from another secret, as an instructor builds."""
    return build_holdout("digits", tmp_path_factory.mktemp("other") / "holdout", "another secret")


def test_a_hold_out_of_another_secret_is_refused_until_its_labels_are_the_graders(other, tmp_path):
    with pytest.raises(HoldOutError, match=r"not those of manifest\.json: copy what is in its instructor folder"):
        homework_images(HOMEWORK, other.student)
    for path in other.instructor.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    found = homework_images(replace(HOMEWORK, grading_data=tmp_path), other.student)
    assert found["data/test/00000.png"] == (other.student / "test/00000.png").read_bytes()
    assert len(found) == 1797


def test_a_hold_out_of_another_size_is_refused(other, tmp_path):
    for path in other.instructor.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = (tmp_path / "solution.csv").read_text().splitlines()
    (tmp_path / "solution.csv").write_text("\n".join(rows[:-1]) + "\n")
    with pytest.raises(HoldOutError, match=r"450 test images, but solution\.csv has 449 labels"):
        homework_images(replace(HOMEWORK, grading_data=tmp_path), other.student)


def test_a_folder_that_is_no_student_side_is_refused(tmp_path):
    with pytest.raises(HoldOutError, match="has no folder train"):
        homework_images(HOMEWORK, tmp_path)


def test_a_homework_without_a_hold_out_has_no_images(tmp_path):
    assert homework_images(replace(HOMEWORK, grading_data=tmp_path)) == {}


def test_too_many_images_are_an_archive_of_their_own_and_the_kit_says_where_they_are(tmp_path, monkeypatch):
    few = {f"data/train/class_0/{i:04d}.png": bytes([i]) for i in range(4)}
    assert in_kit_and_apart(HOMEWORK, few) == (few, {})
    monkeypatch.setattr(images, "MOST_IN_KIT", 3)
    in_kit, apart = in_kit_and_apart(HOMEWORK, few)
    assert apart == few
    (note,) = in_kit.values()
    assert b"hw2_cnn-data.zip" in note
    written = write_released(HOMEWORK, Released(in_kit, apart), tmp_path)
    assert [path.name for path in written] == ["hw2_cnn.zip", "hw2_cnn-data.zip"]
