"""Bench of reading alone: `python -m tests.bench.cells [--seed S --reports N --sheet PNG]`.

Number cells are cut by their true boxes from scanned fixtures, so that nothing is lost with a
grid: what is measured is what is read in a cell, and whether it is right as often as it says.
Seeds from 10,000 on have looks, fonts and a damage that nothing was developed on.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from extract.grids.lit import FINEST_DPI, even_light, grey_of, resampled
from extract.grids.ruled import read_ruled
from extract.model import Box, Reading
from extract.reading.ink import digit_height
from extract.reading.labels import digit_beside, glyph_height
from extract.reading.numbers import read_number
from extract.reading.recognise import read_cells
from extract.reading.style import apply_style
from extract.sources.pdf import open_pdf
from fixtures.degrade import degrade
from fixtures.looks import draw_look
from fixtures.numerals.measure import reliability_table
from fixtures.pdf import write_pdf
from fixtures.report import make_report
from fixtures.scans import draw_scan_look, level_of, plain_look, render_pages

if TYPE_CHECKING:
    from extract.model import Pixels

_SLACK = 1.2
"""Pixels at 200 dpi by which a found rule is off its place."""
_LABELS = 24
SURE = 0.98
"""Least probability with which a cell that no identity confirms is not sent to review."""


@dataclass(frozen=True)
class Cut:
    """A number cell cut from a damaged page; `group` names report, page and table."""

    code: str
    printed: str
    crop: Pixels
    group: tuple[str, int, int]


@dataclass(frozen=True)
class Document:
    """The cells of one scanned report; `keys` are its level, damage, resolution and mode."""

    name: str
    keys: dict[str, str]
    cuts: tuple[Cut, ...]
    labels: dict[tuple[str, int, int], list[Pixels]]
    """Some label cells of each group."""


def cut_report(seed: int, index: int) -> Document:
    """Report `index` of a seed, printed, damaged as `fixtures.scans` does, and cut into cells."""
    report = make_report(seed, index, f"scan-{index:03d}")
    rng = report.rng("scan")
    look = draw_look(report.rng("look"), report.held_out)
    scan = draw_scan_look(rng, level_of(index), report.held_out)
    noise = np.random.default_rng((seed, index))
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "print.pdf"
        places = write_pdf(report, plain_look(look), path)
        pages = [read_ruled(page) for page in open_pdf(path).pages]
        pictures = render_pages(path, scan.damage.dpi)
    cuts: list[Cut] = []
    labels: dict[tuple[str, int, int], list[Pixels]] = {}
    for page, picture in zip(pages, pictures, strict=True):
        worn, warp = degrade(
            picture, replace(scan.damage, seal=scan.seal_page == page.number - 1), noise
        )
        if scan.damage.mode != "bilevel":
            worn = _saved(worn, scan.quality)
        straight = _Straight(worn, scan.damage.dpi, warp)
        for table, grid in enumerate(page.grids):
            group = (report.name, page.number, table)
            worded = [c.box for c in grid.cells if c.box and c.text and not c.text.isascii()]
            labels[group] = [straight.cut(b, look.rule_width, noise) for b in worded[:_LABELS]]
            for code, (number, *at) in places.items():
                x, y = (at[0] + at[2]) / 2, (at[1] + at[3]) / 2
                cell = next(
                    (c for c in grid.cells if c.box is not None and c.box.holds(x, y)), None
                )
                if number != page.number or cell is None or cell.box is None:
                    continue
                crop = straight.cut(cell.box, look.rule_width, noise)
                cuts.append(Cut(code, report.printed[code], crop, group))
    damage = scan.damage
    keys = {
        "level": damage.level,
        "damage": damage.kind,
        "dpi": f"{min(damage.dpi):.0f}",
        "mode": damage.mode,
        "font": f"{look.font} {look.digits}".strip(),
    }
    return Document(report.name, keys, tuple(cuts), labels)


def _saved(picture: Any, quality: int) -> Any:
    _, code = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.cvtColor(cv2.imdecode(code, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


class _Straight:
    """A damaged page, evenly lit, from which cells are cut straight."""

    def __init__(self, picture: Any, dpi: tuple[float, float], warp: Callable[[Any], Any]) -> None:
        self.grey = even_light(grey_of(picture), min(dpi), np.ascontiguousarray(picture[:, :, 0]))
        self.dpi = dpi
        self.warp = warp

    def cut(self, box: Box, rule: float, rng: np.random.Generator) -> Pixels:
        """What is inside the rules of a cell given in points, as a found grid would cut it."""
        dpi = max(self.dpi)
        inset = rule / 2 + 72 / 200 + rng.normal(0, _SLACK / 2, 4) * 72 / 200
        x0, y0, x1, y1 = box.x0 + inset[0], box.y0 + inset[1], box.x1 - inset[2], box.y1 - inset[3]
        across, down = self.dpi[0] / 72, self.dpi[1] / 72
        corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]) * (across, down)
        width, height = max(2, round((x1 - x0) * dpi / 72)), max(2, round((y1 - y0) * dpi / 72))
        there = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        move = cv2.getPerspectiveTransform(self.warp(corners).astype(np.float32), there)
        crop = cv2.warpPerspective(
            self.grey,
            move,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return resampled(np.asarray(crop), FINEST_DPI / dpi) if dpi > FINEST_DPI * 1.1 else crop


def read_document(document: Document) -> list[tuple[Reading, ...]]:
    """The readings of every cell: tables are read one by one, the document's style weighs them."""
    groups: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for place, cut in enumerate(document.cuts):
        groups[cut.group].append(place)
    found: list[tuple[Reading, ...]] = [()] * len(document.cuts)
    for places in groups.values():
        crops = [document.cuts[place].crop for place in places]
        glyph = glyph_height(document.labels[document.cuts[places[0]].group])
        read = read_cells(crops, digit_beside(glyph, digit_height(crops)))
        for place, readings in zip(places, read, strict=True):
            found[place] = readings
    return apply_style(found)


