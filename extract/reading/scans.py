"""Grids and lines of a scanned page → their texts: labels read as text, values as alternatives.

Which cells are labels is not known yet, so each cell shows it: the numeral model reads every
cell narrow enough to be a number, and whatever it does not know is read as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.model import Grid, GridCell, Line, Page, Reading
from extract.reading.ink import CellInk, digit_height, faintness, find_ink
from extract.reading.labels import digit_beside, glyph_height
from extract.reading.lines import read_labels, read_lines
from extract.reading.lost import is_print, seen_surely, share_lost, shone_through, with_lost_print
from extract.reading.numbers import before_note, in_groups, read_number
from extract.reading.recognise import ink_width, read_cells, read_inked, wider
from extract.reading.scraps import grain_of, guesses_of, scraps_of
from extract.reading.sense import sense
from extract.reading.style import apply_style
from extract.text import ideographs

if TYPE_CHECKING:
    from extract.grids.scanned import LineCrop
    from extract.model import Evidence, Pixels

_WIDEST_NUMBER = 11.0  # digit heights: about eighteen digits
_MOST_LINES = 2
_ENOUGH = 4  # labels of several lines that tell the height of their table's ideographs
_SAME_HEIGHT = 0.08  # share by which digits' heights may differ and change nothing
_SURE_LINE = 0.5
_A_WORD = 2  # characters: a single one says little of whether a page is legible
_MUTE = 6  # cells that are no numbers, and no words either: a table that stands on its head
_A_GUESS = 0.5  # trust: a text below it is no label of a cell that may hold a number
_AS_TALL = 0.7  # of the tallest line's height: lines of digits are as tall as each other
_FILLED = 0.75  # of a cell's width: the lines of a number that is wrapped are as wide, together
_FULL = 0.55  # of it: the first of them is
_APART = 2.0  # heights of digits: lines of one number are nearer
_BEFORE_NOTE = 0.7  # of a number before a note that is not read: a bracket may pass for a digit
_WORD_TRUST = 0.995  # of a word in place of a number, beside the reader's own trust
_AS_SPECKS = ".,·•'`"
_AS_DASH, _AS_ZERO = frozenset("一二-—–_"), frozenset("oO〇。")  # what words make of such print
READER = "labels"


@dataclass(frozen=True, slots=True)
class ScanReading:
    """A page read from its picture; `legibility` is the mean trust in its texts, 0 to 1, in tables
    as far as they say what forms say.

    A page that was read upside down or on its side has a low one. It is 1 where nothing is written.
    """

    page: Page
    legibility: float


def read_scan(page: Page, grids: Sequence[Grid], line_crops: Sequence[LineCrop]) -> ScanReading:
    """The page with its grids' cells and its lines read.

    Label cells get a `text`; value cells keep `text` None and get `readings`. Raises SourceError
    (`unsupported`) where a model is missing.
    """
    trusts: list[float] = []
    read = tuple(_read_grid(grid, trusts) for grid in grids)
    lines = _read_lines(page.number, line_crops, trusts)
    legibility = sum(trusts) / len(trusts) if trusts else 1.0
    return ScanReading(replace(page, grids=read, lines=lines), legibility)


def _read_grid(grid: Grid, trusts: list[float]) -> Grid:
    crops = [cell.crop for cell in grid.cells]
    shown = [crop for crop in crops if crop is not None]
    rough = digit_height(shown) or digit_beside(glyph_height(shown), 0.0)
    inks = [find_ink(crop, rough) if crop is not None else None for crop in crops]
    widths = [_ink_width(ink, rough) if ink is not None else None for ink in inks]
    narrow = [i for i, width in enumerate(widths) if width is not None]
    worded = [i for i, width in enumerate(widths) if width is None and crops[i] is not None]
    glyph = glyph_height([_crop(grid.cells[i]) for i in worded]) if len(worded) >= _ENOUGH else 0.0
    digit = digit_beside(glyph, digit_height([_crop(grid.cells[i]) for i in narrow]))
    readings = _read_narrow(grid, narrow, inks, digit if digit > 0 else rough, rough)
    faint = faintness(inks)
    lost = share_lost([
        seen_surely([(r.printed, r.probability) for r in read])
        for i, read in readings.items()
        if i not in faint and read and is_print(read[0]) and not _is_text(read, widths[i] or 0.0)
    ])  # fmt: skip
    for i, share in faint.items():
        readings[i] = shone_through(readings.get(i, ()), share, lost)
    wordy = [
        i
        for i, crop in enumerate(crops)
        if crop is not None
        and i not in faint
        and (i not in readings or _is_text(readings[i], widths[i] or 0.0))
    ]
    texts = dict(zip(wordy, read_labels([_crop(grid.cells[i]) for i in wordy], glyph), strict=True))
    words = [t * sense(text) for text, t in texts.values() if ideographs(text) >= _A_WORD]
    trusts.extend(words or [0.0] * (len(wordy) if len(wordy) >= _MUTE else 0))
    scraps = scraps_of(grid, {i: text for i, (text, _) in texts.items()})
    scraps |= grain_of(grid, texts, readings) | guesses_of(grid, texts, readings)
    _settle(grid, texts, readings, scraps)
    labels = _before_numbers(grid, readings)
    cells = []
    for i, cell in enumerate(grid.cells):
        text: str | None = None
        trust = 1.0
        alternatives = readings.get(i, ())
        if i in texts:
            text, trust = texts[i]
            word = read_number(text, READER, trust * _WORD_TRUST)
            if alternatives and word.mark == "dash":  # 无: a word to the numeral model
                text, alternatives = None, (word, *alternatives)
            elif i in scraps or (
                alternatives
                and trust < _A_GUESS
                and not (i in labels and ideographs(text) > _A_WORD)
            ):
                text = None  # specks and scraps, whatever they look like
        ink = inks[i]
        found = replace(cell, text=text, readings=alternatives, trust=trust)
        if ink is not None and i not in faint and not _says_none(alternatives):
            stacked = i in readings and _stacked(cell, ink)
            torn = ink.crossed or (i in readings and (ink.cut or _hides_halves(ink, alternatives)))
            whole = cell.whole and not (torn or stacked)
            found = replace(found, whole=whole, torn=torn, stacked=stacked)
        cells.append(found)
    return replace(grid, cells=tuple(cells))


def _settle(
    grid: Grid,
    texts: dict[int, tuple[str, float]],
    readings: dict[int, tuple[Reading, ...]],
    scraps: Set[int],
) -> None:
    """Asks the numeral model of cells whose text is a number or no word, though specks made them
    too wide for a number, and takes the texts away that say what it reads.
    """
    late = [
        i
        for i, (text, _) in texts.items()
        if i not in readings
        and (_is_number(text.strip(_AS_SPECKS)) or _may_be_print(text) or i in scraps)
    ]
    readings.update(zip(late, read_cells([_crop(grid.cells[i]) for i in late]), strict=True))
    for i in [i for i in texts if i in readings and not _is_text(readings[i], 0.0)]:
        text, first = texts[i][0], readings[i][0]
        if (i in late and first.value == read_number(text.strip(_AS_SPECKS)).value) or _same_print(
            text, first
        ):
            del texts[i]
    for i in [i for i in texts if _is_text(readings.get(i, ()), 0.0)]:
        text, trust = texts[i]
        number = before_note(text)
        if number is not None:
            del texts[i]
            readings[i] = (_noted(text, number, trust),)


def _noted(text: str, number: str, trust: float) -> Reading:
    """A number before a note of which not all is read, as `before_note` tells it."""
    reading = read_number(number, READER, _BEFORE_NOTE * trust)
    return replace(reading, printed=text) if number else read_number(text, READER, trust)


def _may_be_print(text: str) -> bool:
    """Whether a text may be what a reader of words makes of a dash or a 0, and of specks."""
    text = text.strip(_AS_SPECKS)
    return text in _AS_ZERO or set(text) <= _AS_DASH


def _same_print(text: str, reading: Reading) -> bool:
    """Whether it is what is read there. Where it says nothing the numeral model alone knows."""
    text = text.strip(_AS_SPECKS)
    if text in _AS_ZERO:
        return reading.value == 0
    return set(text) <= _AS_DASH and (not text or reading.mark == "dash")


def _read_narrow(
    grid: Grid, narrow: list[int], inks: list[CellInk | None], digit: float, rough: float
) -> dict[int, tuple[Reading, ...]]:
    """The readings of the cells narrow enough to be numbers, whose digits are `digit` tall.

    `inks` were found for digits `rough` tall, and are found anew where that is another height.
    """
    if not (rough > 0 and abs(digit / rough - 1) <= _SAME_HEIGHT):
        for i in narrow:
            inks[i] = find_ink(_crop(grid.cells[i]), digit)
    shown = [(i, ink) for i in narrow if (ink := inks[i]) is not None]
    crops = [_crop(grid.cells[i]) for i, _ in shown]
    read = read_inked(crops, [ink for _, ink in shown], digit)
    return {i: one for (i, _), one in zip(shown, read, strict=True)}


def _crop(cell: GridCell) -> Pixels:
    assert cell.crop is not None
    return cell.crop


def _ink_width(ink: CellInk, digit: float) -> float | None:
    """The width of a cell's widest line in digit heights; None where it can be no number."""
    width = ink_width(ink, digit)
    return width if len(ink.lines) <= _MOST_LINES and width <= _WIDEST_NUMBER else None


