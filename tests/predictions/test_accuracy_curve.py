"""Credit by accuracy: the curve of hw2_cnn, and curves with something wrong in them."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from autograder.predictions.curve import Curve, InvalidCurve, load_curve

CURVE = Path(__file__).parents[2] / "grading_data/hw2_cnn/accuracy_curve.toml"


@pytest.fixture(scope="module")
def curve() -> Curve:
    return load_curve(CURVE)


@pytest.mark.parametrize(
    ("accuracy", "credit"),
    [(0.0, 0.0), (0.1, 0.0), (0.75, 0.5), (0.8, 0.625), (0.85, 0.75), (0.90, 1.0), (0.9125, 1.0), (1.0, 1.0)],
)
def test_credit_of_hw2(curve: Curve, accuracy: float, credit: float) -> None:
    assert curve.credit(accuracy) == pytest.approx(credit, abs=1e-12)


def test_ninety_percent_is_the_least_that_earns_everything(curve: Curve) -> None:
    assert curve.full_marks == 0.90
    assert curve.credit(0.8999) < 1.0


def test_there_is_no_cliff(curve: Curve) -> None:
    credits = [curve.credit(accuracy) for accuracy in np.linspace(0, 1, 1001)]
    steps = [after - before for before, after in pairwise(credits)]
    assert min(steps) >= 0
    assert max(steps) <= 0.005 + 1e-9, "a tenth of a point of accuracy earns at most half a percent"


@pytest.mark.parametrize("accuracy", [float("nan"), -0.01, 1.01, 90.0])
def test_what_is_no_accuracy_earns_an_error_and_no_credit(curve: Curve, accuracy: float) -> None:
    with pytest.raises(ValueError, match="not an accuracy between 0 and 1"):
        curve.credit(accuracy)


SHAPE = "expected points = [[accuracy, credit], ...], at least two, and nothing else"
MISTAKES = [
    ("", SHAPE),
    ("points = 3", SHAPE),
    ("points = [[0.1, 0.0]]", SHAPE),
    ("points = [[0.1, 0], [0.9, 1]]\nfull = 1", SHAPE),
    ("points = [[0.1, 0], [90, 1]]", "[90, 1] is not [accuracy, credit], two numbers from 0 to 1"),
    ("points = [[0.1, 0], [nan, 1]]", "[nan, 1] is not [accuracy, credit], two numbers from 0 to 1"),
    ("points = [[0.1, 0], [0.9, true]]", "[0.9, True] is not [accuracy, credit], two numbers from 0 to 1"),
    ("points = [[0.1, 0], [0.9]]", "[0.9] is not [accuracy, credit], two numbers from 0 to 1"),
    ("points = [[0.1, 0], 0.9]", "0.9 is not [accuracy, credit], two numbers from 0 to 1"),
    ("points = [[0.5, 0], [0.5, 1]]", "accuracy 0.5 does not come after 0.5"),
    ("points = [[0.1, 0], [0.5, 0.6], [0.6, 0.5], [0.9, 1]]", "credit falls from 0.6 to 0.5 at accuracy 0.6"),
    ("points = [[0.1, 0.2], [0.9, 1]]", "credit has to begin at 0 and end at 1"),
    ("points = [[0.1, 0], [0.9, 0.9]]", "credit has to begin at 0 and end at 1"),
    ("points = [", "not a TOML file: Invalid value (at end of document)"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_in_a_curve_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "curve.toml"
    path.write_text(text)
    with pytest.raises(InvalidCurve) as caught:
        load_curve(path)
    assert str(caught.value) == f"{path}: {message}"


def test_a_missing_curve_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidCurve, match="No such file"):
        load_curve(tmp_path / "curve.toml")
