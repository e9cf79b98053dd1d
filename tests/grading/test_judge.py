"""Only evidence that matches earns points; everything else is named for what it is."""

import numpy as np
import pytest

from autograder.checks.engine.probe import Probe, close, exact
from autograder.grading.judge import judge
from autograder.grading.marking import Mark, mark_credit, problem_results
from autograder.grading.rubric import Check, Rubric
from autograder.grading.statuses import Status
from autograder.grading.worker_client import ProbeOutcome

PROBE = Probe(
    "topic.thing",
    ("topic",),
    {"values": close("f(x)", 1e-5, 1e-6, because="rounding"), "count": exact("the number of parameters")},
    lambda code, draws: iter(()),
    1.0,
)
EXPECTED = {"values": np.array([1.0, 2.0], dtype=np.float32), "count": 7}


def check(**changes):
    return Check(
        **{
            "id": "c",
            "kind": "probe",
            "title": "t",
            "points": 2,
            "probe": "topic.thing",
            "evidence": ("values", "count"),
        }
        | {"visibility": "public"}
        | changes
    )


def judged(status=None, message="", violations=(), visibility="public", **evidence):
    outcome = ProbeOutcome(status, message, evidence, violations)
    return judge(check(visibility=visibility), PROBE, outcome, EXPECTED, seed=3)


def test_matching_evidence_passes():
    assert judged(values=EXPECTED["values"] + np.float32(1e-7), count=7).status is Status.PASS


@pytest.mark.parametrize(
    "values",
    [
        np.array([1.0, 2.1], dtype=np.float32),
        np.array([1.0, np.nan], dtype=np.float32),
        np.array([1.0, np.inf], dtype=np.float32),
        np.array([1.0, 2.0], dtype=np.float64),
        np.array([[1.0, 2.0]], dtype=np.float32),
        np.array([], dtype=np.float32),
        [1.0, 2.0],
        True,
        "1.0, 2.0",
        1.0,
    ],
    ids=str,
)
def test_anything_but_the_reference_numbers_fails(values):
    verdict = judged(values=values, count=7)
    assert verdict.status is Status.FAIL
    assert verdict.failing == ("values",)


def test_true_is_not_seven_and_one_is_not_true():
    assert judged(values=EXPECTED["values"], count=True).status is Status.FAIL
    assert judge(
        check(), PROBE, ProbeOutcome(None, "", {**EXPECTED, "count": 1}, ()), {**EXPECTED, "count": True}, 3
    ).failing


@pytest.mark.parametrize(
    "status", [Status.TIMEOUT, Status.CRASHED, Status.OUT_OF_MEMORY, Status.ERROR, Status.NOT_ATTEMPTED]
)
def test_a_run_that_ended_early_keeps_its_status_where_evidence_is_missing(status):
    assert judged(status, "why", values=EXPECTED["values"]).status is status


def test_a_complete_run_without_a_key_is_no_pass():
    assert judged(values=EXPECTED["values"]).status is Status.CRASHED


def test_evidence_sent_before_a_crash_still_counts():
    assert judged(Status.CRASHED, "died later", **EXPECTED).status is Status.PASS


def test_a_forbidden_operator_outweighs_right_numbers():
    verdict = judged(violations=("silu",), **EXPECTED)
    assert verdict.status is Status.FORBIDDEN
    assert "silu" in verdict.message


def test_a_grader_error_is_never_a_verdict_on_the_student():
    assert judged(Status.GRADER_ERROR, "bwrap failed", **EXPECTED).status is Status.GRADER_ERROR


def test_hidden_checks_show_the_category_and_no_number():
    shown = judged(values=EXPECTED["values"] * 3, count=7, visibility="hidden").message
    assert "value" in shown
    assert not any(character.isdigit() for character in shown)


def test_public_checks_show_call_result_and_expectation():
    shown = judged(values=np.array([1.0, 5.0], dtype=np.float32), count=7).message
    assert shown == "f(x) gave 5 at index (1,), expected 2 (1 of 2 numbers differ)"


def rubric(**second):
    checks = [check(id="a").model_dump(), check(id="b", **second).model_dump()]
    problem = {"id": "p", "title": "P", "points": 4, "check": checks}
    return Rubric.model_validate({"assignment": {"id": "h", "title": "H", "modules": ["topic"]}, "problem": [problem]})


def test_a_count_earns_nothing_without_the_values_it_requires():
    (problem,) = problem_results(rubric(requires=("a",)), {"a": Mark(Status.FAIL, 0.0), "b": Mark(Status.PASS, 1.0)})
    assert problem.score == 0
    assert "counts only together with a" in problem.checks[1].message


def test_part_credit_is_a_share_of_the_points():
    (problem,) = problem_results(rubric(), {"a": mark_credit(0.5, ""), "b": Mark(Status.PASS, 1.0)})
    assert problem.score == 3
    assert problem.checks[0].status is Status.PARTIAL


def test_a_grader_error_leaves_the_score_open():
    (problem,) = problem_results(rubric(), {"a": Mark(Status.GRADER_ERROR, None), "b": Mark(Status.PASS, 1.0)})
    assert problem.score is None
    assert problem.checks[0].score is None
