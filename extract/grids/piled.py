"""Numbers that stand under each other and pass for an upright rule.

A rule, solid or dashed, goes from the level rule above it to the one below; digits leave paper
there, more than the dashes of the table's rules do.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import PRESENT
from extract.grids.rules import Lattice, without_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]

_RULE, _PILE = 0.9, 0.75
"""Share of the rows that a rule has sides in, and of those that a pile of numbers has at most."""
_FEWEST = 3
"""Sides of rules that tell how much paper they leave at their ends."""
_NEAR = 2
"""Px from a line to its ink."""
_DARKER = 0.5
"""How much of the rules' darkness is ink."""
_USUAL = 90
"""Percentile of the paper that rules leave at the ends of a side."""
_MORE, _LEAST = 1.3, 2.0
"""Paper that print leaves, as a multiple of that, and px beyond it."""
_MOST, _INKED = 0.8, 0.5
"""Share of a pile's sides with ink that leave so much, and of its sides that have ink at all."""


def without_piles(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice without the upright lines that numbers make."""
    there = lattice.upright > PRESENT
    share = there.mean(axis=0)
    rules = np.nonzero(share >= _RULE)[0].tolist()
    piles = [line for line in range(1, len(lattice.xs) - 1) if 0 < share[line] < _PILE]
    if not piles or len(rules) * len(there) < _FEWEST:
        return lattice
    ink = _darkness(small, lattice, [*rules, *piles])
    dark = float(np.median([side.max() for line in rules for side in ink[line]]))
    free = {line: [_free(side > _DARKER * dark) for side in ink[line]] for line in ink}
    usual = [one for line in rules for one in free[line] if one is not None]
    if len(usual) < _FEWEST:
        return lattice
    least = _MORE * float(np.percentile(usual, _USUAL)) + _LEAST
    for line in reversed(piles):
        own = [free[line][row] for row in np.nonzero(there[:, line])[0].tolist()]
        inked = [one for one in own if one is not None]
        print_only = sum(one > least for one in inked)
        if len(inked) >= _INKED * len(own) and print_only >= _MOST * len(inked):
            lattice = without_line(lattice, line)
    return lattice


def _darkness(small: Pixels, lattice: Lattice, lines: list[int]) -> dict[int, list[Floats]]:
    """For each line and row, px by px from rule to rule, how dark its ink is, 255 black."""
    trim = round(lattice.thickness / 2) + 1
    found: dict[int, list[Floats]] = {}
    for line in lines:
        x = round(float(lattice.xs[line]))
        along = 255.0 - small[:, max(0, x - _NEAR) : x + _NEAR + 1].min(axis=1)
        found[line] = []
        for above, below in pairwise(lattice.ys.tolist()):
            top = max(0, round(above) + trim)
            found[line].append(along[top : max(top + 1, round(below) - trim)])
    return found


def _free(ink: NDArray[np.bool_]) -> int | None:
    """Px without ink at both ends of a side together; None where it has none at all."""
    at = np.nonzero(ink)[0]
    return int(at[0] + len(ink) - 1 - at[-1]) if len(at) else None
