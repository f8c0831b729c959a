"""What the number cells of a scan print: alternatives with calibrated probabilities.

Blank, dash, slash, 0 and a mere speck are told apart by the same model that reads the digits:
a cell's ink is always shown to it, and it may answer that nothing is printed there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from extract.model import Reading
from extract.reading.ink import CellInk, digit_height, find_ink
from extract.reading.lost import (
    blank_trust,
    seen_surely,
    share_lost,
    trusted_blank,
    with_lost_print,
)
from extract.reading.marks import recurring_marks
from extract.reading.numbers import read_number
from extract.reading.numerals import OTHER, READER, Alternatives, recognise_numerals
from extract.reading.separators import separator_shape

if TYPE_CHECKING:
    from extract.model import Pixels

_MOST_PARTS = 4
"""A cell with more lines than a number can be wrapped to holds something else."""
_PER_PART = 4
_PER_DIGIT = 1.1
"""Digit heights that a printed digit takes at most, the space beside it included."""
_SCRAPS = 0.9
"""Trust that a cell in so many parts holds no number."""
_KEPT = 6
_DEBRIS = frozenset("-—/\\.,+" + OTHER)
_STRAY = 0.6
"""Share of signs standing apart from a number that are bits of a rule or seal, not print."""
_MUCH = 0.2
"""Share of lost print from which on what is left may be a part of what was printed."""
_TOO_LARGE = 1e12
"""No report counts so far: cells run together."""
_TOO_FINE = re.compile(r"\.[0-9]{7}")
"""Of ten thousand yuan a millionth is a hundredth of a yuan: such a point is a comma, and the
point of the fraction is lost."""
_BRACKETS = str.maketrans("（）", "()")
_SHAPE_GAIN = 20.0
"""How much likelier a level stroke is where a dash is printed, and a speck where nothing is."""
_UNREAD_NOTE = re.compile(rf"([0-9]+){OTHER}{{2,}}.*\)")
_BEFORE_NOTE = 0.7
"""Probability of a number before a note that nobody can read, its first bracket included."""
_STRAY_POINT = 0.2
"""How much rarer a speck that looks like a point is in a cell without any other speck."""
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_POINTS = re.compile(r"([+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(\.[0-9]{1,2})")
_COMMA = 0.25
"""Share of points that could group thousands which are commas."""
_SHAPED = 6.0
"""How much likelier a sign is the one that it is shaped like: of 139 commas under light and medium
damage none looked like a point, but 6 of 86 under heavy damage did."""
_NO_NUMBER = 0.1
"""How much rarer in reports than in training are digits and signs that make no number."""


def read_cells(crops: Sequence[Pixels], digit: float = 0.0) -> list[tuple[Reading, ...]]:
    """The alternative readings of each number cell, best first.

    `crops` are the cells of one page or table at one scale, grey or RGB, each about the inside
    of its rules; remains of the rules at the edges are allowed. `digit` is the height of their
    digits in pixels where more than these cells tell it. The probabilities of a cell's
    alternatives sum to at most 1. Raises SourceError (`unsupported`) without the model.
    """
    digit = digit or digit_height(crops)
    found = read_inked(crops, [find_ink(crop, digit) for crop in crops], digit)
    return with_lost_print(found, [""] * len(found))


def read_inked(
    crops: Sequence[Pixels], cells: Sequence[CellInk], digit: float
) -> list[tuple[Reading, ...]]:
    """The same, of cells whose ink was found with the digits' height given.

    Labels may be among them: how much print is lost is for `with_lost_print` to say.
    """
    found = iter(recognise_numerals([line.pixels for cell in cells for line in cell.lines]))
    texts = [_joined([(line.row, next(found)) for line in cell.lines]) for cell in cells]
    weighed = (
        _weighed(_with_one_point(read), cell) for cell, read in zip(cells, texts, strict=True)
    )
    texts = [_with_commas(read, cell) for cell, read in zip(cells, weighed, strict=True)]
    texts = recurring_marks(texts, cells, [crop.shape for crop in crops], digit)
    levels = [cell.ink for cell, read in zip(cells, texts, strict=True) if read[0][0]]
    usual = float(np.median(levels)) if levels else 0.0
    # Labels, of which a digit before the words may be all that is known, do not count, and dashes
    # are doubted for other reasons.
    worn = share_lost([
        seen_surely(read)
        for cell, read in zip(cells, texts, strict=True)
        if _is_number(read[0][0]) and not wider(ink_width(cell, digit), read[0][0])
    ])  # fmt: skip
    part = max(0.0, worn - _MUCH)
    readings: list[tuple[Reading, ...]] = []
    for crop, cell, alternatives in zip(crops, cells, texts, strict=True):
        best = alternatives[0][0]
        if not best:
            readings.append(_merged(trusted_blank(alternatives, blank_trust(cell, usual))))
        elif OTHER in best and _numeral_signs(best):
            readings.append(_merged(_with_words(alternatives, crop)))
        else:
            # Where whole numbers are worn off, signs and thin digits of others are.
            readings.append(_merged([(text, p * (1 - part)) for text, p in alternatives]))
    return readings


def ink_width(ink: CellInk, digit: float) -> float:
    """The width of a cell's widest line, in digit heights."""
    return max((line.place.width for line in ink.lines), default=0) / max(digit, 1.0)


def wider(width: float, text: str) -> bool:
    """Whether ink so many digit heights wide is more than the digits of a text."""
    return width > _PER_DIGIT * (len(text) + 1)


