"""Tables drawn as pictures, with the grid they have."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from extract.model import Box, Grid, GridCell, Page
from fixtures.fonts import font_path

DPI = 300
LABELS = [
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "（一）予以公开",
    "（七）总计",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "1.属于国家秘密",
    "3.其他",
    "申请人情况",
    "2.其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”",
    "4.保护第三方合法权益",
    "法人或其他组织",
    "5.属于三类内部事务信息",
    "6.属于四类过程性信息",
    "7.属于行政执法案卷",
    "8.属于行政查询事项",
    "第二十条第（一）项",
    "第二十条第（五）项",
    "信息内容",
    "本年新制作数量",
    "对外公开总数量",
    "行政许可",
    "行政规范性文件",
    "其他对外管理服务事项",
    "行政事业性收费",
    "本年收费金额（单位：万元）",
    "结果维持",
    "尚未审结",
]
Span = tuple[int, int, int, int]
"""row, column, row span, column span"""


@dataclass(frozen=True)
class Drawn:
    """A page at DPI, RGB, and its grids."""

    picture: Any
    grids: tuple[Grid, ...]

    def page(self) -> Page:
        return Page(1, pixels=lambda: (self.picture, DPI / 72))


def outcome_table(rows: int) -> list[Span]:
    """A group column, an item column, seven number columns; a header of three levels."""
    spans: list[Span] = [(0, 0, 3, 3), (0, 3, 1, 7), (1, 3, 2, 1), (1, 4, 1, 5), (1, 9, 2, 1)]
    spans += [(2, c, 1, 1) for c in range(4, 9)]
    body = list(range(3, 3 + rows))
    spans += [(r, c, 1, 1) for r in body for c in range(3, 10)]
    spans += [(body[0], 0, 1, 3), (body[1], 0, 1, 3), (body[2], 0, rows - 3, 1)]
    spans += [(body[2], 1, 1, 2), (body[3], 1, rows - 5, 1), (body[-2], 1, 1, 2)]
    spans += [(r, 2, 1, 1) for r in body[3:-2]]
    spans += [(body[-1], 0, 1, 3)]
    return spans


def block_table(blocks: int) -> list[Span]:
    """Blocks of a title row, a header row and two rows, of four columns or of two."""
    spans: list[Span] = []
    for block in range(blocks):
        top = 4 * block
        spans.append((top, 0, 1, 4))
        for r in range(top + 1, top + 4):
            wide = block % 2
            spans += [(r, 0, 1, 1), (r, 1, 1, 3)] if wide else [(r, c, 1, 1) for c in range(4)]
    return spans


def draw_table(
    spans: list[Span],
    seed: int = 0,
    font: str = "zenhei",
    size: float = 9.0,
    air: float = 1.3,
    rule: float = 0.5,
    ink: int = 40,
    top: float = 90.0,
) -> Drawn:
    """One table on an A4 page; sizes in points, `air` row height over letter size."""
    rng = random.Random(seed)
    rows, columns = max(r + n for r, _, n, _ in spans), max(c + n for _, c, _, n in spans)
    width = 450.0
    shares = [1.0] * columns
    if columns == 10:
        shares[:3] = [0.8, 1.2, 3.4]
    xs = 70.0 + np.concatenate([[0], np.cumsum(shares)]) / sum(shares) * width
    heights = [size * air * (2 if rng.random() < 0.2 else 1) for _ in range(rows)]
    ys = top + np.concatenate([[0], np.cumsum(heights)])
    image = Image.new("RGB", (round(595 * DPI / 72), round(842 * DPI / 72)), "white")
    pen = ImageDraw.Draw(image)
    face = ImageFont.truetype(str(font_path(font)), round(size * DPI / 72))
    k = DPI / 72
    cells = []
    for r, c, high, wide in sorted(spans):
        box = Box(float(xs[c]), float(ys[r]), float(xs[c + wide]), float(ys[r + high]))
        cells.append(GridCell(r, c, high, wide, text=None, box=box))
        corners = [box.x0 * k, box.y0 * k, box.x1 * k, box.y1 * k]
        pen.rectangle(corners, outline=(ink, ink, ink), width=max(1, round(rule * k)))
        _write(pen, face, box, rng, wide_enough=box.width > 60)
    grid = Grid(1, rows, columns, tuple(cells), Box(*map(float, (xs[0], ys[0], xs[-1], ys[-1]))))
    return Drawn(np.asarray(image), (grid,))


def _write(pen: Any, face: Any, box: Box, rng: random.Random, wide_enough: bool) -> None:
    """A label, or a number, in the middle of a cell; labels wrap."""
    k = DPI / 72
    text = rng.choice(LABELS) if wide_enough else rng.choice(["0", "0", "1", "17", "—", "", "/"])
    if box.height > 40 and box.width < 45:
        text = rng.choice(["三本年度办理结果", "自然人", "社会公益组织", "总计"])
    room = max(1, int((box.width - 4) * k / face.size))
    lines = [text[i : i + room] for i in range(0, len(text), room)]
    lines = lines[: max(1, int(box.height * k / face.size))]
    y = (box.y0 + box.y1) / 2 * k - len(lines) * face.size / 2
    for line in lines:
        x = (box.x0 + box.x1) / 2 * k - pen.textlength(line, font=face) / 2
        pen.text((x, y - 0.1 * face.size), line, font=face, fill=(20, 20, 20))
        y += face.size