def _hides_halves(ink: CellInk, readings: tuple[Reading, ...]) -> bool:
    """Whether a cell that is read as blank shows halves of digits."""
    return ink.sliced and bool(readings) and readings[0].mark == "blank"


def _says_none(readings: tuple[Reading, ...]) -> bool:
    """Whether a word for nothing is read, or a slash, which may reach from side to side: beside
    neither stand digits that a side may cut off. A level stroke may be what is left of them.
    """
    if not readings or readings[0].mark != "dash":
        return False
    return ideographs(readings[0].printed) > 0 or set(readings[0].printed) <= set("/\\")


def _stacked(cell: GridCell, ink: CellInk) -> bool:
    """Whether a value cell's lines may be two numbers: those of one would not fit side by side,
    are as wide as fits but for the last, and stand close.

    What is much lower than the tallest line is a dash, or specks.
    """
    tall = _AS_TALL * max((line.place.height for line in ink.lines), default=0)
    lines = [line for line in ink.lines if line.shape == "text" and line.place.height >= tall]
    if len({line.row for line in lines}) < 2:
        return False
    wide = _crop(cell).shape[1]
    first = sum(line.place.width for line in lines if line.row == lines[0].row)
    filled = sum(line.place.width for line in lines) >= _FILLED * wide and first >= _FULL * wide
    gap = max(below.place.y0 - above.place.y1 for above, below in pairwise(lines))
    return not filled or gap > _APART * max(line.place.height for line in lines)


