"""What students hand in is opened, never imported: kinds of sources, names, encodings."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from autograder.grading.intake import AmbiguousSubmissions, Staged, find_submissions, stage

MODULES, NOTEBOOKS = ["activations", "resnet"], ["true_false"]
CODE = "def swish(x):\n    return x\n"


def folder(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    root.mkdir(exist_ok=True)
    return root


def archive(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def staged(source: Path) -> Staged:
    return stage(source, MODULES, NOTEBOOKS, source.parent / f"staged-{source.name}")


def names(result: Staged) -> list[str]:
    return sorted(path.name for path in result.root.rglob("*"))


def test_takes_the_homework_and_helper_modules_and_leaves_the_rest(tmp_path: Path) -> None:
    files = {"activations.py": CODE, "my_blocks.py": "", "true_false.ipynb": "{}", "predictions.csv": "Id,Label\n"}
    other = {"model.pt": "x", "data/0001.jpg": "x", "__pycache__/a.pyc": "x", "notes.txt": "x", "answers.toml": ""}
    result = staged(folder(tmp_path / "alice", files | other))
    assert names(result) == sorted([*files, "answers.toml"])
    assert (result.student, result.problem, result.empty) == ("alice", None, False)
    assert (result.root / "activations.py").read_text() == CODE


def test_unwraps_a_zip_with_one_top_folder_and_ignores_macos_files(tmp_path: Path) -> None:
    files = {"hw2/activations.py": CODE, "hw2/resnet.py": "", "__MACOSX/hw2/._resnet.py": "x", "hw2/.DS_Store": "x"}
    result = staged(archive(tmp_path / "bob.zip", files))
    assert names(result) == ["activations.py", "resnet.py"]
    assert (result.student, result.notes) == ("bob", ())


def test_windows_paths_in_a_zip_are_folders(tmp_path: Path) -> None:
    assert names(staged(archive(tmp_path / "w.zip", {"hw2\\resnet.py": "", "hw2\\activations.py": CODE}))) == [
        "activations.py",
        "resnet.py",
    ]


@pytest.mark.parametrize("found", ["resnet (1).py", "resnet.py.txt", "ResNet.py", "resnet copy.py", "res_net-2.py"])
def test_a_misnamed_file_is_named_together_with_the_expected_name(tmp_path: Path, found: str) -> None:
    result = staged(folder(tmp_path / "carol", {found: CODE, "activations.py": CODE}))
    assert not (result.root / "resnet.py").exists()
    assert result.notes == (f"{found} was found, but resnet.py is expected; it is not graded under this name",)


def test_a_second_copy_is_left_out_in_favour_of_the_right_name(tmp_path: Path) -> None:
    result = staged(folder(tmp_path / "carol", {"resnet (2).py": "bad", "resnet.py": CODE}))
    assert result.notes == ("resnet (2).py was left out; resnet.py is graded",)
    assert (result.root / "resnet.py").read_text() == CODE


def test_modules_in_folders_are_pointed_out(tmp_path: Path) -> None:
    result = staged(folder(tmp_path / "d", {"activations.py": CODE, "src/resnet.py": CODE, "lib/blocks.py": CODE}))
    assert any("src/resnet.py was found, but resnet.py is expected" in note for note in result.notes)
    assert any("lib/blocks.py" in note and "cannot be imported" in note for note in result.notes)


def test_utf16_source_gets_a_note_and_utf8_with_bom_does_not(tmp_path: Path) -> None:
    files = {"resnet.py": CODE.encode("utf-16"), "activations.py": CODE.encode("utf-8-sig")}
    notes = staged(folder(tmp_path / "e", files)).notes
    assert notes == ("resnet.py is saved as UTF-16, which Python cannot import; save it as UTF-8",)


def test_an_empty_folder_is_empty_and_no_problem(tmp_path: Path) -> None:
    result = staged(folder(tmp_path / "f", {}))
    assert (result.empty, result.problem, names(result)) == (True, None, [])


def test_folders_and_zips_are_found_one_a_student(tmp_path: Path) -> None:
    folder(tmp_path / "alice", {"resnet.py": ""})
    archive(tmp_path / "bob.zip", {"resnet.py": ""})
    folder(tmp_path, {"gradebook.csv": "", "__MACOSX/x": "", ".hidden/resnet.py": ""})
    found = find_submissions(tmp_path, "hw2_cnn")
    assert [(s.student, s.source.name) for s in found] == [("alice", "alice"), ("bob", "bob.zip")]


def test_an_nbgrader_tree_gives_the_students_of_this_homework(tmp_path: Path) -> None:
    folder(tmp_path / "alice/hw2_cnn", {"resnet.py": ""})
    folder(tmp_path / "bob/hw1", {"batchnorm.py": ""})
    found = find_submissions(tmp_path, "hw2_cnn")
    assert [(s.student, s.source) for s in found] == [("alice", tmp_path / "alice/hw2_cnn")]


def test_two_submissions_of_one_student_are_reported(tmp_path: Path) -> None:
    folder(tmp_path / "alice", {"resnet.py": ""})
    archive(tmp_path / "alice.zip", {"resnet.py": ""})
    with pytest.raises(AmbiguousSubmissions, match=r"alice and alice\.zip"):
        find_submissions(tmp_path, "hw2_cnn")


@pytest.mark.parametrize("name", ["-rf", "a\nb", "x" * 200, "naïve\x1b[31m", "  "])
def test_unsafe_names_become_safe_and_stay_different(tmp_path: Path, name: str) -> None:
    folder(tmp_path / name, {"resnet.py": ""})
    folder(tmp_path / (name + "!")[-255:], {"resnet.py": ""})
    students = [s.student for s in find_submissions(tmp_path, "hw2_cnn")]
    assert len(set(students)) == 2
    assert all(s.isprintable() and len(s) <= 100 and "/" not in s and s[0] not in "-. " for s in students)


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_an_unreadable_file_costs_only_itself(tmp_path: Path) -> None:
    source = folder(tmp_path / "g", {"resnet.py": "", "activations.py": CODE})
    (source / "resnet.py").chmod(0)
    result = staged(source)
    assert names(result) == ["activations.py"]
    assert "resnet.py was refused" in result.notes[0]


def test_run_logs_are_taken_and_nothing_else_of_their_folder(tmp_path: Path) -> None:
    logs = {"runs/baseline.json": "{}", "runs/with-dropout_2.json": "{}"}
    other = {
        "runs/baseline.1.json": "{}",
        "runs/deep/a.json": "{}",
        "runs/x.py": "",
        "runs/a b.json": "",
        "b.json": "{}",
    }
    for source in (folder(tmp_path / "h", logs | other | {"resnet.py": ""}), archive(tmp_path / "i.zip", logs | other)):
        result = staged(source)
        found = [p.relative_to(result.root).as_posix() for p in result.root.rglob("*.json")]
        assert sorted(found) == sorted(logs)


def test_run_logs_alone_keep_their_folder_and_too_large_ones_are_refused(tmp_path: Path) -> None:
    result = staged(folder(tmp_path / "j", {"runs/a.json": "{}", "runs/b.json": " " * (4 * 2**20 + 1)}))
    assert names(result) == ["a.json", "runs"]
    assert result.notes == ("runs/b.json was refused: it is larger than 4 MiB",)


def test_only_so_many_run_logs_are_taken(tmp_path: Path) -> None:
    result = staged(folder(tmp_path / "k", {f"runs/r{n:04d}.json": "{}" for n in range(301)} | {"resnet.py": ""}))
    assert len(names(result)) == 302
    assert result.notes == ("there are more than 300 run logs; the others were left out",)
