"""Every homework's notebooks run from top to bottom on the reference and a little data, and show their figures."""

import pytest

from autograder.grading.homework import find_homework, homeworks
from autograder.release.rehearsal import rehearse
from autograder.release.snapshots import public_checks

WITH_NOTEBOOKS = [name for name in homeworks() if find_homework(name).rubric.assignment.notebooks]


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_NOTEBOOKS)
def test_the_notebooks_run_on_the_reference_with_every_figure_and_every_public_check_passed(name, tmp_path):
    homework = find_homework(name)
    done = list(rehearse(homework, tmp_path))
    assert [one.name for one in done] == list(homework.rubric.assignment.notebooks)
    assert [line for one in done for line in one.problems()] == []
    outcomes = {check: status for one in done for check, status in one.outcomes.items()}
    assert outcomes == {check.id: "passed" for check in public_checks(homework)}
