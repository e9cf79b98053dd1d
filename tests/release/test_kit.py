"""The student kit as students use it: unpacked, in a process of its own, with nothing of the course around."""

import ast
import json
import os
import re
import resource
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from autograder.answers.key import load_key
from autograder.answers.reading import read_answers
from autograder.grading.homework import find_homework
from autograder.grading.sources import reference_source, stage
from autograder.predictions.reading import read_predictions
from autograder.release.audit import audit_archive

HOMEWORK = find_homework("hw2_cnn")
PUBLIC = [c for c in HOMEWORK.rubric.checks() if c.kind == "probe" and c.visibility == "public"]
POINTS = sum(c.points for c in PUBLIC if not c.bonus)
BONUS = sum(c.points for c in PUBLIC if c.bonus)
# Processor seconds: 15 s on two cores. Wall time would fail wherever other tests run beside this one.
PROMISED = 30.0


def run_pytest(kit, *arguments):
    """Output of `pytest` in the kit, without a network's proxies or this checkout on the path."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTEST_ADDOPTS", "OMP_NUM_THREADS")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=kit, env=kept, capture_output=True, text=True, check=False).stdout


def cpu_seconds():
    """Processor time of all child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def section(output, problem):
    """Lines of the table about one problem."""
    return re.search(rf"^{re.escape(problem)}  .*\n((?:  .*\n)*)", output, re.MULTILINE)[1]


def test_untouched_stubs_are_not_attempted_and_earn_nothing_in_seconds(kit):
    before = cpu_seconds()
    output = run_pytest(kit)
    assert cpu_seconds() - before < PROMISED
    assert f"public 0/{POINTS:g} points, bonus 0/{BONUS:g}; hidden checks run after submission" in output
    assert f"{len(PUBLIC)} skipped in" in output
    assert "not attempted" in section(output, "lab3.a")
    assert "BasicBlock.__init__ in resnet.py: not written yet" in section(output, "lab3.a")


def test_the_reference_earns_all_public_points_in_seconds(kit):
    stage(HOMEWORK.rubric.assignment.modules, {}, kit)
    before = cpu_seconds()
    output = run_pytest(kit)
    assert cpu_seconds() - before < PROMISED
    assert f"public {POINTS:g}/{POINTS:g} points, bonus {BONUS:g}/{BONUS:g}; hidden" in output
    assert f"{len(PUBLIC)} passed in" in output


def test_a_common_mistake_is_named_with_what_came_back_and_without_a_traceback(kit):
    mistake = next(m for m in HOMEWORK.mistakes if m.id == "activations.sigmoid_only")
    stage(HOMEWORK.rubric.assignment.modules, {"activations": mistake.source(reference_source("activations"))}, kit)
    output = run_pytest(kit, "-k", "swish")
    assert re.search(r"swish\(x\).* gave [-0-9.]+ at index .*, expected [-0-9.]+", output)
    assert f"Mistake: {mistake.sentence}" in output
    assert mistake.sentence in section(output, "lab2.b")
    assert "Traceback" not in output
    assert "public_session.py" not in output


def public_mistakes(module=None):
    probes = {c.probe for c in PUBLIC}
    return [m for m in HOMEWORK.mistakes if probes & set(m.probes) and module in (None, m.module)]


def test_the_kit_knows_every_mistake_that_a_public_check_can_show(kit):
    tables = [json.loads(path.read_text(encoding="utf-8")) for path in (kit / "tests/snapshots").glob("*.json")]
    known = {mistake["sentence"] for table in tables for mistake in table["mistakes"]}
    assert len(known) > 100
    assert {m.id for m in public_mistakes() if m.sentence not in known} == set()


@pytest.mark.parametrize("number", [0, 1])
def test_mistakes_in_all_modules_at_once_are_each_named(kit, number):
    chosen = [public_mistakes(module)[number] for module in HOMEWORK.rubric.assignment.modules]
    changed = {m.module: m.source(reference_source(m.module)) for m in chosen}
    stage(HOMEWORK.rubric.assignment.modules, changed, kit)
    output = run_pytest(kit)
    assert [m.id for m in chosen if f"Mistake: {m.sentence}" not in output] == []


def test_an_error_shows_the_student_s_lines_only_and_other_checks_go_on(kit):
    stage(HOMEWORK.rubric.assignment.modules, {}, kit)
    (kit / "losses.py").write_text(
        "def l2_penalty(parameters, strength):\n    return undefined_name\n", encoding="utf-8"
    )
    (kit / "simplenn.py").write_text("class SimpleNN(:\n", encoding="utf-8")
    output = run_pytest(kit, "-k", "l2 or l1 or simplenn or swish.values")
    assert "NameError: name 'undefined_name' is not defined\n  losses.py, line 2, in l2_penalty" in output
    assert "losses.py does not define l1_penalty" in output
    assert "simplenn.py, line 1: SyntaxError" in output
    assert "collecting.py" not in output
    assert "passed        1/1  Swish" in output


