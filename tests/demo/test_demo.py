"""The demo tells its whole story, and every classmate ends as their story says."""

import csv

import pytest

from autograder.commands.unusable import UnusableInput
from autograder.demo.classmates import ALL, CLASS
from autograder.demo.story import tell
from autograder.grading.homework import find_homework
from autograder.grading.results import Result

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "out"
    assert tell(out, jobs=2) == 0
    return out, {path.stem: Result.read(path) for path in (out / "graded" / "results").glob("*.json")}


def named(result):
    return {c.mistake for p in result.problems for c in p.checks if c.mistake}


def lost(result):
    return {c.id for p in result.problems for c in p.checks if c.kind == "probe" and c.score != c.max_score}


def test_everybody_is_in_the_gradebook(demo):
    out, results = demo
    with (out / "graded" / "gradebook.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["student"] for row in rows] == sorted(c.name for c in CLASS) == sorted(results)


def test_accepted_variants_lose_no_point_on_probes(demo):
    _, results = demo
    for name in ("ada", "barbara", "claude", "dorothy"):
        assert lost(results[name]) == set(), name


def test_every_mistake_in_the_class_is_named_and_no_other(demo):
    _, results = demo
    mistakes = {m.id for m in find_homework("hw2_cnn").mistakes}
    for classmate in CLASS:
        if not classmate.replaced:
            assert named(results[classmate.name]) == mistakes & set(classmate.variants), classmate.name


def test_who_did_nothing_gets_nothing(demo):
    _, results = demo
    idle = [c.name for c in CLASS if c.stubs == ALL or not c.right]
    assert {results[name].score for name in idle} == {0}


def test_the_hostile_one_earns_nothing_on_the_module_it_replaced(demo):
    _, results = demo
    checks = {c.id: c for p in results["rita"].problems for c in p.checks}
    assert {
        checks[i].score for i in ("swish.values", "swish.gradient", "swish.derivative", "simplenn_swish.values")
    } == {0}
    assert results["rita"].flags


def test_the_trained_network_reaches_full_marks(demo):
    _, results = demo
    assert results["ada"].predictions.accuracy > 0.9


def test_the_ranking_holds_who_handed_in_whole_predictions_with_the_gradebooks_accuracy(demo):
    out, results = demo
    board = {row["name"] for row in csv.DictReader((out / "board" / "board.csv").open(newline=""))}
    assert board == {name for name, result in results.items() if result.predictions}
    assert "ada" in (out / "board" / "index.html").read_text()


def test_grading_keeps_to_its_time_and_memory(demo):
    _, results = demo
    for name, result in results.items():
        if name != "quentin":  # whose infinite loop costs a time limit
            assert result.cost.seconds < 10, name
        assert result.cost.peak_memory < 1.2 * 2**30, name


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UnusableInput, match="is not empty and no demo's folder"):
        tell(tmp_path, jobs=1)
    assert (tmp_path / "thesis.txt").exists()
