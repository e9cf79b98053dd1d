"""What a run leaves in its folder, apart from the checkpoint."""

from __future__ import annotations

import csv
import io
import json
import math
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from reference_solutions.predictions import write_predictions
from reference_solutions.train.device import Execution, hardware
from reference_solutions.train.trainer import Row
from reference_solutions.train.whole_files import write_text, write_whole


def write_metrics(path: Path, rows: Sequence[Row]) -> None:
    """One CSV row an epoch, or a step of the landscape."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def write_record(path: Path, record: dict[str, Any]) -> None:
    """As JSON. Raises ValueError for a number that is not finite."""
    write_text(path, json.dumps(record, indent=2, allow_nan=False) + "\n")


def finite(value: Any) -> Any:
    """`value` with None for each number in it that JSON has no word for."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def machine(execution: Execution, captured: bool, kernels: int) -> dict[str, Any]:
    """Versions, hardware, and how the run was computed: whether from a CUDA graph, with how many layers as kernels."""
    return {
        "hardware": hardware(execution.device),
        "device": str(execution.device),
        "precision": execution.precision,
        "channels_last": execution.channels_last,
        "compile": execution.compile,
        "cuda_graphs": captured,
        "kernels": kernels,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda if execution.device.type == "cuda" else None,
    }


def write_curves(path: Path, rows: Sequence[Row], title: str) -> None:
    """Loss and accuracy over the epochs, side by side, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.5), layout="constrained")
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for part, name in (("train", "training"), ("val", "validation"), ("test", "test")):
            points = [(row["epoch"], row[f"{part}_{quantity}"]) for row in rows if f"{part}_{quantity}" in row]
            if points:
                axes.plot(*zip(*points, strict=True), label=name, marker="." if len(points) < 40 else "")
        axes.set(xlabel="epoch", ylabel=quantity)
        axes.grid(alpha=0.3)
        if rows:
            axes.legend()
    figure.suptitle(title)
    write_whole(path, lambda file: figure.savefig(file, format="png", dpi=120))


def write_weights(path: Path, weights: dict[str, Tensor]) -> None:
    """The state_dict as safetensors, in the usual memory format."""
    from safetensors.torch import save

    data = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})
    write_whole(path, lambda file: file.write(data))


def write_predicted(path: Path, labels: list[int], ids: list[int]) -> None:
    """predictions.csv, written aside and renamed."""
    aside = path.with_name(f"{path.name}.part")
    write_predictions(aside, labels, ids)
    aside.replace(path)
