"""The leak audit: each kind of leak, planted in a clean kit, is found; a clean kit has none."""

import csv
import io
import json
import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from autograder.grading.homework import COURSE, find_homework
from autograder.release.audit import all_secrets, audit_bytes
from autograder.release.kit import LeakFound, pack, write_audited
from autograder.release.notebooks import to_notebook
from autograder.release.template import template_files

SEED = 918273645


@pytest.fixture(scope="module")
def secrets():
    return all_secrets((SEED,))


@pytest.fixture(scope="module")
def clean():
    return template_files(find_homework("hw2_cnn"))


@pytest.fixture(scope="module")
def labels():
    with (COURSE / "grading_data/hw2_cnn/solution.csv").open(newline="", encoding="utf-8") as file:
        return [row["Label"] for row in csv.DictReader(file)]


def leaks(clean, secrets, planted):
    return audit_bytes(pack(clean | planted, "hw2_cnn"), secrets)


def npy(values):
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=True)
    return buffer.getvalue()


def test_a_clean_kit_has_no_leak(clean, secrets):
    assert leaks(clean, secrets, {}) == []


SOLUTION_LINE = "    return x * torch.sigmoid(x)"
HELPER_LINE = "    return rows.reshape(like.movedim(1, -1).shape).movedim(-1, 1)"
SHORT_BODY = (
    '    """Gradient with respect to the normalised input. df_dy: (M, C), gamma: (C,). Returns (M, C)."""\n'
    "    return df_dy * gamma\n"
)
SHORT_LINES = "            seen += len(labels)\n    return total_loss / seen, correct / seen\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("activations.py", f"def swish(x):\n{SOLUTION_LINE}\n"),
        ("activations.py", "def swish(x):\n    return x*torch.sigmoid( x )  # easy\n"),
        ("activations.py", f"def swish(x):\n    # {SOLUTION_LINE.strip()}\n    return None\n"),
        ("handout.md", "Swish is `x * torch.sigmoid(x)`, of course.\n"),
        ("handout.md", f"```python\n{HELPER_LINE}\n```\n"),
        ("batchnorm.py", SHORT_BODY),
        ("training.py", SHORT_LINES),
        ("tests/snapshots/a.json", json.dumps({"mistakes": [{"message": f"line 3:{SOLUTION_LINE}"}]})),
        ("lab.ipynb", to_notebook(f"# %%\ndef swish(x):\n{SOLUTION_LINE}\n")),
        ("notes.md", SOLUTION_LINE.encode("utf-16")),
        ("picture.png", b"\x89PNG\xff\x00" + SOLUTION_LINE.encode() + b"\x00\xfe"),
    ],
)
def test_a_line_of_a_solution_is_found_wherever_it_stands(clean, secrets, path, text):
    data = text if isinstance(text, bytes) else text.encode()
    found = leaks(clean, secrets, {path: data})
    assert [leak.member for leak in found] == [f"hw2_cnn/{path}"] * len(found)
    assert any(leak.what.startswith("solution of") for leak in found)


def test_a_solution_in_the_output_of_a_notebook_is_found(clean, secrets):
    notebook = json.loads(to_notebook("# %%\nprint(1)\n"))
    notebook["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [SOLUTION_LINE + "\n"]}]
    found = leaks(clean, secrets, {"lab.ipynb": json.dumps(notebook).encode()})
    assert [leak.what for leak in found] == ["solution of activations.py"]


def test_an_archive_inside_the_archive_is_opened(clean, secrets):
    inner = pack({"swish.py": SOLUTION_LINE.encode()}, "extra")
    found = leaks(clean, secrets, {"extra.zip": inner})
    assert [leak.member for leak in found] == ["hw2_cnn/extra.zip!extra/swish.py"]


def test_each_solution_of_the_course_is_found_when_it_replaces_its_stub(clean, secrets):
    for module in find_homework("hw2_cnn").rubric.assignment.modules:
        solved = (COURSE / "reference_solutions" / f"{module}.py").read_bytes()
        without_marks = re.sub(rb" *### (BEGIN|END) SOLUTION\n", b"", solved)
        found = leaks(clean, secrets, {f"{module}.py": without_marks})
        assert any(leak.what == f"solution of {module}.py" for leak in found), module


def test_solution_marks_are_found(clean, secrets):
    found = leaks(clean, secrets, {"a.py": b"x = 1\n### BEGIN SOLUTION\n### END SOLUTION\n"})
    assert [leak.what for leak in found] == ["a solution mark"]


def test_the_source_of_a_mistake_is_found(clean, secrets):
    mistake = next(n for n in secrets.needles if n.origin.startswith("source of variant"))
    found = leaks(clean, secrets, {"hints.md": f"Some write {mistake.tokens.strip()} here".encode()})
    assert any(leak.what == mistake.origin for leak in found)


@pytest.mark.parametrize(
    "form",
    [
        lambda labels: ("a.csv", "Id,Label\n" + "".join(f"{i},{v}\n" for i, v in enumerate(labels))),
        lambda labels: ("a.csv", "".join(f"{i};{v};x\n" for i, v in enumerate(labels[:12]))),
        lambda labels: ("a.json", json.dumps([int(v) for v in labels], indent=1)),
        lambda labels: ("a.json", json.dumps({"seed": "".join(labels)})),
        lambda labels: ("a.txt", "\n".join(labels)),
        lambda labels: ("a.npy", npy(np.array([int(v) for v in labels], dtype=np.uint8))),
        lambda labels: ("a.npy", npy(np.array([[float(v) for v in labels]]))),
        lambda labels: ("a.npz", pack({"hidden.npy": npy(np.array([int(v) for v in labels]))}, "a")),
    ],
    ids=["rows", "a dozen rows", "list", "digits", "column", "array", "floats", "zipped array"],
)
def test_hidden_labels_are_found_in_any_form(clean, secrets, labels, form):
    path, data = form(labels)
    found = leaks(clean, secrets, {path: data if isinstance(data, bytes) else data.encode()})
    assert any(leak.what == "hidden labels of grading_data/hw2_cnn/solution.csv" for leak in found)


def test_a_sample_of_zeros_is_no_leak(clean, secrets, labels):
    sample = "Id,Label\n" + "".join(f"{i},0\n" for i in range(len(labels)))
    assert leaks(clean, secrets, {"sample_predictions.csv": sample.encode()}) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("answer_1_1 = False\n", "a verdict of the answer key"),
        ('{"answer_1_1": false}', "a verdict of the answer key"),
        ("answer_1_4 = 'T'\n", "a verdict of the answer key"),
        ("in training each channel's mean is\nbeta. But", "the key's reason for answer_1_1"),
        ("Depthwise convolutions do little arithmetic for each byte they move, so", "the key's reason for answer_1_8"),
        (f"seed = {SEED}\n", "a hidden seed"),
        (f"written to {COURSE}/grading_data\n", "a path of this machine"),
    ],
)
def test_keys_seeds_and_paths_are_found(clean, secrets, text, what):
    assert what in [leak.what for leak in leaks(clean, secrets, {"notes.md": text.encode()})]


