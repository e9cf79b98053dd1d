import io

import numpy as np
import pytest
from rich.console import Console

from reference_solutions.train.device import choose_execution
from reference_solutions.train.images import DataSet
from reference_solutions.train.running import Plan, run
from reference_solutions.train.settings import make_settings
from reference_solutions.train.sources import digits


@pytest.fixture(scope="session")
def few_digits():
    """300 digits for each kind of network, by (size, channels); all ten classes are among them."""
    sets = {}
    for size, channels in ((32, 3), (28, 1)):
        whole = digits(size, channels)
        sets[size, channels] = DataSet("digits", whole.train.take(np.arange(300)), test=whole.test.take(np.arange(60)))
    return sets


@pytest.fixture
def train(tmp_path):
    """Runs settings on data in tmp_path/NAME, in float32 unless told otherwise; returns run.json's content."""

    def train(
        data, name="out", resume=False, precision="float32", device="cpu", cuda_graphs=False, recipe="none", **settings
    ):
        execution = choose_execution(device, precision, cuda_graphs=cuda_graphs)
        plan = Plan(make_settings(settings, "the test"), recipe, tmp_path / name, execution, resume)
        return run(plan, data, Console(file=io.StringIO()))

    return train
