"""Pages with a round seal on them, as a grey scan shows it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Page = NDArray[np.uint8]
_SEAL = 150
"""Its grey level."""


def stamped(page: Page, dpi: int, wide: float = 41.0) -> Page:
    """The page with the ring and the star of a seal in its middle, of a grey _SEAL."""
    mm = dpi / 25.4
    middle = round(75 * mm), round(70 * mm)
    stamp = np.full_like(page, 255)
    cv2.circle(stamp, middle, round(wide / 2 * mm), _SEAL, round(0.9 * mm), cv2.LINE_AA)
    turns = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2 == 0, 6.5 * mm, 2.6 * mm)[:, None]
    star = np.array(middle) + np.stack([np.sin(turns), -np.cos(turns)], 1) * reach
    cv2.fillPoly(stamp, [star.round().astype(np.int32)], _SEAL, cv2.LINE_AA)
    for turn in np.linspace(0, np.pi, 7):  # strokes of its letters
        at = np.array(middle) + np.array([np.cos(turn), -np.sin(turn)]) * 0.78 * wide / 2 * mm
        for step in ((1.4, 1.0), (-0.3, 1.6)):
            ends = [
                (at + sign * np.array(step) * mm).round().astype(int).tolist() for sign in (-1, 1)
            ]
            cv2.line(stamp, ends[0], ends[1], _SEAL, max(2, round(0.45 * mm)), cv2.LINE_AA)
    seen = np.asarray(page.astype(np.uint16) * stamp // 255).astype(np.uint8)
    return soft(seen, dpi)


def soft(page: Page, dpi: int) -> Page:
    """The page as a scanner sees it."""
    return np.asarray(cv2.GaussianBlur(page, (0, 0), 0.14 * dpi / 25.4)).astype(np.uint8)
