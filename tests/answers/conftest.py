"""Entries of a key written in the test as an instructor would write them."""

import pytest

from autograder.answers.key import load_key


@pytest.fixture
def entry(tmp_path):
    """Makes the entry answer_1_1 of the given TOML, with a statement and a reason."""

    def make(text):
        path = tmp_path / "answers.toml"
        path.write_text(f'[answer_1_1]\nstatement = "S?"\nreason = "R."\n{text}\n')
        return load_key(path)["answer_1_1"]

    return make
