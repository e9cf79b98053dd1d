"""The whole environment of a worker: nothing is inherited from the grader."""

from __future__ import annotations

_THREADS = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM", "RAYON")


def clean_environment(python_path: str, home: str, threads: int) -> dict[str, str]:
    """Environment variables for a worker whose packages are found under `python_path`."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": home,
        "TMPDIR": home,
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONPATH": python_path,
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": home,
        "CUDA_VISIBLE_DEVICES": "",
        **{f"{library}_NUM_THREADS": str(threads) for library in _THREADS},
    }
