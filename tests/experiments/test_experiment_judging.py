"""What is asked of a homework's runs, and the sentence for each gap."""

import json

import pytest

from autograder.experiments.record import read_runs

SWEEP = """
sweep = {learning_rate = [0.1, 0.01]}
settings = {batch_size = 64, optimizer = "SGD"}
recorded = ["model"]
only_varies = ["learning_rate"]
columns = ["train_loss", "val_accuracy"]
final = ["test_accuracy"]
epochs = {least = 3}
agree = [{final = "test_accuracy", column = "val_accuracy", row = "last"}]
first_loss = {column = "train_loss", classes = 10}
"""
COMMON = {"batch_size": 64, "optimizer": "sgd", "model": "lenet"}


@pytest.fixture
def sweep(record):
    record("fast", learning_rate=0.1, best=0.9, **COMMON)
    return record("slow", learning_rate=1e-2, best=0.8, **COMMON)


def edit(folder, name, change):
    path = folder / "runs" / f"{name}.json"
    run = json.loads(path.read_text())
    change(run)
    path.write_text(json.dumps(run))


def test_all_runs_complete_and_consistent_earn_everything_without_a_flag(sweep, judge):
    verdict = judge(SWEEP)
    assert (verdict.credit, verdict.flag, verdict.attempted) == (1.0, None, True)
    assert verdict.message == "3 of 3 things asked for are there and consistent."


def test_no_runs_earn_nothing(judge):
    verdict = judge(SWEEP)
    assert (verdict.credit, verdict.attempted) == (0.0, False)
    assert "run with learning_rate 0.1: there is no such run" in verdict.message


def test_a_missing_run_costs_itself_and_the_comparison(record, judge):
    record("fast", learning_rate=0.1, **COMMON)
    verdict = judge(SWEEP)
    assert verdict.credit == pytest.approx(1 / 3)
    assert "only learning_rate varies: there are not enough runs to compare" in verdict.message
    assert judge(SWEEP + 'credit = "all"').credit == 0.0


GAPS = [
    (lambda run: run["settings"].update(batch_size=128), "batch_size is 128, and 64 is asked for"),
    (lambda run: run["settings"].pop("batch_size"), "the setting batch_size is not recorded; 64 is asked for"),
    (lambda run: run["settings"].pop("model"), "the setting model is not recorded"),
    (lambda run: run["epochs"].pop(), "it has 2 epochs, and at least 3 are asked for"),
    (lambda run: run["epochs"].pop(0), "its epochs do not count 1, 2, 3, ... without a gap"),
    (lambda run: run["epochs"][1].pop("train_loss"), "train_loss is not logged in epoch 2"),
    (lambda run: [row.pop("train_loss") for row in run["epochs"]], "train_loss is not logged"),
    (lambda run: run["epochs"][1].update(train_loss=None), "train_loss is not finite in epoch 2"),
    (lambda run: run["epochs"][1].update(val_accuracy=91.0), "val_accuracy is 91 in epoch 2: an accuracy lies between"),
    (lambda run: run.update(final=None), "it was not finished: call log.finish() after the last epoch"),
    (lambda run: run["final"].pop("test_accuracy"), "its final numbers lack test_accuracy"),
    (lambda run: run["final"].update(test_accuracy=0.95),
     "the final test_accuracy is 0.95, but of val_accuracy the last epoch has 0.9"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), GAPS, ids=[sentence for _, sentence in GAPS])
def test_a_gap_costs_its_run_and_is_named(sweep, judge, change, sentence):
    edit(sweep, "fast", change)
    verdict = judge(SWEEP)
    assert verdict.credit < 1
    assert f"run with learning_rate 0.1 (fast): {sentence}" in verdict.message


def test_a_second_factor_that_varies_is_named(record, judge):
    record("fast", learning_rate=0.1, momentum=0.9, **COMMON)
    record("slow", learning_rate=0.01, momentum=0.0, best=0.8, **COMMON)
    verdict = judge(SWEEP)
    assert verdict.credit == pytest.approx(2 / 3)
    assert "momentum differs too: 0.9 in fast, 0.0 in slow" in verdict.message


