"""Every network of the course trains by its name, and every recipe can be run."""

import re
from collections import Counter
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from reference_solutions.train.networks import NETWORKS, find_network
from reference_solutions.train.optimization import build_optimizer, rate_at
from reference_solutions.train.recipes import find_run, load_recipe, recipe_for, recipes
from reference_solutions.train.settings import make_settings
from reference_solutions.train.unusable import UnusableInput

LARGE = {"resnet50", "resnet101", "resnet152"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in NETWORKS]
)
def test_it_builds_and_makes_one_step(name):
    torch.manual_seed(0)
    network = NETWORKS[name]
    model = network.build()
    optimizer = build_optimizer(model, make_settings({"model": name}, "test"))
    images, labels = torch.randn(4, network.channels, network.size, network.size), torch.arange(4)
    weights = [p for p in model.parameters() if p.ndim > 1]  # a bias before batch norm has no gradient
    before = [weight.detach().clone() for weight in weights]
    logits = model(images)
    assert logits.shape == (4, 10)
    F.cross_entropy(logits, labels).backward()
    optimizer.step()
    assert not any(torch.equal(weight, old) for weight, old in zip(weights, before, strict=True))


def test_every_network_has_a_recipe_of_its_own():
    for name in NETWORKS:
        assert find_run(recipe_for(name))[1].settings.model == name


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.name)
def test_a_recipe_is_complete(recipe):
    assert len({run.name for run in recipe.runs}) == len(recipe.runs)
    assert all(re.fullmatch(r"[\w.-]+", run.name) for run in recipe.runs)
    assert len({run.settings for run in recipe.runs}) == len(recipe.runs)
    for run in recipe.runs:
        network = find_network(run.settings.model)
        assert (network.size, network.channels) == {"cifar10": (32, 3), "fashion-mnist": (28, 1)}[recipe.data]
        assert run.published is None or recipe.source
        assert run.published is None or 0 < run.published < 1
    if recipe.measure == "test_accuracy" and recipe.runs[0].settings.monitor == "test":
        assert recipe.runs[0].settings.validation == 0, "nothing is held out that nothing is measured on"


def test_the_published_numbers_are_those_of_the_curriculum():
    published = {recipe.label(run): run.published for recipe in recipes() for run in recipe.runs}
    lenet = ("baseline", "dropout", "decay-0.01", "decay-0.001", "batch-norm")
    assert [published[f"hw1-lenet5/{name}"] for name in lenet] == [0.892, 0.897, 0.851, 0.887, 0.902]
    rates = ("1.0", "0.1", "0.05", "0.01", "0.005", "0.001")
    swept = [published[f"hw2-learning-rates/{rate}"] for rate in rates]
    assert swept == [0.103, 0.739, 0.75, 0.728, 0.705, 0.611]
    assert [published[f"hw2-l2/{l2}"] for l2 in ("1e-2", "1e-3", "1e-4", "1e-5", "0")] == [
        0.631,
        0.719,
        0.719,
        0.706,
        0.719,
    ]
    assert published["hw2-resnet20"] == 0.9125


def test_every_homework_has_recipes():
    course = Path(__file__).parents[2] / "assignment"
    assert {r.homework for r in recipes()} == {path.parent.name for path in course.glob("*/rubric.toml")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('model = "resnet21"', "there is no network 'resnet21'"),
        ('model = "simplenn"\nepoch = 3', "epoch: Extra inputs"),
        ('model = "simplenn"\nlearning_rate = -1', "learning_rate: Input should be greater than 0"),
        ("model = ", "not a recipe"),
    ],
)
def test_a_recipe_with_a_fault_is_named(tmp_path, text, said):
    path = tmp_path / "mine.toml"
    head = 'homework = "hw2_cnn"\ntitle = "Mine"\ndata = "cifar10"\nmeasure = "val_accuracy"\n'
    path.write_text(f"{head}[settings]\n{text}\n")
    with pytest.raises(UnusableInput, match=said) as raised:
        load_recipe(path)
    assert str(path) in str(raised.value)


def test_unknown_names_list_the_known_ones():
    with pytest.raises(UnusableInput, match="simplenn, simplenn_bn"):
        find_network("simple")
    with pytest.raises(UnusableInput, match="hw2-resnet20"):
        find_run("resnet20")
    with pytest.raises(UnusableInput, match="batch-norm"):
        find_run("hw1-lenet5/nothing")


def rates(**settings):
    made = make_settings({"model": "simplenn", "learning_rate": 1.0, "epochs": 10, **settings}, "test")
    return [rate_at(made, step, 100) for step in range(100)]


def test_schedules():
    assert set(rates()) == {1.0}
    assert Counter(round(rate, 9) for rate in rates(schedule="step")) == {1.0: 50, 0.1: 25, 0.01: 25}
    cosine = rates(schedule="cosine", lr_min=0.1)
    assert cosine[0] == 1.0
    assert cosine == sorted(cosine, reverse=True)
    assert 0.1 < cosine[-1] < 0.101
    peak = rates(schedule="one_cycle")
    assert peak.index(max(peak)) in (24, 25)
    assert peak[0] == pytest.approx(0.04)
    assert peak[-1] < 0.02
    cycles = rates(schedule="cycles", cycle_epochs=5, gamma=1.0, lr_min=0.2)
    assert [cycles[step] for step in (0, 25, 50, 75)] == pytest.approx([0.2, 1.0, 0.2, 1.0])
    warm = rates(warmup=0.1)
    assert warm[:3] == pytest.approx([0.1, 0.2, 0.3])
    assert warm[9:] == [1.0] * 91
