"""Anderson's acceleration of a fixed-point iteration in few dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from standby._typing import Floats

_DEPTH = 6


class Anderson:
    """Proposes the next point of x = g(x) from the last few points and steps.

    References
    ----------
    D. G. Anderson, "Iterative procedures for nonlinear integral equations", Journal of the ACM 12 (1965).
    """

    def __init__(self) -> None:
        self._images: list[Floats] = []
        self._steps: list[Floats] = []

    def propose(self, point: Floats, image: Floats) -> Floats:
        """Take g(`point`) = `image` into account; return the point to try next."""
        step = image - point
        if self._steps and np.abs(step).max() > 2.0 * np.abs(self._steps[-1]).max():
            self._images.clear()  # the last proposal made things worse: start anew from a plain step
            self._steps.clear()

        self._images.append(image)
        self._steps.append(step)
        if len(self._steps) == 1:
            return image

        # The combination of past steps that comes nearest to none, applied to what they led to.
        steps = np.array(self._steps)
        images = np.array(self._images)
        weights, *_ = np.linalg.lstsq(np.diff(steps, axis=0).T, step, rcond=1e-12)

        if len(self._steps) > _DEPTH:
            self._images.pop(0)
            self._steps.pop(0)

        return np.asarray(image - weights @ np.diff(images, axis=0))
