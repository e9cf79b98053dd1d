"""Writes the demo's submissions, as folders and zips, from the reference, the stubs and the catalogue."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.answers.entry import KeyEntry
from autograder.answers.key import load_key
from autograder.answers.kinds.true_false import TrueFalseEntry
from autograder.demo.classmates import NOTHING, SHORT, Classmate
from autograder.grading.homework import Homework
from autograder.grading.sources import marked_source, reference_source, stage
from autograder.release.notebooks import to_notebook
from autograder.release.stripping import strip_module
from autograder.release.template import template_files
from reference_solutions.predictions import write_predictions

EXPLANATION = "Because of what the lecture showed about this, as I understood it."


def write_class(
    homework: Homework, classmates: Sequence[Classmate], predictions: Mapping[int, list[int]], out: Path
) -> None:
    """One folder or zip a classmate in `out`."""
    key = load_key(homework.grading_data / "answers.toml")
    for classmate in classmates:
        folder = out / classmate.name
        folder.mkdir(parents=True)
        if classmate.stubs == NOTHING:
            continue
        stage(homework.rubric.assignment.modules, _changed(homework, classmate), folder)
        _write_answers(classmate, homework, key, folder)
        if classmate.epoch:
            last = max(predictions)
            labels = predictions[last if classmate.epoch < 0 else min(classmate.epoch, last)]
            write_predictions(folder / "predictions.csv", labels[:-1] if classmate.epoch == SHORT else labels)
        if classmate.zipped:
            shutil.make_archive(str(folder), "zip", folder)
            shutil.rmtree(folder)


def _changed(homework: Homework, classmate: Classmate) -> dict[str, str]:
    """Sources by module that differ from the reference. Raises KeyError for an unknown variant."""
    catalogue = {variant.id: variant for variant in homework.catalogue}
    sources = {m: strip_module(marked_source(m), f"{m}.py") for m in classmate.stubs}
    for name in classmate.variants:
        variant = catalogue[name]
        sources[variant.module] = variant.source(sources.get(variant.module) or reference_source(variant.module))
    for module, text in classmate.appended.items():
        sources[module] = (sources.get(module) or reference_source(module)) + text
    return sources | classmate.replaced


def _write_answers(classmate: Classmate, homework: Homework, key: Mapping[str, KeyEntry], folder: Path) -> None:
    """The first `right` statements right, the others wrong; nothing where none is right."""
    if not classmate.right:
        return
    statements = {name: entry for name, entry in key.items() if isinstance(entry, TrueFalseEntry)}
    verdicts = {name: entry.value == (i < classmate.right) for i, (name, entry) in enumerate(statements.items())}
    if classmate.answers == "toml":
        lines = [f"{name} = {str(verdict).lower()}" for name, verdict in verdicts.items()]
        lines += [f'{name.replace("answer", "explanation")} = "{EXPLANATION}"' for name in verdicts]
        (folder / "answers.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return
    text = template_files(homework)["notebooks/true_false.py"].decode()
    for name, verdict in verdicts.items():
        text = text.replace(f"{name} = None", f"{name} = {verdict}")
    text = text.replace("*Write your explanation here.*", EXPLANATION)
    (folder / "true_false.ipynb").write_text(to_notebook(text), encoding="utf-8")
