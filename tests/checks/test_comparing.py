"""Evidence survives its frame unchanged, and comparing it never raises, whatever student code returned."""

import json

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load

from autograder.checks.engine.comparing import MATCH, compare
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import (
    LENGTHS,
    MAX_BYTES,
    NotEvidence,
    Value,
    as_value,
    encode_frame,
    fill_skeleton,
)
from autograder.checks.engine.probe import close, exact

DRAWS = Draws(1, "topic.probe")
CLOSE = close("f(x)", 1e-3, 1e-6, because="the test says so")
EXACT = exact("f(x)")
DTYPES = st.sampled_from(["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"])
ARRAYS = DTYPES.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
PLAIN = st.one_of(st.booleans(), st.integers(), st.floats(), st.text())
VALUES = st.recursive(PLAIN | ARRAYS, lambda inner: st.lists(inner, max_size=4), max_leaves=8)


def decode(frame: bytes) -> Value:
    """The frame as the grader reads it, with the safetensors package."""
    text, tensors = LENGTHS.unpack_from(frame)
    start = LENGTHS.size + text
    assert len(frame) == start + tensors
    arrays = load(frame[start:]) if tensors else {}
    return fill_skeleton(json.loads(frame[LENGTHS.size : start])["value"], arrays)


def same(left: Value, right: Value) -> bool:
    if isinstance(left, np.ndarray):
        return (
            isinstance(right, np.ndarray)
            and (left.dtype, left.shape) == (right.dtype, right.shape)
            and left.tobytes() == right.tobytes()
        )
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and (left == right or (left != left and right != right))


@settings(max_examples=60)
@given(VALUES)
@example([float("nan"), float("-inf"), "\ud800", [], [[np.zeros((0, 3), np.float32)]]])
def test_evidence_comes_out_of_its_frame_as_it_went_in(value):
    assert same(decode(encode_frame({"event": "evidence"}, value)), value)


def test_the_event_stands_beside_the_value():
    frame = encode_frame({"event": "evidence", "key": "values"}, [1, np.ones(2)])
    length, _ = LENGTHS.unpack_from(frame)
    event = json.loads(frame[LENGTHS.size : LENGTHS.size + length])
    assert event["event"] == "evidence"
    assert event["key"] == "values"


@pytest.mark.parametrize("criterion", [CLOSE, EXACT], ids=["close", "exact"])
@given(found=VALUES, expected=VALUES)
@example(found=10**400, expected=1.0)
@example(found=-(10**400), expected=3)
@example(found=[10**400], expected=[1.0])
@settings(max_examples=60)
def test_comparing_never_raises(criterion, found, expected):
    verdict = compare(found, expected, criterion, DRAWS)
    assert verdict.matches == (verdict.distance <= 1)
    assert verdict.category
    assert verdict.sentence


@settings(max_examples=40)
@given(VALUES)
def test_evidence_matches_itself_unless_it_holds_nan(value):
    assert compare(value, value, EXACT, DRAWS).matches or holds_nan(value)


def holds_nan(value: Value) -> bool:
    if isinstance(value, list):
        return any(map(holds_nan, value))
    return not isinstance(value, str) and bool(np.isnan(np.asarray(value, dtype=np.float64)).any())


@pytest.mark.parametrize(
    "nothing",
    [np.full(3, np.nan), np.full(3, np.inf), np.array([1.0, np.nan, 3.0]), np.array([1.0, 2.0, -np.inf])],
    ids=["all nan", "all inf", "one nan", "one inf"],
)
def test_nan_and_infinity_are_never_a_pass(nothing):
    verdict = compare(nothing, np.array([1.0, 2.0, 3.0]), CLOSE, DRAWS)
    assert not verdict.matches
    assert verdict.category == "not finite"
    assert "NaN" in verdict.sentence


@pytest.mark.parametrize(
    ("found", "category"),
    [
        (np.ones((3, 1), np.float32), "shape"),
        (np.ones(3, np.float64), "dtype"),
        (np.full(3, 1.1, np.float32), "value"),
        ([1.0, 1.0, 1.0], "type"),
        (1.0, "type"),
        ("ones", "type"),
        (True, "type"),
    ],
)
def test_what_differs_is_named_by_its_category(found, category):
    verdict = compare(found, np.ones(3, np.float32), CLOSE, DRAWS)
    assert not verdict.matches
    assert verdict.category == category
    assert verdict.sentence.startswith("f(x) gave ")


