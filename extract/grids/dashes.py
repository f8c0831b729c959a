"""Dashed and dotted rules of a straight picture made solid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from extract.model import Pixels


def dashes_joined(dark: Pixels) -> Pixels:
    """Darkness (px at WORK_DPI) with the gaps of dashed and dotted rules filled.

    Dashes are thin bodies that touch nothing, in long rows of small gaps; strokes of letters
    hang together. Where dashes cross they are not thin: level rules are therefore found first,
    and left out when upright ones are looked for.
    """
    import cv2

    ink = (dark > 40).astype(np.uint8)
    level = _chains(ink, dark, (80, 25, 5), (45, 14, 5))
    if level is not None:
        ink[cv2.dilate(level, np.ones((5, 1), np.uint8)) > 0] = 0
    turned = np.ascontiguousarray(ink.T), np.ascontiguousarray(dark.T)
    upright = _chains(*turned, (30, 25, 3))
    out = dark
    if level is not None:
        out = np.maximum(out, level)
    if upright is not None:
        out = np.maximum(out, upright.T)
    return np.ascontiguousarray(out)


def _chains(ink: Pixels, dark: Pixels, *wanted: tuple[int, int, int]) -> Pixels | None:
    """The rows of dashes along the last axis, as dark as they are, or None.

    `wanted` are alternatives of (least length of a row, widest pitch, fewest dashes): ones below
    each other make a row, too, but only one to a row of text, and a dash that stands for a
    number has no neighbours.
    """
    import cv2

    _, labels, stats, middles = cv2.connectedComponentsWithStats(ink)
    along, across, area = stats[:, 2], stats[:, 3], stats[:, 4]
    dash = (across <= 6) & (along >= 3) & (along >= 0.8 * across) & (area >= 5) & (along <= 32)
    dash[0] = False
    if dash.sum() < 20:
        return None
    pieces = dash[labels].astype(np.uint8)
    rows = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((1, 23), np.uint8))
    shortest = min(length for length, _, _ in wanted)
    if not cv2.erode(rows, np.ones((1, shortest), np.uint8)).any():
        return None
    number, row, sizes, _ = cv2.connectedComponentsWithStats(rows)
    at = middles[dash].round().astype(int)
    members = np.bincount(row[at[:, 1], at[:, 0]], minlength=number)
    pitch = sizes[:, 2] / np.maximum(members, 1)
    dashed = np.zeros(number, dtype=bool)
    for length, widest, fewest in wanted:
        dashed |= (sizes[:, 2] >= length) & (pitch <= widest) & (members >= fewest)
    dashed &= sizes[:, 3] <= 9
    dashed[0] = False
    if not dashed.any():
        return None
    # Of a rule once found also the shorter rows, as between two crossings, belong to it.
    middle = (sizes[:, 1] + sizes[:, 3] / 2).round().astype(int)
    lines = np.zeros(ink.shape[0] + 3, dtype=bool)
    for shift in (-2, -1, 0, 1, 2):
        lines[np.clip(middle[dashed] + shift, 0, ink.shape[0])] = True
    short = lines[middle] & (members >= 2) & (sizes[:, 2] >= 20) & (sizes[:, 3] <= 9)
    dashed |= short & (pitch <= 25)
    dashed[0] = False
    tone = np.uint8(np.median(dark[pieces > 0]))
    drawn = np.where(dashed[row], tone, np.uint8(0))
    out: Pixels = cv2.dilate(drawn, np.ones((1, 21), np.uint8))  # to the corners
    return out
