"""Forms of a predictions.csv that are accepted, and that reading gives back what was written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.predictions.reading import InvalidPredictions, read_predictions

CLASSES = ("airplane", "automobile", "bird", "cat")
ROWS = "0,3\n1,1\n2,0\n3,2\n"
ACCEPTED = {
    "plain": "Id,Label\n" + ROWS,
    "no newline at the end": "Id,Label\n" + ROWS.rstrip(),
    "byte-order mark": "\ufeffId,Label\n" + ROWS,
    "Windows line endings": ("Id,Label\n" + ROWS).replace("\n", "\r\n"),
    "old Mac line endings": ("Id,Label\n" + ROWS).replace("\n", "\r"),
    "blank lines at the end": "Id,Label\n" + ROWS + "\n\r\n  \n",
    "lower case header": "id,label\n" + ROWS,
    "upper case header": "ID,LABEL\n" + ROWS,
    "columns the other way round": "Label,Id\n3,0\n1,1\n0,2\n2,3\n",
    "rows in another order": "Id,Label\n3,2\n0,3\n2,0\n1,1\n",
    "everything quoted": '"Id","Label"\n"0","3"\n"1","1"\n"2","0"\n"3","2"\n',
    "blanks around cells": " Id , Label \n 0 , 3\n1, 1\n2 ,0\n3,2 \n",
    "leading zeros": "Id,Label\n00000,03\n00001,01\n00002,00\n00003,02\n",
    "semicolons": ("Id,Label\n" + ROWS).replace(",", ";"),
    "tabs": ("Id,Label\n" + ROWS).replace(",", "\t"),
    "class names": "Id,Label\n0,cat\n1,automobile\n2,airplane\n3,bird\n",
    "class names in any case, mixed with numbers": 'Id,Label\n0,CAT\n1,1\n2,"Airplane"\n3,2\n',
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_every_reasonable_form_is_accepted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "predictions.csv"
    path.write_bytes(text.encode())
    found = read_predictions(path, range(4), CLASSES)
    assert found.ids.tolist() == [0, 1, 2, 3]
    assert found.labels.tolist() == [3, 1, 0, 2]


def test_the_labels_come_in_the_order_of_the_expected_ids(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text("Id,Label\n" + ROWS)
    assert read_predictions(path, [2, 0, 3, 1]).labels.tolist() == [0, 3, 2, 1]


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[int, int], bytes]:
    """Labels by Id, and a file that says the same in some accepted form."""
    labels = draw(st.dictionaries(st.integers(0, 10**9), st.integers(0, 9), min_size=1, max_size=40))
    quote, end = draw(st.sampled_from(["", '"'])), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    comma, swapped = draw(st.sampled_from([",", ";", "\t", ", "])), draw(st.booleans())
    named = draw(st.booleans())
    lines = [("Id", "Label")]
    lines += [(str(i), f"class_{labels[i]}" if named else str(labels[i])) for i in draw(st.permutations(list(labels)))]
    text = end.join(comma.join(f"{quote}{cell}{quote}" for cell in (line[::-1] if swapped else line)) for line in lines)
    return labels, (draw(st.sampled_from(["", "\ufeff"])) + text + end * draw(st.integers(0, 3))).encode()


@given(tables())
def test_what_was_written_is_read_back(table: tuple[dict[int, int], bytes]) -> None:
    labels, content = table
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.csv"
        path.write_bytes(content)
        found = read_predictions(path, labels)
    assert dict(zip(found.ids.tolist(), found.labels.tolist(), strict=True)) == labels


@given(st.binary(max_size=300))
def test_no_bytes_give_a_traceback(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "predictions.csv"
        path.write_bytes(content)
        with pytest.raises(InvalidPredictions):
            read_predictions(path, range(100))


@pytest.mark.parametrize("seed", range(3))
def test_a_plain_file_in_any_order_reads_the_same_at_once_as_row_by_row(seed: int) -> None:
    """Blanks around the cells send the second file the long way round."""
    rng = np.random.default_rng(seed)
    ids = rng.permutation(5000)[:300]
    shuffled = rng.permutation(ids)
    rows = [f"{i},{label}" for i, label in zip(shuffled, rng.integers(0, 10, 300), strict=True)]
    plain = ("Id,Label\n" + "\n".join(rows) + "\n").encode()
    spaced = ("Id,Label\n" + "\n".join(row.replace(",", " , ") for row in rows)).encode()
    first, second = (read_predictions(content, ids.tolist()) for content in (plain, spaced))
    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.ids, ids)


def test_classes_that_are_called_by_digits_are_names_not_labels() -> None:
    names = ("7", "3", "0")
    assert read_predictions(b"Id,Label\n0,7\n1,0\n", [0, 1], names).labels.tolist() == [0, 2]
