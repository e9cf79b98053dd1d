"""The catalogue proves the grader, and the tolerances stand where the self-test says."""

import json
from collections import Counter
from itertools import combinations

import pytest

from autograder.commands.selftesting import selftest_homework
from autograder.grading.homework import find_homework, homeworks
from autograder.grading.sources import reference_source
from reference_solutions.mistakes.variant import Define, Edit, StaleVariant, mistake


@pytest.fixture(scope="module", params=homeworks())
def selftest(request, tmp_path_factory):
    report = tmp_path_factory.mktemp("selftest") / f"{request.param}.json"
    status = selftest_homework(request.param, report, seed=1, jobs=2)
    return find_homework(request.param), status, json.loads(report.read_text())


def test_the_reference_the_stub_and_every_variant_end_as_they_must(selftest):
    _, status, report = selftest
    assert report["faults"] == []
    assert status == 0


def test_every_specimen_was_graded(selftest):
    homework, _, report = selftest
    kinds = Counter(specimen["kind"] for specimen in report["specimens"])
    assert kinds["mistake"] == len(homework.mistakes)
    assert kinds["accepted"] == len(homework.catalogue) - len(homework.mistakes)
    assert kinds["reference"] == kinds["stub"] == 1


def test_every_mistake_loses_points_and_is_called_by_its_own_name(selftest):
    _, _, report = selftest
    for specimen in report["specimens"]:
        if specimen["kind"] == "mistake":
            assert specimen["lost"], specimen["id"]
            assert specimen["named"] == [specimen["id"]]


def test_every_piece_of_evidence_has_a_margin(selftest):
    homework, _, report = selftest
    measured = {(m["probe"], m["key"]) for m in report["margins"]}
    graded = {(c.probe, key) for c in homework.rubric.checks() for key in c.evidence}
    assert graded <= measured
    assert all(m["reason"] for m in report["margins"])


def test_the_catalogue_is_as_large_as_promised():
    everything = [v for name in homeworks() for v in find_homework(name).catalogue]
    assert sum(not v.accepted for v in everything) >= 60
    assert sum(v.accepted for v in everything) >= 25


@pytest.mark.parametrize("name", homeworks())
def test_ids_are_unique_and_sentences_differ(name):
    homework = find_homework(name)
    assert len({v.id for v in homework.catalogue}) == len(homework.catalogue)
    for one, other in combinations(homework.mistakes, 2):
        assert one.module != other.module or one.sentence != other.sentence, (one.id, other.id)
    assert all(v.sentence.endswith((".", "!")) for v in homework.mistakes)


def test_a_variant_that_no_longer_fits_the_reference_says_so():
    stale = mistake("stale", "activations", Edit("no such line", ""), probes=(), sentence="Stale.")
    with pytest.raises(StaleVariant, match=r"variant activations\.stale: 'no such line' stands 0 times"):
        stale.source(reference_source("activations"))
    unknown = mistake("unknown", "activations", Define("def swoosh(x): return x"), probes=(), sentence="Unknown.")
    with pytest.raises(StaleVariant, match="defines none of"):
        unknown.source(reference_source("activations"))
