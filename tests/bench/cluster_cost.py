"""What a cluster costs on top of grading: a parcel's bytes, dask's part of a task, a station's start, memory.

A scheduler and one worker are started on this machine as their users start them; the class is ten
submissions of hw2_cnn.

    python tests/bench/cluster_cost.py [--tasks 300] [--threads 2]
"""

import argparse
import operator
import pickle
import statistics
import sys
import tempfile
import time
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import jupytext
import psutil
from cluster.dask_cluster import Cluster
from distributed import as_completed
from nbgrader_autograde import HOMEWORK, SEED, Memory
from nbgrader_class import honest_class, work

from autograder.cluster.crew import ClusterCrew, _doormen, pack_submission
from autograder.cluster.site import Site, scheduler_site
from autograder.grading.intake import find_submissions
from autograder.grading.run import plan_run, run


def hand_in(student, folder):
    """Modules, predictions and answered notebooks, but for the figures that students' notebooks hold."""
    folder.mkdir(parents=True)
    for notebook in (HOMEWORK.folder / "notebooks").glob("*.py"):
        jupytext.write(jupytext.read(notebook), folder / f"{notebook.stem}.ipynb")
    work(student, HOMEWORK, folder)


def cpu(process):
    """Processor seconds of a process and of those that it started."""
    family = [process, *process.children(recursive=True)]
    times = [p.cpu_times() for p in family]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def null_tasks(client, parcels, tasks, under_way):
    """Send parcels that nobody grades, a few at a time; wall seconds."""
    keys = (f"null-{number}" for number in range(tasks))
    sent = (client.submit(operator.attrgetter("student"), parcel, key=key) for key, parcel in zip(keys, cycle(parcels)))
    began = time.monotonic()
    waiting = as_completed(islice(sent, under_way), loop=client.loop)
    for _ in waiting:
        for future in islice(sent, 1):
            waiting.add(future)
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, closing(Cluster(Path(name))) as cluster:
        folder = Path(name)
        for student in honest_class(HOMEWORK, 10):
            hand_in(student, folder / "class" / student.name)
        submissions = find_submissions(folder / "class", HOMEWORK.id)
        plan = plan_run(HOMEWORK, submissions, folder / "out", SEED, False, set())
        began = time.process_time()
        parcels = [pack_submission(HOMEWORK, s) for s in submissions]
        intake = (time.process_time() - began) / len(submissions)
        sizes = [len(pickle.dumps(parcel)) for parcel in parcels]
        mean, largest = statistics.mean(sizes) / 1024, max(sizes) / 1024
        print(f"a parcel: {mean:.0f} KiB, at most {largest:.0f} KiB; intake {intake * 1000:.1f} CPU ms")
        cluster.start()
        cluster.worker(threads=options.threads)
        with cluster.client() as client:
            client.wait_for_workers(1, timeout=600)
            everyone = [psutil.Process(), *(psutil.Process(p.pid) for p in cluster.processes)]
            before = [cpu(p) for p in everyone]
            seconds = null_tasks(client, parcels, options.tasks, 2 * options.threads)
            spent = [(cpu(p) - b) / options.tasks * 1000 for p, b in zip(everyone, before)]
            shares = ", ".join(f"{s:.1f} {n}" for s, n in zip(spent, ("here", "scheduler", "worker")))
            print(f"a task that does nothing: {seconds / options.tasks * 1000:.1f} ms; CPU ms: {shares}")
            before, began = cpu(everyone[2]), time.monotonic()
            with _doormen(Site(client, "here"), plan, "auto") as run_name:
                while not client.get_events(run_name):
                    time.sleep(0.05)
                assert client.get_events(run_name)[0][1]["refused"] is None
                seconds, spent = time.monotonic() - began, cpu(everyone[2]) - before
                print(f"a station's start, torch imported and the reference run: {seconds:.1f} s, {spent:.1f} CPU s")
        before, began = cpu(everyone[2]), time.monotonic()
        with Memory() as memory:
            graded = run(plan, ClusterCrew(lambda: scheduler_site(cluster.address), "auto", print))
        print(
            f"ten submissions with a station's start: {time.monotonic() - began:.1f} s, {cpu(everyone[2]) - before:.1f}"
        )
        print(f"peak memory with the scheduler: {memory.peak / 2**20:.0f} MiB; {sum(r.score for r in graded):g} points")


if __name__ == "__main__":
    main()
