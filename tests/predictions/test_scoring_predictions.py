"""Scores against hidden labels, and solution files with something wrong in them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from autograder.predictions.reading import Predictions, read_predictions
from autograder.predictions.scoring import score, wilson
from autograder.predictions.solution import InvalidSolution, Solution, read_solution

SOLUTION = "Id,Label,Usage\n0,0,Public\n1,1,Public\n2,2,Private\n3,2,Private\n4,0,Ignored\n"


@pytest.fixture
def solution(tmp_path: Path) -> Solution:
    path = tmp_path / "solution.csv"
    path.write_text(SOLUTION)
    return read_solution(path)


def called(solution: Solution, *labels: int) -> Predictions:
    return Predictions(solution.ids, np.array(labels, np.int64))


def test_accuracy_recall_and_confusion_of_a_small_case(solution: Solution) -> None:
    found = score(called(solution, 0, 2, 2, 1, 0), solution)
    assert (found.accuracy, found.n) == (0.5, 4)
    assert found.confusion == ((1, 0, 0), (0, 0, 1), (0, 1, 1))
    assert found.per_class_recall == (1.0, 0.0, 0.5)


def test_public_and_private_are_scored_apart(solution: Solution) -> None:
    predictions = called(solution, 0, 2, 2, 2, 0)
    assert score(predictions, solution, "Public").accuracy == 0.5
    assert score(predictions, solution, "Private").accuracy == 1.0


def test_a_class_without_images_has_no_recall(solution: Solution) -> None:
    assert score(called(solution, 0, 1, 2, 2, 0), solution, "Public").per_class_recall == (1.0, 1.0, None)


def test_ignored_images_change_nothing(solution: Solution) -> None:
    right, wrong = called(solution, 0, 1, 2, 2, 0), called(solution, 0, 1, 2, 2, 1)
    assert score(right, solution) == score(wrong, solution)


def test_a_label_that_no_image_has_gets_a_column(solution: Solution) -> None:
    found = score(called(solution, 5, 1, 2, 2, 0), solution)
    assert len(found.confusion) == 6
    assert found.confusion[0][5] == 1


def test_the_interval_is_wilsons() -> None:
    # Wilson (1927), with the 97.5% point of the normal distribution.
    z, p, n = 1.959963984540054, 0.8, 10
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert wilson(8, 10) == pytest.approx((centre - half, centre + half), abs=1e-9)
    assert wilson(10, 10)[1] == 1.0
    assert wilson(0, 10)[0] == 0.0


def test_predictions_for_other_ids_are_refused(solution: Solution) -> None:
    with pytest.raises(ValueError, match="not read for the Ids of this solution"):
        score(Predictions(solution.ids[::-1], solution.labels), solution)


def test_a_usage_without_images_is_refused(solution: Solution) -> None:
    public = Solution(solution.ids[:2], solution.labels[:2], solution.usage[:2])
    with pytest.raises(ValueError, match="no image of the solution has the usage Private"):
        score(called(public, 0, 1), public, "Private")


def test_ten_thousand_rows_are_read_and_scored_in_a_moment(tmp_path: Path, solution: Solution) -> None:
    score(called(solution, 0, 1, 2, 2, 0), solution)  # imports are not part of what is measured
    labels = np.arange(10_000) % 10
    (tmp_path / "p.csv").write_text("Id,Label\n" + "".join(f"{i},{k}\n" for i, k in enumerate(labels)))
    (tmp_path / "s.csv").write_text("Id,Label,Usage\n" + "".join(f"{i},{k},Public\n" for i, k in enumerate(labels)))
    seconds = []
    for _ in range(3):
        start = time.process_time()
        large = read_solution(tmp_path / "s.csv")
        found = score(read_predictions(tmp_path / "p.csv", large.ids), large)
        seconds.append(time.process_time() - start)
    assert found.accuracy == 1.0
    assert min(seconds) < 0.3


HEAD = "Id,Label,Usage\n"
BAD_SOLUTIONS = [
    ("", "the file is empty"),
    ("Id,Label\n0,1\n", "line 1: the header is 'Id,Label', expected Id,Label,Usage"),
    (HEAD, "no row below the header"),
    (HEAD + "0,1,Public\n0,2,Public\n", "Id 0 is given 2 times"),
    (HEAD + "0,1,Secret\n", "line 2: Usage 'Secret' is not Public, Private or Ignored"),
    (HEAD + "0,1,Public\n1,cat,Public\n", "line 3: Label 'cat' is not a whole number"),
    (HEAD + "0,-1,Public\n", "line 2: Label -1 is outside 0 to 999"),
    (HEAD + "0,1,Public\n\n1,1,Public\n", "line 3: the line is empty"),
    (HEAD + "0,1,Ignored\n", "every row is Ignored, so nothing can be scored"),
]


@pytest.mark.parametrize(("text", "message"), BAD_SOLUTIONS, ids=[message[:40] for _, message in BAD_SOLUTIONS])
def test_a_broken_solution_file_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "solution.csv"
    path.write_text(text)
    with pytest.raises(InvalidSolution) as caught:
        read_solution(path)
    assert str(caught.value) == f"{path}: {message}"
