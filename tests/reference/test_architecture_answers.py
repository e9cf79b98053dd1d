"""The answer key of hw3_training's part 3 says what the counting functions compute, and its experiments can be met."""

import pytest

from autograder.answers.given import Given
from autograder.answers.judging import judge_answer
from autograder.experiments.judging import judge_experiment
from autograder.experiments.record import Run, Runs
from autograder.grading.homework import find_homework
from reference_solutions.architectures import (
    alexnet_parameters,
    inception_naive,
    inception_reduced,
    receptive_field,
    vgg_table,
)

VGG19 = [[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4]
NAIVE = inception_naive(32, 256, 128, 192, 96)
REDUCED = inception_reduced(32, 256, 128, 192, 96, 64, 64, 64)


@pytest.fixture(scope="module")
def homework():
    return find_homework("hw3_training")


def judged(homework, name, value):
    return judge_answer(Given(name, value), homework.key[name])


def with_total(rows):
    return [*rows, tuple(map(sum, zip(*rows, strict=True)))]


@pytest.mark.parametrize("groups", [2, 1])
def test_alexnet_is_right_with_its_groups_and_accepted_without(homework, groups):
    counts = alexnet_parameters(groups=groups)
    verdict = judged(homework, "answer_3_1", [*counts, sum(counts)])
    assert verdict.credit == 1
    assert ("without" in verdict.message) == (groups == 1)


def test_a_wrong_layer_of_alexnet_does_not_cost_the_total_too(homework):
    counts = alexnet_parameters()
    counts[2] += 1000
    assert judged(homework, "answer_3_1", [*counts, sum(counts)]).credit == pytest.approx(8 / 9)


def test_vgg19s_table_is_right_cell_by_cell(homework):
    assert judged(homework, "answer_3_2", with_total(vgg_table(VGG19))).credit == 1


def test_vgg19s_cells_may_be_rounded_as_in_lectures(homework):
    rows = [tuple(f"{n / 1e6:.3g}M" if n >= 1e6 else f"{n / 1e3:.3g}K" if n >= 1e4 else n for n in row)
            for row in with_total(vgg_table(VGG19))]  # fmt: skip
    assert rows[1] == ("3.21M", 1728)
    assert judged(homework, "answer_3_2", rows).credit == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer_3_3_a", "(N(F-1)+1)²"),
        ("answer_3_3_b", receptive_field(3, 5)),
        ("answer_3_4_a", (32, 32, NAIVE[0])),
        ("answer_3_4_b", f"32 x 32 x {REDUCED[0]}"),
        ("answer_3_4_c", NAIVE[1]),
        ("answer_3_4_c", "1.12 billion"),
        ("answer_3_4_d", REDUCED[1]),
        ("answer_3_4_d", "354M"),
        ("answer_3_4_e", NAIVE[1] / REDUCED[1]),
        ("answer_3_4_e", "3.15x"),
    ],
)
def test_an_answer_computed_by_the_functions_is_right(homework, name, value):
    assert judged(homework, name, value).credit == 1


@pytest.mark.parametrize(
    ("name", "value", "mistake"),
    [
        ("answer_3_4_c", "854M", "size_of_the_slide"),
        ("answer_3_4_d", "358M", "number_of_the_slide"),
        ("answer_3_4_d", inception_reduced(28, 256, 128, 192, 96, 64, 64, 64)[1], "size_of_the_slide"),
        ("answer_3_3_a", "N*F - N + 1", "side"),
    ],
)
def test_a_known_mistake_is_named(homework, name, value, mistake):
    verdict = judged(homework, name, value)
    assert verdict.credit < 1
    assert verdict.mistake.id == f"{name}.{mistake}"


def run(name, copies, accuracies, **changed):
    settings = {"model": "resnet44", "optimizer": "sgd", "learning_rate": 0.1, "batch_size": 64, "copies": copies}
    rows = [
        {"epoch": n, "seconds": 9.0 * n, "train_loss": 2.2 / n, "val_loss": 2.1 / n, "val_accuracy": accuracy}
        for n, accuracy in enumerate(accuracies, 1)
    ]
    final = {"best_val_accuracy": max(accuracies)}
    settings |= {"cutout_size": 16 if copies > 1 else 0, "effective_batch": 64 * copies} | changed
    return Run.model_validate({"schema": 1, "name": name, "settings": settings, "epochs": rows, "final": final})


def test_not_reaching_94_percent_is_a_complete_experiment(homework):
    runs = {f"m{m}": run(f"m{m}", m, [0.5, 0.9 + m / 1000, 0.6]) for m in (2, 4, 8, 16, 32)}
    assert judge_experiment(Runs(runs), homework.experiments["batch_augmentation"]).credit == 1
    plain = {"resnet44": run("resnet44", 1, [0.4, 0.6, 0.7, 0.9, 0.92])}
    assert judge_experiment(Runs(plain), homework.experiments["resnet44"]).credit == 1


def test_a_batch_that_is_not_m_times_as_large_is_noticed(homework):
    runs = {f"m{m}": run(f"m{m}", m, [0.5, 0.9]) for m in (2, 4, 8, 16)}
    runs["m32"] = run("m32", 32, [0.5, 0.9], effective_batch=64)
    verdict = judge_experiment(Runs(runs), homework.experiments["batch_augmentation"])
    assert 0 < verdict.credit < 1
    assert "effective_batch" in verdict.message