def test_of_several_runs_of_one_setting_the_one_with_fewest_gaps_counts(sweep, record, judge):
    record("again", learning_rate=0.1, epochs=1, **COMMON)
    assert judge(SWEEP).credit == 1.0


def test_runs_by_name_with_settings_of_their_own(record, judge):
    record("baseline", dropout=0.0)
    record("dropout", dropout=0.5, best=0.8)
    spec = "runs = {baseline = {dropout = 0.0}, dropout = {dropout = [0.3, 0.5]}, decay = {}}"
    verdict = judge(spec)
    assert verdict.credit == pytest.approx(2 / 3)
    assert "run decay: there is no such run (runs/decay.json; the logs there are: baseline, dropout)" in verdict.message


def test_an_effective_batch_is_the_product_it_says(record, judge):
    record("four", copies=4, batch_size=64, effective_batch=256)
    record("eight", copies=8, batch_size=64, effective_batch=256, best=0.8)
    verdict = judge('runs = ["four", "eight"]\nrelations = ["effective_batch = copies * batch_size"]')
    assert verdict.credit == 0.5
    assert "run eight: effective_batch is 256, but copies * batch_size is 512" in verdict.message


def test_equal_iterations_over_batch_sizes(record, judge):
    record("b64", batch_size=64, iterations=1000)
    record("b128", batch_size=128, iterations=1000, best=0.8)
    spec = 'sweep = {batch_size = [64, 128]}\nsame = ["iterations"]'
    assert judge(spec).credit == 1.0
    record("b128", batch_size=128, iterations=500, best=0.8)
    assert "the same iterations: it differs between the runs: 1000 in b64, 500 in b128" in judge(spec).message


@pytest.mark.parametrize(
    ("threshold", "credit"),
    [
        ('{number = "test_accuracy", least = 0.88}', 1.0),
        ('{number = "test_accuracy", least = 0.88, runs = "all"}', 2 / 3),
        ('{number = "test_accuracy", least = 0.7, runs = "all"}', 1.0),
        ('{number = "val_accuracy", least = 0.95}', 2 / 3),
        ('{number = "train_loss", most = 1.0}', 1.0),
        ('{number = "test_accuracy", least = 0.88, runs = ["slow"]}', 2 / 3),
        ('{number = "best_error", most = 0.1}', 2 / 3),
    ],
)
def test_a_number_that_must_be_reached_is_an_item_of_its_own(record, judge, threshold, credit):
    record("fast", best=0.9)
    record("slow", best=0.8)
    verdict = judge(f'runs = ["fast", "slow"]\nreaches = [{threshold}]')
    assert verdict.credit == pytest.approx(credit), verdict.message


def test_a_run_that_diverged_may_stop_early_where_the_spec_says_so(sweep, judge):
    def diverge(run):
        run.update(diverged=True, final={})
        run["epochs"] = [run["epochs"][0] | {"train_loss": None}]

    edit(sweep, "fast", diverge)
    assert judge(SWEEP).credit < 1
    assert judge(SWEEP.split("agree")[0] + "may_diverge = true").credit == 1.0


FLAGS = [
    (lambda run: [row.pop("seconds") for row in run["epochs"]], "run fast lacks the seconds that RunLog writes"),
    (lambda run: run["epochs"][0].update(seconds=99.0), "run fast: the clock goes backwards"),
    (lambda run: [row.update(seconds=1.0) for row in run["epochs"]], "run fast: 3 epochs were logged within 0.000 s"),
    (lambda run: run["epochs"][0].update(train_loss=7.0), "run fast: train_loss starts at 7; ln(10) is 2.303"),
]


