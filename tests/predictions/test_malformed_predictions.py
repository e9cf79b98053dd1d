"""Malformed predictions.csv files, each with the exact message; nothing of any of them is scored."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.predictions.reading import InvalidPredictions, read_predictions

IDS = range(4)
HEAD = "Id,Label\n"
GOOD = HEAD + "0,3\n1,1\n2,9\n3,0\n"
EXPECTED_HEADER = "expected Id,Label"
NEITHER = "is neither a whole number nor a class"
UTF_16 = "the file is UTF-16 text: save it as CSV in UTF-8"

CORPUS: list[tuple[str, str | bytes, list[str]]] = [
    ("empty file", "", ["the file is empty"]),
    ("blank lines only", "\n\r\n \n", ["the file is empty"]),
    ("byte-order mark only", "\ufeff", ["the file is empty"]),
    ("no header", "0,3\n1,1\n2,9\n3,0\n", ["line 1: the header Id,Label is missing"]),
    ("header only", HEAD, [f"Id {i} is missing" for i in IDS]),
    ("other names", "image,class\n0,3\n", [f"line 1: the header is 'image,class', {EXPECTED_HEADER}"]),
    ("ids alone", "Id\n0\n1\n", [f"line 1: the header is 'Id', {EXPECTED_HEADER}"]),
    ("solution's header", "Id,Label,Usage\n0,3,Public\n",
     [f"line 1: the header is 'Id,Label,Usage', {EXPECTED_HEADER}"]),
    ("twice the same column", "Id,Id\n0,3\n", [f"line 1: the header is 'Id,Id', {EXPECTED_HEADER}"]),
    ("header with an open quote", '"Id,Label\n0,3\n', [f"""line 1: the header is '"Id,Label', {EXPECTED_HEADER}"""]),
    ("pandas index", ",Id,Label\n0,0,3\n",
     [f"line 1: the header is ',Id,Label', {EXPECTED_HEADER} (pandas: to_csv(..., index=False))"]),
    ("blank first line", "\n" + GOOD, [f"line 1: the header is '', {EXPECTED_HEADER}"]),
    ("HTML", "<!DOCTYPE html>\n<html>\n", [f"line 1: the header is '<!DOCTYPE html>', {EXPECTED_HEADER}"]),
    ("terminal codes", "\x1b[2JId\n", [f"line 1: the header is '\\x1b[2JId', {EXPECTED_HEADER}"]),
    ("long rubbish", "x" * 500, [f"line 1: the header is '{'x' * 37}...', {EXPECTED_HEADER}"]),
    ("missing Id", HEAD + "0,3\n1,1\n3,0\n", ["Id 2 is missing"]),
    ("extra Id", GOOD + "4,4\n", ["line 6: Id 4 is not in the test set"]),
    ("negative Id", GOOD + "-1,4\n", ["line 6: Id -1 is not in the test set"]),
    ("Ids from one", HEAD + "1,3\n2,1\n3,9\n4,0\n", ["line 5: Id 4 is not in the test set", "Id 0 is missing"]),
    ("duplicate Id", GOOD + "2,9\n", ["line 6: Id 2 was already given on line 4"]),
    ("tripled Id", GOOD + "2,9\n2,8\n",
     ["line 6: Id 2 was already given on line 4", "line 7: Id 2 was already given on line 4"]),
    ("Id as a fraction", GOOD.replace("2,9", "2.0,9"),
     ["line 4: Id '2.0' is not a whole number: write 2", "Id 2 is missing"]),
    ("Id as a file name", GOOD.replace("2,9", "00002.png,9"),
     ["line 4: Id '00002.png' is not a whole number", "Id 2 is missing"]),
    ("Id empty", GOOD.replace("2,9", ",9"), ["line 4: Id is empty", "Id 2 is missing"]),
    ("Id huge", GOOD + "9" * 5000 + ",1\n", [f"line 6: Id '{'9' * 37}...' is far too large"]),
    ("label as a fraction", GOOD.replace("0,3", "0,3.0"), ["line 2: Label '3.0' is not a whole number: write 3"]),
    ("label between two", GOOD.replace("0,3", "0,3.7"), [f"line 2: Label '3.7' {NEITHER}"]),
    ("label too large", GOOD.replace("2,9", "2,10"), ["line 4: Label 10 is outside 0 to 9"]),
    ("label negative", GOOD.replace("2,9", "2,-1"), ["line 4: Label -1 is outside 0 to 9"]),
    ("label huge", GOOD.replace("2,9", "2," + "1" * 13), [f"line 4: Label '{'1' * 13}' is far too large"]),
    ("label empty", GOOD.replace("2,9", "2,"), ["line 4: Label is empty"]),
    ("last label empty", HEAD + "0,3\n1,1\n2,9\n3,", ["line 5: Label is empty"]),
    ("label NaN", GOOD.replace("2,9", "2,NaN"), ["line 4: Label is NaN, not a number"]),
    ("label None", GOOD.replace("2,9", "2,None"), ["line 4: Label is None, not a number"]),
    ("label infinite", GOOD.replace("2,9", "2,-inf"), ["line 4: Label is -inf, not a number"]),
    ("label in exponents", GOOD.replace("2,9", "2,1e0"), [f"line 4: Label '1e0' {NEITHER}"]),
    ("label with underscore", GOOD.replace("2,9", "2,0_9"), [f"line 4: Label '0_9' {NEITHER}"]),
    ("label in Arabic digits", GOOD.replace("2,9", "2,٩"), [f"line 4: Label '٩' {NEITHER}"]),
    ("label in hexadecimal", GOOD.replace("2,9", "2,0x9"), [f"line 4: Label '0x9' {NEITHER}"]),
    ("label true", GOOD.replace("1,1", "1,True"), [f"line 3: Label 'True' {NEITHER}"]),
    ("label a tensor", GOOD.replace("1,1", "1,tensor(1)"), [f"line 3: Label 'tensor(1)' {NEITHER}"]),
    ("unknown class", GOOD.replace("1,1", "1,class_10"), [f"line 3: Label 'class_10' {NEITHER}"]),
    ("a formula", GOOD.replace("1,1", "1,=1+0"), [f"line 3: Label '=1+0' {NEITHER}"]),
    ("logits", GOOD.replace("1,1", '1,"[0.1, 0.9]"'), [f"line 3: Label '[0.1, 0.9]' {NEITHER}"]),
    ("second header", HEAD + "0,3\n1,1\nId,Label\n2,9\n3,0\n", ["line 4: the header comes a second time"]),
    ("two files joined", GOOD + GOOD,
     ["line 6: the header comes a second time",
      *(f"line {7 + i}: Id {i} was already given on line {2 + i}" for i in IDS)]),
    ("blank line inside", HEAD + "0,3\n\n1,1\n2,9\n3,0\n", ["line 3: the line is empty"]),
    ("a third cell", GOOD.replace("2,9", "2,9,9"), ["line 4: 3 cells, expected 2: '2,9,9'", "Id 2 is missing"]),
    ("one cell", GOOD.replace("2,9", "2"), ["line 4: 1 cell, expected 2: '2'", "Id 2 is missing"]),
    ("decimal comma", GOOD.replace("2,9", "2,9,0"), ["line 4: 3 cells, expected 2: '2,9,0'", "Id 2 is missing"]),
    ("cut in the middle", GOOD[:-4], ["Id 3 is missing"]),
    ("a comment", GOOD + "# by Anna\n", ["line 6: 1 cell, expected 2: '# by Anna'"]),
    ("open quote", GOOD.replace("2,9", '2,"9'), ["""line 4: the quotes in '2,"9' do not match""", "Id 2 is missing"]),
    ("text after a quote", GOOD.replace("2,9", '"2"x,9'),
     ["""line 4: the quotes in '"2"x,9' do not match""", "Id 2 is missing"]),
    ("both cells wrong", GOOD.replace("2,9", "x,y"),
     [f"line 4: Id 'x' is not a whole number; Label 'y' {NEITHER}", "Id 2 is missing"]),
    ("columns swapped in a row", GOOD.replace("2,9", "9,2"),
     ["line 4: Id 9 is not in the test set", "Id 2 is missing"]),
    ("UTF-16", GOOD.encode("utf-16"), [UTF_16]),
    ("UTF-16, big end first", b"\xfe\xff" + GOOD.encode("utf-16-be"), [UTF_16]),
    ("UTF-16 without a mark", GOOD.encode("utf-16-le"), ["the file is binary, not text"]),
    ("Latin-1", GOOD.encode() + b"# caf\xe9\n", ["line 6: not UTF-8 text: save the file as CSV in UTF-8"]),
    ("Excel workbook", b"PK\x03\x04\x14\x00\x06\x00",
     ["the file is a zip archive or an Excel workbook: export it as CSV"]),
    ("PNG", b"\x89PNG\r\n\x1a\n\x00\x00", ["the file is binary, not text"]),
    ("pickle", b"\x80\x04\x95\x10\x00\x00", ["the file is binary, not text"]),
    ("too large", GOOD + "\n" * 70_000, ["the file is larger than 64 KB, which no table of this length needs"]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "problems"), [entry[1:] for entry in CORPUS], ids=[entry[0] for entry in CORPUS])
def test_every_problem_of_a_malformed_file_is_named(tmp_path: Path, content: str | bytes, problems: list[str]) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InvalidPredictions) as caught:
        read_predictions(path, IDS)
    assert [str(problem) for problem in caught.value.problems] == problems


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidPredictions) as caught:
        read_predictions(tmp_path / "predictions.csv", IDS)
    assert str(caught.value) == "predictions.csv is not valid, nothing was scored. 1 problem:\n  the file is missing"


def test_a_folder_or_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(InvalidPredictions, match="not a plain file"):
            read_predictions(tmp_path / name, IDS)


def test_the_first_twenty_problems_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text(HEAD + "".join(f"{i},99\n" for i in range(1500)))
    with pytest.raises(InvalidPredictions) as caught:
        read_predictions(path, range(1501))
    first, *rows = str(caught.value).split("\n")
    assert first == "predictions.csv is not valid, nothing was scored. 1,501 problems, the first 20:"
    assert rows == [f"  line {i}: Label 99 is outside 0 to 9" for i in range(2, 22)]
    assert len(caught.value.problems) == 1501


def test_problems_come_in_the_order_of_the_file_and_missing_ids_last(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text(HEAD + "3,0\n0,x\n9,1\n")
    with pytest.raises(InvalidPredictions) as caught:
        read_predictions(path, IDS)
    assert [problem.line for problem in caught.value.problems] == [3, 4, None, None]


def test_a_huge_file_is_read_up_to_its_limit_only(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    with path.open("wb") as stream:
        stream.truncate(2**40)
    with pytest.raises(InvalidPredictions, match="larger than 64 KB"):
        read_predictions(path, IDS)
