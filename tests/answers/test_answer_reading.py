"""Answers read from notebooks and answers.toml: accepted forms, and the message for everything else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograder.answers.entry import NotAnAnswer
from autograder.answers.given import Given
from autograder.answers.kinds.true_false import truth
from autograder.answers.reading import read_answers

Cell = dict[str, Any]


def code(source: str) -> Cell:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def markdown(source: str, **metadata: Any) -> Cell:
    return {"cell_type": "markdown", "source": source, "metadata": metadata}


def write_notebook(folder: Path, *cells: Cell, name: str = "true_false.ipynb") -> Path:
    path = folder / name
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def answer(folder: Path, source: str) -> Given:
    write_notebook(folder, code(source))
    return read_answers(folder)["answer_1_3"]


TRUE = [
    "answer_1_3 = True", "answer_1_3 = 'true'", 'answer_1_3 = "TRUE"', "answer_1_3 = 'T'", "answer_1_3 = 't'",
    "answer_1_3 = 1", "answer_1_3 = ' True '", "answer_1_3: bool = True", "answer_1_3 = (True)",
    "answer_1_2 = answer_1_3 = True", "answer_1_2, answer_1_3 = False, True", "answer_1_3 = False\nanswer_1_3 = True",
    "%matplotlib inline\n!pip list\nanswer_1_3 = True\nprint?\n?print", "%%time\nanswer_1_3 = True",
    "answer_1_3 = True  # sure of it", "answer_1_3 = True; print(answer_1_3)", "answer_1_3 = True\nanswer_1_3 = None",
    "answer_1_3 = True\nif answer_1_3:\n    answer_1_3 = False", "x = 'ä'\nanswer_1_3 = True\n",
]  # fmt: skip


@pytest.mark.parametrize("source", TRUE)
def test_every_usual_way_of_writing_true_is_read(tmp_path: Path, source: str) -> None:
    assert truth(answer(tmp_path, source)) is True
    swapped = source.replace("True", "F@").replace("False", "True").replace("F@", "False")
    if swapped != source:
        assert truth(answer(tmp_path, swapped)) is False


@pytest.mark.parametrize("source", ["False", "'false'", "'F'", "'f'", "0"])
def test_every_usual_way_of_writing_false_is_read(tmp_path: Path, source: str) -> None:
    assert truth(answer(tmp_path, f"answer_1_3 = {source}")) is False


LITERAL = "write the value itself; nothing is executed to find it"
PLAIN = "answer_1_3 is not set by a plain assignment on a line of its own"
CELL = "answer_1_3 cannot be read: true_false.ipynb, cell 1"
REFUSED = [
    ("answer_1_3 = 'maybe'", "answer_1_3 is 'maybe': write True or False"),
    ("answer_1_3 = 'yes'", "answer_1_3 is 'yes': write True or False"),
    ("answer_1_3 = 2", "answer_1_3 is 2: write True or False"),
    ("answer_1_3 = -1", "answer_1_3 is -1: write True or False"),
    ("answer_1_3 = 1.0", "answer_1_3 is 1.0: write True or False"),
    ("answer_1_3 = '1'", "answer_1_3 is '1': write True or False"),
    ("answer_1_3 = b'true'", "answer_1_3 is b'true': write True or False"),
    ("answer_1_3 = [True]", "answer_1_3 is [True]: write True or False"),
    ("answer_1_3 = True,", "answer_1_3 is (True,): write True or False"),
    ("answer_1_3 = {True, False}", "answer_1_3 is {False, True}: write True or False"),
    ("answer_1_3 = 'True or False'", "answer_1_3 is 'True or False': write True or False"),
    ("answer_1_3 = 0x" + "f" * 20_000, "answer_1_3 is a very large int: write True or False"),
    ("answer_1_3 = 'x' 'y' '" + "z" * 90 + "'", f"answer_1_3 is 'xy{'z' * 54}...: write True or False"),
    ("answer_1_3 = true", "answer_1_3 is `true`: Python writes it True"),
    ("answer_1_3 = FALSE", "answer_1_3 is `FALSE`: Python writes it False"),
    ("answer_1_3 = f()", f"answer_1_3 is `f()`: {LITERAL}"),
    ("answer_1_3 = T", f"answer_1_3 is `T`: {LITERAL}"),
    ("answer_1_3 = not False", f"answer_1_3 is `not False`: {LITERAL}"),
    ("answer_1_3 = 1 == 1", f"answer_1_3 is `1 == 1`: {LITERAL}"),
    ("answer_1_3 = bool(1)", f"answer_1_3 is `bool(1)`: {LITERAL}"),
    ("answer_1_3 = __import__('os')._exit(3)", f"`__import__('os')._exit(3)`: {LITERAL}"),
    ("answer_1_3 = 'T' * 10**10", f"answer_1_3 is `'T' * 10 ** 10`: {LITERAL}"),
    ("answer_1_3 = f'{1}'", f"""answer_1_3 is `f'{{1}}'`: {LITERAL}"""),
    ("answer_1_2, answer_1_3 = f()", f"answer_1_3 is `f()`: {LITERAL}"),
    ("if x:\n    answer_1_3 = True", PLAIN),
    ("def f():\n    answer_1_3 = True", PLAIN),
    ("for answer_1_3 in (True, False):\n    pass", PLAIN),
    ("answer_1_3 |= True", PLAIN),
    ("(answer_1_3 := True)", PLAIN),
    ("answer_1_3 = True\nanswer_1_4 = = False", f"{CELL} is not valid Python (line 2: invalid syntax)"),
    ("answer_1_3 =", f"{CELL} is not valid Python (line 1: invalid syntax)"),
    ("answer_1_3 = 'true", f"{CELL} is not valid Python (line 1: unterminated string literal (detected at line 1))"),
    ("answer_1_3 = " + "(" * 300, f"{CELL} is not valid Python (line 1: too many nested parentheses)"),
    ("answer_1_3 = True\0", f"{CELL} holds a NUL character"),
    ("answer_1_3 = '\ud800'", f"{CELL} is not valid Python"),
    ("answer_1_3 = True\n" + "#" * 100_000, f"{CELL} is longer than 100,000 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "message"), REFUSED, ids=[source[:40] for source, _ in REFUSED])
def test_anything_else_is_explained(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(NotAnAnswer) as caught:
        truth(answer(tmp_path, source))
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize(
    "source", ["-" * 50_000 + "1", "1" + "+1" * 30_000, "a" + ".a" * 30_000, "[" * 190 + "]" * 190]
)
def test_code_made_to_break_the_parser_is_an_answer_nobody_can_read(tmp_path: Path, source: str) -> None:
    with pytest.raises(NotAnAnswer):
        truth(answer(tmp_path, f"answer_1_3 = {source}"))


BLANK = [
    "answer_1_3 = None", "answer_1_3 = ...", "answer_1_3 = ''", "answer_1_3: bool", "print(answer_1_3)", "",
    "#answer_1_3=True", "%%bash\nanswer_1_3=1", "%%writefile x.py\nanswer_1_3 = True", "text = 'answer_1_3 = True'",
]  # fmt: skip


@pytest.mark.parametrize("source", BLANK)
def test_what_answers_nothing_is_blank(tmp_path: Path, source: str) -> None:
    assert answer(tmp_path, source).blank


def test_the_last_of_two_answers_counts_and_both_are_noted(tmp_path: Path) -> None:
    write_notebook(tmp_path, code("answer_1_1 = True"), markdown("text"), code("answer_1_1 = False"))
    given = read_answers(tmp_path)["answer_1_1"]
    assert given.value is False
    places = "true_false.ipynb, cell 1; true_false.ipynb, cell 3"
    assert given.notes == (f"answer_1_1 was answered True then False ({places}); the last one counts",)


def test_the_same_answer_twice_is_not_noted(tmp_path: Path) -> None:
    write_notebook(tmp_path, code("answer_1_1 = True"), code("answer_1_1 = True"))
    assert read_answers(tmp_path)["answer_1_1"].notes == ()


def test_answers_toml_is_read_after_the_notebooks(tmp_path: Path) -> None:
    write_notebook(tmp_path, code("answer_1_1 = True\nanswer_1_2 = True"))
    (tmp_path / "answers.toml").write_text(
        'answer_1_1 = false\n[part]\nanswer_1_4 = "T"\nexplanation_1_4 = "because of it"\n'
    )
    given = read_answers(tmp_path)
    assert [given[f"answer_1_{n}"].value for n in (1, 2, 3, 4)] == [False, True, None, "T"]
    assert given["answer_1_4"].explanation == "because of it"


@pytest.mark.parametrize("text", ["answer_1_1 = True", "\ufeffanswer_1_1 = true\r\n", "  answer_1_1=True # yes"])
def test_answers_toml_may_use_pythons_capital_and_windows_endings(tmp_path: Path, text: str) -> None:
    (tmp_path / "answers.toml").write_bytes(text.encode())
    assert read_answers(tmp_path)["answer_1_1"].value is True


WHY = "the shift beta moves the mean of the outputs"
EXPLAINED = [
    markdown(WHY, nbgrader={"grade_id": "explanation_1_1"}),
    markdown(WHY, autograder={"id": "explanation_1_1"}),
    markdown(f"### Explanation 1.1\n{WHY}"),
    markdown(f"**Explanation 1.1:** {WHY}"),
    markdown(f"explanation_1_1: {WHY}"),
    markdown(f"<!-- at least five words -->\n> Explanation 1_1\n\n{WHY}\n\n**Explanation 1.2**\nother"),
    markdown(f"Explanation 1.1. {WHY}", nbgrader={"grade_id": "explanation_1_1"}),
    code(f'explanation_1_1 = "{WHY}"'),
]


@pytest.mark.parametrize("cell", EXPLAINED)
def test_an_explanation_is_found_wherever_it_is_marked(tmp_path: Path, cell: Cell) -> None:
    write_notebook(tmp_path, code("answer_1_1 = False"), cell, markdown("the next statement"))
    assert read_answers(tmp_path)["answer_1_1"].explanation == WHY


UNEXPLAINED = [
    markdown("YOUR ANSWER HERE", nbgrader={"grade_id": "explanation_1_1"}),
    markdown("*Your explanation here.*", nbgrader={"grade_id": "explanation_1_1"}),
    markdown("<!-- write here -->", nbgrader={"grade_id": "explanation_1_1"}),
    markdown("### Explanation 1.1\n\n"),
    markdown("some text about explanation 1.1"),
    markdown(WHY, nbgrader={"grade_id": ["explanation_1_1"]}),
    markdown(WHY, nbgrader="explanation_1_1"),
    code("explanation_1_1 = 5"),
    code("explanation_1_1 = g()"),
]


@pytest.mark.parametrize("cell", UNEXPLAINED)
def test_a_placeholder_or_an_unmarked_cell_is_no_explanation(tmp_path: Path, cell: Cell) -> None:
    write_notebook(tmp_path, code("answer_1_1 = False"), cell)
    assert read_answers(tmp_path)["answer_1_1"].explanation == ""


FILE = "true_false.ipynb"
BROKEN = [
    (b"", f"{FILE} is empty"),
    (b"{", f"{FILE} is not a notebook: line 1: Expecting property name enclosed in double quotes"),
    (b'{"cells": [\n', f"{FILE} is not a notebook: line 2: Expecting value"),
    (b"<<<<<<< HEAD\n", f"{FILE} is not a notebook: line 1: Expecting value"),
    ('{"cells": []}'.encode("utf-16"), f"{FILE} is not UTF-8 text: save it again with that encoding"),
    ('{"cells": ["ä"]}'.encode("latin-1"), f"{FILE} is not UTF-8 text: save it again with that encoding"),
    (b"\x80\x04\x95pickle", f"{FILE} is not UTF-8 text: save it again with that encoding"),
    (b"[" * 200_000, f"{FILE} is not a notebook: its JSON is nested too deeply or out of range"),
    (b"[" + b"9" * 5000 + b"]", f"{FILE} is not a notebook: its JSON is nested too deeply or out of range"),
    (b"[]", f"{FILE} is not a notebook of format 4: open it in Jupyter and save it again"),
    (b'{"worksheets": []}', f"{FILE} is not a notebook of format 4: open it in Jupyter and save it again"),
    (b'{"cells": {}}', f"{FILE} is not a notebook of format 4: open it in Jupyter and save it again"),
    (b" " * (20 * 2**20 + 1), f"{FILE} is larger than 20 MB: clear its outputs and save it again"),
]


@pytest.mark.parametrize(("data", "problem"), BROKEN, ids=[problem[17:60] for _, problem in BROKEN])
def test_a_notebook_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / FILE).write_bytes(data)
    assert read_answers(tmp_path).problems == (problem,)
    assert read_answers(tmp_path)["answer_1_1"].notes == (problem,)


def test_links_pipes_and_folders_are_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "submission"
    (folder / "c.ipynb").mkdir(parents=True)
    (folder / "a.ipynb").symlink_to(write_notebook(tmp_path, code("answer_1_1 = True")))
    os.mkfifo(folder / "b.ipynb")
    assert read_answers(folder).problems == tuple(f"{name}.ipynb is not a plain file" for name in "abc")
    assert read_answers(folder)["answer_1_1"].value is None


def test_odd_cells_do_not_hide_the_others(tmp_path: Path) -> None:
    odd: list[Any] = [
        None,
        3,
        {},
        {"cell_type": "code", "source": [1]},
        {"cell_type": "code", "metadata": 1, "source": []},
    ]
    write_notebook(tmp_path, *odd, {"cell_type": "code", "source": ["answer_1_1 = \\\n", "True"]})
    assert read_answers(tmp_path)["answer_1_1"].value is True


def test_one_broken_file_does_not_hide_answers_in_another(tmp_path: Path) -> None:
    write_notebook(tmp_path, code("answer_1_1 = True"), name="b.ipynb")
    (tmp_path / "a.ipynb").write_text("{")
    given = read_answers(tmp_path)
    assert given["answer_1_1"] == Given("answer_1_1", True, "b.ipynb, cell 1")
    assert len(given.problems) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("answer_1_1 = maybe", "Invalid value (at line 1, column 14)"),
        ("a = " + "[" * 5000, ""),
        ("answer_1_1 = true\nanswer_1_1 = false\n", "Cannot overwrite a value (at line 2, column 19)"),
    ],
)  # fmt: skip
def test_a_broken_answers_toml_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "answers.toml").write_text(text)
    (found,) = read_answers(tmp_path).problems
    assert found.startswith(f"answers.toml is not valid TOML: {problem}")


def test_tables_nested_without_end_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text("a." * 2000 + "answer_1_1 = true\nanswer_1_2 = true")
    given = read_answers(tmp_path)
    assert given["answer_1_1"].blank
    assert given["answer_1_2"].value is True


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert read_answers(tmp_path / "anna").problems == ("anna cannot be read: No such file or directory",)
