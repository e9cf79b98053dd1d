"""`nbgrader autograde` of a class in hw2_cnn: with our plugin, and stock with equal checks in the kernel.

Both commands are started as a user starts them, for the whole class, one after the other on an otherwise idle
machine. The submissions are the same; the stock notebooks hold graded cells only, so no training is run in them.

    python tests/bench/nbgrader_autograde.py [--students N]
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "integrations"))

from nbgrader_class import hand_in, honest_class, with_few_mistakes
from nbgrader_course import grades, run_nbgrader
from stock_course import write_stock_course

from autograder.grading.homework import find_homework
from autograder.grading.processes import descendants, resident
from autograder.integrations.nbgrader.course import generate_assignment, write_source
from autograder.release.kit import kit_files

HOMEWORK = find_homework("hw2_cnn")
SEED = 271828
TIMEOUT = 600


class Memory:
    """Polls the memory of all processes below this one while it is entered; `peak` is in bytes."""

    def __enter__(self):
        self.peak, self._ended = 0, threading.Event()
        self._thread = threading.Thread(target=self._poll)
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        self._thread.join()

    def _poll(self):
        while not self._ended.wait(0.25):
            self.peak = max(self.peak, resident(descendants(os.getpid())[1:]))


def prepare(students, folder):
    """Both course roots, released and handed in to."""
    ours, stock = folder / "ours", folder / "stock"
    source = write_source(HOMEWORK, kit_files(with_few_mistakes(HOMEWORK)), ours)
    write_stock_course(HOMEWORK, source, stock, SEED)
    for root in (ours, stock):
        generate_assignment(HOMEWORK.id, root) if root is ours else run_nbgrader(root, "generate_assignment", "hw2_cnn")
        for student in students:
            hand_in(student, HOMEWORK, root / "release" / "hw2_cnn", root / "submitted" / student.name / "hw2_cnn")
    (ours / ".autograder").mkdir()
    (ours / ".autograder" / "seed").write_text(f"{SEED}\n")
    return ours, stock


def autograde(root):
    """Seconds and peak memory in MiB of `nbgrader autograde` for the class in `root`."""
    with Memory() as memory:
        began = time.monotonic()
        done = run_nbgrader(root, "autograde", "hw2_cnn", timeout=TIMEOUT)
        seconds = time.monotonic() - began
    if done.returncode:
        sys.exit(f"nbgrader autograde failed in {root.name}:\n{done.stderr[-3000:]}")
    return seconds, memory.peak / 2**20


def compare(students, ours, stock):
    """Stop unless both gave the same automatic score in every cell of every student."""
    for student in students:
        mine, theirs = (grades(root, "hw2_cnn", student.name) for root in (ours, stock))
        differing = {cell: (mine[cell][0], theirs[cell][0]) for cell in mine if mine[cell][0] != theirs[cell][0]}
        if differing or mine.keys() != theirs.keys():
            sys.exit(f"{student.name}: scores differ (ours, stock): {differing}")
        print(f"  {student.name:<24}{sum(score or 0 for score, _ in mine.values()):g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=10, help="size of the class, at most 10")
    students = honest_class(HOMEWORK, parser.parse_args().students)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ours, stock = prepare(students, Path(folder))
        measured = {"with the plugin": autograde(ours), "stock, checks in the kernel": autograde(stock)}
        print(f"nbgrader autograde hw2_cnn, {len(students)} submissions, {os.cpu_count()} cores")
        for name, (seconds, peak) in measured.items():
            print(f"  {name:<30}{seconds:7.1f} s {seconds / len(students):6.1f} s each   peak {peak:6.0f} MiB")
        (mine, _), (theirs, _) = measured.values()
        print(f"  ratio {theirs / mine:.1f}; automatic scores, the same in both:")
        compare(students, ours, stock)


if __name__ == "__main__":
    main()
