"""Which parts of the machine a worker sees: Python and the probes, nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import autograder

_PACKAGE = Path(autograder.__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_PRIVATE = ("autograder", "reference_solutions", "grading_data", "student_template")
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
_CONFIGURATION = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime")
GRADER = "/grader"
SUBMISSION = "/submission"


def system_mounts(hidden: Sequence[Path]) -> list[str]:
    """bubblewrap arguments for a read-only system without the grader's own files and without `hidden`."""
    steps: dict[Path, tuple[str, ...]] = {}
    for root in _python_roots():
        steps[root] = ("--ro-bind", str(root), str(root))
    for folder in _to_mask(hidden):
        if folder not in steps and any(folder.is_relative_to(root) for root in steps):
            steps[folder] = ("--perms", "0755", "--tmpfs", str(folder))
    arguments: list[str] = []
    for path in sorted(steps, key=lambda p: len(p.parts)):
        arguments += [*_parents(path), *steps[path]]
    for path, step in steps.items():
        arguments += ["--remount-ro", str(path)] if "--tmpfs" in step else []
    arguments += [*_links(), *_parents(Path("/etc/x"))]
    return arguments + [a for path in _CONFIGURATION for a in ("--ro-bind-try", path, path)]


def grader_mounts() -> list[str]:
    """bubblewrap arguments that put the probes in place."""
    package = f"{GRADER}/autograder"
    return [
        *_parents(Path(package) / "x"),
        *("--ro-bind", str(_PACKAGE / "__init__.py"), f"{package}/__init__.py"),
        *("--ro-bind", str(_PACKAGE / "checks"), f"{package}/checks"),
    ]


def launcher_mounts() -> list[str]:
    """bubblewrap arguments that put the launcher in place, and where its children will see a submission."""
    return ["--ro-bind", str(_PACKAGE / "launcher"), f"{GRADER}/autograder/launcher", *_parents(Path(SUBMISSION) / "x")]


def _python_roots() -> list[Path]:
    """/usr and Python's prefixes, without those that lie in another."""
    wanted = {Path("/usr"), *(Path(p).absolute() for p in (sys.base_prefix, sys.base_exec_prefix, sys.prefix))}
    wanted |= {path.resolve() for path in wanted}
    masked = _CHECKOUT
    roots: list[Path] = []
    for path in sorted(wanted, key=lambda p: len(p.parts)):
        around = [root for root in roots if path.is_relative_to(root)]
        # a virtual environment in a checkout that is masked must be bound again, on top of the mask
        if not around or (path.is_relative_to(masked) and masked.is_relative_to(around[-1])):
            roots.append(path)
    return roots


def _to_mask(hidden: Iterable[Path]) -> set[Path]:
    """Folders of the grader that could lie in a system folder or be installed beside torch."""
    folders = {_CHECKOUT} if (_CHECKOUT / "pyproject.toml").is_file() else set()
    for entry in {_CHECKOUT, *(Path(p) for p in sys.path if p)}:
        folders |= {entry / name for name in _PRIVATE if (entry / name).is_dir()}
    folders |= {path.absolute() for path in hidden if path.is_dir()}
    return folders | {path.resolve() for path in folders}


def _links() -> list[str]:
    """/bin, /lib and the like as this machine has them: links into /usr, or folders."""
    arguments: list[str] = []
    for path in map(Path, _SYSTEM[1:]):
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            arguments += ["--ro-bind", str(path), str(path)]
    return arguments


def _parents(path: Path) -> list[str]:
    """Folders above `path`, open to the worker's user: bubblewrap alone would create them with mode 0700."""
    above = [str(p) for p in reversed(path.parents) if p != Path("/")]
    return [argument for p in above for argument in ("--perms", "0755", "--dir", p)]
