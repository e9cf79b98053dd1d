"""Random numbers that only the secret's owner can repeat."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
from numpy.typing import NDArray

# A student holds the training half, and could try secrets until a rebuild gives the same one. This
# many rounds make each try cost about 0.1 s.
_ROUNDS = 200_000


class Keyed:
    """Streams of random numbers, one for each purpose, by HMAC-SHA256 of the secret.

    Uses PCG64's raw output only, which numpy keeps the same between versions, unlike the
    distributions of `numpy.random.Generator` (NEP 19).
    """

    def __init__(self, secret: str) -> None:
        self._key = hashlib.pbkdf2_hmac("sha256", secret.encode(), b"autograder hold-out", _ROUNDS)

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that tell secrets apart without giving them away."""
        return hmac.digest(self._key, b"fingerprint", "sha256").hex()[:16]

    def uniform(self, purpose: str, n: int) -> NDArray[np.float64]:
        """n numbers in [0, 1)."""
        return (self._raw(purpose, n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def integers(self, purpose: str, low: int, high: int, n: int) -> NDArray[np.int64]:
        """n whole numbers from low to high, both included."""
        return low + np.floor(self.uniform(purpose, n) * (high - low + 1)).astype(np.int64)

    def order(self, purpose: str, n: int) -> NDArray[np.int64]:
        """A random order of 0..n-1."""
        return np.argsort(self._raw(purpose, n), kind="stable").astype(np.int64)

    def derangement(self, purpose: str, n: int) -> NDArray[np.int64]:
        """A random order of 0..n-1 in which nothing keeps its place; n of 2 or more."""
        attempt = 0
        while True:
            order = self.order(f"{purpose} {attempt}", n)
            if not (order == np.arange(n)).any():
                return order
            attempt += 1

    def _raw(self, purpose: str, n: int) -> NDArray[np.uint64]:
        digest = hmac.digest(self._key, purpose.encode(), "sha256")
        return np.asarray(np.random.PCG64(int.from_bytes(digest, "big")).random_raw(n), dtype=np.uint64)
