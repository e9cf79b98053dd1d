"""What a run says while it goes: a bar with images a second and time left, and a line an epoch."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class TrainingProgress:
    """A bar over the images of the epochs that are left; on no terminal, only the lines."""

    def __init__(self, console: Console, epochs: int, done: int, images: int) -> None:
        """images: those of an epoch; done: epochs of earlier sittings."""
        self.console, self.epochs, self.images = console, epochs, images
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rate]:>7.0f} images/s"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._task = self._bar.add_task(f"epoch {done + 1}/{epochs}", total=(epochs - done) * images, rate=0.0)
        self._seen, self._started = 0, time.perf_counter()

    def __enter__(self) -> TrainingProgress:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def batch(self, images: int) -> None:
        """So many images more have been trained on."""
        self._seen += images
        rate = self._seen / max(time.perf_counter() - self._started, 1e-9)
        self._bar.update(self._task, advance=images, rate=rate)

    def epoch(self, row: dict[str, Any]) -> None:
        """An epoch is over; `row` are its metrics."""
        shown = [f"loss {row['train_loss']:.3f}", f"train {row['train_accuracy']:.1%}"]
        shown += [f"{part} {row[f'{part}_accuracy']:.1%}" for part in ("val", "test") if f"{part}_accuracy" in row]
        left = (self.epochs - row["epoch"]) * row["seconds"]
        shown += [f"{row['images_per_second']:.0f} images/s", f"{left:.0f} s left"]
        self.console.print(f"epoch {row['epoch']}/{self.epochs}  {'  '.join(shown)}", highlight=False)
        self._bar.update(self._task, description=f"epoch {min(row['epoch'] + 1, self.epochs)}/{self.epochs}")
