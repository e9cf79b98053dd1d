"""A rubric that cannot be used is refused with file, problem and key."""

import pytest

from autograder.grading.homework import find_homework, homeworks
from autograder.grading.rubric import RubricError, load_rubric

GOOD = """
[assignment]
id = "hw"
title = "A homework"
modules = ["activations"]

[[problem]]
id = "p1"
title = "Swish"
points = 3
  [[problem.check]]
  id = "swish"
  kind = "probe"
  title = "Swish"
  probe = "activations.swish"
  evidence = ["values"]
  points = 2
  [[problem.check]]
  id = "why"
  kind = "manual"
  title = "Why"
  points = 1
"""


def refusal(tmp_path, text):
    path = tmp_path / "rubric.toml"
    path.write_text(text)
    with pytest.raises(RubricError) as refused:
        load_rubric(path)
    assert str(path) in str(refused.value)
    return str(refused.value)


def test_a_good_rubric_loads(tmp_path):
    (tmp_path / "rubric.toml").write_text(GOOD)
    rubric = load_rubric(tmp_path / "rubric.toml")
    assert rubric.max_score == 3
    assert rubric.probes == ("activations.swish",)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("points = 3", "points = 4", "problem 'p1': points = 4, but its checks add up to 3"),
        ('"activations.swish"', '"activations.swoosh"', "has no probe 'swoosh'"),
        ('"activations.swish"', '"magic.swish"', "no topic module autograder/checks/magic.py"),
        ('["values"]', '["vales"]', "check 'swish': probe 'activations.swish' gives no evidence 'vales' (it gives "),
        ("points = 3", 'points = 3\nnotebook = "lab"', "problem 'p1': notebook = 'lab' is none of"),
        ('id = "why"', 'id = "swish"', "check id 'swish' is used twice"),
        ("points = 1", 'points = "one"', "'p1' > check > 'why' > points"),
        ("points = 1", 'points = 1\n  requires = ["where"]', "check 'why': requires 'where', which is no check"),
        ("points = 1", "points = 1\n  pionts = 2", "'p1' > check > 'why' > pionts"),
        ('kind = "manual"', 'kind = "answer"', "check 'why': kind 'answer' needs the key 'answer'"),
        ("[assignment]", "[assignment", "not valid TOML"),
    ],
)
def test_a_bad_rubric_is_refused_with_the_place(tmp_path, old, new, complaint):
    assert GOOD.count(old) >= 1
    head, _, tail = GOOD.rpartition(old)
    assert complaint in refusal(tmp_path, head + new + tail)


def test_a_check_without_a_title_is_called_by_its_id(tmp_path):
    (tmp_path / "rubric.toml").write_text(GOOD.replace('  title = "Why"\n', ""))
    titles = [check.title for check in load_rubric(tmp_path / "rubric.toml").checks()]
    assert titles == ["Swish", "why"]


@pytest.fixture
def course(tmp_path):
    """Makes a course of one homework that asks for an answer and for an experiment."""

    def make(answer="answer_1_1", experiment="sweep"):
        asked = GOOD.replace('kind = "manual"', f'kind = "answer"\n  answer = "{answer}"', 1)
        asked = asked.replace('kind = "probe"', f'kind = "experiment"\n  experiment = "{experiment}"', 1)
        asked = asked.replace('  probe = "activations.swish"\n  evidence = ["values"]\n', "")
        (tmp_path / "assignment/hw").mkdir(parents=True)
        (tmp_path / "assignment/hw/rubric.toml").write_text(asked)
        (tmp_path / "grading_data/hw").mkdir(parents=True)
        key = '[answer_1_1]\nkind = "number"\nvalue = 3\nstatement = "S?"\nreason = "R."\n'
        (tmp_path / "grading_data/hw/answers.toml").write_text(key)
        (tmp_path / "grading_data/hw/experiments.toml").write_text('[sweep]\nruns = ["a"]\n')
        return tmp_path

    return make


def test_answers_and_experiments_that_exist_are_found(course):
    homework = find_homework("hw", course())
    assert (list(homework.key), list(homework.experiments)) == (["answer_1_1"], ["sweep"])


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"answer": "answer_9_9"}, r"check 'why': answer = 'answer_9_9' is not in .*answers\.toml"),
        ({"experiment": "swoop"}, r"check 'swish': experiment = 'swoop' is not in .*experiments\.toml"),
    ],
)
def test_an_answer_or_experiment_that_does_not_exist_is_named(course, wrong, complaint):
    with pytest.raises(RubricError, match=complaint):
        find_homework("hw", course(**wrong))


def test_a_missing_homework_is_named_with_those_there_are():
    with pytest.raises(RubricError, match=r"no homework 'hw9'.*hw2_cnn"):
        find_homework("hw9")


def test_every_homework_of_the_course_has_a_valid_rubric():
    assert [find_homework(name).id for name in homeworks()] == homeworks()
