"""Rules of tables in a straight picture: where they run, and which edges of squares they draw.

All positions are px at WORK_DPI. The lines of a table, level and upright, cut it into squares;
each side of each square is an edge that is drawn or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.straighten import ridges

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]

REACH = 5
"""Half the greatest thickness of a rule, px: 3.5 pt in all."""
SAME_LINE = 13.0
"""Rules nearer than this (4.7 pt) are one rule drawn twice, or the borders of two cells."""
STICKS_OUT = 14.0
"""Rules that go on this far beyond the last crossing one reach a side that is not drawn."""


SIGNS = 10
"""How an edge looks: dark over its length, at its ends, standing out, ink beside it, longest
gap, shortness, three products of these, and 1."""
LEVEL_WEIGHTS = (1.83, 1.79, 1.07, -3.75, -2.99, -2.10, 4.42, -1.90, -1.19, -1.65)
UPRIGHT_WEIGHTS = (1.23, 2.70, 3.90, -4.84, -3.76, -4.58, 2.73, -2.58, -2.09, -1.87)


@dataclass(frozen=True)
class Inked:
    """What the searches share: darkness and, per direction, ridges smoothed along a rule.

    `level`/`upright` are ridges averaged over 9 px along, `level_dark`/`upright_dark` darkness
    over 5 px; `level_mask`/`upright_mask` mark steady rules of at least 40–50 px. The upright
    ones are transposed, so that rules run along the last axis in both.
    """

    dark: Pixels
    level: Pixels
    upright: Pixels
    level_dark: Pixels
    upright_dark: Pixels
    level_mask: Pixels
    upright_mask: Pixels


@dataclass(frozen=True)
class Lattice:
    """Lines of one table and how surely each edge between them is drawn.

    `ys` (rows + 1) and `xs` (columns + 1) are positions; `level` (rows + 1, columns) and
    `upright` (rows, columns + 1) hold the evidence of edges, 0 none to 1 solid; `thickness` is
    that of the typical rule; `assumed` tells which outer sides no rule draws.
    """

    ys: Floats
    xs: Floats
    level: Floats
    upright: Floats
    thickness: float
    assumed: tuple[str, ...] = ()


def inked(grey: Pixels) -> Inked:
    """The shared measurements of a straight picture with even light."""
    import cv2

    # Thin dark things only: closing fills them, and leaves shades and photographs as they are.
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((15, 15), np.uint8))
    dark[dark < 12] = 0
    dark = _dashes_joined(dark)
    turned = np.ascontiguousarray(dark.T)
    found = []
    for image, window in ((dark, 61), (turned, 45)):
        ridge = ridges(cv2.blur(image, (1, 3)), REACH, upright=False)
        mask = _steady(ridge, window)
        found.append((cv2.blur(ridge, (3, 1)), cv2.blur(image, (3, 3)), mask))
    (level, level_dark, level_mask), (upright, upright_dark, upright_mask) = found
    return Inked(dark, level, upright, level_dark, upright_dark, level_mask, upright_mask)


def _dashes_joined(dark: Pixels) -> Pixels:
    """Darkness with the gaps of dashed and dotted rules filled.

    Dashes are thin bodies that touch nothing, in long rows of small gaps; strokes of letters
    hang together.
    """
    import cv2

    _, labels, stats, middles = cv2.connectedComponentsWithStats((dark > 40).astype(np.uint8))
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    out = dark
    for along, across, upright in ((width, height, False), (height, width, True)):
        dash = (across <= 6) & (along >= 3) & (along >= 0.8 * across) & (area >= 5)
        dash[0] = False
        if dash.sum() < 20:
            continue
        pieces = dash[labels].astype(np.uint8)
        kernel = np.ones((23, 1) if upright else (1, 23), np.uint8)
        chains = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, kernel)
        shortest = np.ones((30, 1) if upright else (1, 80), np.uint8)
        if not cv2.erode(chains, shortest).any():
            continue
        number, chain, sizes, _ = cv2.connectedComponentsWithStats(chains)
        at = middles[dash].round().astype(int)
        members = np.bincount(chain[at[:, 1], at[:, 0]], minlength=number)
        length, breadth = (sizes[:, 3], sizes[:, 2]) if upright else (sizes[:, 2], sizes[:, 3])
        # Ones below each other make a chain too, but one to a row of text.
        pitch = length / np.maximum(members, 1)
        dashed = (length >= (30 if upright else 80)) & (breadth <= 9) & (members >= 3)
        dashed &= pitch <= (22 if upright else 45)
        dashed[0] = False
        if dashed.any():
            tone = np.uint8(np.median(dark[pieces > 0]))
            drawn = np.where(dashed[chain], tone, np.uint8(0))
            # To the corners: where dashes cross they are not thin, and were left out.
            drawn = cv2.dilate(drawn, np.ones((21, 1) if upright else (1, 21), np.uint8))
            out = np.maximum(out, drawn)
    return out


def _steady(ridge: Pixels, window: int) -> Pixels:
    """Marks (1) rules along the last axis: ridges over most of a window, gaps included."""
    import cv2

    faint = cv2.blur((ridge > 12).astype(np.uint8) * 255, (window, 1))
    strength = ridge[faint > 230]
    typical = float(np.median(strength)) if len(strength) > 300 else 40.0
    drawn = (ridge > max(8.0, 0.35 * typical)).astype(np.uint8)
    covered = (cv2.blur(drawn * 255, (window, 1)) > 0.8 * 255).astype(np.uint8)
    out: Pixels = cv2.dilate(covered, np.ones((1, window - 12), np.uint8))
    return out


def table_regions(ink: Inked) -> list[tuple[int, int, int, int]]:
    """Boxes (x0, y0, x1, y1) of what rules hold together, two of each direction at least."""
    import cv2

    rules = cv2.max(ink.level_mask, np.ascontiguousarray(ink.upright_mask.T))
    small = cv2.resize(
        cv2.dilate(rules, np.ones((3, 3), np.uint8)), None, fx=0.25, fy=0.25,
        interpolation=cv2.INTER_NEAREST,
    )  # fmt: skip
    small = cv2.dilate(small, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    boxes = []
    for x, y, w, h, _ in stats[1:]:
        if w * 4 >= 120 and h * 4 >= 30:
            boxes.append((int(x * 4), int(y * 4), int((x + w) * 4), int((y + h) * 4)))
    return sorted(_joined(boxes), key=lambda b: (b[1], b[0]))


def _joined(boxes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Boxes with those that overlap made one: pieces of one table with broken rules."""
    boxes = list(boxes)
    merged = True
    while merged:
        merged = False
        for i, a in enumerate(boxes):
            for j in range(i + 1, len(boxes)):
                b = boxes[j]
                if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
                    boxes[i] = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
                    del boxes[j]
                    merged = True
                    break
            if merged:
                break
    return boxes