def test_an_endless_loop_is_stopped_and_its_line_is_named(kit):
    loop = "import torch\n\ndef swish(x):\n    while True:\n        x = torch.sin(x)\n"
    (kit / "activations.py").write_text(loop, encoding="utf-8")
    checks = kit / "autograder/checks/engine/public_session.py"
    checks.write_text(checks.read_text(encoding="utf-8").replace("PATIENCE = 2.0", "PATIENCE = 0.2"), encoding="utf-8")
    output = run_pytest(kit, "-k", "lab2.b/swish")
    assert re.search(r"took longer than [0-9.]+ s and was stopped in activations\.py, line [45]; is there", output)
    assert "2 failed" in output or "3 failed" in output


def test_what_is_known_by_counting_earns_nothing_without_the_values(kit):
    stage(HOMEWORK.rubric.assignment.modules, {}, kit)
    source = (kit / "resnet.py").read_text(encoding="utf-8")
    (kit / "resnet.py").write_text(
        source.replace("return F.relu(out + shortcut)", "return out + shortcut"), encoding="utf-8"
    )
    output = section(run_pytest(kit, "-k", "resnet20"), "lab3.a")
    assert "failed        0/2  ResNet-20: outputs" in output
    assert "counts only once resnet20.values passes" in output


def test_the_kit_needs_torch_numpy_and_pytest_only(kit):
    allowed = {*sys.stdlib_module_names, "torch", "numpy", "pytest", "autograder"}
    for path in [*(kit / "autograder").rglob("*.py"), *(kit / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, path


def test_nothing_in_the_kit_is_about_hidden_checks(kit):
    table = json.loads((kit / "tests/public_checks.json").read_text(encoding="utf-8"))
    assert [c["id"] for c in table["checks"]] == [c.id for c in PUBLIC]
    shown = {}
    for check in PUBLIC:
        shown.setdefault(check.probe, set()).update(check.evidence)
    snapshots = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in (kit / "tests/snapshots").glob("*.json")}
    assert {name: set(snapshot["expected"]) for name, snapshot in snapshots.items()} == shown
    for name, snapshot in snapshots.items():
        assert all(set(mistake["evidence"]) <= shown[name] for mistake in snapshot["mistakes"])
    for path in (kit / "tests/snapshots").glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


def test_the_sample_predictions_are_valid_and_all_zero(kit):
    solution = (HOMEWORK.grading_data / "solution.csv").read_text(encoding="utf-8").splitlines()[1:]
    ids = [int(row.split(",")[0]) for row in solution]
    predictions = read_predictions(kit / "sample_predictions.csv", ids)
    assert predictions is not None
    rows = (kit / "sample_predictions.csv").read_text(encoding="utf-8").splitlines()
    assert rows == ["Id,Label", *(f"{i},0" for i in ids)]


def test_the_notebook_asks_for_every_answer_and_holds_none(kit):
    given = read_answers(kit)
    assert not given.problems
    key = load_key(HOMEWORK.grading_data / "answers.toml")
    assert set(given.answers) == set(key)
    for answer in given.answers.values():
        assert (answer.value, answer.explanation) == (None, "")


def test_an_explanation_written_into_its_cell_is_read(kit):
    path = kit / "true_false.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("*Write your explanation here.*", "Because the shift moves the mean."), encoding="utf-8"
    )
    explanations = {name: answer.explanation for name, answer in read_answers(kit).answers.items()}
    assert explanations["answer_1_10"] == "Because the shift moves the mean."


def test_the_finished_archive_passes_the_audit_and_holds_one_folder(kit_archive):
    assert audit_archive(kit_archive) == []
    with zipfile.ZipFile(kit_archive) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"hw2_cnn"}
    assert kit_archive.stat().st_size < 8 * 2**20


def test_the_kit_brings_the_images_that_the_sample_predictions_are_for(kit):
    rows = (kit / "sample_predictions.csv").read_text(encoding="utf-8").splitlines()[1:]
    test = sorted((kit / "data/test").iterdir())
    assert [int(path.stem) for path in test] == [int(row.split(",")[0]) for row in rows]
    assert {len(list((kit / "data" / part).iterdir())) for part in ("train", "val")} == {10}
