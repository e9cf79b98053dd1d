"""Formulas: every equal form is right, and nothing a student writes is executed or takes long."""

import time

import pytest

from autograder.answers.given import Given
from autograder.answers.judging import judge_answer

FIELD = """
kind = "expression"
symbols = ["N", "F"]
value = "(N*F - N + 1)^2"
mistakes = [{value = "(N*F)^2", name = "no_overlap", sentence = "Neighbouring windows overlap.", credit = 0.25}]
"""

EQUAL = [
    "(N*F - N + 1)^2", "(NF-N+1)^2", "(NF − N + 1)²", "(N*(F-1)+1)**2", "(N(F-1) + 1)^2", "[N(F-1)+1]^2",
    "(1 + N(F-1))^2",
    "(N F - N + 1)(N F - N + 1)", "(nf - n + 1)^2", "N^2(F-1)^2 + 2N(F-1) + 1", "R = (NF-N+1)^2", "(FN-N+1)^(4/2)",
    "(N·F-N+1)^2", "(N × F - N + 1)^2",
    "(NF-N+1) x (NF-N+1)", "(N x F - N + 1)^2", "-(N*F-N+1)*-(N*F-N+1)", "(N*F-N+1)^3/(N*F-N+1)", "sqrt((NF-N+1)^4)",
    r"(N \cdot F - N + 1)^2",
    "abs(N*F-N+1)^2", "exp(2 ln(N*F-N+1))", "$(NF-N+1)^2$", "(F + (N-1)(F-1))^2", "((N*F - N + 1)*1.0)^2.0",
]  # fmt: skip
UNEQUAL = ["(NF-N)^2", "NF-N+1", "(N*F-N+1)^2.0001", "N", "1", "25", 25, 1.5, "(NF-N+1)^2 + 0.001", "F^2", "1/(N-N)",
           "sqrt(-N)", "N^(F^(N^(F^99)))", "9**9**N**9"]  # fmt: skip
REFUSED = [
    "9**9**9**9 x", "__import__('os').system('touch x')", "().__class__.__bases__", "N.__class__", "lambda: N",
    "[x for x in N]",
    "open('f')", "eval('N')", "exec(N)", "import os", "N; F", "N if F else 1", "N = = F +", "f'{N}'", "N @ F",
    "N & F", "N % F", "N!",
    "M + N", "(N", "N)", "", "+", "N ** ", "max()", "sqrt N", "((((" * 50 + "N" + "))))" * 50, "N" * 500,
    "1" + "+1" * 400, "N 2",
    "sin(N)", "N\0F", "\\frac{N}{F}", "{N: F}", "sqrt(N, F)", ["N"], {"N": 1}, True, None.__class__, b"N", "(N,F)",
    "🙂",
]  # fmt: skip


def judged(entry, value):
    return judge_answer(Given("answer_1_1", value), entry)


@pytest.mark.parametrize("text", EQUAL)
def test_any_equal_formula_is_right(entry, text):
    verdict = judged(entry(FIELD), text)
    assert verdict.credit == 1.0, verdict.message


@pytest.mark.parametrize("value", UNEQUAL)
def test_another_formula_is_wrong_and_takes_no_time(entry, value):
    began = time.monotonic()
    verdict = judged(entry(FIELD), value)
    assert time.monotonic() - began < 1
    assert verdict.credit == 0.0
    assert "but it is (N*F - N + 1)^2. R." in verdict.message


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: repr(value)[:40])
def test_what_is_no_formula_is_refused_without_the_answer(entry, value):
    began = time.monotonic()
    verdict = judged(entry(FIELD), value)
    assert time.monotonic() - began < 1
    assert verdict.credit == 0.0
    assert "F - N + 1" not in verdict.message
    assert "R." not in verdict.message


def test_a_known_wrong_formula_is_named(entry):
    verdict = judged(entry(FIELD), "(FN)²")
    assert (verdict.credit, verdict.mistake.id) == (0.25, "answer_1_1.no_overlap")


def test_whole_numbers_are_drawn_where_the_formula_rounds(entry):
    key = entry('kind = "expression"\nsymbols = ["H", "F", "S"]\nvalue = "floor((H-F)/S) + 1"\nintegers = true\n'
                "domain = {H = [8, 40], F = [1, 5], S = [1, 3]}")  # fmt: skip
    assert judged(key, "floor((H - F + S)/S)").credit == 1
    assert judged(key, "(H-F)/S + 1").credit == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('symbols = ["N"]\nvalue = "N*Q"', "'Q' is not known here"),
        ('symbols = []\nvalue = "1"', "symbols"),
        ('symbols = ["N"]\nvalue = "sqrt(0-N)"', "has no value at most points"),
        ('symbols = ["N"]\nvalue = "N"\ndomain = {K = [1, 2]}', "domain.K"),
    ],
)
def test_a_key_that_cannot_work_is_refused(entry, text, complaint):
    with pytest.raises(ValueError, match=r"answers\.toml") as refused:
        entry(f'kind = "expression"\n{text}')
    assert complaint in str(refused.value)
