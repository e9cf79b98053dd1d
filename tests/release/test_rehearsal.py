"""A rehearsal runs notebooks as a finished student would: with other settings, and with what went wrong named."""

import gzip
from dataclasses import replace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.grading.homework import find_homework
from autograder.release.rehearsal import CannotRehearse, override_settings, read_plan, run, settings_of
from autograder.release.rehearsal_data import write_fashion_mnist, write_image_folders
from autograder.release.rehearsed import Rehearsed, drawing_cells

HOMEWORK = find_homework("hw2_cnn")


def cells(*sources):
    return [new_code_cell(source) for source in sources]


def settings(source):
    return new_notebook(cells=[new_code_cell(source, metadata={"tags": ["settings"]}), new_code_cell("EPOCHS = 9")])


def test_settings_are_replaced_in_tagged_cells_only_and_comments_stay():
    notebook = settings(
        "# «für alle»\nEPOCHS = 30  # für «alle»\nRATES = (\n    0.1,\n    0.2,\n)\nNAME = 'é'; SEED = 1\n"
    )
    override_settings(notebook, {"EPOCHS": 1, "RATES": [0.5], "SEED": 7, "OTHER": 3})
    assert notebook.cells[0].source == "# «für alle»\nEPOCHS = 1  # für «alle»\nRATES = [0.5]\nNAME = 'é'; SEED = 7\n"
    assert notebook.cells[1].source == "EPOCHS = 9"
    assert settings_of(notebook) == {"EPOCHS", "RATES", "NAME", "SEED"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[data]\ncifar = "data"', "unknown key 'cifar'"),
        ("epochs = 1", "unknown key 'epochs'"),
        ("[settings.other]\nEPOCHS = 1", "unknown key 'other'"),
        ("[settings", "rehearsal.toml"),
        (None, "hw2_cnn has no rehearsal.toml"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused_by_file_and_key(tmp_path, text, fault):
    if text is not None:
        (tmp_path / "rehearsal.toml").write_text(text)
    with pytest.raises(CannotRehearse, match=fault):
        read_plan(replace(HOMEWORK, folder=tmp_path))


def test_cells_that_draw_are_known_also_through_functions_of_the_notebook():
    found = drawing_cells(
        [
            *cells("import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 80", "plt.plot([1])"),
            new_markdown_cell("plt.plot([1])"),
            *cells(
                "def curve(x):\n    plt.plot(x)\n\ndef both(x):\n    curve(x)", "both([1])", "%matplotlib inline\nx = 1"
            ),
        ]
    )
    assert found == [1, 4]


def test_a_cell_that_should_show_a_figure_and_does_not_is_named():
    drawn, bare = cells("plt.plot([1])", "import x\n\nplt.hist([2])")
    drawn.outputs = [new_output("display_data", data={"image/png": "aGVsbG8="})]
    found = Rehearsed("lab", new_notebook(cells=[drawn, bare]), 1.0)
    assert list(found.problems()) == ["lab: cell 2 (plt.hist([2])) draws and shows no figure"]


def test_a_test_cell_that_does_not_pass_is_told_by_its_check():
    (cell,) = cells('show("lab1.a")')
    cell.outputs = [
        new_output("stream", name="stdout", text="A (one.values): passed\nB (one.shape): failed\nf(1) gave 2\n")
    ]
    found = Rehearsed("lab", new_notebook(cells=[cell]), 1.0)
    assert found.outcomes == {"one.values": "passed", "one.shape": "failed"}
    assert list(found.problems()) == ["lab: one.shape says 'failed' of the reference"]


def test_an_error_names_notebook_cell_and_exception_and_figures_are_kept(tmp_path):
    pictures = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])"
    notebook = new_notebook(cells=cells(pictures, "open('here', 'w').close()", "x = {}\nx['rate']", "y = 1"))
    done = run("lab", notebook, tmp_path)
    assert list(done.problems()) == ["lab: cell 3 (x = {}): KeyError: 'rate'"]
    assert done.without_figure == []
    assert (tmp_path / "here").is_file()
    nbformat.validate(done.notebook)


def test_digits_come_in_fashion_mnists_own_files(tmp_path):
    write_fashion_mnist(HOMEWORK, tmp_path, 40)
    for part in ("train", "t10k"):
        images = gzip.decompress((tmp_path / f"{part}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((tmp_path / f"{part}-labels-idx1-ubyte.gz").read_bytes())
        assert np.frombuffer(images[:16], ">u4").tolist() == [0x803, 40, 28, 28]
        assert np.frombuffer(labels[:8], ">u4").tolist() == [0x801, 40]
        assert len(images) == 16 + 40 * 28 * 28
        assert set(labels[8:]) <= set(range(10))
        pixels = np.frombuffer(images[16:], np.uint8).reshape(40, 28, 28)
        assert pixels.max() == 255
        assert (pixels.max(axis=(1, 2)) > 100).all()


def test_image_folders_keep_some_images_of_every_class(tmp_path):
    write_image_folders(HOMEWORK, tmp_path, 60)
    assert {len(list((tmp_path / part).rglob("*.png"))) for part in ("train", "val", "test")} == {60}
    assert all(len(list(folder.iterdir())) >= 4 for folder in (tmp_path / "train").iterdir())
