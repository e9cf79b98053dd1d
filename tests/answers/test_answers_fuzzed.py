"""Whatever a student writes, a verdict comes back, quickly, and no credit for rubbish."""

import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.answers.given import Given
from autograder.answers.judging import judge_answer
from autograder.answers.key import load_key
from autograder.answers.literals import assignments

KEY = """
[answer_1_1]
kind = "true_false"
value = true
[answer_1_2]
kind = "number"
value = 180200
[answer_1_3]
kind = "shape"
value = ["m", 10]
[answer_1_4]
kind = "expression"
symbols = ["N", "F"]
value = "N*F - N + 1"
[answer_1_5]
kind = "table"
columns = ["count", "shape"]
formulas = {total = "sum(rows)"}
rows = {a = [1, 100], b = [2, 200], total = [3, 300]}
"""
# Pieces that formulas, numbers and shapes are made of, and what would be run if anything were.
PIECES = """9 2 . e E5 1e9 ** ^ * / - + ( ) [ ] { } , x m N F K M sqrt exp log floor max sum = ² − × _ ' " % None -1
torch.Size __class__ lambda: 9**9**9"""
TEXT = st.lists(st.sampled_from([*PIECES.split(), " ", "\n", "\\", "import os"]), max_size=30).map("".join)
TEXT |= st.text(max_size=30)
LEAF = TEXT | st.none() | st.binary(max_size=5) | st.integers() | st.floats() | st.booleans() | st.complex_numbers()
ROWS = st.sampled_from(["a", "b", "total", "count", "shape", "x"])
VALUE = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(ROWS, inner, max_size=4)), max_leaves=12
)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "answers.toml"
    path.write_text(KEY.replace("kind =", 'statement = "S?"\nreason = "R."\nkind ='))
    return load_key(path)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUE)
@example("9" * 299)
@example("(" * 150 + ")" * 150)
@example("-" * 299)
@example("N^" * 149 + "N")
@example("1/" * 149 + "3")
@example("99999^9" * 40)
@example({str(n): n for n in range(100_000)})
@example([[[[[[[[1]]]]]]]])
def test_a_verdict_comes_back_for_anything(key, value):
    for name, entry in key.items():
        began = time.monotonic()
        verdict = judge_answer(Given(name, value), entry)
        assert time.monotonic() - began < 2
        assert 0 <= verdict.credit <= 1
        assert isinstance(verdict.message, str)


@settings(max_examples=200, deadline=None)
@given(TEXT)
@example("9**9**9**9")
@example("[" * 99 + "m" + "]" * 99)
def test_any_source_is_read_without_running_it(text):
    for item in assignments(f"answer_1_2 = {text}\nanswer_1_3 = ({text}, 10)", "cell 1"):
        assert item.name.startswith("answer_")