@dataclass(frozen=True)
class _Line:
    """A line of a lattice: its middle and the rules (one, or two of a double rule) it is drawn by.

    `start` and `stop` are where its rules begin and end.
    """

    middle: float
    rules: tuple[float, ...]
    start: float
    stop: float


def lattice_of(ink: Inked, box: tuple[int, int, int, int]) -> Lattice | None:
    """The lattice of the rules inside a box, or None where they make no table."""
    x0, y0, x1, y1 = box
    height, width = ink.dark.shape
    x0, y0, x1, y1 = max(0, x0 - 8), max(0, y0 - 8), min(width, x1 + 8), min(height, y1 + 8)
    levels = _lines(ink.level_mask[y0:y1, x0:x1], ink.level[y0:y1, x0:x1], y0, x0)
    uprights = _lines(ink.upright_mask[x0:x1, y0:y1], ink.upright[x0:x1, y0:y1], x0, y0)
    for _ in range(9):
        if len(levels) < 2 or len(uprights) < 2:
            return None
        ys, xs = _middles(levels), _middles(uprights)
        level, solid_level = _evidence(ink.level, ink.level_dark, levels, xs, touched=True)
        upright, solid_upright = _evidence(
            ink.upright, ink.upright_dark, uprights, ys, touched=False
        )
        keep_rows = _confirmed(level, solid_level, xs)
        keep_columns = _confirmed(upright, solid_upright, ys)
        if keep_rows.all() and keep_columns.all():
            break
        levels = [line for line, keep in zip(levels, keep_rows, strict=True) if keep]
        uprights = [line for line, keep in zip(uprights, keep_columns, strict=True) if keep]
    thickness = max(_thickness(ink.dark, levels, x0, x1), _thickness(ink.dark.T, uprights, y0, y1))
    level, upright = _continued(level, solid_level), _continued(upright, solid_upright).T
    return _closed(Lattice(ys, xs, level, upright, thickness), levels, uprights)


