"""Seeded inputs for probes: the same seed and probe give the same numbers in every process."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Conditions:
    """Circumstances under which a right answer must stay right; the self-test varies them."""

    dtype: torch.dtype = torch.float32
    memory_format: torch.memory_format = torch.contiguous_format

    def __reduce__(self) -> tuple[Any, ...]:
        # pickle would look for a memory format in whatever module imported torch first, be it a test's
        return _conditions, (str(self.dtype), str(self.memory_format))


def _conditions(dtype: str, memory_format: str) -> Conditions:
    return Conditions(*(getattr(torch, name.removeprefix("torch.")) for name in (dtype, memory_format)))


class Draws:
    """Random numbers of one probe run, drawn on the CPU in float64 and then cast.

    Equal (seed, probe) give equal numbers whatever the dtype, so float32 and float64 runs see the
    same inputs up to rounding.
    """

    def __init__(self, seed: int, probe: str, conditions: Conditions = Conditions()) -> None:
        digest = hashlib.sha256(f"{seed}:{probe}".encode()).digest()
        self.key = int.from_bytes(digest[:7], "big")
        self.conditions = conditions
        self.generator = torch.Generator().manual_seed(self.key)

    def again(self) -> Draws:
        """The same draws from the beginning, for an analysis that needs the inputs once more."""
        fresh = object.__new__(Draws)
        fresh.key, fresh.conditions = self.key, self.conditions
        fresh.generator = torch.Generator().manual_seed(self.key)
        return fresh

    def seed_everything(self) -> None:
        """Seed the random states a student's code may draw from."""
        random.seed(self.key)
        np.random.seed(self.key % 2**32)
        torch.manual_seed(self.key)

    def normal(self, *shape: int, scale: float = 1.0, dtype: torch.dtype | None = None) -> Tensor:
        """Normal numbers of the given shape, N(0, scale^2)."""
        return self._cast(scale * torch.randn(shape, generator=self.generator, dtype=torch.float64), dtype)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype | None = None) -> Tensor:
        """Uniform numbers in [low, high)."""
        unit = torch.rand(shape, generator=self.generator, dtype=torch.float64)
        return self._cast(low + (high - low) * unit, dtype)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """Whole numbers in [low, high), int64."""
        return torch.randint(low, high, shape, generator=self.generator)

    def permutation(self, n: int) -> Tensor:
        """A random order of 0..n-1."""
        return torch.randperm(n, generator=self.generator)

    def keyed(self, key: str) -> torch.Generator:
        """A generator of its own for `key`, independent of what was drawn before."""
        digest = hashlib.sha256(f"{self.key}:{key}".encode()).digest()
        return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))

    def _cast(self, values: Tensor, dtype: torch.dtype | None) -> Tensor:
        cast = values.to(dtype or self.conditions.dtype)
        if cast.ndim == 4:
            cast = cast.contiguous(memory_format=self.conditions.memory_format)
        return cast
