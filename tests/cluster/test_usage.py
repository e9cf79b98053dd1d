"""What the options of a cluster refuse before anything is started, and what a local run does not pay for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.cluster.parcel import Parcel
from autograder.commands.crews import open_crew
from autograder.commands.starting import Where
from autograder.commands.unusable import UnusableInput
from autograder.grading.intake import stage

from .dask_cluster import write_class

ADDRESS = "tcp://127.0.0.1:8786"


@pytest.mark.parametrize(
    ("where", "isolation", "complaint"),
    [
        (Where(scheduler=ADDRESS), "none", "always confined"),
        (Where(scheduler=ADDRESS, cluster="slurm"), "auto", "one of --scheduler and --cluster"),
        (Where(scheduler=ADDRESS, jobs=4), "auto", "--nthreads"),
        (Where(workers=4), "auto", "--cluster slurm"),
    ],
)
def test_options_that_contradict_each_other_are_refused(tmp_path, where, isolation, complaint):
    with pytest.raises(UnusableInput, match=complaint), open_crew(where, isolation, tmp_path, print):
        pass


def test_a_missing_extra_is_named_with_the_line_that_installs_it(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("autograder.cluster.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = r"distributed is missing: pip install 'cnn-autograder\[cluster\]'"
    with pytest.raises(UnusableInput, match=told), open_crew(Where(scheduler=ADDRESS), "auto", tmp_path, print):
        pass


def test_a_local_run_does_not_import_dask_nor_a_scheduler_torch():
    for modules, absent in (
        ("autograder.cli, autograder.commands.grading, autograder.commands.errors", ("dask", "distributed")),
        ("autograder.cluster.parcel", ("torch", "numpy")),
    ):
        command = f"import sys, {modules}; print([m for m in {absent} if m in sys.modules])"
        ran = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == "[]"


def test_a_parcel_stages_what_was_staged(tmp_path):
    source = write_class(tmp_path / "class") / "zipped.zip"
    staged = stage(source, ["batchnorm"], [], tmp_path / "here")
    again = Parcel.pack("zipped", "1234", staged).unpack(tmp_path / "there")
    contents = [{p.relative_to(s.root): p.read_bytes() for p in s.root.rglob("*.*")} for s in (staged, again)]
    assert contents[0] == contents[1]
    names = {str(path) for path in contents[0]}
    assert {"batchnorm.py", "runs/lenet5.json"} <= names
    assert "escaped.py" not in names
    assert (again.notes, again.problem, again.empty) == (staged.notes, staged.problem, False)
    assert again.notes
