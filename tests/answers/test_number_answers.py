"""Numbers in every form students write, accepted to the rounding they show, and the sentence for everything else."""

import time

import pytest

from autograder.answers.given import Given
from autograder.answers.judging import judge_answer

ALEXNET = """
kind = "number"
value = 60965224
also = [{value = 62378344, note = "This is AlexNet without its two groups."}]
mistakes = [{value = 60954656, name = "forgot_biases", sentence = "The biases are missing.", credit = 0.5}]
"""

ACCEPTED = [
    (1728, [1728, "1728", "1,728", "1 728", "1_728", "1'728", "1.728K", "1.73k", "1.7K", "1,728 parameters", 1728.0,
    1.728e3,
            "3*3*3*64", "3 × 3 × 3 × 64", "3·3·3·64", "= 1728", "3*3*3*64 = 1,728", "≈ 1.7K", " 1728 ", "`1728`",
            "1728.0"]),
    (1024, ["2^10", "2**10", "2^(10)", "2¹⁰", "4^5", 1024, "1.02K", "1,024", "1.0e3"]),
    (3211264, ["3.2M", "3.2 M", "3.2m", "3.2 million", "3.21M", "3.211 million values", "3,211,264", 3211264, 3.2e6,
               "3.2e6", "3.2*10^6", "3.2 x 10^6", "3.2 × 10⁶", "224*224*64", "224·224·64", "about 3.2M", "~3.2M",
               "3211K"]),
    (150528, ["150K", "151K", "150.5K", "150,528", "224*224*3", "0.15M", "150 thousand"]),
    (802816, ["800K", "803K", "0.80M", "802,816", "802.8 k"]),
    (60965224, ["60,965,224", "61M", "60.9M", "61.0M", "60 965 224", "60_965_224", 60965224, "61M params", "0.061B"]),
    (1115684864, ["1,115,684,864", "1.1B", "1.12G", "1116M", "1.1 billion multiplications"]),
    (0.1, [0.1, "0.1", ".1", "1e-1", "1/10"]),
    (-3, [-3, "-3", "−3", "–3"]),
    (1000000, ["10^6", "1M", "1e6", "10**6", "1,000,000", "1000K"]),
]  # fmt: skip
REFUSED = [
    (3211264, ["4M", "3M", "3.3M", "3.1M", "3.2K", "3.2", 3_200_000, "3,200,000", "3211265", "3.20M", "3.2B"]),
    (180200, [180000, "180,000", 180199, "181K", "179K", "0.2M", "200K"]),
    (1728, [1727, "1,729", "1.8K", "2K", -1728, "1.728"]),
    (13, [12, 14, "13.6", "12.9"]),
    (4097000, ["4M", "4.2M"]),
    (0.32, ["1 - 0.3177", "2/3", "0", "1"]),
]
UNREADABLE = [
    "3,2M", "1,72", "two", "", "many", "3.2 apples", "1..2", "2^", "(3", "3)", "9**9**9**9", "9^9^9^9^9",
    "10^1000000", "0/0",
    "1/0", "9" * 400, "__import__('os').system('x')", "().__class__", "lambda: 1", "3 if 1 else 2", "eval(1)", "1;2",
    "0x10",
    "'" * 50, "((((" * 60 + "1" + "))))" * 60, "2" + "^2" * 100, "1e99999999", "nan", "inf", "\0", "１２three", "π",
    float("nan"), float("inf"), True, False, [3], (3,), {"a": 3}, b"3", 3 + 0j, 10**40, "N+1",
]  # fmt: skip


def judged(entry, value):
    return judge_answer(Given("answer_1_1", value), entry)


def flat(corpus):
    return [(right, value) for right, values in corpus for value in values]


@pytest.mark.parametrize(("right", "value"), flat(ACCEPTED))
def test_a_right_number_is_accepted_in_any_usual_form(entry, right, value):
    verdict = judged(entry(f'kind = "number"\nvalue = {right}'), value)
    assert (verdict.credit, verdict.attempted) == (1.0, True), verdict.message
    assert verdict.message.endswith("R.")


@pytest.mark.parametrize(("right", "value"), flat(REFUSED))
def test_another_number_or_a_coarser_rounding_is_wrong(entry, right, value):
    verdict = judged(entry(f'kind = "number"\nvalue = {right}'), value)
    assert verdict.credit == 0.0
    assert f"{right:,}" in verdict.message


@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: repr(value)[:40])
def test_what_is_no_number_is_said_at_once_without_the_answer(entry, value):
    began = time.monotonic()
    verdict = judged(entry('kind = "number"\nvalue = 1728'), value)
    assert time.monotonic() - began < 1
    assert (verdict.credit, verdict.attempted) == (0.0, True)
    assert "1728: " not in verdict.message.replace("such as 1728", "")
    assert "R." not in verdict.message


def test_a_rounding_that_is_too_coarse_says_so(entry):
    assert "rounded too far" in judged(entry('kind = "number"\nvalue = 4097000'), "4M").message
    assert judged(entry('kind = "number"\nvalue = 4097000\ndigits = 1'), "4M").credit == 1


def test_exact_refuses_every_rounding(entry):
    key = entry('kind = "number"\nvalue = 180200\nexact = true')
    assert [judged(key, v).credit for v in (180200, "180,200", "180.2K", "180K", "900*200+200")] == [1, 1, 1, 0, 1]


def test_a_measured_quantity_has_a_relative_tolerance(entry):
    key = entry('kind = "number"\nvalue = "1115684864 / 354418688"\ntolerance = 0.01')
    assert [judged(key, v).credit for v in (3.15, "3.15", "3.15x", 3.148, "3.1", 3.2, 1)] == [1, 1, 1, 1, 1, 0, 0]


def test_a_further_right_number_is_accepted_with_its_note(entry):
    verdict = judged(entry(ALEXNET), "62,378,344")
    assert verdict.credit == 1.0
    assert "accepted. This is AlexNet without its two groups." in verdict.message


def test_a_known_mistake_is_named_and_keeps_its_credit(entry):
    verdict = judged(entry(ALEXNET), 60954656)
    assert (verdict.credit, verdict.mistake.id) == (0.5, "answer_1_1.forgot_biases")
    assert verdict.mistake.sentence == "The biases are missing."
    assert verdict.message == "You wrote 60,954,656, but it is 60,965,224. R."


def test_units_of_the_key_are_tolerated(entry):
    key = entry('kind = "number"\nvalue = 12\nunits = ["MiB"]')
    assert [judged(key, text).credit for text in ("12 MiB", "12MiB", "12 MB")] == [1, 1, 0]