def _is_text(readings: tuple[Reading, ...], width: float) -> bool:
    """Whether a cell says more than a number: unknown glyphs, or ink that no digit explains."""
    if not readings:
        return True
    if readings[0].mark == "illegible":
        return not in_groups(readings[0].printed)
    return wider(width, readings[0].printed)


def _before_numbers(grid: Grid, readings: Mapping[int, tuple[Reading, ...]]) -> set[int]:
    """The cells that stand left of all numbers of their row, where it has any."""
    first: dict[int, int] = {}
    for i, found in readings.items():
        if found and found[0].mark == "number":
            row, column = grid.cells[i].row, grid.cells[i].column
            first[row] = min(first.get(row, column), column)
    return {i for i, cell in enumerate(grid.cells) if cell.column < first.get(cell.row, 0)}


def _is_number(text: str) -> bool:
    return bool(text) and read_number(text).mark == "number"


def _read_lines(page: int, line_crops: Sequence[LineCrop], trusts: list[float]) -> tuple[Line, ...]:
    found = read_lines([line.crop for line in line_crops])
    trusts.extend(trust for text, trust in found if len(text) >= _A_WORD)
    return tuple(
        Line(text, page, line.box, line.size)
        for line, (text, trust) in zip(line_crops, found, strict=True)
        if text and trust >= _SURE_LINE
    )


def weigh_style(
    evidence: Sequence[Evidence], money: Set[str] = frozenset()
) -> tuple[Evidence, ...]:
    """The evidence with the readings from pixels re-weighted by the document's habits; `money`
    are the codes of amounts.
    """
    seen = [
        i
        for i, one in enumerate(evidence)
        if one.slot.cell is not None and one.slot.cell.crop is not None and one.readings
    ]
    amounts = {place for place, i in enumerate(seen) if evidence[i].slot.code in money}
    tables = [evidence[i].slot.code.partition(".")[0] for i in seen]
    shown = with_lost_print([evidence[i].readings for i in seen], tables)
    styled = apply_style(shown, amounts)
    weighted = dict(zip(seen, styled, strict=True))
    return tuple(
        replace(one, readings=weighted[i]) if i in weighted else one
        for i, one in enumerate(evidence)
    )
