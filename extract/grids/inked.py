"""Print of a table as dark as most: what stands in cells is looked for by its darkness."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import TRIM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.grids.rules import Lattice
    from extract.model import Pixels

_PRINT = 0.005
"""Share of the px inside cells that are the darkest of their print; specks are fewer."""
_PALE, _INKED = 110, 60
"""Grey levels above which print is pale, and to which it is brought."""
_SHADE = 0.15
"""Of the way from paper to print: a cell as dark as that is shaded, and would become print."""
_LEAST = 45.0
"""Grey levels between paper and print: less may be grain."""


def with_dark_print(small: Pixels, lattice: Lattice) -> Pixels:
    """The page with the pale print in a table's cells as dark as print usually is; as it is where
    its shades would be as well.
    """
    import cv2

    inside = [
        small[top + TRIM : bottom - TRIM, left + TRIM : right - TRIM].ravel()
        for top, bottom in _ranges(lattice.ys)
        for left, right in _ranges(lattice.xs)
    ]
    pixels = np.concatenate(inside)
    if not len(pixels):
        return small
    paper, ink = float(np.median(pixels)), float(np.quantile(pixels, _PRINT))
    if ink <= _PALE or paper - ink < _LEAST:
        return small
    if min(float(np.median(one)) for one in inside if len(one)) < paper - _SHADE * (paper - ink):
        return small
    shades = np.clip(paper - (paper - np.arange(256)) * (paper - _INKED) / (paper - ink), 0, 255)
    return np.asarray(cv2.LUT(small, shades.astype(np.uint8)))


def _ranges(places: NDArray[np.float64]) -> list[tuple[int, int]]:
    whole = np.round(places).astype(int).tolist()
    return list(pairwise(whole))
