"""nbgrader's settings for collecting and trusted autograding, for nbgrader_config.py. Imports nothing heavy."""

from __future__ import annotations

import tomllib
from pathlib import Path

from traitlets.config import Config

import autograder

HOMEWORKS = Path(autograder.__file__).parents[1] / "assignment"
PACKAGE = "autograder.integrations.nbgrader"
SANITIZE = [
    f"{PACKAGE}.restoring.RestoreCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.CheckCellMetadata",
]
AUTOGRADE = [
    "nbgrader.preprocessors.LimitOutput",
    f"{PACKAGE}.scoring.SaveTrustedGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
PAGES = {"clean_html": f"{PACKAGE}.safe_html.clean", "markdown2html": f"{PACKAGE}.safe_html.markdown"}
HANDED_IN = ("predictions.csv", "answers.toml")


def configure_autograde(config: Config, homeworks: Path = HOMEWORKS) -> None:
    """Have `nbgrader autograde` grade through the sandboxed flow, running no notebook.

    homeworks: the folder with one folder a homework, each with its rubric.toml. Students' files that
    have a namesake among the released ones stay as they were handed in. Pages show nothing that could run script.
    """
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = dict(PAGES)
    config.Autograde.sanitize_preprocessors = list(SANITIZE)
    config.Autograde.autograde_preprocessors = list(AUTOGRADE)
    config.Autograde.exporter_class = f"{PACKAGE}.exporting.SubmissionExporter"
    config.Autograde.exclude_overwriting = {
        rubric.parent.name: [*(f"{module}.py" for module in _modules(rubric)), *HANDED_IN]
        for rubric in sorted(homeworks.glob("*/rubric.toml"))
    }


def configure_collect(config: Config) -> None:
    """Have `nbgrader zip_collect`, `collect` and `submit` sort LMS downloads by student and name missing files."""
    collecting = f"{PACKAGE}.collecting"
    config.ZipCollectApp.extractor_plugin = f"{collecting}.lms.LmsExtractor"
    config.ZipCollectApp.collector_plugin = f"{collecting}.lms.StudentFolderCollector"
    config.ExchangeFactory.collect = f"{collecting}.exchange.CheckedCollect"
    config.ExchangeFactory.submit = f"{collecting}.exchange.CheckedSubmit"
    config.ExchangeFactory.release_feedback = f"{collecting}.exchange.CheckedReleaseFeedback"


def _modules(rubric: Path) -> list[str]:
    assignment = tomllib.loads(rubric.read_text(encoding="utf-8"))["assignment"]
    return [str(module) for module in assignment["modules"]]
