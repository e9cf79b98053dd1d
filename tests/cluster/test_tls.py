"""Grading at a scheduler that is reached with certificates only."""

from __future__ import annotations

import os

import pytest

from .dask_cluster import SEED, Cluster, certificates, ended, free_port, grading, results

pytestmark = pytest.mark.timeout(1800)  # on an idle machine each takes seconds


@pytest.mark.slow
def test_with_certificates_a_class_gets_its_results_and_without_them_nobody_is_let_in(submissions, local, tmp_path):
    settings = certificates(tmp_path)
    cluster = Cluster(tmp_path, settings, protocol="tls")
    cluster.start()
    try:
        cluster.worker("--no-nanny")
        arguments = ("--seed", str(SEED), "--scheduler")
        plain = cluster.address.replace("tls://", "tcp://")
        status, said = ended(grading(submissions, tmp_path / "plain", *arguments, plain))
        assert status == 2
        assert f"the scheduler {plain} cannot be reached" in said
        stranger = certificates_of_another(tmp_path)
        run = grading(submissions, tmp_path / "stranger", *arguments, cluster.address, environment=stranger)
        status, said = ended(run)
        assert status == 2
        assert f"the scheduler {cluster.address} cannot be reached" in said
        run = grading(submissions, tmp_path / "out", *arguments, cluster.address, environment=os.environ | settings)
        status, said = ended(run)
        assert status == 0, said
    finally:
        cluster.close()
    assert results(tmp_path / "out") == local


def certificates_of_another(folder):
    (folder / "other").mkdir()
    return os.environ | certificates(folder / "other")


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["none", "damaged"])
def test_certificates_that_are_missing_or_damaged_are_asked_for_in_one_sentence(submissions, tmp_path, content):
    address = f"tls://127.0.0.1:{free_port()}"
    environment = dict(os.environ)
    if content is not None:
        environment |= certificates(tmp_path)
        (tmp_path / "client-cert.pem").write_text(content)
    run = grading(submissions, tmp_path / "out", "--scheduler", address, environment=environment)
    status, said = ended(run)
    assert status == 2
    assert [line.startswith("autograder: ") for line in said.strip().splitlines()] == [True], said
    assert address in said
    assert "distributed.comm.tls" in said
    assert ("client-cert.pem" in said) is (content is not None)
