"""A SLURM of one node in a temporary folder, from Debian's packages, without cgroups and without accounting."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .dask_cluster import free_port, wait_for

DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch")
INSTALL = "apt-get install slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge"
CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


@contextlib.contextmanager
def slurm(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which sbatch, squeue and scancel find the SLURM that runs until the context ends."""
    missing = [name for name in DAEMONS if shutil.which(name) is None and not Path("/usr/sbin", name).is_file()]
    if missing or os.getuid() != 0:
        pytest.fail(f"needs root, and {', '.join(missing) or 'has what it needs'}: {INSTALL}", pytrace=False)
    for part in ("state", "spool"):
        (folder / part).mkdir(parents=True)
    key, configuration = folder / "munge.key", folder / "slurm.conf"
    key.write_bytes(secrets.token_bytes(256))
    key.chmod(0o400)
    host = socket.gethostname().partition(".")[0]
    configuration.write_text(
        CONFIGURATION.format(host=host, folder=folder, controller=free_port(), node=free_port()), encoding="utf-8"
    )
    own = [
        f"--{name}={folder}/munge.{name.partition('-')[0]}" for name in ("socket", "pid-file", "log-file", "seed-file")
    ]
    with contextlib.ExitStack() as running:
        running.enter_context(
            _daemon(
                folder,
                "munged",
                "--foreground",
                "--force",
                f"--key-file={key}",
                f"--socket={folder}/munge.socket",
                *own,
            )
        )
        wait_for((folder / "munge.socket").exists)
        running.enter_context(_daemon(folder, "slurmctld", "-D", "-f", str(configuration)))
        running.enter_context(_daemon(folder, "slurmd", "-D", "-f", str(configuration), "-N", host))
        environment = {**os.environ, "SLURM_CONF": str(configuration)}
        wait_for(lambda: asked(environment, "sinfo", "-h", "-o", "%t") == ["idle"])
        yield environment


def asked(environment: dict[str, str], *command: str) -> list[str]:
    """What one of SLURM's commands prints, by line."""
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout.split()


@contextlib.contextmanager
def _daemon(folder: Path, name: str, *options: str) -> Iterator[None]:
    path = shutil.which(name) or f"/usr/sbin/{name}"
    with open(folder / f"{name}.out", "wb") as log:
        process = subprocess.Popen([path, *options], stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
