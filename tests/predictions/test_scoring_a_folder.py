"""`autograder score DIR`: a CSV row a file, invalid ones listed, nothing half-scored."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.predictions.folder import NothingToScore, prediction_files, score_folder, score_one
from autograder.predictions.solution import read_solution

SOLUTION = "Id,Label,Usage\n0,3,Public\n1,1,Private\n2,9,Public\n3,0,Private\n"
PUBLIC_RIGHT = "Id,Label\n0,3\n1,0\n2,9\n3,0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "solution.csv").write_text(SOLUTION)
    for number in range(30):
        (tmp_path / "class" / f"s{number:02d}").mkdir(parents=True)
        (tmp_path / "class" / f"s{number:02d}" / "predictions.csv").write_text(PUBLIC_RIGHT)
    (tmp_path / "class" / "=ann.csv").write_text(PUBLIC_RIGHT.replace("1,0", "1,1"))
    (tmp_path / "class" / "bob.csv").write_text("Id,Label\n0,3\n1,77\n")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_and_folders_are_scored_in_the_order_of_their_names(folder: Path, jobs: int) -> None:
    found = list(score_folder(folder / "class", folder / "solution.csv", jobs))
    assert [f.name for f in found] == ["=ann", "bob", *(f"s{n:02d}" for n in range(30))]
    ann, bob, other = found[:3]
    assert (ann.total.accuracy, ann.public.accuracy, ann.private.accuracy) == (1.0, 1.0, 1.0)
    assert (other.total.accuracy, other.public.accuracy, other.private.accuracy) == (0.75, 1.0, 0.5)
    assert bob.total is None
    assert [str(p) for p in bob.problems] == [
        "line 3: Label 77 is outside 0 to 9",
        "Id 2 is missing",
        "Id 3 is missing",
    ]


def zipped(folder: Path, name: str, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return folder / name


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"zoe/predictions.csv": PUBLIC_RIGHT, "zoe/models.py": "x"}, 0.75),
        ({"old/backup/predictions.csv": "", "predictions.csv": PUBLIC_RIGHT}, 0.75),
        ({"models.py": ""}, "the file is empty"),
        ({"predictions.csv": "0" * 50_000_000}, "the file is larger than 64 KB"),
    ],
)
def test_an_archive_is_opened_for_its_predictions(folder: Path, members: dict[str, str], found: float | str) -> None:
    hidden = read_solution(folder / "solution.csv")
    scored = score_one("zoe", zipped(folder, "zoe.zip", members), hidden)
    if isinstance(found, float):
        assert scored.total.accuracy == found
    else:
        assert str(scored.problems[0]).startswith(found)


def test_a_broken_archive_is_an_empty_file(folder: Path) -> None:
    (folder / "zoe.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert (
        str(score_one("zoe", folder / "zoe.zip", read_solution(folder / "solution.csv")).problems[0])
        == "the file is empty"
    )


def test_a_folder_without_predictions_is_named(tmp_path: Path) -> None:
    with pytest.raises(NothingToScore, match=r"expected NAME\.csv, NAME/predictions\.csv or NAME\.zip"):
        prediction_files(tmp_path)


def test_the_command_streams_csv_and_lists_the_invalid(folder: Path) -> None:
    command = [sys.executable, "-m", "autograder.cli", "score", str(folder / "class")]
    done = subprocess.run(
        [*command, "--solution", str(folder / "solution.csv"), "--jobs", "2"], capture_output=True, text=True
    )
    assert done.returncode == 1
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert len(rows) == 32
    assert rows[0]["name"] == "'=ann", "no spreadsheet may run a name"
    assert (rows[1]["status"], rows[1]["accuracy"], rows[1]["problems"]) == ("invalid", "", "3")
    assert rows[2]["accuracy"] == "0.750000"
    assert "bob: not scored: line 3: Label 77 is outside 0 to 9 (and 2 more)" in done.stderr
    assert "31 scored, 1 invalid" in done.stderr
