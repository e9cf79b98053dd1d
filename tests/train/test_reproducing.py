"""A homework's recipes are run once each, and its table and figures are rebuilt from what the runs left."""

import csv
import json

import pytest
from typer.testing import CliRunner

from reference_solutions.reproduce.__main__ import reproduce
from reference_solutions.reproduce.figures import write_figures
from reference_solutions.reproduce.results import Result, folder_of
from reference_solutions.reproduce.table import rows
from reference_solutions.train.command import application
from reference_solutions.train.recipes import find_run, recipes
from reference_solutions.train.trainer import Trainer


def command(*arguments):
    return CliRunner().invoke(application(reproduce), list(map(str, arguments)))


def table(out):
    with (out / "results.csv").open(newline="") as file:
        return {row["recipe"]: row for row in csv.DictReader(file)}


@pytest.fixture
def epochs_trained(monkeypatch):
    trained = []
    epoch = Trainer.train_epoch
    monkeypatch.setattr(Trainer, "train_epoch", lambda self, *a: trained.append(self.settings) or epoch(self, *a))
    return trained


def test_a_homework_is_reproduced_and_not_twice(tmp_path, epochs_trained):
    asked = ["hw1_foundations", "--data", "digits", "--out", tmp_path, "--epochs", 1]
    asked += ["--only", "hw1-lenet5/baseline", "--only", "hw1-lenet5/batch-norm"]
    first = command(*asked)
    assert first.exit_code == 0, first.output
    assert [settings.model for settings in epochs_trained] == ["lenet5", "lenet5_bn"]
    done = table(tmp_path)
    assert list(done) == [f"hw1-lenet5/{n}" for n in ("baseline", "dropout", "decay-0.01", "decay-0.001", "batch-norm")]
    assert [row["result"] == "not run" for row in done.values()] == [False, True, True, True, False]
    record = json.loads((tmp_path / "hw1-lenet5/baseline/seed-0/run.json").read_text())
    row = done["hw1-lenet5/baseline"]
    assert row["result"] == f"{record['result']['val_accuracy']:.2%}"
    assert (row["target"], row["published"], row["epochs"]) == ("88.00%", "89.20%", "1 (of 12)")
    assert row["test accuracy"] == f"{record['result']['test_accuracy']:.2%}"
    assert row["data"] == "digits, 1,213 images"
    assert record["machine"]["hardware"] in row["hardware"]
    assert (tmp_path / "figures/hw1-lenet5.png").read_bytes().startswith(b"\x89PNG")
    assert "| hw1-lenet5/dropout | validation accuracy | not run |" in (tmp_path / "results.md").read_text()

    again = command(*asked)
    assert "hw1-lenet5/baseline: done before" in again.output
    assert len(epochs_trained) == 2

    longer = command(*asked[:5], "--epochs", 2, "--only", "hw1-lenet5/baseline")
    assert longer.exit_code == 2
    assert "was trained with epochs = 1, not 2" in longer.output

    more = command(*asked[:-2], "--seeds", 2)
    assert more.exit_code == 0, more.output
    assert [settings.seed for settings in epochs_trained[2:]] == [1]
    assert table(tmp_path)["hw1-lenet5/baseline"]["result"].endswith("(2)")


def test_an_interrupted_homework_keeps_its_table_and_goes_on(tmp_path, monkeypatch):
    asked = ["hw1_foundations", "--data", "digits", "--out", tmp_path, "--epochs", 1, "--only", "hw1-lenet5/baseline"]

    def interrupt(self, *arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "train_epoch", interrupt)
        stopped = command(*asked)
    assert stopped.exit_code == 130
    assert table(tmp_path)["hw1-lenet5/baseline"]["result"] == "not run"
    assert command(*asked).exit_code == 0
    assert table(tmp_path)["hw1-lenet5/baseline"]["result"] != "not run"


def test_without_data_only_the_table_is_rebuilt(tmp_path):
    assert command("hw3_training", "--out", tmp_path).exit_code == 0
    assert {row["result"] for row in table(tmp_path).values()} == {"not run"}


def test_recipes_without_their_data_are_not_run(tmp_path):
    ended = command(
        "hw3_training", "--out", tmp_path, "--data", f"fashion-mnist={tmp_path}", "--only", "hw3-adaptive-methods"
    )
    assert ended.exit_code == 0
    assert "hw3-adaptive-methods/adam: not run, as there is no --data cifar10=DIR" in ended.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hw9"], "there are no recipes of 'hw9'; there are some of hw1_foundations, hw2_cnn"),
        (["hw2_cnn", "--only", "hw1-lenet5"], "--only hw1-lenet5: no such recipe of hw2_cnn"),
        (["hw2_cnn", "--data", "cifar=x"], "--data cifar=x: expected cifar10=DIR, fashion-mnist=DIR or DIR"),
        (["hw2_cnn", "--data", "nowhere"], "--data nowhere: no such folder"),
    ],
)
def test_bad_usage_is_one_sentence(tmp_path, arguments, said):
    ended = command(*arguments, "--out", tmp_path)
    assert ended.exit_code == 2
    assert said in ended.output


def record(value, epochs=120):
    machine = {"hardware": "a GPU", "precision": "bf16"}
    data = {"place": "/somewhere/cifar", "training_images": 50_000}
    return {"result": {"test_accuracy": value}, "settings": {"epochs": epochs}, "machine": machine, "data": data} | {
        "seconds": 3723.0,
        "finished": "2026-01-02T03:04:05+00:00",
    }


def test_several_seeds_give_mean_and_spread():
    recipe, run = find_run("hw2-resnet20")
    (row,) = rows([Result(recipe, run, (record(0.91), record(0.92), record(0.93)))])
    assert row["result"] == "92.00% ± 1.00% (3)"
    assert (row["time"], row["epochs"], row["published"]) == ("1 h 2 min", "120", "91.25%")
    assert row["hardware"] == "a GPU, bf16"
    assert row["data"] == "cifar, 50,000 images"


def test_the_landscape_is_drawn_where_all_rates_were_run(tmp_path):
    (recipe,) = (recipe for recipe in recipes() if recipe.name == "project2-landscape")
    text = "step,loss,gradient_change,effective_beta\n0,2.3,1.0,3.0\n20,2.0,1.5,2.0\n"
    for run in recipe.runs[:4]:
        folder = folder_of(tmp_path, recipe, run, 0)
        folder.mkdir(parents=True)
        (folder / "landscape.csv").write_text(text)
    write_figures(tmp_path, [recipe])
    assert (tmp_path / "figures/project2-landscape-landscape.png").is_file()
