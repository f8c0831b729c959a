"""Small pictures of cells for the tests of the pixel readers, drawn with the fonts at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_FONTS = Path("/usr/share/fonts")
SONG = "truetype/arphic-gbsn00lp/gbsn00lp.ttf"
KAI = "truetype/arphic-gkai00mp/gkai00mp.ttf"
SANS = "truetype/dejavu/DejaVuSansCondensed.ttf"


def draw_cell(
    *lines: str,
    font: str = SONG,
    size: int = 28,
    box: tuple[int, int] = (150, 60),
    paper: int = 235,
    ink: int = 40,
    grain: float = 4.0,
    seed: int = 0,
) -> NDArray[np.uint8]:
    """A grey cell, (height, width) = box reversed, its lines centred, without rules."""
    width, height = box
    face = ImageFont.truetype(str(_FONTS / font), size)
    image = Image.new("L", box, paper)
    draw = ImageDraw.Draw(image)
    step = size * 1.3
    for row, line in enumerate(lines):
        middle = height / 2 + (row - (len(lines) - 1) / 2) * step
        draw.text((width / 2, middle), line, ink, font=face, anchor="mm")
    noise = np.random.default_rng(seed).normal(0, grain, (height, width))
    return np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)


def with_rules(cell: NDArray[np.uint8], thick: int = 2, shade: int = 20) -> NDArray[np.uint8]:
    """The cell with the remains of its four rules at the edges."""
    ruled = cell.copy()
    ruled[:thick] = ruled[-thick:] = shade
    ruled[:, :thick] = ruled[:, -thick:] = shade
    return ruled