def test_the_distance_is_in_units_of_the_tolerance():
    expected = np.array([0.0, 10.0])
    allowed = 1e-6 + 1e-3 * 10
    assert compare(expected + np.array([0, 0.5 * allowed]), expected, CLOSE, DRAWS).distance == pytest.approx(0.5)
    beyond = compare(expected + np.array([0, 2 * allowed]), expected, CLOSE, DRAWS)
    assert beyond.distance == pytest.approx(2)
    assert not beyond.matches
    assert "at index (1,)" in beyond.sentence
    assert "(1 of 2 numbers differ)" in beyond.sentence


@pytest.mark.parametrize(
    ("found", "expected", "matches"),
    [
        ([1, 2, 3], [1, 2, 3], True),
        ([1, 2, 4], [1, 2, 3], False),
        ([1, 2], [1, 2, 3], False),
        (["cat"], ["cat"], True),
        ("cat", "dog", False),
        (1, True, False),
        (True, True, True),
        (3, 3.0, True),
        ([np.ones(2)], [np.ones(2)], True),
        ([np.ones(2)], [np.ones(3)], False),
        ([], [], True),
    ],
)
def test_exact_evidence_agrees_to_the_last_bit(found, expected, matches):
    assert compare(found, expected, EXACT, DRAWS).matches is matches


def test_infinite_expectations_match_only_themselves():
    expected = np.array([np.inf, -np.inf])
    assert compare(expected, expected, CLOSE, DRAWS) == MATCH
    assert not compare(-expected, expected, CLOSE, DRAWS).matches


def test_an_analysis_sees_the_same_draws_on_both_sides_and_names_what_differs():
    seen = []

    def analyse(value, draws):
        seen.append(draws.integers(0, 10**6, 3).tolist())
        return {"mean": float(value.mean()), "count": value.size}

    criterion = close("many(x)", 0.0, 0.1, because="the test says so", analyse=analyse)
    verdict = compare(np.array([1.0, 5.0]), np.array([1.0, 2.0]), criterion, DRAWS)
    assert seen[0] == seen[1] == DRAWS.again().integers(0, 10**6, 3).tolist()
    assert verdict.sentence.startswith("many(x): mean gave 3")
    assert compare(np.array([2.0, 1.0]), np.array([1.0, 2.0]), criterion, DRAWS).matches


def test_an_analysis_is_spared_evidence_of_the_wrong_form():
    def analyse(value, draws):
        raise AssertionError("must not be reached")

    criterion = exact("many(x)", analyse)
    for found in (np.ones(3), np.ones((2, 2), np.float32), np.array([[1.0, np.nan]]), "text", [1.0, 2.0]):
        assert not compare(found, np.ones((1, 2)), criterion, DRAWS).matches


@pytest.mark.parametrize(
    "raw",
    [None, object(), {"a": 1}, {1, 2}, b"bytes", 1j, np.array(["text"]), np.array([1j]), np.array([None]), [None]],
    ids=[f"{number}" for number in range(10)],
)
def test_what_cannot_be_compared_is_no_evidence(raw):
    with pytest.raises(NotEvidence):
        as_value(raw)


def test_tensors_and_sequences_become_plain_evidence():
    tensor = torch.arange(6.0).reshape(2, 3).t().requires_grad_()
    assert np.array_equal(as_value(tensor), np.array([[0, 3], [1, 4], [2, 5]], dtype=np.float32))
    assert as_value((torch.Size([2, 3]), torch.float64)) == [[2, 3], "torch.float64"]
    assert as_value(torch.tensor(2.0)).shape == as_value(np.float64(2.0)).shape == ()


@pytest.mark.parametrize("raw", [np.zeros(MAX_BYTES + 1, np.uint8), [0] * 10_001], ids=["array", "list"])
def test_evidence_far_larger_than_any_answer_is_refused(raw):
    with pytest.raises(NotEvidence, match="came back"):
        as_value(raw)
