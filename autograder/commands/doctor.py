"""`autograder doctor`: what this machine can do."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from autograder.grading.homework import COURSE, find_homework, homeworks
from autograder.grading.rubric import RubricError
from autograder.grading.sandbox import SandboxUnavailable, open_sandbox

PACKAGES = ("torch", "torchvision", "numpy", "pandas", "scikit-learn", "nbgrader", "pytest")
FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")


def examine_machine() -> int:
    """Print one line a subject; exit status 1 when student code cannot be confined or a rubric is invalid."""
    faults = 0
    print(f"machine      Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    for package in PACKAGES:
        try:
            print(f"{package:<13}{version(package)}")
        except PackageNotFoundError:
            print(f"{package:<13}missing: pip install -r requirements.lock")
            faults += 1
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none; everything runs on the CPU"
    print(f"GPU          {gpu}")
    try:
        print(f"sandbox      {open_sandbox('auto').name}")
    except SandboxUnavailable as unavailable:
        print(f"sandbox      none: {unavailable}")
        faults += 1
    missing = "not installed: sudo apt-get install dataset-fashion-mnist"
    print(f"FashionMNIST {FASHION_MNIST if FASHION_MNIST.is_dir() else missing}")
    for name in homeworks(COURSE):
        try:
            rubric = find_homework(name).rubric
            print(f"{name:<13}{rubric.max_score:g} points and {rubric.max_bonus:g} bonus, {len(rubric.probes)} probes")
        except RubricError as invalid:
            print(f"{name:<13}{invalid}")
            faults += 1
    return 1 if faults else 0
