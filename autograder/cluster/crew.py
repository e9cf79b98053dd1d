"""Grades a class on the workers of a dask scheduler, one task a submission."""

from __future__ import annotations

import contextlib
import queue
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import cloudpickle
from distributed import Future

from autograder.cluster import doorman
from autograder.cluster.parcel import Parcel, grade_parcel
from autograder.cluster.roster import Roster
from autograder.cluster.site import Site
from autograder.cluster.unusable import UnusableCluster
from autograder.grading.homework import Homework
from autograder.grading.intake import Submission, stage
from autograder.grading.outcome import Heading, failed, make_result
from autograder.grading.results import Result
from autograder.grading.run import Plan
from autograder.grading.submission import fingerprint

TICK = 1.0  # seconds between looks at who is connected
AHEAD = 2  # parcels under way for each thread, so that none waits for its next; the rest stay on this machine


@dataclass(frozen=True)
class ClusterCrew:
    """The workers of a site. `isolation` is auto, warm or bwrap; `tell` gets lines for the person."""

    open_site: Callable[[], AbstractContextManager[Site]]
    isolation: str
    tell: Callable[[str], None]

    @property
    def forms(self) -> frozenset[str]:
        """Each worker takes the fastest form that isolates there, unless one was asked for."""
        return frozenset({"warm", "bwrap"} if self.isolation == "auto" else {self.isolation})

    def results(self, plan: Plan) -> Generator[Result, None, None]:
        """Grade what is open. Raises UnusableCluster where no worker may grade, or the scheduler is lost."""
        with self.open_site() as site, _doormen(site, plan, self.isolation) as run:
            yield from _Round(site, plan, self.isolation, run, Roster(site, self.tell)).results()


def pack_submission(homework: Homework, submission: Submission) -> Parcel:
    """Take a submission in on this machine, so that workers need no view of its folder. Raises OSError."""
    assignment = homework.rubric.assignment
    with tempfile.TemporaryDirectory(prefix="submission-") as folder:
        staged = stage(submission.source, assignment.modules, assignment.notebooks, Path(folder) / "submission")
        return Parcel.pack(submission.student, fingerprint(submission.source), staged)


@contextlib.contextmanager
def _doormen(site: Site, plan: Plan, isolation: str) -> Iterator[str]:
    """A doorman at each worker, now and later; the name of the run, which is also the topic of their reports."""
    client = site.client
    run = f"{doorman.PREFIX}{client.id}"
    cloudpickle.register_pickle_by_value(doorman)
    try:
        client.run_on_scheduler(doorman.make_ready)
        client.register_plugin(
            doorman.Doorman(run, plan.homework.id, plan.homework.suite, plan.seed, isolation), name=run
        )
    except ModuleNotFoundError as missing:
        raise UnusableCluster(f"{site.place} runs without this course ({missing}): install it there too") from missing
    finally:
        cloudpickle.unregister_pickle_by_value(doorman)
    try:
        yield run
    finally:
        with contextlib.suppress(Exception):  # of a scheduler that is lost there is nothing to take back
            client.unregister_worker_plugin(run)


@dataclass
class _Round:
    """What of one run is under way, and where."""

    site: Site
    plan: Plan
    isolation: str
    run: str
    roster: Roster
    under_way: dict[str, tuple[Heading, Future]] = field(default_factory=dict)
    news: queue.SimpleQueue[Future] = field(default_factory=queue.SimpleQueue)  # tasks that ended
    heard: int = 0  # reports of doormen

    def results(self) -> Iterator[Result]:
        """Keep a few parcels under way for each thread; yield what comes back."""
        waiting, next_look = deque(self.plan.open), 0.0
        while waiting or self.under_way:
            if time.monotonic() >= next_look:
                self._look_around()
                next_look = time.monotonic() + TICK
            while waiting and len(self.under_way) < AHEAD * self.roster.threads:
                yield from self._send(waiting.popleft())
            with contextlib.suppress(queue.Empty):
                yield self._result(self.news.get(timeout=TICK))

    def _look_around(self) -> None:
        """Hear the doormen and have lost workers started again. Raises UnusableCluster where grading cannot go on.

        Reports are asked for, since one that came before a subscription reached the scheduler would be lost.
        """
        client = self.site.client
        try:
            connected = client.sync(client.scheduler.identity, n_workers=-1)["workers"]
            reports = client.get_events(self.run)
        except OSError as error:
            raise self._lost() from error
        for _, report in reports[self.heard :]:
            self.roster.hear(report)
        self.heard = len(reports)
        self.roster.compare(connected, self.site.restore())

    def _send(self, submission: Submission) -> Iterator[Result]:
        """Take a submission in and send it off; yields a result only where that fails."""
        heading = Heading(submission.student, fingerprint(submission.source), self.plan.seed, self.isolation)
        try:
            parcel = pack_submission(self.plan.homework, submission)
        except Exception:
            yield self._failed(heading)
            return
        key = f"{self.run}-{submission.student}"
        future = self.site.client.submit(grade_parcel, self.run, parcel, key=key, resources={self.run: 1})
        self.under_way[key] = heading, future
        future.add_done_callback(self.news.put)

    def _result(self, future: Future) -> Result:
        heading, _ = self.under_way.pop(future.key)
        if future.cancelled():
            raise self._lost()
        try:
            return Result.model_validate_json(future.result())
        except Exception:  # the task's own, or dask's KilledWorker after several workers were lost with it
            return self._failed(heading)

    def _failed(self, heading: Heading) -> Result:
        return make_result(self.plan.homework, heading, failed(self.plan.homework.rubric, traceback.format_exc()))

    def _lost(self) -> UnusableCluster:
        return UnusableCluster(f"{self.site.place} was lost; the results so far are kept, and --resume goes on")
