"""The results table, as markdown and as CSV."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reference_solutions.reproduce.results import Record, Result, shown
from reference_solutions.train.whole_files import write_text

ACCURACIES = ("train", "val", "test")
COLUMNS = ("recipe", "measure", "result", "target", "published", "source", *(f"{part} accuracy" for part in ACCURACIES))
COLUMNS += ("data", "epochs", "time", "hardware", "date")


def rows(results: list[Result]) -> list[dict[str, str]]:
    """A row a run, its cells as text; runs without a record are said to be not run."""
    return [_row(result) for result in results]


def _row(result: Result) -> dict[str, str]:
    recipe, run, records = result.recipe, result.run, result.records
    seconds = [record["seconds"] for record in records]
    return {
        "recipe": recipe.label(run),
        "measure": recipe.measure.replace("val_", "validation ").replace("_", " "),
        "result": result.spread(),
        "target": shown(run.target, recipe),
        "published": shown(run.published, recipe),
        "source": recipe.source if run.published is not None else "",
        **{f"{part} accuracy": _mean(records, f"{part}_accuracy") for part in ACCURACIES},
        "data": "; ".join(sorted({_data(record["data"]) for record in records})),
        "epochs": result.epochs if records else "",
        "time": _duration(sum(seconds) / len(seconds)) if seconds else "",
        "hardware": "; ".join(sorted({_hardware(record["machine"]) for record in records})),
        "date": "; ".join(sorted({record["finished"][:10] for record in records})),
    }


def _hardware(machine: dict[str, str]) -> str:
    return f"{machine['hardware']}, {machine['precision']}"


def _mean(records: Sequence[Record], key: str) -> str:
    found = [record["result"][key] for record in records if key in record["result"]]
    return f"{statistics.mean(found):.2%}" if found else ""


def _data(data: dict[str, Any]) -> str:
    return f"{Path(data['place']).name}, {data['training_images']:,} images"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def write_table(out: Path, results: list[Result], title: str) -> None:
    """OUT/results.md and OUT/results.csv, rebuilt from nothing but the runs' records."""
    cells = rows(results)
    lines = [f"# {title}", "", f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    lines += [f"| {' | '.join(row[column] for column in COLUMNS)} |" for row in cells]
    lines += ["", "The result is that of the last epoch; the time is that of one run, evaluation included."]
    write_text(out / "results.md", "\n".join(lines) + "\n")
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    write_text(out / "results.csv", text.getvalue())
