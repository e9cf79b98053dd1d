"""Archives and folders made to harm whoever opens them: refused by name, and the rest is still staged."""

from __future__ import annotations

import io
import os
import pickle
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from autograder.answers.reading import read_answers
from autograder.grading.intake import Staged, stage
from autograder.grading.submission import fingerprint

CODE = "def swish(x):\n    return x\n"


def member(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr, info.compress_type = 3, mode << 16, zipfile.ZIP_DEFLATED
    return info


def zipped(path: Path, *members: tuple[zipfile.ZipInfo | str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("activations.py", CODE)
        for info, content in members:
            target.writestr(info, content)
    return path


def staged(source: Path) -> Staged:
    return stage(source, ["activations", "resnet"], ["true_false"], source.parent / "staging" / "deep")


def everything_below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


ENTRIES = {
    "traversal": (member("../../resnet.py"), "outside the archive"),
    "windows traversal": (member("..\\..\\resnet.py"), "outside the archive"),
    "absolute": (member("/tmp/resnet.py"), "absolute"),
    "drive": (member("C:\\resnet.py"), "absolute"),
    "symbolic link": (member("resnet.py", stat.S_IFLNK | 0o777), "symbolic link"),
    "device": (member("resnet.py", stat.S_IFCHR | 0o666), "not a regular file"),
    "pipe": (member("resnet.py", stat.S_IFIFO | 0o666), "not a regular file"),
    "depth": (member("a/" * 40 + "resnet.py"), "too deep"),
}


@pytest.mark.parametrize("case", ENTRIES)
def test_a_bad_entry_of_a_zip_is_refused_by_name_and_the_rest_is_staged(tmp_path: Path, case: str) -> None:
    info, reason = ENTRIES[case]
    result = staged(zipped(tmp_path / "mallory.zip", (info, "/etc/passwd")))
    assert len(result.notes) >= 1
    assert "refused" in result.notes[-1]
    assert reason in result.notes[-1]
    assert everything_below(tmp_path) == {"mallory.zip", "staging", "staging/deep", "staging/deep/activations.py"}


def test_a_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    result = staged(zipped(tmp_path / "bomb.zip", ("resnet.py", b"\0" * (40 * 2**20))))
    assert result.notes == ("resnet.py was refused: it grows more than 200 times when unpacked",)
    assert [p.name for p in result.root.iterdir()] == ["activations.py"]


def test_a_bomb_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    path = zipped(tmp_path / "liar.zip", ("resnet.py", b"a = 1\n" * 2**20))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\1\2")
    struct.pack_into("<L", data, at + 24, 100)
    path.write_bytes(data)
    result = staged(path)
    assert sum(p.stat().st_size for p in result.root.iterdir()) < 2**20
    assert (result.root / "activations.py").exists()


def test_ten_thousand_files_cost_neither_time_nor_the_submission(tmp_path: Path) -> None:
    result = staged(zipped(tmp_path / "many.zip", *((f"m{i}.py", "") for i in range(10_000))))
    assert (result.root / "activations.py").exists()
    assert len(list(result.root.iterdir())) <= 101
    assert any("more than 100 Python files" in note for note in result.notes)


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_a_data_set_handed_in_with_them_hides_no_module_and_no_change_of_one(tmp_path: Path, form: str) -> None:
    images = [(f"data/train/{i}.png", "") for i in range(20_100)]
    path = zipped(tmp_path / "all.zip", *images, ("resnet.py", CODE))
    if form == "folder":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "all")
        path = tmp_path / "all"
        before = fingerprint(path)
        (path / "resnet.py").write_text(CODE * 2)
        assert fingerprint(path) != before
    result = staged(path)
    assert {"activations.py", "resnet.py"} <= everything_below(result.root)


def test_an_archive_whose_index_is_huge_is_not_even_listed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "index.zip")
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rfind(b"PK\5\6") + 12, 2**31)
    path.write_bytes(data)
    result = staged(path)
    assert result.problem == "index.zip holds far too many files"
    assert result.empty


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and nothing else", b"not a zip", b"PK\5\6" + b"\xff" * 18])
def test_a_broken_archive_is_a_problem_and_no_exception(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    result = staged(path)
    assert result.problem
    assert "broken.zip" in result.problem
    assert result.empty


def test_a_damaged_entry_costs_only_itself(tmp_path: Path) -> None:
    path = zipped(tmp_path / "damaged.zip", ("resnet.py", os.urandom(5000)))
    data = bytearray(path.read_bytes())
    at = data.find(b"resnet.py") + 1000
    data[at : at + 50] = b"\xff" * 50
    path.write_bytes(data)
    result = staged(path)
    assert [p.name for p in result.root.iterdir()] == ["activations.py"]
    assert result.notes == ("resnet.py was refused: it is damaged",)


def test_encrypted_and_oddly_compressed_entries_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as target:
        target.writestr("resnet.py", CODE)
    path = tmp_path / "odd.zip"
    path.write_bytes(buffer.getvalue())
    assert "unusual method" in staged(path).notes[0]


def test_links_pipes_and_sockets_in_a_folder_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("label")
    source = tmp_path / "mallory"
    source.mkdir()
    (source / "activations.py").write_text(CODE)
    (source / "resnet.py").symlink_to(secret)
    (source / "up").symlink_to(tmp_path)
    os.mkfifo(source / "predictions.csv")
    result = staged(source)
    assert [p.name for p in result.root.iterdir()] == ["activations.py"]
    assert {note.split(" was refused")[0] for note in result.notes} == {"resnet.py", "up", "predictions.csv"}


def test_a_submission_that_is_itself_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "activations.py").write_text(CODE)
    (tmp_path / "mallory").symlink_to(tmp_path / "alice")
    result = staged(tmp_path / "mallory")
    assert result.empty
    assert result.problem == "mallory is neither a folder nor a zip archive"


def test_an_oversized_file_is_refused_and_not_read_whole(tmp_path: Path) -> None:
    source = tmp_path / "big"
    source.mkdir()
    with (source / "predictions.csv").open("wb") as file:
        file.truncate(2**40)
    result = staged(source)
    assert result.notes == ("predictions.csv was refused: it is larger than 4 MiB",)
    assert result.empty


def test_names_with_terminal_escapes_are_printed_harmlessly(tmp_path: Path) -> None:
    result = staged(zipped(tmp_path / "esc.zip", (member("\x1b[2J../x.py", stat.S_IFLNK), "x")))
    assert all(note.isprintable() for note in result.notes)
    assert result.notes


def test_pickles_under_whatever_name_are_never_loaded(tmp_path: Path) -> None:
    trace = tmp_path / "loaded"

    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {trace}",)

    source = tmp_path / "mallory"
    source.mkdir()
    for name in ("model.pt", "resnet20.safetensors", "true_false.ipynb", "answers.toml", "predictions.csv"):
        (source / name).write_bytes(pickle.dumps(Bomb()))
    result = staged(source)
    assert sorted(p.name for p in result.root.iterdir()) == ["answers.toml", "predictions.csv", "true_false.ipynb"]
    assert read_answers(result.root).problems
    assert not trace.exists()
    pickle.loads((source / "model.pt").read_bytes())
    assert trace.exists()
