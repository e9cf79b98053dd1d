"""Tables: credit a cell or a row, totals that follow from wrong rows, a sentence for each cell."""

import json

import pytest

from autograder.answers.given import Given, GivenAnswers
from autograder.answers.judging import judge_answer
from autograder.answers.reading import read_answers

LAYERS = """
kind = "table"
credit = "row"
exact = true
formulas = {total = "sum(rows)"}
rows = {conv1 = 2800, conv2 = "9*100*200 + 200", conv3 = 720400, total = 903400}
[[answer_1_1.mistakes]]
name = "forgot_biases"
sentence = "The biases are missing: each filter has one."
credit = 0.5
cells = {conv1 = 2700, conv2 = 180000, conv3 = 720000, total = 902700}
"""
WIDE = """
kind = "table"
columns = ["activations", "parameters"]
[answer_1_1.rows]
"conv1-1" = [3211264, 1728]
"FC 6" = {activations = 4096, parameters = 102760448}
"""
RIGHT = {"conv1": 2800, "conv2": 180200, "conv3": 720400, "total": 903400}

ACCEPTED = [
    RIGHT,
    {"Conv1": "2,800", "CONV 2": 180200, "conv_3": "720,400", "Total": "903,400"},
    list(RIGHT.values()),
    tuple(RIGHT.values()),
    [[name, value] for name, value in RIGHT.items()],
    [("total", 903400), ("conv3", 720400), ("conv2", 180200), ("conv1", 2800)],
    {name: [value] for name, value in RIGHT.items()} | {"conv1": 2800},
    {"value": RIGHT},
    {"conv1": "27*100+100", "conv2": "180.2K", "conv3": "720,400 parameters", "total": 903400.0},
]
WIDE_ACCEPTED = [
    {"conv1-1": ["3.2M", "1.7K"], "FC 6": [4096, "102.8M"]},
    {"conv1_1": {"activations": "3.2M", "parameters": 1728}, "fc6": (4096, "103M")},
    {"activations": {"conv1-1": "3.2M", "FC 6": 4096}, "parameters": {"conv1-1": 1728, "FC 6": 102760448}},
    {"activations": ["3.2M", 4096], "parameters": [1728, 102760448]},
    [["3.2M", 1728], [4096, 102760448]],
    [["conv1-1", "3.2M", 1728], ["FC 6", 4096, 102760448]],
]
UNREADABLE = ["a table", 5, True, {"a": 1}, {}, [], b"x", "2,800", {"conv9": 3}]


def judged(entry, value):
    return judge_answer(Given("answer_1_1", value), entry)


@pytest.mark.parametrize("value", ACCEPTED, ids=lambda value: repr(value)[:50])
def test_a_right_table_is_accepted_in_any_usual_form(entry, value):
    value = {k: v[0] if isinstance(v, list) else v for k, v in value.items()} if isinstance(value, dict) else value
    verdict = judged(entry(LAYERS), value)
    assert verdict.credit == 1.0, verdict.message
    assert verdict.message == "4 of 4 rows are right. R."


@pytest.mark.parametrize("value", WIDE_ACCEPTED, ids=lambda value: repr(value)[:50])
def test_a_wide_table_is_accepted_by_row_by_column_or_as_a_list(entry, value):
    verdict = judged(entry(WIDE), value)
    assert verdict.credit == 1.0, verdict.message


@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: repr(value)[:50])
def test_what_is_no_table_names_the_rows_to_fill_in(entry, value):
    verdict = judged(entry(LAYERS), value)
    assert verdict.credit == 0.0
    assert "2800" not in verdict.message
    if value:
        assert "fill in the rows conv1, conv2, conv3, total" in verdict.message


def test_a_wrong_row_costs_itself_and_not_the_total_that_adds_it_up(entry):
    verdict = judged(entry(LAYERS), RIGHT | {"conv2": 180300, "total": 903500})
    assert verdict.credit == 0.75
    first, second, last = verdict.message.splitlines()
    assert first == "row conv2: you wrote 180,300, but it is 180,200."
    assert second.startswith("row total: 903,500 follows from your own numbers and is credited")
    assert last == "3 of 4 rows are right. R."


def test_a_total_that_does_not_add_up_is_lost(entry):
    assert judged(entry(LAYERS), RIGHT | {"conv2": 180300, "total": 903600}).credit == 0.5


def test_a_total_over_rows_of_which_none_is_right_earns_nothing(entry):
    assert judged(entry(LAYERS), {"conv1": 0, "conv2": 0, "conv3": 0, "total": 0}).credit == 0.0
    assert judged(entry(LAYERS), {"conv1": 1, "conv2": 2, "conv3": 3, "total": 6}).credit == 0.0


def test_a_right_total_over_a_wrong_row_is_right(entry):
    assert judged(entry(LAYERS), RIGHT | {"conv2": 180300}).credit == 0.75


def test_missing_and_open_rows_are_said(entry):
    verdict = judged(entry(LAYERS), {"conv1": 2800, "conv2": None, "conv9": 3})
    assert verdict.credit == 0.25
    assert "row conv2: not answered" in verdict.message
    assert "there is no row 'conv9' (the rows are conv1, conv2, conv3, total)" in verdict.message


def test_a_named_mistake_in_all_rows_is_named_once_and_keeps_its_credit(entry):
    verdict = judged(entry(LAYERS), {"conv1": 2700, "conv2": 180000, "conv3": 720000, "total": 902700})
    assert (verdict.credit, verdict.mistake.id) == (0.5, "answer_1_1.forgot_biases")
    assert "row conv2: you wrote 180,000, but it is 180,200." in verdict.message
    assert "biases" not in verdict.message


