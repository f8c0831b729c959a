"""Rules of tables in a straight picture: where they run, and which edges of squares they draw.

All positions are px at WORK_DPI. The lines of a table, level and upright, cut it into squares;
each side of each square is an edge that is drawn or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extract.grids.dashes import dashes_joined
from extract.grids.edges import (
    RuleLine,
    confirmed,
    continued,
    edge_looks,
    runs,
    thin_lines,
)
from extract.grids.straighten import ridges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extract.model import Pixels

    Floats = NDArray[np.float64]

Box4 = tuple[int, int, int, int]
"""x0, y0, x1, y1 in px."""
REACH = 6
"""Half the greatest thickness of a rule, px: 4.3 pt in all."""
SAME_LINE = 13.0
"""Rules nearer than this (4.7 pt) are one rule drawn twice, or the borders of two cells."""
STICKS_OUT = 22.0
"""Rules that go on this far beyond the last crossing one reach a side that is not drawn."""


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
    that of the typical rule; `lost` counts short strokes, in rows that a page break
    may have cut, that looked like rules and were left out;
    `assumed` tells which outer sides no rule draws.
    """

    ys: Floats
    xs: Floats
    level: Floats
    upright: Floats
    thickness: float
    lost: int = 0
    assumed: tuple[str, ...] = ()


def inked(grey: Pixels) -> Inked:
    """The shared measurements of a straight picture with even light."""
    import cv2

    # Thin dark things only: closing fills them, and leaves shades and photographs as they are.
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((17, 17), np.uint8))
    dark[dark < 12] = 0
    dark = dashes_joined(dark)
    turned = np.ascontiguousarray(dark.T)
    found = []
    for image, window in ((dark, 61), (turned, 45)):
        ridge = ridges(cv2.blur(image, (1, 3)), REACH, upright=False)
        mask = _steady(ridge, window)
        found.append((cv2.blur(ridge, (3, 1)), cv2.blur(image, (3, 3)), mask))
    (level, level_dark, level_mask), (upright, upright_dark, upright_mask) = found
    return Inked(dark, level, upright, level_dark, upright_dark, level_mask, upright_mask)


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


def table_regions(ink: Inked) -> list[Box4]:
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


