"""Keeps a log of one training run, which is handed in with your homework.

    from run_log import RunLog

    log = RunLog("baseline", model="lenet5", optimizer="adam", learning_rate=1e-3, batch_size=64)
    for epoch in range(EPOCHS):
        ...                                             # train and validate
        log.epoch(train_loss=0.71, train_accuracy=0.82, val_loss=0.69, val_accuracy=0.83)
    log.finish(test_accuracy=0.81)

writes runs/baseline.json, anew after every epoch, so that a run that was cut short is not lost. Losses are plain
numbers, accuracies shares between 0 and 1. Give each run a name of its own (letters, digits, - and _). To start a run
of the same name again keeps the earlier log as runs/baseline.1.json, which is not graded; RunLog(..., resume=True)
goes on with the earlier log if its settings are the same. Needs nothing but Python.

`python run_log.py` lists the runs that you have so far, and `python run_log.py FOLDER` those in another folder.
"""

import json
import math
import re
import sys
import time
import warnings
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class RunLog:
    """The log of one run. `settings` are what you chose: learning_rate=0.1, batch_size=64, dropout=0.5, ..."""

    def __init__(self, name, /, *, folder="runs", resume=False, **settings):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"a run's name has letters, digits, - and _ only, unlike {name!r}")
        self.path = Path(folder) / f"{name}.json"
        self.record = {
            "schema": 1,
            "name": name,
            "settings": {key: _setting(key, value) for key, value in settings.items()},
            "epochs": [],
            "final": None,
            "diverged": False,
            "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "seconds": 0.0,
        }
        earlier = _earlier(self.path)
        if resume and earlier is not None:
            if earlier.get("settings") != self.record["settings"]:
                raise ValueError(f"{self.path} was begun with other settings: {earlier.get('settings')}")
            self.record = earlier
        elif earlier is None or earlier["epochs"]:
            _put_aside(self.path)
        self._began = time.monotonic() - self.record["seconds"]
        self._save()

    @property
    def epochs(self):
        """How many epochs are logged so far."""
        return len(self.record["epochs"])

    def epoch(self, **numbers):
        """Log one epoch's numbers, named as you like: train_loss, val_accuracy, learning_rate, ...

        A number that is not finite is kept as missing, and the run is marked as diverged.
        """
        if self.record["final"] is not None:
            raise ValueError(f"{self.path} is finished: start a new RunLog before you log another epoch")
        if not numbers:
            raise ValueError("log.epoch() needs numbers: log.epoch(train_loss=..., val_accuracy=...)")
        row = {"epoch": self.epochs + 1, "seconds": self._seconds()}
        for key in numbers:
            if key in row:
                raise ValueError(f"{key!r} is logged by itself; leave it out of log.epoch()")
        row.update({key: self._number(key, value, f"epoch {self.epochs + 1}") for key, value in numbers.items()})
        self.record["epochs"].append(row)
        self._save()

    def finish(self, **numbers):
        """Log the final numbers, such as test_accuracy, and end the run."""
        if self.record["final"] is not None:
            raise ValueError(f"{self.path} is finished already")
        self.record["final"] = {key: self._number(key, value, "the final numbers") for key, value in numbers.items()}
        self._save()

    def _seconds(self):
        return round(time.monotonic() - self._began, 3)

    def _number(self, key, value, where):
        value = value.item() if hasattr(value, "item") else value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{key} in {where} is {value!r}: give one number")
        if not math.isfinite(value):
            warnings.warn(f"{key} in {where} is {value}: training has diverged, which the log now says", stacklevel=3)
            self.record["diverged"] = True
            return None
        if "accuracy" in key and not 0 <= value <= 1:
            raise ValueError(f"{key} in {where} is {value}: an accuracy is a share between 0 and 1")
        return value

    def _save(self):
        self.record["seconds"] = self._seconds()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_suffix(".json.part")
        aside.write_text(json.dumps(self.record, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        aside.replace(self.path)


def _setting(key, value):
    value = value.item() if hasattr(value, "item") else value
    value = list(value) if isinstance(value, tuple) else value
    parts = value if isinstance(value, list) else [value]
    if not all(part is None or isinstance(part, (str, int, float)) for part in parts):
        raise ValueError(f"setting {key} is {value!r}: give a number, text, True or False, or a list of these")
    if any(isinstance(part, float) and not math.isfinite(part) for part in parts):
        raise ValueError(f"setting {key} is {value!r}: give a finite number")
    return value


def _earlier(path):
    """The log in `path`, or None where there is none that can be read."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and isinstance(record.get("epochs"), list) else None


def _put_aside(path):
    if path.exists():
        number = 1
        while path.with_suffix(f".{number}.json").exists():
            number += 1
        path.replace(path.with_suffix(f".{number}.json"))


def describe(path):
    """One line on the log in `path`: how long it is, whether it is finished, its settings."""
    record = _earlier(path)
    if record is None:
        return f"{path.name}: cannot be read as a log"
    final = record.get("final")
    end = "NOT FINISHED" if final is None else ", ".join(f"{key} {value}" for key, value in final.items()) or "finished"
    settings = ", ".join(f"{key} {value}" for key, value in record.get("settings", {}).items())
    diverged = ", diverged" if record.get("diverged") else ""
    return f"{path.stem}: {len(record['epochs'])} epochs{diverged}, {end}; {settings or 'no settings'}"


if __name__ == "__main__":
    runs = Path(sys.argv[1] if len(sys.argv) > 1 else "runs")
    logs = sorted(p for p in runs.glob("*.json") if _NAME.fullmatch(p.stem))
    print("\n".join(map(describe, logs)) or f"there are no logs in {runs}")