@pytest.mark.parametrize(
    "path",
    [
        "reference_solutions/resnet.py",
        "grading_data/notes.md",
        "results.json",
        "gradebook.csv",
        "solution.csv",
        "answers.toml",
        "rubric.toml",
        "autograder/grading/judge.py",
        "autograder/checks/__pycache__/probe.cpython-311.pyc",
        ".git/HEAD",
        "weights.pkl",
        "../outside.py",
    ],
)
def test_files_that_do_not_belong_are_found_by_name(clean, secrets, path):
    assert [leak.member for leak in leaks(clean, secrets, {path: b"\n"})] == [f"hw2_cnn/{path}"]


def test_an_array_that_needs_unpickling_is_found(clean, secrets):
    found = leaks(clean, secrets, {"a.npy": npy(np.array([{"x": 1}], dtype=object))})
    assert [leak.what for leak in found] == ["an array file that is pickled or broken"]


@pytest.mark.parametrize(
    "text",
    [
        "answer_1_1 = None\n",
        "for _ in range(epochs):\n",
        "super().__init__()\n",
        "return x\n",
        "model.eval()\nloss.backward()\noptimizer.step()\n",
    ],
)
def test_what_everybody_writes_is_no_leak(clean, secrets, text):
    assert leaks(clean, secrets, {"notes.py": text.encode()}) == []


OPEN_TABLES = [
    'answer_1_1 = {"conv1": None, "total": None}\n',
    'answer_1_1 = {\n    "conv1-1": [None, None],\n    "FC 6": (None, None),\n}\n',
    "answer_1_1 = [None, None]\n",
]


@pytest.mark.parametrize("text", OPEN_TABLES)
def test_a_table_to_be_filled_in_is_no_leak_and_with_one_cell_filled_it_is(clean, secrets, text):
    for name, write in (("a.py", str), ("a.ipynb", lambda source: to_notebook(f"# %%\n{source}"))):
        assert leaks(clean, secrets, {name: write(text).encode()}) == []
        filled = write(text.replace("None]", "2800]").replace("None}", "2800}"))
        assert {leak.what for leak in leaks(clean, secrets, {name: filled.encode()})} == {"a verdict of the answer key"}


def test_a_leaking_kit_is_not_written_and_the_earlier_one_stays(clean, tmp_path):
    path = write_audited(clean, tmp_path / "hw2_cnn.zip", "hw2_cnn")
    before = path.read_bytes()
    with pytest.raises(LeakFound, match=r"hw2_cnn/hint\.py: solution of activations\.py"):
        write_audited(clean | {"hint.py": SOLUTION_LINE.encode()}, path, "hw2_cnn")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["hw2_cnn.zip"]
    assert zipfile.is_zipfile(path)


def png(text=None, grey=7):
    """A PNG of a single colour, with a text chunk where `text` is given."""
    about = PngInfo()
    if text:
        about.add_text("label", text)
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), (grey, grey, grey)).save(buffer, "PNG", pnginfo=about if text else None)
    return buffer.getvalue()


def test_bare_test_images_under_numbers_are_no_leak(clean, secrets):
    planted = {"data/test/00000.png": png(), "data/train/class_0/0000.png": png(grey=8)}
    assert leaks(clean, secrets, planted) == []


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        ({"data/test/class_3/0000.png": png()}, "under a name that is more than a number"),
        ({"data/test/00000_3.png": png()}, "under a name that is more than a number"),
        ({"data/test/labels.txt": b"0 3"}, "under a name that is more than a number"),
        ({"data/test/00000.png": png("class_3")}, "holds more than pixels"),
        ({"data/test/00000.png": png() + b"class_3"}, "holds more than pixels"),
        ({"data/test/00000.png": png(), "data/val/class_3/0000.png": png()}, "lies among the labelled ones"),
    ],
)
def test_a_test_image_whose_label_can_be_told_is_found(clean, secrets, planted, what):
    assert [leak for leak in leaks(clean, secrets, planted) if what in leak.what]


def test_text_inside_a_training_image_is_read_too(clean, secrets):
    found = leaks(clean, secrets, {"data/train/class_0/0000.png": png(SOLUTION_LINE)})
    assert any("solution of activations.py" in leak.what for leak in found)
