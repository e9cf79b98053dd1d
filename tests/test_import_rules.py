"""Imports go one way: checks <- grading <- release, reports <- selftest, commands <- demo, cli."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"

LAYERS = {
    "checks": set(),
    "launcher": set(),
    "answers": set(),
    "experiments": {"answers"},
    "predictions": set(),
    "grading": {"checks", "answers", "experiments", "predictions"},
    "cluster": {"grading"},
    "release": {"checks", "answers", "experiments", "predictions", "grading"},
    "reports": {"checks", "answers", "experiments", "predictions", "grading"},
    "leaderboard": {"checks", "predictions", "grading", "reports"},
    "integrations": {"checks", "answers", "experiments", "predictions", "grading", "release", "reports"},
    "selftest": {"checks", "answers", "experiments", "grading", "release"},
    "demo": {
        "checks",
        "answers",
        "experiments",
        "predictions",
        "grading",
        "leaderboard",
        "release",
        "reports",
        "selftest",
        "commands",
    },
    "commands": {
        "checks",
        "answers",
        "experiments",
        "predictions",
        "grading",
        "leaderboard",
        "release",
        "reports",
        "integrations",
        "selftest",
        "cluster",
    },
    "cli": {"commands", "demo"},
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files_of(layer: str) -> list[Path]:
    folder = PACKAGE / layer
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{layer}.py"]


@pytest.mark.parametrize(
    "layer", [name for name in LAYERS if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()]
)
def test_a_layer_imports_only_what_lies_below_it(layer):
    for path in files_of(layer):
        inside = {n.split(".")[1] for n in imported(path) if n.startswith("autograder.")}
        assert inside <= LAYERS[layer] | {layer}, f"{path} reaches up to {inside - LAYERS[layer] - {layer}}"


def test_every_part_of_the_package_has_a_place_in_the_order():
    parts = {p.stem for p in PACKAGE.iterdir() if p.name not in ("__init__.py", "__pycache__", "py.typed")}
    assert parts <= set(LAYERS)


def test_what_runs_beside_student_code_needs_torch_and_numpy_only():
    allowed = {*sys.stdlib_module_names, "torch", "numpy", "autograder"}
    for path in files_of("checks"):
        extra = {"pytest"} if path.name.startswith("public") else set()
        found = {name.split(".")[0] for name in imported(path)}
        assert found <= allowed | extra, f"{path} imports {found - allowed - extra}"


def test_the_reference_knows_nothing_of_the_grader():
    for path in sorted((PACKAGE.parent / "reference_solutions").rglob("*.py")):
        assert not [n for n in imported(path) if n.split(".")[0] == "autograder"], path
