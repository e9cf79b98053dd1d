"""A dask scheduler to grade at, found by its address."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import dask
from distributed import Client
from distributed.security import Security

from autograder.cluster.unusable import UnusableCluster

CONNECT_SECONDS = 8.0
LOGGERS = ("distributed", "distributed.client", "tornado.application")  # those to which dask gives a level of their own
DASK = {
    "distributed.admin.large-graph-warning-threshold": "1 GiB",  # a parcel is part of its graph, to be sent again
    "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
}


def leave_alone() -> int:
    """Leave the workers to whoever started them; the first one that reports speaks for all."""
    return 1


@dataclass(frozen=True)
class Site:
    """A connected scheduler.

    place: its name in messages; patience: seconds without a worker that might grade; restore: called every
    second, starts again what was lost and returns how many workers to hear of before all can be said to be
    refused; it raises UnusableCluster where none is left and none can come.
    """

    client: Client
    place: str
    patience: float = 60.0
    restore: Callable[[], int] = leave_alone


@contextlib.contextmanager
def quiet_dask(more: Mapping[str, str]) -> Iterator[None]:
    """dask configured for grading, and without its log: what matters is said in our own words."""
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set({**DASK, **more}):
        yield


@contextlib.contextmanager
def scheduler_site(address: str) -> Iterator[Site]:
    """The scheduler at `address`, tcp://HOST:PORT or tls://HOST:PORT. Raises UnusableCluster."""
    with quiet_dask({}):
        if address.startswith("tls://"):
            _find_certificates(address)
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            reason = str(error).split("\n")[0]
            raise UnusableCluster(f"the scheduler {address} cannot be reached: {reason}") from error
        with client:
            yield Site(client, f"the scheduler {address}")


def _find_certificates(address: str) -> None:
    """Have dask read the certificates that it is configured with. Raises UnusableCluster when it cannot."""
    found = Security()
    if not (found.tls_ca_file and found.tls_client_cert):
        raise UnusableCluster(
            f"{address} needs certificates: name them in ~/.config/dask/distributed.yaml, below distributed.comm.tls, "
            "as ca-file, client.cert and client.key"
        )
    try:
        found.get_connection_args("client")
    except (OSError, ValueError) as error:
        files = f"ca-file {found.tls_ca_file}, client.cert {found.tls_client_cert}, client.key {found.tls_client_key}"
        raise UnusableCluster(
            f"{address} needs certificates, and those of distributed.comm.tls cannot be read ({files}): {error}"
        ) from error
