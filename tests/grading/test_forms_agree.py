"""Each way of confining student code brings back the same evidence, bit for bit, and says the same of what fails."""

import numpy as np
import pytest

from autograder.checks.engine.probe import find_probe
from autograder.grading.homework import find_homework
from autograder.grading.sandbox import open_sandbox
from autograder.grading.sources import marked_source, reference_source, stage
from autograder.grading.worker_client import run_probes
from autograder.release.stripping import strip_module

pytestmark = pytest.mark.slow
HOMEWORK = find_homework("hw1_foundations")
PROBES = [find_probe(name) for name in HOMEWORK.rubric.probes]


def submissions():
    """Sources by name: the reference, the stubs, and a right and a wrong variant of each module."""
    modules = HOMEWORK.rubric.assignment.modules
    yield "reference", {}
    yield "stubs", {m: strip_module(marked_source(m), f"{m}.py") for m in modules}
    for accepted in (True, False):
        chosen = {v.module: v for v in HOMEWORK.catalogue if v.accepted == accepted}
        yield f"accepted={accepted}", {m: v.source(reference_source(m)) for m, v in chosen.items()}


def same(a, b):
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return type(a) is type(b) and (a == b or (a != a and b != b))


@pytest.fixture(scope="module")
def sandboxes():
    opened = [open_sandbox(name) for name in ("warm", "bwrap", "none")]
    yield opened
    for sandbox in opened:
        sandbox.close()


@pytest.mark.parametrize(
    ("name", "sources"), list(submissions()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_submission_gives_the_same_evidence_in_each_form(name, sources, sandboxes, tmp_path):
    root = stage(HOMEWORK.rubric.assignment.modules, sources, tmp_path / "submission")
    first, *others = [run_probes(root, PROBES, 3, sandbox) for sandbox in sandboxes]
    for other in others:
        for probe in PROBES:
            one, two = first.outcomes[probe.name], other.outcomes[probe.name]
            assert (one.status, one.message, one.violations) == (two.status, two.message, two.violations), probe.name
            assert one.evidence.keys() == two.evidence.keys()
            assert all(same(one.evidence[key], two.evidence[key]) for key in one.evidence), probe.name
