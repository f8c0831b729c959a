"""Numbers that stand under each other and pass for an upright rule.

A rule, solid or dashed, goes from the level rule above it to the one below, as thin as the
table's others all along; digits leave paper there, more than the dashes of the table's rules do,
and are broader.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.evenly import PRESENT
from extract.grids.rules import Lattice, without_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Flags = NDArray[np.bool_]

_RULE, _PILE = 0.9, 0.75
"""Share of the rows that a rule has sides in, and of those that a pile of numbers has at most."""
_FEWEST = 3
"""Sides that tell what rules are like, or print."""
_NEAR, _ABOUT = 2, 12
"""Px from a line to its ink, and to all that is looked at."""
_DARKER = 0.5
"""How much of the rules' darkness is ink."""
_MORE, _LEAST = 1.3, 2.0
"""Paper that print leaves, as a multiple of what nine in ten rules leave, and px beyond it."""
_SPARED = 0.12
"""Of a row's height: less of it digits do not leave."""
_THIN = 0.65
"""Of the share of its height that nine in ten rules are thin in: print is in less."""
_LESS = 0.9
"""Of that share: so many sides of which each is thin in less, and leaves more paper, are print."""
_THICK = 2.5
"""Px beyond the typical thickness of rules, or short of it, that is still that of one."""
_DOUBLED = 4.0
"""Thicknesses of a rule that is printed twice, at most."""
_MOST, _INKED = 0.8, 0.5
"""Share of a pile's sides with ink that are print, and of its sides that have ink at all."""


@dataclass(frozen=True, slots=True)
class _Side:
    """An upright side with ink: its px, those without any at its two ends together, and the share
    of the rest in which it is as thick as rules are.
    """

    high: int
    free: int
    thin: float


def without_piles(small: Pixels, lattice: Lattice) -> Lattice:
    """The lattice without the upright lines that numbers make."""
    there = lattice.upright > PRESENT
    share = there.mean(axis=0)
    rules = np.nonzero(share >= _RULE)[0].tolist()
    piles = [line for line in range(1, len(lattice.xs) - 1) if 0 < share[line] < _PILE]
    if not piles or not rules:
        return lattice
    strips = [strip for line in rules for strip in _strips(small, lattice, line) if strip.size]
    if not strips:
        return lattice
    dark = float(np.median([strip.max() for strip in strips]))
    rule = [side for line in rules for side in _sides(small, lattice, line, dark) if side]
    if len(rule) < _FEWEST:
        return lattice
    free = float(np.percentile([side.free for side in rule], 90))
    thin = float(np.percentile([side.thin for side in rule], 10))
    for line in reversed(piles):
        every = _sides(small, lattice, line, dark)
        own = [every[row] for row in np.nonzero(there[:, line])[0].tolist()]
        inked = [side for side in own if side is not None]
        if len(inked) >= _INKED * len(own) and _are_print(inked, free, thin):
            lattice = without_line(lattice, line)
    return lattice


def _are_print(sides: list[_Side], free: float, thin: float) -> bool:
    """Whether sides are no rule's, of which nine in ten leave `free` px and are `thin` at most and
    at least: most are far from it in one way, or all of several are a little in both.
    """
    far = sum(
        side.free > max(_MORE * free + _LEAST, _SPARED * side.high) or side.thin < _THIN * thin
        for side in sides
    )
    unlike = sum(side.free > free and side.thin < _LESS * thin for side in sides)
    return far >= _MOST * len(sides) or (len(sides) >= _FEWEST and unlike == len(sides))


def _strips(small: Pixels, lattice: Lattice, line: int) -> list[Pixels]:
    """For each row the darkness about a line, from rule to rule, 255 black."""
    trim = round(lattice.thickness / 2) + 1
    x = round(float(lattice.xs[line]))
    across = small[:, max(0, x - _ABOUT) : x + _ABOUT + 1]
    found = []
    for above, below in pairwise(lattice.ys.tolist()):
        top = max(0, round(above) + trim)
        found.append(255 - across[top : max(top + 1, round(below) - trim)])
    return found


def _sides(small: Pixels, lattice: Lattice, line: int, dark: float) -> list[_Side | None]:
    """The sides of a line, row by row; None where there is no ink at all."""
    at = min(round(float(lattice.xs[line])), _ABOUT)
    inks = [strip > _DARKER * dark for strip in _strips(small, lattice, line)]
    rows = [np.nonzero(ink[:, max(0, at - _NEAR) : at + _NEAR + 1].any(axis=1))[0] for ink in inks]
    widths = [_widths(ink[inked], at) for ink, inked in zip(inks, rows, strict=True)]
    # A rule that is printed twice is broader than others, but so all along.
    thick = float(np.median(np.concatenate(widths))) if any(len(w) for w in widths) else 0.0
    thick = thick if thick <= _DOUBLED * lattice.thickness else lattice.thickness
    return [
        _Side(
            high=len(ink),
            free=int(inked[0] + len(ink) - 1 - inked[-1]),
            thin=float((np.abs(wide - thick) <= _THICK).mean()),
        )
        if len(inked)
        else None
        for ink, inked, wide in zip(inks, rows, widths, strict=True)
    ]


def _widths(ink: Flags, at: int) -> NDArray[np.int_]:
    """How wide the ink is that is nearest to a place of px rows that all have some."""
    columns = np.arange(ink.shape[1])
    nearest = np.where(ink, np.abs(columns - at), ink.size).argmin(axis=1)[:, None]
    before = np.maximum.accumulate(np.where(ink, -1, columns), axis=1)
    after = np.minimum.accumulate(np.where(ink, len(columns), columns)[:, ::-1], axis=1)[:, ::-1]
    wide = np.take_along_axis(after, nearest, 1) - np.take_along_axis(before, nearest, 1) - 1
    return np.asarray(wide[:, 0])