def _closed(lattice: Lattice, levels: list[_Line], uprights: list[_Line]) -> Lattice:
    """The lattice with lines along outer sides that have no rule of their own.

    Tables open at the sides, and tables cut by a page break, have rules that go on beyond the
    last crossing one and end together.
    """
    ys, xs, level, upright = lattice.ys, lattice.xs, lattice.level, lattice.upright
    assumed = []
    for side in ("left", "right", "top", "bottom"):
        lines, stops = (levels, xs) if side in ("left", "right") else (uprights, ys)
        first = side in ("left", "top")
        ends = np.array([line.start if first else line.stop for line in lines])
        beyond = stops[0] - ends if first else ends - stops[-1]
        out = ends[beyond > STICKS_OUT]
        if len(out) < 2:
            continue
        together = np.abs(ends - float(np.median(out))) < 8
        if together.sum() < max(2, 0.5 * len(out)):
            continue
        end = float(ends[together].mean())
        assumed.append(side)
        drawn = together.astype(np.float64)
        if side in ("top", "bottom"):  # open sides found before are drawn there, too
            drawn = np.pad(
                drawn,
                (int("left" in assumed), int("right" in assumed)),
                mode="constant",
                constant_values=1.0,
            )
        if side in ("left", "right"):
            at = 0 if first else len(xs)
            xs = np.insert(xs, at, end)
            level = np.insert(level, 0 if first else level.shape[1], drawn, axis=1)
            upright = np.insert(upright, at, 1.0, axis=1)
        else:
            at = 0 if first else len(ys)
            ys = np.insert(ys, at, end)
            upright = np.insert(upright, 0 if first else upright.shape[0], drawn, axis=0)
            level = np.insert(level, at, 1.0, axis=0)
    return Lattice(ys, xs, level, upright, lattice.thickness, tuple(assumed))


def _middles(lines: list[_Line]) -> Floats:
    return np.array([line.middle for line in lines])


def _lines(mask: Pixels, ridge: Pixels, offset: int, start: int) -> list[_Line]:
    """Where rules of one direction lie, doubled ones once; offsets turn to page positions."""
    weight = np.where(mask > 0, ridge, 0).astype(np.float64).sum(axis=1)
    length = mask.astype(np.int64).sum(axis=1)
    rows = np.nonzero(length >= 40)[0]
    if not len(rows):
        return []
    lines = []
    for group in np.split(rows, np.nonzero(np.diff(rows) > SAME_LINE)[0] + 1):
        first, last = int(group[0]), int(group[-1])
        for peaks in _parallel(weight[first : last + 1], mask[first : last + 1]):
            low, high = max(first, first + peaks[0] - 3), min(last, first + peaks[-1] + 3)
            along = np.nonzero(mask[low : high + 1].any(axis=0))[0]
            rules = tuple(float(offset + first + peak) for peak in peaks)
            middle = (rules[0] + rules[-1]) / 2
            if len(rules) == 1:
                near = np.arange(low, high + 1)
                middle = offset + float((near * weight[near]).sum() / weight[near].sum())
            ends = float(start + along[0]), float(start + along[-1])
            lines.append(_Line(middle, rules, *ends))
    return lines


def _parallel(profile: Floats, mask: Pixels) -> list[list[int]]:
    """Peaks of a profile across near rules; those that run beside each other are one line.

    Rules that follow each other, as those of two tables with other columns, are lines apart.
    """
    inner = np.concatenate([[-1.0], profile, [-1.0]])
    peaks = np.nonzero((inner[1:-1] >= inner[:-2]) & (inner[1:-1] > inner[2:]))[0]
    peaks = peaks[profile[peaks] > 0.2 * profile.max()]
    groups: list[list[int]] = [[int(peaks[0])]]
    for peak in peaks[1:]:
        before = mask[max(0, groups[-1][-1] - 1) : groups[-1][-1] + 2].any(axis=0)
        here = mask[max(0, peak - 1) : peak + 2].any(axis=0)
        both = float((before & here).sum()) / max(1.0, min(before.sum(), here.sum()))
        if peak - groups[-1][-1] <= 4 or both > 0.4:
            groups[-1].append(int(peak))
        else:
            groups.append([int(peak)])
    return groups


def _thickness(dark: Pixels, lines: list[_Line], start: int, stop: int) -> float:
    """Thickness in px of the typical rule among lines along the last axis, both of a double."""
    found = []
    spread = float(np.percentile([line.rules[-1] - line.rules[0] for line in lines], 75))
    for line in lines:
        at = round(line.rules[0])
        if at < 6 or at + 7 > dark.shape[0]:
            continue
        profile = np.median(dark[at - 6 : at + 7, start:stop].astype(np.float64), axis=1)
        profile = profile - profile.min()
        if profile.max() > 15:
            found.append(float(profile.sum() / profile.max()))
    return (float(np.median(found)) if found else 2.0) + spread


