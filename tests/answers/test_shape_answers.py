"""Shapes, symbolic in the batch size, in the forms students write."""

import pytest

from autograder.answers.given import Given
from autograder.answers.judging import judge_answer

BATCH = (
    'kind = "shape"\nvalue = ["m", 10]\nmistakes = [{value = [10, "m"], name = "transposed", sentence = "Turn it."}]'
)
VECTOR = 'kind = "shape"\nvalue = [50]\nalso = ["(1, 50)"]'

ACCEPTED = [
    (BATCH, ["(m, 10)", "m x 10", "[m,10]", ("m", 10), ["m", 10], "(m,10,)", "m × 10", "m by 10", "m*10", "mx10",
    "m, 10", "M x 10",
             ("N", 10), ("batch", 10), "(batch_size, 10)", "n x 10", "B x 10", "torch.Size([m, 10])",
             "shape: (m, 10)", " (m, 10) ",
             "('m', 10)", ("m", "10"), "`(m, 10)`", ("m", "5*2"), "(m; 10)", "m·10"]),
    (VECTOR, [50, "50", (50,), "(50,)", [50], "[50]", (1, 50), "(1,50)", "1x50", "1 x 50", "torch.Size([50])"]),
    ('kind = "shape"\nvalue = "(32, 32, 672)"', ["32x32x672", (32, 32, 672), "32 x 32 x 672", "(32,32,672)",
    "32×32×672"]),
    ('kind = "shape"\nvalue = "(m, 10)"\naliases = {m = ["-1", "None"]}', [(-1, 10), "(None, 10)", "(-1, 10)", (None,
    10)]),
    ('kind = "shape"\nvalue = "(N, C, H, W)"', ["(N, C, H, W)", "N x C x H x W", ("N", "C", "H", "W")]),
]  # fmt: skip
WRONG = [
    (BATCH, ["(10, m)", ("m", 11), "m x 10 x 1", 10, "(m,)", ("k", 10), (-1, 10), (None, 10), (64, 10), "(1, 10)",
    [10]]),
    (VECTOR, [51, (50, 1), (50, 50), "(m, 50)", "50x1", 5]),
]  # fmt: skip
UNREADABLE = ["", "()", [], "a shape", True, 3.5, {"m": 10}, ("m", 1.5), [["m"], 10], "m x 9**9**9", "x" * 300,
              (1,) * 9,
              "(m, -3)", "__import__('os')", "(m, f(1))", ("m", b"1"), "1/3"]  # fmt: skip


def flat(corpus):
    return [(key, value) for key, values in corpus for value in values]


def judged(entry, value):
    return judge_answer(Given("answer_1_1", value), entry)


@pytest.mark.parametrize(("key", "value"), flat(ACCEPTED))
def test_a_right_shape_is_accepted_in_any_usual_form(entry, key, value):
    verdict = judged(entry(key), value)
    assert verdict.credit == 1.0, verdict.message


@pytest.mark.parametrize(("key", "value"), flat(WRONG))
def test_another_shape_is_wrong_and_the_message_shows_both(entry, key, value):
    verdict = judged(entry(key), value)
    assert verdict.credit == 0.0
    assert verdict.message.startswith("You wrote (")
    assert "but it is (" in verdict.message


@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: repr(value)[:40])
def test_what_is_no_shape_is_explained_without_the_answer(entry, value):
    verdict = judged(entry(BATCH), value)
    assert verdict.credit == 0.0
    assert "write a shape, such as ('m', 7)" in verdict.message
    assert "but it is" not in verdict.message


def test_a_transposed_shape_is_named(entry):
    verdict = judged(entry(BATCH), "10 x N")
    assert (verdict.credit, verdict.mistake.id, verdict.mistake.sentence) == (0.0, "answer_1_1.transposed", "Turn it.")
