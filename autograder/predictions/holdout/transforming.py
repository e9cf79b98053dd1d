"""Light changes to images, different for each, so that none is byte for byte the public one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.holdout.keyed import Keyed

# Pixels; a CIFAR crop with padding 4 moves an image up to 4, so a network trained with it sees no difference.
LARGEST_SHIFT = 2
CONTRAST = 0.10
BRIGHTNESS = 10.0
_CHUNK = 4096


def transform(images: NDArray[np.uint8], keyed: Keyed) -> NDArray[np.uint8]:
    """Shift by up to 2 pixels (edges repeated), contrast by up to 10%, brightness by up to 10 of 255.

    Images are uint8 (n, h, w, c). Nothing is flipped: a flipped digit is another sign.
    """
    n = len(images)
    down, right = (keyed.integers(f"shift {axis}", -LARGEST_SHIFT, LARGEST_SHIFT, n) for axis in ("down", "right"))
    contrast = 1 + CONTRAST * (2 * keyed.uniform("contrast", n) - 1)
    brightness = BRIGHTNESS * (2 * keyed.uniform("brightness", n) - 1)
    changed = _shifted(images, down, right)
    for start in range(0, n, _CHUNK):
        part = slice(start, start + _CHUNK)
        scale, offset = (values[part, None, None, None] for values in (contrast, brightness))
        toned = (changed[part].astype(np.float64) - 127.5) * scale + (127.5 + offset)
        changed[part] = np.rint(toned).clip(0, 255).astype(np.uint8)
    return changed


def _shifted(images: NDArray[np.uint8], down: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.uint8]:
    height, width = images.shape[1:3]
    rows = np.clip(np.arange(height)[None, :] - down[:, None], 0, height - 1)
    columns = np.clip(np.arange(width)[None, :] - right[:, None], 0, width - 1)
    shifted: NDArray[np.uint8] = images[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]
    return shifted
