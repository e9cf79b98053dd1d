"""Every rubric's points are those of the curriculum, problem by problem."""

import pytest

from autograder.grading.homework import find_homework, homeworks

# Points and bonus points by problem; the parts of a problem begin with its id and a full stop: q1.e is of q1.
CURRICULUM = {
    "hw1_foundations": {"q1": (12.5, 0), "q2": (12.5, 0), "q3": (25, 0), "practical": (50, 0)},
    "hw2_cnn": {"true_false": (30, 0), "lab1": (15, 4), "lab2": (35, 6), "lab3.a": (8, 0), "lab3.b": (12, 0)},
    "hw3_training": {"p1": (20, 0), "p2": (30, 0), "p3": (30, 0), "p4": (20, 0)},
    "project2_batchnorm": {"p1": (60, 0), "p2": (40, 0)},
}
# Homeworks of which parts are still to come: no problem may exceed its points. Empty when all four are complete.
INCOMPLETE = {"project2_batchnorm"}


def points(rubric, prefix):
    parts = [p for p in rubric.problems if p.id == prefix or p.id.startswith(f"{prefix}.")]
    return sum(p.points for p in parts), sum(p.bonus for p in parts)


@pytest.mark.parametrize("name", homeworks())
def test_the_points_of_each_problem_are_the_curriculums(name):
    rubric = find_homework(name).rubric
    found = {problem: points(rubric, problem) for problem in CURRICULUM[name]}
    if name in INCOMPLETE:
        over = {p: found[p] for p, wanted in CURRICULUM[name].items() if found[p] > wanted}
        assert over == {}
    else:
        assert found == CURRICULUM[name]


@pytest.mark.parametrize("name", homeworks())
def test_every_problem_belongs_to_one_of_the_curriculum(name):
    prefixes = tuple(CURRICULUM[name])
    strays = [p.id for p in find_homework(name).rubric.problems if not _belongs(p.id, prefixes)]
    assert strays == []


def _belongs(problem, prefixes):
    return any(problem == prefix or problem.startswith(f"{prefix}.") for prefix in prefixes)


def test_a_complete_homework_has_a_hundred_points():
    assert all(sum(p for p, _ in problems.values()) == 100 for problems in CURRICULUM.values())
    assert [name for name in CURRICULUM if name not in (*homeworks(), *INCOMPLETE)] == []