def gutter_of(ink: Inked) -> int | None:
    """Where (x) a scan of two pages side by side parts, or None for one page."""
    height, width = ink.dark.shape
    if width < 1.2 * height:
        return None
    start, stop = round(0.42 * width), round(0.58 * width)
    used = (ink.dark > 60).mean(axis=0)
    if min(used[:start].mean(), used[stop:].mean()) < 0.002:
        return None
    empty = max(runs(used[start:stop] < 0.003), key=lambda run: run[1] - run[0], default=(0, 0))
    if empty[1] - empty[0] < 40:
        return None
    return int(start + (empty[0] + empty[1]) // 2)


def joined_by_shade(boxes: list[Box4], grey: Pixels) -> list[Box4]:
    """Boxes one above the other made one where a shaded row without rules parts them.

    Tables open at both sides have title rows of one cell, which no upright rule touches.
    """
    out: list[Box4] = []
    for box in boxes:
        last = out[-1] if out else None
        if last and abs(last[0] - box[0]) < 12 and abs(last[2] - box[2]) < 12:
            x0, x1, y0, y1 = last[0] + 12, last[2] - 12, last[3] - 4, box[1] + 4
            if 16 < y1 - y0 < 110 and x1 - x0 > 100:
                between = float(np.percentile(grey[y0 + 3 : y1 - 3, x0:x1], 80))
                outside = float(np.percentile(grey[y0 + 3 : y1 - 3, max(0, x0 - 90) : x0 - 30], 50))
                if between < outside - 5:
                    out[-1] = (last[0], last[1], box[2], box[3])
                    continue
        out.append(box)
    return out


def _joined(boxes: list[Box4]) -> list[Box4]:
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


def lattice_of(ink: Inked, box: Box4) -> Lattice | None:
    """The lattice of the rules inside a box, or None where they make no table."""
    x0, y0, x1, y1 = box
    height, width = ink.dark.shape
    x0, y0, x1, y1 = max(0, x0 - 8), max(0, y0 - 8), min(width, x1 + 8), min(height, y1 + 8)
    levels = _lines(ink.level_mask[y0:y1, x0:x1], ink.level[y0:y1, x0:x1], y0, x0)
    uprights = _lines(ink.upright_mask[x0:x1, y0:y1], ink.upright[x0:x1, y0:y1], x0, y0)
    lost = 0
    for _ in range(9):
        if len(levels) < 2 or len(uprights) < 2:
            return None
        ys, xs = _middles(levels), _middles(uprights)
        level = edge_looks(ink.level, ink.level_dark, levels, xs, touched=True)
        upright = edge_looks(ink.upright, ink.upright_dark, uprights, ys, touched=False)
        keep_rows, keep_columns = confirmed(level, xs), confirmed(upright, ys)
        keep_rows &= thin_lines(ink.dark, levels, level.evidence, xs)
        keep_columns &= thin_lines(ink.dark.T, uprights, upright.evidence, ys)
        # A line of text close to a table is not its outermost rule: nothing leads to it.
        for keep, crossing in ((keep_rows, upright.evidence.T), (keep_columns, level.evidence.T)):
            keep[0] &= crossing[0].max() > 0.5
            keep[-1] &= crossing[-1].max() > 0.5
        if keep_rows.all() and keep_columns.all():
            break
        rule_like = (upright.evidence > 0.9) & (upright.solid > 0.9)
        rule_like &= (upright.beside < 0.07) & (upright.between < 0.12)
        ends = [0, -1] if len(ys) > 4 else slice(None)
        lost += int((rule_like[:, ends].any(axis=1) & ~keep_columns).sum())
        levels = [line for line, keep in zip(levels, keep_rows, strict=True) if keep]
        uprights = [line for line, keep in zip(uprights, keep_columns, strict=True) if keep]
    thickness = max(_thickness(ink.dark, levels, x0, x1), _thickness(ink.dark.T, uprights, y0, y1))
    drawn = continued(level, xs), continued(upright, ys).T
    drawn = (
        _enclosed(*drawn, level.solid),
        _enclosed(drawn[1].T, drawn[0].T, upright.solid).T,
    )
    drawn = drawn[0], _title_rows(drawn[1])
    return _closed(Lattice(ys, xs, *drawn, thickness, lost), levels, uprights)


def _title_rows(upright: Floats) -> Floats:
    """Evidence of upright edges lowered where one alone cuts a row between rows of many.

    Such a row is the title of the block below it, and the edge a bracket or a stroke of its text
    that lies where the columns of its neighbours part.
    """
    lowered = upright.copy()
    inner = (upright[:, 1:-1] > 0.5).sum(axis=1)
    for r in range(1, len(inner) - 1):
        if inner[r] == 1 and min(inner[r - 1], inner[r + 1]) >= 2:
            lowered[r, 1:-1] = np.minimum(lowered[r, 1:-1], 0.4)
    return lowered


def _enclosed(edges: Floats, crossing: Floats, solid: Floats) -> Floats:
    """Evidence of level edges raised where they alone are missing between two squares.

    `edges` and `solid` are (rows + 1, columns), `crossing` (rows, columns + 1). All other edges
    of both squares are sure, and so are the next ones of the line: two cells merged in the
    middle of a table are far rarer than a rule under a seal or text.
    """
    sure, upright = edges > 0.75, crossing > 0.75
    raised = edges.copy()
    for r in range(1, edges.shape[0] - 1):
        for c in range(1, edges.shape[1] - 1):
            if sure[r, c] or solid[r, c] < 0.3:
                continue
            around = sure[r - 1, c], sure[r + 1, c], sure[r, c - 1], sure[r, c + 1]
            sides = upright[r - 1 : r + 1, c : c + 2]
            if all(around) and sides.all():
                raised[r, c] = max(raised[r, c], 0.6)
    return raised


def _closed(lattice: Lattice, levels: list[RuleLine], uprights: list[RuleLine]) -> Lattice:
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
    return Lattice(ys, xs, level, upright, lattice.thickness, lattice.lost, tuple(assumed))


def _middles(lines: list[RuleLine]) -> Floats:
    return np.array([line.middle for line in lines])


def _lines(mask: Pixels, ridge: Pixels, offset: int, start: int) -> list[RuleLine]:
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
            lines.append(RuleLine(middle, rules, *ends))
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


def _thickness(dark: Pixels, lines: list[RuleLine], start: int, stop: int) -> float:
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
