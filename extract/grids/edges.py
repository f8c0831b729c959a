"""Edges of a lattice: which sides of its squares a rule draws.

Rules are told from strokes of letters and rings of seals that happen to lie on a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]

LETTER = 45.0
"""Px, 16 pt: taller than the letters of a table."""
SIGNS = 12
"""How an edge looks: dark over its length, at its ends, standing out, ink beside it, longest
gap, shortness, three products of these, ink further off on both sides, that times shortness,
and 1."""
LEVEL_WEIGHTS = (2.26, 3.00, 6.73, -2.32, -3.67, -2.69, -0.03, -2.46, -0.13, -1.52, -1.56, -1.87)
UPRIGHT_WEIGHTS = (1.23, 2.70, 3.90, -4.84, -3.76, -4.58, 2.73, -2.58, -2.09, -2.00, -2.00, -1.67)


@dataclass(frozen=True)
class RuleLine:
    """A line of a lattice: its middle and the rules (one, or two of a double rule) it is drawn by.

    `start` and `stop` are where its rules begin and end.
    """

    middle: float
    rules: tuple[float, ...]
    start: float
    stop: float


@dataclass(frozen=True)
class Looks:
    """Edges of lines of one direction, each (lines, edges), 0 to 1.

    `evidence` is the probability that the edge is drawn, `solid` how dark it is over its length
    and at its ends, `beside` how much ink there is close by, `between` how much there is, a
    letter away, on the side that has less, `gap` the longest gap over 20 px.
    """

    evidence: Floats
    solid: Floats
    beside: Floats
    between: Floats
    gap: Floats


def edge_looks(
    ridge: Pixels,
    dark: Pixels,
    lines: list[RuleLine],
    stops: Floats,
    touched: bool,
    watch: Callable[[Floats], None] | None = None,
) -> Looks:
    """How each edge (line, between neighbouring stops) looks.

    The evidence is by logistic regression on damaged pages whose rules are known
    (tests/bench/edges.py). Both pictures have the lines along their last axis. An edge is dark
    over its length and at both ends, and lighter on both sides: text that a line would cross is
    neither. Text of tight rows may touch level rules (`touched`).
    """
    a, b = max(0, int(stops[0])), int(np.ceil(stops[-1])) + 1
    along_ridge = _along(ridge, lines, a, b)
    along_dark = _along(dark, lines, a, b)
    seen = along_ridge[along_ridge > 15]
    typical_ridge = float(np.percentile(seen, 60)) if len(seen) else 60.0
    seen = along_dark[along_ridge > 0.5 * typical_ridge]
    typical_dark = float(np.median(seen)) if len(seen) else 80.0
    is_ridge = (along_ridge > 0.4 * typical_ridge).astype(np.float64)
    is_dark = (along_dark > 0.5 * typical_dark).astype(np.float64)
    beside, around = _beside(dark, lines, a, b) / typical_dark
    shape = (len(lines), len(stops) - 1)
    signs = np.zeros((*shape, SIGNS))
    solid = np.zeros(shape)
    for j in range(len(stops) - 1):
        left, right = int(stops[j]) - a + 4, int(stops[j + 1]) - a - 3
        if right - left < 4:
            continue
        dark_here, thin = is_dark[:, left:right], is_ridge[:, left:right].mean(axis=1)
        over = dark_here.mean(axis=1)
        end = max(4, min(8, (right - left) // 3))
        ends = np.minimum(dark_here[:, :end].mean(axis=1), dark_here[:, -end:].mean(axis=1))
        stands = np.minimum(1.0, thin / np.maximum(over, 0.05))
        near = np.minimum(1.0, beside[:, :, left:right].mean(axis=(0, 2)))
        both = np.minimum(1.0, 2 * around[:, :, left:right].mean(axis=2).min(axis=0))
        gap = np.minimum(1.0, _longest_gap(dark_here) / 20)
        short = np.full(len(lines), np.exp(-(right - left) / 40))
        products = [over * stands, short * stands, short * near, both, short * both]
        looks = [over, ends, stands, near, gap, short, *products, np.ones(len(lines))]
        signs[:, j] = np.stack(looks, axis=1)
        solid[:, j] = over * (0.5 + 0.5 * ends)
    if watch is not None:
        watch(signs)
    weights = np.array(LEVEL_WEIGHTS if touched else UPRIGHT_WEIGHTS)
    return Looks(
        1 / (1 + np.exp(-signs @ weights)), solid, signs[..., 3], signs[..., 9], signs[..., 4]
    )


def _longest_gap(flags: Floats) -> Floats:
    """Length of the longest run of zeros in each row."""
    longest = np.zeros(len(flags))
    run = np.zeros(len(flags))
    for column in flags.T:
        run = np.where(column > 0, 0, run + 1)
        longest = np.maximum(longest, run)
    return longest


def continued(looks: Looks, stops: Floats) -> Floats:
    """Evidence raised where a rule, sure on both sides, runs on under a seal or text.

    There it must be dark throughout, but cannot stand out. And lowered where an edge as short
    as a letter stands alone, or one with more gaps than ink has no rule on both sides to go
    between: those are strokes of letters.
    """
    raised = looks.evidence.copy()
    for i, edges in enumerate(looks.evidence):
        sure = np.nonzero(edges > 0.75)[0]
        for before, after in pairwise(sure.tolist()):
            gap = slice(before + 1, after)
            if after - before > 7 or not len(edges[gap]):
                continue
            # In rows as low as a letter, a stroke of it can be dark throughout, too.
            tall = np.diff(stops)[gap] > LETTER
            dark = tall & (looks.solid[i, gap] > 0.9)
            raised[i, gap] = np.where(dark, np.maximum(edges[gap], 0.7), edges[gap])
            likely = (edges[gap] > 0.1) & (tall | (looks.solid[i, gap] > 0.55))
            likely |= tall & (looks.solid[i, gap] > 0.3) & (looks.gap[i, gap] < 0.5)  # dashed
            raised[i, gap] = np.where(likely, np.maximum(edges[gap], 0.6), raised[i, gap])
        padded = np.concatenate([[0.0], raised[i], [0.0]])
        alone = (padded[:-2] < 0.4) & (padded[2:] < 0.4) & (np.diff(stops) < LETTER)
        alone &= (looks.beside[i] > 0.03) | (raised[i] < 0.97)
        held = (padded[:-2] > 0.75) & (padded[2:] > 0.75)
        alone |= ~held & (looks.solid[i] < 0.4)
        raised[i] = np.where(alone, np.minimum(raised[i], 0.4), raised[i])
    return raised


def _beside(dark: Pixels, lines: list[RuleLine], start: int, stop: int) -> Floats:
    """(2, 2, lines, stop - start) darkness 4–9 px and 4–20 px off each line, on either side."""
    strips = np.zeros((2, 2, len(lines), stop - start))
    for i, line in enumerate(lines):
        low = int(np.clip(round(line.rules[0]), 21, dark.shape[0] - 22))
        high = int(np.clip(round(line.rules[-1]), 21, dark.shape[0] - 22))
        for k, far in enumerate((9, 20)):
            strips[k, 0, i] = dark[low - far : low - 3, start:stop].mean(axis=0)
            strips[k, 1, i] = dark[high + 4 : high + far + 1, start:stop].mean(axis=0)
    return strips


def confirmed(looks: Looks, stops: Floats) -> NDArray[np.bool_]:
    """Which lines are rules: strokes of letters line up over a row or two, never surely.

    In rows as low as a letter a stroke looks like a rule, but for the letter beside it.
    """
    keep = np.zeros(len(looks.evidence), dtype=bool)
    lengths = np.diff(stops)
    for i, edges in enumerate(looks.evidence):
        for start, stop in runs(edges > 0.6):
            part = lengths[start:stop]
            length = float(part.sum())
            mean, dark, beside, between = (
                float((values[i, start:stop] * part).sum()) / length
                for values in (looks.evidence, looks.solid, looks.beside, looks.between)
            )
            tallest = float(part.max())
            clean = beside < 0.07
            apart = between < 0.12 or beside < 0.1 or stop - start > 2
            keep[i] |= (
                (length >= 110 and stop - start > 2 and mean >= 0.75)
                or (tallest >= LETTER and mean >= 0.9 and apart)
                or (tallest >= LETTER and dark >= 0.95 and apart)
                or (stop - start > 1 and mean >= 0.85 and clean)
                or (stop - start == len(edges) and mean >= 0.85 and clean)
            )
    return keep


def thin_lines(
    dark: Pixels, lines: list[RuleLine], evidence: Floats, stops: Floats
) -> NDArray[np.bool_]:
    """Which lines are as thin as the others: the ring of a seal runs straight for a while."""
    widths = np.zeros(len(lines))
    lengths = np.zeros(len(lines))
    for i, line in enumerate(lines):
        drawn = runs(evidence[i] > 0.5)
        if not drawn:
            continue
        start, stop = max(drawn, key=lambda run: stops[run[1]] - stops[run[0]])
        a, b = int(stops[start]) + 4, max(int(stops[stop]) - 3, int(stops[start]) + 5)
        low, high = max(0, round(line.rules[0]) - 14), round(line.rules[-1]) + 15
        profile = np.median(dark[low:high, a:b], axis=1)
        widths[i] = float((profile > 0.5 * profile.max()).sum())
        lengths[i] = float(stops[stop] - stops[start])
    typical = float(np.median(widths[widths > 0])) if (widths > 0).any() else 3.0
    out: NDArray[np.bool_] = (widths <= max(6.0, 2.2 * typical)) | (lengths > 200)
    return out


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges in which all flags are set."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    starts, stops = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def _along(image: Pixels, lines: list[RuleLine], start: int, stop: int) -> Floats:
    """(lines, stop - start) greatest value within 1 px of each line's rules."""
    strips = []
    for line in lines:
        best = np.zeros(stop - start, np.uint8)
        for rule in line.rules:
            at = int(np.clip(round(rule), 1, image.shape[0] - 2))
            best = np.maximum(best, image[at - 1 : at + 2, start:stop].max(axis=0))
        strips.append(best)
    return np.array(strips, np.float64)
