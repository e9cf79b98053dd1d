"""`autograder doctor`: what this machine can do."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from autograder.grading.homework import COURSE, find_homework, homeworks
from autograder.grading.rubric import RubricError
from autograder.grading.sandbox import SandboxUnavailable, open_sandbox

PACKAGES = ("torch", "torchvision", "numpy", "pandas", "scikit-learn", "nbgrader", "pytest")
FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")


def _examine_sandbox() -> int:
    """Say how student code is confined, and why not in the fastest way."""
    try:
        print(f"sandbox             {open_sandbox('warm').name}: workers are forked with torch imported")
        return 0
    except SandboxUnavailable as slower:
        reason = slower
    try:
        print(
            f"sandbox             {open_sandbox('bwrap').name}: a new interpreter for every submission, since {reason}"
        )
        return 0
    except SandboxUnavailable as unavailable:
        print(f"sandbox             none: {unavailable}")
        return 1


def _cluster() -> str:
    """What the cluster extra offers here, found without importing it."""
    try:
        dask = f"dask.distributed {version('distributed')}, dask-jobqueue {version('dask-jobqueue')}"
    except PackageNotFoundError as absent:
        return f"{absent.name} is missing, for --scheduler and --cluster: pip install 'cnn-autograder[cluster]'"
    return f"{dask}; SLURM's sbatch {'is here' if shutil.which('sbatch') else 'is not here'}"


def examine_machine() -> int:
    """Print one line a subject; exit status 1 when student code cannot be confined or a rubric is invalid."""
    faults = 0
    print(f"machine             Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    for package in PACKAGES:
        try:
            print(f"{package:<20}{version(package)}")
        except PackageNotFoundError:
            print(f"{package:<20}missing: pip install -r requirements.lock")
            faults += 1
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none; everything runs on the CPU"
    print(f"GPU                 {gpu}")
    faults += _examine_sandbox()
    print(f"cluster             {_cluster()}")
    missing = "not installed: sudo apt-get install dataset-fashion-mnist"
    print(f"FashionMNIST        {FASHION_MNIST if FASHION_MNIST.is_dir() else missing}")
    for name in homeworks(COURSE):
        try:
            rubric = find_homework(name).rubric
            print(f"{name:<20}{rubric.max_score:g} points and {rubric.max_bonus:g} bonus, {len(rubric.probes)} probes")
        except RubricError as invalid:
            print(f"{name:<20}{invalid}")
            faults += 1
    return 1 if faults else 0