@dataclass(frozen=True)
class Outcome:
    """One cell, read: its truth as (mark, value), and its readings."""

    cut: Cut
    keys: dict[str, str]
    readings: tuple[Reading, ...]

    @property
    def truth(self) -> Reading:
        return read_number(self.cut.printed)

    @property
    def rank(self) -> int:
        """The place of the truth among the readings; their number where it is not there."""
        truth = (self.truth.mark, self.truth.value)
        for place, reading in enumerate(self.readings):
            if (reading.mark, reading.value) == truth:
                return place
        return len(self.readings)

    @property
    def right(self) -> bool:
        return self.rank == 0

    @property
    def chance(self) -> float:
        return self.readings[0].probability


def outcomes_of(documents: Sequence[Document]) -> list[Outcome]:
    return [
        Outcome(cut, document.keys, readings)
        for document in documents
        for cut, readings in zip(document.cuts, read_document(document), strict=True)
    ]


def report(outcomes: Sequence[Outcome]) -> str:
    """Rightness per kind of damage, the confusions of marks, and the reliability table."""
    out = ["                          cells   right    sure wrong/10k   not sure  among first 3"]
    for key in ("level", "damage", "dpi", "mode", "font"):
        for name in dict.fromkeys(outcome.keys[key] for outcome in outcomes):
            out.append(_line(f"{key} {name}", [o for o in outcomes if o.keys[key] == name]))
    for kind in ("0", "blank", "dash", "number"):
        out.append(_line(f"printed {kind}", [o for o in outcomes if _kind(o.truth) == kind]))
    out.append(_line("all", outcomes))
    confused: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        if not outcome.right:
            confused[f"{_kind(outcome.truth)} read as {_kind(outcome.readings[0])}"] += 1
    ranked = sorted(confused.items(), key=lambda pair: -pair[1])
    out.append("confusions: " + "; ".join(f"{name} {count}" for name, count in ranked))
    out += reliability_table((outcome.chance, outcome.right) for outcome in outcomes)
    return "\n".join(out)


def _line(name: str, some: Sequence[Outcome]) -> str:
    count = max(1, len(some))
    right = sum(outcome.right for outcome in some)
    sure = [outcome for outcome in some if outcome.chance >= SURE]
    wrong = sum(not outcome.right for outcome in sure)
    ranked = sum(outcome.rank < 3 for outcome in some)
    return (
        f"{name:24s} {len(some):6d}  {right / count:.3%}  {1e4 * wrong / count:10.1f}"
        f"  {(len(some) - len(sure)) / count:10.2%}  {ranked / count:10.3%}"
    )


def _kind(reading: Reading) -> str:
    if reading.mark == "number":
        return "0" if reading.value == 0 else "number"
    return reading.mark


def contact_sheet(outcomes: Sequence[Outcome], path: Path, columns: int = 6) -> None:
    """Cells with what they print and what was read, in one picture."""
    wide, tall = 230, 110
    rows = -(-len(outcomes) // columns)
    sheet = np.full((rows * tall, columns * wide), 255, np.uint8)
    for place, outcome in enumerate(outcomes):
        crop = outcome.cut.crop
        scale = min(2.5, (wide - 10) / crop.shape[1], (tall - 40) / crop.shape[0])
        shown = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        y, x = place // columns * tall, place % columns * wide
        sheet[y + 2 : y + 2 + shown.shape[0], x + 4 : x + 4 + shown.shape[1]] = shown
        cv2.rectangle(sheet, (x, y), (x + wide - 2, y + tall - 2), 180)
        first = outcome.readings[0]
        read = {"blank": "blank", "number": first.printed}.get(first.mark, f"{first.printed}")
        words = f"{outcome.cut.printed or 'blank'} > {read} {first.probability:.3f}"
        ascii_words = words.encode("ascii", "replace").decode()
        keys = outcome.keys
        where = f"{keys['level']} {keys['damage']} {keys['dpi']} {keys['mode']}"
        for line, text in enumerate((ascii_words, where)):
            at = (x + 4, y + tall - 22 + 15 * line)
            cv2.putText(sheet, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1)
    cv2.imwrite(str(path), sheet)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the reading of cells alone.")
    parser.add_argument("--seed", type=int, default=701)
    parser.add_argument("--reports", type=int, default=24)
    parser.add_argument("--sheet", type=Path, help="a picture of the cells read wrongly")
    parser.add_argument("--doubts", type=Path, help="a picture of right cells that are not sure")
    asked = parser.parse_args()
    documents = [cut_report(asked.seed, index) for index in range(asked.reports)]
    begun = time.process_time()
    outcomes = outcomes_of(documents)
    taken = time.process_time() - begun
    print(report(outcomes))
    print(f"{1e5 * taken / max(1, len(outcomes)):.1f} ms per hundred cells")
    if asked.sheet:
        contact_sheet([o for o in outcomes if not o.right][:120], asked.sheet)
    if asked.doubts:
        unsure = [o for o in outcomes if o.right and o.chance < SURE]
        contact_sheet(unsure[:120], asked.doubts)


if __name__ == "__main__":
    main()