def _evidence(
    ridge: Pixels,
    dark: Pixels,
    lines: list[_Line],
    stops: Floats,
    touched: bool,
    watch: Callable[[Floats], None] | None = None,
) -> tuple[Floats, Floats]:
    """How surely each edge (line, between neighbouring stops) is drawn, 0 to 1, and how solidly.

    The first is a probability, by logistic regression on damaged pages whose rules are known
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
    beside = _beside(dark, lines, a, b) / typical_dark
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
        near = np.minimum(1.0, beside[:, left:right].mean(axis=1))
        gap = np.minimum(1.0, _longest_gap(dark_here) / 20)
        short = np.full(len(lines), np.exp(-(right - left) / 40))
        signs[:, j] = np.stack(
            [
                over,
                ends,
                stands,
                near,
                gap,
                short,
                over * stands,
                short * stands,
                short * near,
                np.ones(len(lines)),
            ],
            axis=1,
        )
        solid[:, j] = over * (0.5 + 0.5 * ends)
    if watch is not None:
        watch(signs)
    weights = np.array(LEVEL_WEIGHTS if touched else UPRIGHT_WEIGHTS)
    return 1 / (1 + np.exp(-signs @ weights)), solid


def _longest_gap(flags: Floats) -> Floats:
    """Length of the longest run of zeros in each row."""
    longest = np.zeros(len(flags))
    run = np.zeros(len(flags))
    for column in flags.T:
        run = np.where(column > 0, 0, run + 1)
        longest = np.maximum(longest, run)
    return longest


def _continued(evidence: Floats, solid: Floats) -> Floats:
    """Evidence raised where a rule, sure on both sides, runs on under a seal or text.

    There it must be dark throughout, but cannot stand out.
    """
    raised = evidence.copy()
    for i, edges in enumerate(evidence):
        sure = np.nonzero(edges > 0.75)[0]
        for before, after in pairwise(sure.tolist()):
            gap = slice(before + 1, after)
            if after - before > 7 or not len(edges[gap]):
                continue
            raised[i, gap] = np.where(solid[i, gap] > 0.9, np.maximum(edges[gap], 0.7), edges[gap])
            raised[i, gap] = np.where(edges[gap] > 0.1, np.maximum(edges[gap], 0.6), raised[i, gap])
    return raised


def _beside(dark: Pixels, lines: list[_Line], start: int, stop: int) -> Floats:
    """(lines, stop - start) mean darkness 4 to 9 px beside each line, both sides together."""
    strips = []
    for line in lines:
        low = int(np.clip(round(line.rules[0]), 10, dark.shape[0] - 11))
        high = int(np.clip(round(line.rules[-1]), 10, dark.shape[0] - 11))
        left, right = dark[low - 9 : low - 3, start:stop], dark[high + 4 : high + 10, start:stop]
        strips.append((left.mean(axis=0) + right.mean(axis=0)) / 2)
    return np.array(strips, np.float64)


def _confirmed(evidence: Floats, solid: Floats, stops: Floats) -> NDArray[np.bool_]:
    """Which lines are rules: strokes of letters line up over a row or two, never surely."""
    keep = np.zeros(len(evidence), dtype=bool)
    lengths = np.diff(stops)
    for i, edges in enumerate(evidence):
        for start, stop in runs(edges > 0.6):
            length = float(lengths[start:stop].sum())
            mean = float((edges[start:stop] * lengths[start:stop]).sum()) / length
            dark = float((solid[i, start:stop] * lengths[start:stop]).sum()) / length
            keep[i] |= (
                (length >= 110 and mean >= 0.75)
                or (length >= 60 and mean >= 0.9)
                or (length >= 45 and stop - start > 1 and mean >= 0.85)
                or (length >= 28 and stop - start == len(edges) and mean >= 0.85)
                or (length >= 22 and mean >= 0.97)
                or (length >= 50 and dark >= 0.95)
            )
    return keep


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges in which all flags are set."""
    edges = np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))
    starts, stops = np.nonzero(edges == 1)[0], np.nonzero(edges == -1)[0]
    return [(int(a), int(b)) for a, b in zip(starts, stops, strict=True)]


def _along(image: Pixels, lines: list[_Line], start: int, stop: int) -> Floats:
    """(lines, stop - start) greatest value within 1 px of each line's rules."""
    strips = []
    for line in lines:
        best = np.zeros(stop - start, np.uint8)
        for rule in line.rules:
            at = int(np.clip(round(rule), 1, image.shape[0] - 2))
            best = np.maximum(best, image[at - 1 : at + 2, start:stop].max(axis=0))
        strips.append(best)
    return np.array(strips, np.float64)
