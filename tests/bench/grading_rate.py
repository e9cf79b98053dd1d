"""Submissions of hw2_cnn by nbgrader's stock autograde, and by `autograder grade` in each form, with equal checks.

Everything is started as a user starts it, one after the other; the machine must be otherwise idle, since processor
time is that of the whole machine. Larger classes are copies of the ten under other names. Scores are compared
check by check.

    python tests/bench/grading_rate.py [--sizes 10 100] [--forms warm bwrap] [--without-nbgrader]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from nbgrader_autograde import HOMEWORK, SEED, Memory, prepare
from nbgrader_class import honest_class
from nbgrader_course import grades, run_nbgrader

from autograder.checks.engine.code import Code
from autograder.checks.engine.collecting import collect
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import find_probe
from autograder.grading.results import Result
from autograder.grading.sources import stage
from autograder.integrations.nbgrader.grade_ids import checks_by_cell

TIMEOUT = 3600
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """What a command took: wall and processor seconds, and the peak of its processes' proportional memory in bytes."""

    seconds: float
    cpu: float
    peak: int


def busy():
    """Processor seconds that the machine has worked, over all processors."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


def cost_of(action):
    """The cost of `action()`."""
    with Memory() as memory:
        began, worked = time.monotonic(), busy()
        action()
        return Cost(time.monotonic() - began, busy() - worked, memory.peak)


def checks_alone(repeats=3):
    """Processor seconds of all probes on the reference in a process that has run them before."""
    probes = [find_probe(name) for name in HOMEWORK.rubric.probes]
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        root = stage(HOMEWORK.rubric.assignment.modules, {}, Path(folder))
        for _ in range(repeats):
            began = time.process_time()
            with Code(root) as code:
                for probe in probes:
                    collect(probe, code, Draws(SEED, probe.name), root)
    return time.process_time() - began


def autograde(root):
    """Stock `nbgrader autograde` of everyone in `root`."""
    done = run_nbgrader(root, "autograde", HOMEWORK.id, timeout=TIMEOUT)
    if done.returncode:
        sys.exit(f"nbgrader autograde failed in {root.name}:\n{done.stderr[-3000:]}")


def autograde_twice(roots):
    """Two stock runs at once, each of half of the class: nbgrader by itself uses one core."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(autograde, roots))


def halves(stock, students):
    """Two copies of the stock course with half of the class each."""
    roots = [stock.with_name(f"stock-{half}") for half in range(2)]
    for half, root in enumerate(roots):
        shutil.copytree(stock, root)
        for student in students[half::2]:
            shutil.rmtree(root / "submitted" / student.name)
    return roots


def enlarge(submitted, size, into):
    """A class of `size` from copies of the submissions in nbgrader's `submitted` tree."""
    originals = sorted(submitted.iterdir())
    for number in range(size):
        shutil.copytree(originals[number % len(originals)] / HOMEWORK.id, into / f"s{number:04}" / HOMEWORK.id)
    return into


def grade(submissions, out, form):
    """`autograder grade` of a folder."""
    command = [sys.executable, "-m", "autograder.cli", "grade", HOMEWORK.id, "--submissions", submissions, "--out", out]
    command += ["--isolation", form, "--seed", str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if done.returncode:
        sys.exit(f"{form}: {done.stderr[-3000:]}")


def scores(out):
    """Automatic scores by submission and check."""
    results = [Result.read(path) for path in sorted((out / "results").glob("*.json"))]
    return {r.student: {c.id: c.score for p in r.problems for c in p.checks if c.status != "manual"} for r in results}


def compare_with_stock(found, stock, names):
    """Stop unless stock nbgrader gave each check of each student the same score."""
    cells = checks_by_cell(HOMEWORK.rubric)
    for student, name in zip(sorted(found), names, strict=True):
        for cell, (theirs, _) in grades(stock, HOMEWORK.id, name).items():
            check = cells.get(cell)
            ours = found[student].get(check.id) if check is not None else None
            if ours is not None and abs(ours - (theirs or 0)) > 1e-6:
                sys.exit(f"{name}: {cell} is worth {ours} by us and {theirs} by stock nbgrader")


def rates(each, stock):
    """How many times nbgrader's rate `each` seconds a submission are; `stock` is what its two forms took."""
    ratios = " and ".join(f"{theirs / each:.1f}" for theirs in stock)
    return f", {ratios} times nbgrader's rate" if stock else ""


def line(name, size, cost, stock=()):
    """One row of the table; returns the seconds a submission."""
    each = cost.seconds / size
    wall = f"{cost.seconds:9.1f} s{each:8.3f} s each"
    print(
        f"  {name:<34}{size:5}{wall}{cost.cpu / size:8.3f} CPU s each {cost.peak / 2**20:6.0f} MiB{rates(each, stock)}",
        flush=True,
    )
    return each


def slopes(measured, form, alone, stock):
    """What each further submission takes, from classes of two sizes: their common costs are not in it."""
    for small, large in pairwise(sorted(size for f, size in measured if f == form)):
        less, more = measured[form, small], measured[form, large]
        each = (more.seconds - less.seconds) / (large - small)
        cpu = (more.cpu - less.cpu) / (large - small)
        taken = f"{each:.3f} s, {cpu:.3f} CPU s, {cpu / alone:.1f} times the probes"
        print(f"  {form}, each beyond {small}: {taken}{rates(each, stock)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100], help="classes to grade, smallest first")
    parser.add_argument("--forms", nargs="+", default=["warm", "bwrap"])
    parser.add_argument("--without-nbgrader", action="store_true", help="leave out the comparison")
    options = parser.parse_args()
    students, stock = honest_class(HOMEWORK, 10), ()
    names = sorted(student.name for student in students)
    alone = checks_alone()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        ours, course = prepare(students, folder)
        print(f"{HOMEWORK.id}, {os.cpu_count()} cores; the probes alone, warm: {alone:.3f} CPU s")
        if not options.without_nbgrader:
            roots = halves(course, students)
            ways = {"": lambda: autograde(course), ", two at once": lambda: autograde_twice(roots)}
            stock = [line(f"nbgrader autograde{how}", len(students), cost_of(way)) for how, way in ways.items()]
        measured = {}
        for size in sorted(options.sizes):
            submissions = enlarge(ours / "submitted", size, folder / f"class-{size}")
            found = []
            for form in options.forms:
                out = folder / f"{form}-{size}"
                measured[form, size] = cost_of(lambda at=(submissions, out, form): grade(*at))
                line(f"autograder grade, {form}", size, measured[form, size], stock)
                found.append(scores(out))
            if any(scores_of_form != found[0] for scores_of_form in found):
                sys.exit("the forms give different scores")
            if size == len(students) and not options.without_nbgrader:
                compare_with_stock(found[0], course, names)
        for form in options.forms:
            slopes(measured, form, alone, stock)


if __name__ == "__main__":
    main()