def test_an_unreadable_cell_costs_only_itself(entry):
    verdict = judged(entry(LAYERS), RIGHT | {"conv1": "__import__('os')"})
    assert verdict.credit == 0.75
    assert "row conv1: you wrote \"__import__('os')\", which is not read as a number" in verdict.message


def test_cells_of_a_wide_table_count_one_by_one_and_are_named_with_their_column(entry):
    verdict = judged(entry(WIDE), {"conv1-1": ["3.2M", 1792], "FC 6": [4096, 102760448]})
    assert verdict.credit == 0.75
    assert verdict.message.startswith("row conv1-1, parameters: you wrote 1,792, but it is 1,728.")


def test_a_dependent_column_follows_from_the_students_own_cells(entry):
    key = entry('kind = "table"\ncolumns = ["outputs", "per_output", "product"]\n'
                'formulas = {product = "outputs * per_output"}\n'
                "rows = {a = [100, 9, 900], b = [50, 3, 150]}")  # fmt: skip
    assert judged(key, {"a": [100, 8, 800], "b": [50, 3, 150]}).credit == pytest.approx(5 / 6)
    assert judged(key, {"a": [100, 8, 801], "b": [50, 3, 150]}).credit == pytest.approx(4 / 6)


def test_rounded_rows_make_a_rounded_total_follow(entry):
    key = entry('kind = "table"\nformulas = {total = "sum(rows)"}\nrows = {a = 1234567, b = 2345678, total = 3580245}')
    assert judged(key, {"a": "1.2M", "b": "2.9M", "total": "4.1M"}).credit == pytest.approx(2 / 3)
    assert judged(key, {"a": "1.2M", "b": "2.9M", "total": "5.1M"}).credit == pytest.approx(1 / 3)


def test_shapes_can_be_cells(entry):
    key = entry('kind = "table"\nrows = {X = "(m, 10)", W = [10, 50], b = {value = "(50,)", also = ["(1, 50)"]}}')
    assert judged(key, {"X": ("m", 10), "W": "10x50", "b": 50}).credit == 1
    assert judged(key, {"X": ("m", 10), "W": (50, 10), "b": (1, 50)}).credit == pytest.approx(2 / 3)
    assert judged(key, [("N", 10), (10, 50), 50]).credit == 1


def test_rows_may_be_answers_of_their_own(entry):
    key = entry(LAYERS)
    told = {f"answer_1_1_{row}": Given(f"answer_1_1_{row}", value) for row, value in RIGHT.items()}
    assert judge_answer(key.gather(GivenAnswers(told)), key).credit == 1.0
    wrong = told | {"answer_1_1_conv1": Given("answer_1_1_conv1", None, problem="answer_1_1_conv1 is `f()`: ...")}
    assert judge_answer(key.gather(GivenAnswers(wrong)), key).credit == 0.75
    assert key.gather(GivenAnswers({})).blank


@pytest.mark.parametrize(
    ("source", "credit"),
    [
        ("answer_1_1 = {'conv1': 3*3*3*100 + 100, 'conv2': 180200, 'conv3': 720_400, 'total': 903400}", 1.0),
        ("answer_1_1 = {'conv1': None, 'conv2': None, 'conv3': None, 'total': None}", None),
        ("answer_1_1 = [None, None, None, None]", None),
        ("answer_1_1 = {'conv1': f(), 'conv2': 180200}", 0.0),
        ("answer_1_1 = {'conv1': 2800, 'conv2': 9**9**9**9}", 0.25),
    ],
)
def test_a_table_is_read_from_a_notebook_without_running_it(entry, tmp_path, source, credit):
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    key = entry(LAYERS)
    (tmp_path / "answers.toml").unlink()
    verdict = judge_answer(key.gather(read_answers(tmp_path)), key)
    assert (verdict.credit if verdict.attempted else None) == credit, verdict.message


def test_a_table_may_be_handed_in_as_answers_toml(entry, tmp_path):
    key = entry(LAYERS)
    (tmp_path / "answers.toml").write_text("[answer_1_1]\n" + "\n".join(f"{k} = {v}" for k, v in RIGHT.items()))
    assert judge_answer(key.gather(read_answers(tmp_path)), key).credit == 1.0


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("total = 903400}", "total = 903401}", "total: the key's own cells do not give 903401 by its formula"),
        ('"sum(rows)"', '"conv1 + conv7"', "'conv7' is not known here"),
        ("{total = ", "{sum_of_all = ", "'sum_of_all' is neither a row nor a column"),
        ("cells = {conv1 = 2700", "cells = {conv7 = 2700", "there is no cell 'conv7'"),
        ("conv1 = 2800", 'conv1 = "many"', "row 'conv1': 'many' is not read as a number"),
        ("conv1 = 2800", "conv1 = 2800, CONV1 = 3", "two rows have the same name"),
        ("credit = 0.5", "credit = 1.0", "less than 1"),
    ],
)
def test_a_key_that_cannot_work_is_refused(entry, old, new, complaint):
    assert old in LAYERS
    with pytest.raises(ValueError, match="answer_1_1") as refused:
        entry(LAYERS.replace(old, new, 1))
    assert complaint in str(refused.value)


@pytest.mark.parametrize("text", [LAYERS, WIDE])
def test_the_specimens_of_a_key_end_as_they_say(entry, text):
    key = entry(text)
    for specimen in key.specimens():
        verdict = judged(key, specimen.value)
        assert verdict.credit == specimen.credit if specimen.credit is not None else verdict.credit < 1, specimen.label
