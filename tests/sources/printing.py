"""Small PDF files, drawn by hand; y grows downward from the top of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from fixtures.fonts import registered

SIZE = (400.0, 300.0)
XS = (40.0, 140.0, 180.0, 220.0, 260.0)
YS = (60.0, 80.0, 100.0, 120.0)
TEXTS = (("项目", "甲", "乙", "丙"), ("一", "12", "0", "-3"), ("二", "7", "", "1,234"))


class Sheet:
    """A canvas with its origin at the top left."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self.canvas = canvas
        self.height = height

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def patch(self, x0: float, y0: float, x1: float, y1: float, grey: float) -> None:
        self.canvas.setFillColor(Color(grey, grey, grey))
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.setFillColor(Color(0, 0, 0))

    def text(self, x: float, y: float, text: str, size: float = 9) -> None:
        """Text whose baseline stands at y."""
        self.canvas.setFont(registered("zenhei"), size)
        self.canvas.drawString(x, self.height - y, text)

    def rules(self, xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> None:
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        for y in ys:
            self.line(xs[0], y, xs[-1], y)

    def fill(
        self,
        texts: Sequence[Sequence[str]] = TEXTS,
        xs: Sequence[float] = XS,
        ys: Sequence[float] = YS,
        size: float = 9,
    ) -> None:
        for row, y in zip(texts, ys, strict=False):
            for text, x in zip(row, xs, strict=False):
                self.text(x + 4, y + 14, text, size)

    def table(self) -> None:
        self.rules()
        self.fill()


def write(path: Path, draw: Callable[[Sheet], Any], rotate: int = 0, crop: float = 0) -> Path:
    """A page with `draw`'s drawing upright as displayed, `crop` points cut off all round."""
    width, height = SIZE
    canvas = Canvas(str(path), pagesize=SIZE, invariant=1)
    if rotate:
        canvas.setPageRotation(rotate)
        canvas.translate(*{90: (height, 0), 180: (width, height), 270: (0, width)}[rotate])
        canvas.rotate(rotate)
    if crop:
        canvas.setCropBox((crop, crop, width - crop, height - crop))
    draw(Sheet(canvas, height))
    canvas.showPage()
    canvas.save()
    return path
