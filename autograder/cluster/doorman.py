"""Sits at each worker and opens a station there, or says why not.

It is pickled by value (see crew.py), so that a worker without this package can say so too: it must import
nothing of the package at its top.
"""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from distributed import Scheduler, Status, Worker, WorkerPlugin

PREFIX = "autograder-"
CLOSING_SECONDS = 10.0  # a station that hangs while it opens holds up the end of the run no longer


@dataclass
class Doorman(WorkerPlugin):  # type: ignore[misc]
    """dask runs `setup` on every worker, also on those that join later, and `teardown` when the run ends.

    run: name of this plugin, of the resource that an open station offers, and of the topic on which the
    doorman reports; the rest describes the run. A task asks for one of the resource, so no task comes to a
    worker that was refused.
    """

    run: str
    homework: str
    suite: str
    seed: int
    isolation: str
    idempotent: bool = True
    station: Any = None
    _opening: Any = field(default=None, repr=False)
    _closing: Any = field(default=None, repr=False)

    def setup(self, worker: Worker) -> None:
        """Begin to open a station; not awaited, since a worker that takes long to set up counts as lost."""
        self._opening = asyncio.ensure_future(self._open(worker))

    async def teardown(self, worker: Worker) -> None:
        """Close what was opened, and what is being opened as soon as it is; waits for that a few seconds."""
        self._closing = asyncio.ensure_future(self._close())
        await asyncio.wait({self._closing}, timeout=CLOSING_SECONDS)

    async def _close(self) -> None:
        await self._opening
        if self.station is not None:
            await asyncio.to_thread(self.station.close)

    async def _open(self, worker: Worker) -> None:
        threads, refused = worker.state.nthreads, None
        try:
            self.station = await asyncio.to_thread(self._new_station, Path(worker.local_directory), threads)
        except Exception as reason:
            refused = (str(reason) or type(reason).__name__).splitlines()[0]
        else:
            await worker.set_resources(**{self.run: threads})
            _ask_for_waiting_tasks(worker)
        worker.log_event(self.run, {"worker": worker.address, "threads": threads, "refused": refused})

    def _new_station(self, folder: Path, threads: int) -> Any:
        from autograder.cluster.station import Station

        return Station(self.homework, self.suite, self.seed, self.isolation, folder / self.run, threads)


def _ask_for_waiting_tasks(worker: Worker) -> None:
    """Have the scheduler give this worker the tasks that no worker could take until now.

    It looks for them when a worker joins or resumes, not when one offers another resource.
    """
    if worker.status is Status.running:
        worker.status = Status.paused
        worker.status = Status.running


async def make_ready(dask_scheduler: Scheduler) -> None:
    """At the scheduler: end what killed runs left, and make sure that parcels can be handed on.

    Raises ModuleNotFoundError where the scheduler cannot import the package.
    """
    importlib.import_module("autograder.cluster.parcel")
    for name in list(dask_scheduler.worker_plugins):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in dask_scheduler.clients:
            await dask_scheduler.unregister_worker_plugin(comm=None, name=name)
