"""The untrusted process: imports a submission, runs probes on it, writes evidence to a pipe.

Started as `python -m autograder.checks.engine.worker FD` with a job as JSON on standard input:
`{"root", "seed", "probes", "threads", "uid", "limits": {name: number}}`. Privileges and limits are
dropped before torch or any student code is loaded. Everything written to FD is a claim, never a verdict.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any


def drop_privileges(job: dict[str, Any]) -> None:
    """Give up root (where the sandbox was entered as root) and set the kernel's limits."""
    if os.getuid() == 0 and job.get("uid"):
        os.setgroups([])
        os.setresgid(job["uid"], job["uid"], job["uid"])
        os.setresuid(job["uid"], job["uid"], job["uid"])
    for name, number in job.get("limits", {}).items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        number = number if hard == resource.RLIM_INFINITY else min(number, hard)
        # two seconds between SIGXCPU, which says what happened, and SIGKILL
        top = number + 2 if name == "CPU" and hard == resource.RLIM_INFINITY else number
        resource.setrlimit(kind, (number, top))


def main(fd: int) -> None:
    """Run the job that standard input describes."""
    job = json.loads(sys.stdin.read())
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    drop_privileges(job)

    import torch

    from autograder.checks.engine.code import Code
    from autograder.checks.engine.collecting import stream
    from autograder.checks.engine.draws import Draws
    from autograder.checks.engine.evidence import Value, encode_frame
    from autograder.checks.engine.probe import find_probe

    torch.set_num_threads(job["threads"])
    probes = [find_probe(name) for name in job["probes"]]

    def send(event: str, value: Value | None = None, **fields: Any) -> None:
        frame = encode_frame({"event": event, **fields}, value)
        while frame:
            frame = frame[os.write(fd, frame) :]

    def on_import(name: str, done: bool) -> None:
        send("imported" if done else "importing", module=name)

    root = Path(job["root"])
    send("ready")
    with Code(root, on_import) as code:
        for probe in probes:
            send("begin", probe=probe.name)

            def sink(key: str, value: Value, probe: str = probe.name) -> None:
                send("evidence", value, probe=probe, key=key)

            finish = stream(probe, code, Draws(job["seed"], probe.name), root, sink)
            violations = list(finish.violations)
            send("end", probe=probe.name, ending=finish.ending, message=finish.message, violations=violations)
        send("done")
    sys.stdout.flush()
    with contextlib.suppress(Exception):
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