@pytest.mark.parametrize(("change", "sentence"), FLAGS, ids=[sentence for _, sentence in FLAGS])
def test_what_looks_invented_is_flagged_and_costs_nothing(sweep, judge, change, sentence):
    edit(sweep, "fast", change)
    verdict = judge(SWEEP)
    assert verdict.credit == 1.0
    assert sentence in verdict.flag
    assert sentence not in verdict.message


def test_a_curve_copied_from_another_run_is_flagged(record, judge):
    record("fast", learning_rate=0.1, **COMMON)
    record("slow", learning_rate=0.01, **COMMON)
    flag = judge(SWEEP).flag
    assert flag == "runs fast and slow have the same train_loss, val_accuracy to the last digit"


UNREADABLE = [
    (b"", "is not valid JSON"),
    (b"{", "is not valid JSON"),
    (b'{"a": NaN}', "NaN is no JSON"),
    (b"\xff\xfe", "is not valid JSON"),
    (b"[" * 100_000, "is nested too deeply"),
    (b"[]", "is no log that RunLog wrote"),
    (b"{}", "is no log that RunLog wrote (schema: Field required)"),
    (b" " * (4 * 2**20 + 1), "is larger than 4 MB"),
    (b'{"schema": 1, "name": "b", "settings": {}, "epochs": []}', "is the log of run 'b'"),
    (b'{"schema": 1, "name": "a", "settings": {}, "epochs": [{"loss": "low"}]}', "is no log that RunLog wrote"),
    (b'{"schema": 1, "name": "a", "settings": {}, "epochs": [], "grade": 100}', "is no log that RunLog wrote (grade"),
    (b'{"schema": 2, "name": "a", "settings": {}, "epochs": []}', "is no log that RunLog wrote (schema"),
    (b'{"schema": 1, "name": "a", "settings": {}, "epochs": [{"loss": 1e999}]}', "is no log that RunLog wrote"),
    (b'{"schema": 1, "name": "a", "settings": {"x": ' + b"9" * 5000 + b'}, "epochs": []}', "is not valid JSON"),
]


@pytest.mark.parametrize(("data", "problem"), UNREADABLE, ids=[problem[:30] for _, problem in UNREADABLE])
def test_a_log_that_cannot_be_read_is_named_and_hides_no_other(record, judge, tmp_path, data, problem):
    record("good")
    (tmp_path / "runs/a.json").write_bytes(data)
    runs = read_runs(tmp_path)
    assert list(runs.runs) == ["good"]
    (found,) = runs.problems
    assert found.startswith(f"runs/a.json {problem}") or problem in found
    assert f"not read: {found}" in judge('runs = ["a", "good"]').message


def test_links_are_not_followed(record, tmp_path):
    record("good")
    (tmp_path / "runs/a.json").symlink_to(tmp_path / "runs/good.json")
    assert read_runs(tmp_path).problems == ("runs/a.json is not a plain file",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "needs either runs by name or a sweep"),
        ('runs = ["a"]\nsweep = {x = [1]}', "needs either runs by name or a sweep"),
        ("sweep = {x = []}", "needs either runs by name or a sweep"),
        ('runs = ["a b"]', "'a b' cannot be the name of a run"),
        ('runs = ["a"]\nrelations = ["a * b"]', "write it as name = formula"),
        ('runs = ["a"]\nrelations = ["c = a @ b"]', "has no place in a formula"),
        ('runs = ["a"]\nreaches = [{number = "x"}]', "needs either least or most"),
        ('runs = ["a"]\nreaches = [{number = "x", least = 1, runs = ["b"]}]', "no run 'b' is asked for"),
        ('runs = ["a"]\npoints = 3', "points: Extra inputs are not permitted"),
        ('runs = ["a"]\nepochs = 3', "epochs"),
    ],
)
def test_a_spec_that_cannot_work_is_refused_with_its_entry(judge, text, complaint):
    with pytest.raises(ValueError, match=r"experiments\.toml, \[sweep\]") as refused:
        judge(text)
    assert complaint in str(refused.value)