def _weighed(texts: list[tuple[str, float]], cell: CellInk) -> list[tuple[str, float]]:
    """Texts of a cell, weighed by what its crop of ink does not show the model.

    A stroke inside a cell, where rules leave nothing, is sooner a dash; a lone speck, smaller
    than any print, is sooner nothing; a point in a clean cell is no speck; and publishers seldom
    print what is no number at all.
    """
    shape = cell.lines[0].shape if len(cell.lines) == 1 else "text"
    weighted: list[tuple[str, float]] = []
    for text, chance in texts:
        gain = 1.0
        if (shape == "stroke" and text and set(text) <= _DEBRIS) or (shape == "speck" and not text):
            gain = _SHAPE_GAIN
        elif cell.clean and "." in texts[0][0] and text == texts[0][0].replace(".", ""):
            gain = _STRAY_POINT
        elif OTHER not in text and _meaning(text).mark == "illegible":
            gain = _NO_NUMBER
        weighted.append((text, chance * gain))
    total = sum(chance for _, chance in weighted) + max(0.0, 1 - sum(c for _, c in texts))
    return sorted(((t, chance / total) for t, chance in weighted), key=lambda pair: -pair[1])


def _with_one_point(texts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Texts in which of several points only the last can be one: the others part thousands."""
    shares: dict[str, float] = {}
    for text, chance in texts:
        found = _POINTS.fullmatch(text)
        whole = found[1].replace(".", ",") + found[2] if found else text
        shares[whole] = shares.get(whole, 0.0) + chance
    return sorted(shares.items(), key=lambda pair: -pair[1])


def _with_commas(texts: list[tuple[str, float]], cell: CellInk) -> list[tuple[str, float]]:
    """Texts of which a point before three digits may be the comma of thousands.

    Full-width commas, set high and far from their digits, look like points to the model.
    """
    best, chance = texts[0]
    if not _THOUSANDS.fullmatch(best):
        return texts
    known = dict(texts)
    if "." in best:
        comma = best.replace(".", ",")
        known[best] = chance * (1 - _COMMA)
        known[comma] = known.get(comma, 0.0) + chance * _COMMA
    shape = separator_shape(cell.lines[0].pixels) if len(cell.lines) == 1 else None
    if shape is not None:
        total, fits = sum(known.values()), {"point": ".", "comma": ","}[shape]
        weighed = {text: c * (_SHAPED if fits in text else 1.0) for text, c in known.items()}
        gain = total / sum(weighed.values())
        known = {text: c * gain for text, c in weighed.items()}
    return sorted(known.items(), key=lambda pair: -pair[1])


def _joined(parts: Sequence[tuple[int, Alternatives]]) -> list[tuple[str, float]]:
    """The texts of a cell out of those of its parts with their rows.

    A number may be wrapped; parts of one row that stand apart keep a space between them.
    """
    if not parts:
        return [("", 0.0)]
    parts = [(row, read) for row, read in parts if read[0][0] or read[0][1] < 0.9] or [parts[0]]
    if len(parts) == 1:
        return list(parts[0][1])
    if len(parts) > _MOST_PARTS:
        return [(OTHER, _SCRAPS)]
    texts: list[tuple[str, float]] = []
    for chosen in product(*(read[:_PER_PART] for _, read in parts)):
        chance = 1.0
        for _, share in chosen:
            chance *= share
        shown = [(row, text) for (row, _), (text, _) in zip(parts, chosen, strict=True) if text]
        digits = [(row, text) for row, text in shown if not set(text) <= _DEBRIS]
        if digits and len(digits) < len(shown):
            texts.append((_text(digits), chance * _STRAY))
            chance *= 1 - _STRAY
        texts.append((_text(shown), chance))
    return sorted(texts, key=lambda pair: -pair[1])


def _text(parts: Sequence[tuple[int, str]]) -> str:
    text, last = "", None
    for row, part in parts:
        text += (" " if row == last else "") + part
        last = row
    return text


def _with_words(texts: list[tuple[str, float]], crop: Pixels) -> list[tuple[str, float]]:
    """A text with unknown glyphs, named by the reader of labels where it sees the same digits."""
    from extract.reading.lines import read_labels

    words, chance = read_labels([crop])[0]
    best = texts[0]
    if words and _numeral_signs(words) == _numeral_signs(best[0]):
        return [(words, best[1] * chance), *texts]
    number, note = best[0].partition("(")[::2]
    seen = words.translate(_BRACKETS).partition("(")
    if note and _numeral_signs(number) and seen[0] == number and seen[1]:
        # The note is read by the reader of words alone.
        return [(words, best[1]), *texts[1:]]
    if unread := _UNREAD_NOTE.fullmatch(best[0]):
        rest = [(text, chance * (1 - _BEFORE_NOTE)) for text, chance in texts]
        return [(unread[1], best[1] * _BEFORE_NOTE), *rest]
    return texts


def _is_number(text: str) -> bool:
    return OTHER not in text and any(sign.isdigit() for sign in text)


def _numeral_signs(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789.,")


@lru_cache(maxsize=4096)
def _meaning(text: str) -> Reading:
    reading = read_number(text, reader=READER)
    if reading.value is not None and (abs(reading.value) >= _TOO_LARGE or _TOO_FINE.search(text)):
        return replace(reading, mark="illegible", value=None, unit=None)
    return reading


def _merged(texts: Sequence[tuple[str, float]]) -> tuple[Reading, ...]:
    """Readings of the texts, those of one meaning together under the likeliest text."""
    merged: dict[tuple[str, object], Reading] = {}
    for text, chance in texts:
        reading = replace(_meaning(text), probability=chance)
        key = (reading.mark, reading.value)
        first = merged.get(key)
        if first is None:
            merged[key] = reading
        elif first.probability < 1.0:
            total = min(1.0, first.probability + chance)
            merged[key] = replace(first, probability=total)
    ranked = sorted(merged.values(), key=lambda reading: -reading.probability)
    return tuple(ranked[:_KEPT])
