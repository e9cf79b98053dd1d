"""Evidence of trusted code outlives a run, and is asked for by everything that decides it."""

import pickle
import stat

import numpy as np
import pytest
import torch

from autograder.checks.engine.collecting import Collected, Finish
from autograder.checks.engine.draws import Conditions
from autograder.grading.evidence_files import EvidenceFiles, evidence_files
from autograder.grading.sources import reference_source
from autograder.grading.store import USUAL, Circumstances, EvidenceStore

PROBE = "activations.swish"
COLLECTED = Collected(
    Finish("error", "ValueError: no\n  line 2", ("aten::silu",)),
    {
        "list": [1, 2.5, True, [np.arange(6.0).reshape(2, 3), "x"]],
        "nan": float("nan"),
        "bools": np.array([True, False]),
    },
)


@pytest.fixture
def files(tmp_path):
    return EvidenceFiles(tmp_path / "evidence")


def test_evidence_comes_back_as_it_was(files):
    files.write("k", PROBE, COLLECTED)
    back = files.read("k")
    assert back.finish == COLLECTED.finish
    assert list(back.evidence) == ["list", "nan", "bools"]
    numbers, array = back.evidence["list"][:3], back.evidence["list"][3][0]
    assert numbers == [1, 2.5, True]
    assert [type(n) for n in numbers] == [int, float, bool]
    assert (array == np.arange(6.0).reshape(2, 3)).all()
    assert array.dtype == np.float64
    assert np.isnan(back.evidence["nan"])
    assert back.evidence["bools"].tolist() == [True, False]


def test_a_file_that_was_cut_short_or_damaged_counts_as_absent(files, tmp_path):
    files.write("k", PROBE, COLLECTED)
    (path,) = (tmp_path / "evidence").iterdir()
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert files.read("k") is None
    path.write_bytes(b"\x80\x04" + whole)
    assert files.read("k") is None
    assert files.read("another") is None


def test_the_folder_is_its_owners_alone(files, tmp_path):
    files.write("k", PROBE, COLLECTED)
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700


def test_whatever_decides_the_evidence_changes_its_name(files):
    names = {
        files.key(["activations"], {}, USUAL, PROBE, 1),
        files.key(["activations"], {}, USUAL, PROBE, 2),
        files.key(["activations"], {}, USUAL, "activations.derivative", 1),
        files.key(["activations"], {"activations": "x = 1"}, USUAL, PROBE, 1),
        files.key(["activations", "losses"], {}, USUAL, PROBE, 1),
        files.key(["activations"], {}, "other circumstances", PROBE, 1),
    }
    assert len(names) == 6
    assert files.key(["activations"], {}, USUAL, PROBE, 1) in names


def test_a_store_runs_nothing_that_an_earlier_one_has_kept(files):
    changed = {"activations": reference_source("activations").replace("sigmoid", "tanh")}
    with EvidenceStore(["activations"], files=files) as first:
        expected = first.reference(PROBE, 1).evidence
        mistaken = first.request(changed, PROBE, 1).result()
    with EvidenceStore(["activations"], files=files) as second:
        second._pool.shutdown()  # whatever would have to be run now fails
        assert (second.reference(PROBE, 1).evidence["values"] == expected["values"]).all()
        assert second.request(changed, PROBE, 1).result().finish == mistaken.finish
        with pytest.raises(RuntimeError):
            second.request({}, PROBE, 2)


def test_circumstances_reach_the_processes_of_a_store_whoever_imported_torch_first():
    given = Circumstances(Conditions(torch.float64, torch.channels_last), threads=2)
    assert pickle.loads(pickle.dumps(given)) == given
    assert __name__.encode() not in pickle.dumps(given)
    assert b"memory_format" not in pickle.dumps(given)


def test_evidence_of_an_earlier_suite_is_removed(tmp_path):
    evidence_files(tmp_path, "old").write("k", PROBE, COLLECTED)
    evidence_files(tmp_path, "new").write("k", PROBE, COLLECTED)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
