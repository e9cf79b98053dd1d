"""Everything that needs a GPU, in one go: `make gpu DATA=DIR`, or `python tests/gpu_results.py --data DIR --out DIR`.

The tests marked gpu, the benchmarks of kernels and of training, ResNet-20 to 90%, ResNet-44 with batch augmentation
for a few epochs. Each step leaves NAME.log in --out; summary.md says what came out. Perhaps 20 minutes; trainings that
were cut off go on where they stopped. Exit status 1 where a step failed, 2 where there is no GPU or no data.
"""

from __future__ import annotations

import argparse
import csv
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch

ROOT = Path(__file__).parents[1]
ACCURACY, SECONDS = 0.90, 60
SHORT_EPOCHS = 4  # of batch augmentation's 100: M = 32 alone trains on 1.6 million images an epoch


@dataclass(frozen=True)
class Step:
    """A command (arguments of Python), and what of its outcome the summary quotes: from its log, or from --out."""

    name: str
    arguments: list[str]
    quoted: Callable[[Path, str], Iterator[str]]


def steps(data: Path, out: Path) -> list[Step]:
    """In the order of how much one wants to know them."""
    reproduce = ["-m", "reference_solutions.reproduce"]
    how = ["--data", f"cifar10={data}", "--device", "cuda", "--cuda-graphs"]
    fast = ["hw2_cnn", "--only", "hw2-resnet20-fast", "--seeds", "3", "--out", str(out / "hw2_cnn")]
    many = ["hw3_training", "--only", "hw3-batch-augmentation", "--epochs", str(SHORT_EPOCHS)]
    bench = "tests/bench/kernels.py"
    return [
        Step("tests", ["-m", "pytest", "-q", "-m", "gpu", "tests/reference", "tests/train"], last_line),
        Step("kernels", [bench, "--json", str(out / "kernels.json")], lines_with("->", "float")),
        Step("throughput", ["tests/bench/train_throughput.py", "--device", "cuda"], lines_with("images", "ratio")),
        Step("resnet20", [*reproduce, *fast, *how], lambda out, log: resnet20(out / "hw2_cnn")),
        Step(
            "batch-augmentation",
            [*reproduce, *many, "--out", str(out / "hw3_training"), *how],
            lambda out, log: batch_augmentation(out / "hw3_training"),
        ),
        Step("tiles", [bench, "--sweep"], lines_with("fastest first", "tile")),
    ]


def last_line(out: Path, log: str) -> Iterator[str]:
    """The log's."""
    yield from log.strip().splitlines()[-1:]


def lines_with(*words: str) -> Callable[[Path, str], Iterator[str]]:
    """A quotation of the log's lines that have one of the words."""
    return lambda out, log: (line for line in log.splitlines() if any(word in line for word in words))


def resnet20(out: Path) -> Iterator[str]:
    """Each seed's last accuracy, its seconds, and those until an evaluation first reached the aim."""
    for path in sorted(out.glob("hw2-resnet20-fast/seed-*/metrics.csv")):
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        taken, reached = 0.0, "never"
        for row in rows:
            taken += float(row["seconds"])
            if reached == "never" and float(row["test_accuracy"]) >= ACCURACY:
                reached = f"after {taken:.1f} s"
        last = float(rows[-1]["test_accuracy"])
        met = "reached" if last >= ACCURACY and taken < SECONDS else "missed"
        yield (
            f"{path.parent.name}: {last:.2%} after {len(rows)} epochs and {taken:.1f} s, evaluation included; first at "
            f"{ACCURACY:.0%} {reached}; aim {ACCURACY:.0%} in {SECONDS} s: {met}"
        )


def batch_augmentation(out: Path) -> Iterator[str]:
    """The rows of the results table that were run."""
    path = out / "results.csv"
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["result"] != "not run" and row["recipe"].startswith("hw3-batch-augmentation"):
                    yield f"{row['recipe']}: {row['result']} {row['measure']}, {row['epochs']} epochs, {row['time']}"


@dataclass(frozen=True)
class Outcome:
    """How a step ended, and what the summary says of it."""

    step: Step
    status: int
    seconds: float
    said: list[str]


def run_step(step: Step, out: Path) -> Outcome:
    """Run it; its output goes to NAME.log and nowhere else."""
    print(f"{step.name} ... ", end="", flush=True)
    started, path = time.perf_counter(), out / f"{step.name}.log"
    with path.open("w", encoding="utf-8") as log:
        ended = subprocess.run([sys.executable, *step.arguments], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    seconds = time.perf_counter() - started
    print(f"{'done' if not ended.returncode else f'exit status {ended.returncode}, see {path}'}, {seconds:.0f} s")
    said = list(step.quoted(out, path.read_text(encoding="utf-8", errors="replace")))
    return Outcome(step, ended.returncode, seconds, said)


def summary(machine: str, outcomes: list[Outcome]) -> str:
    """summary.md."""
    lines = ["# Results on a GPU", "", machine, ""]
    for outcome in outcomes:
        status = "done" if not outcome.status else f"FAILED, exit status {outcome.status}"
        lines += [f"## {outcome.step.name}: {status}, {outcome.seconds:.0f} s", ""]
        lines += [f"`python {' '.join(outcome.step.arguments)}`", "", "```", *outcome.said, "```", ""]
    return "\n".join(lines)


def machine() -> str:
    """GPU, versions and date in a line."""
    try:
        triton = __import__("triton").__version__
    except ImportError:
        triton = "missing"
    versions = f"torch {torch.__version__}, Triton {triton}, Python {platform.python_version()}"
    return f"{torch.cuda.get_device_name()}, {versions}, {datetime.now(UTC).isoformat(timespec='minutes')}"


def main() -> int:
    """Run the steps, or say why not."""
    names = [step.name for step in steps(Path(), Path())]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="CIFAR-10 as images: train/CLASS/* and test/CLASS/*")
    parser.add_argument("--out", type=Path, default=Path("gpu-results"))
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="STEP", help=", ".join(names))
    given = parser.parse_args()
    if not torch.cuda.is_available():
        print(f"no GPU here: torch {torch.__version__} sees no CUDA device, so nothing was run", file=sys.stderr)
        return 2
    if given.data is None or not all((given.data / part).is_dir() for part in ("train", "test")):
        print(f"--data {given.data}: expected a folder with CIFAR-10's train/CLASS/* and test/CLASS/*", file=sys.stderr)
        return 2
    data, out = given.data.resolve(), given.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for step in steps(data, out):
        if step.name in given.only:
            outcomes.append(run_step(step, out))
            (out / "summary.md").write_text(summary(machine(), outcomes), encoding="utf-8")
    print(f"all of it in {out}, in short in {out / 'summary.md'}")
    return int(any(outcome.status for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
