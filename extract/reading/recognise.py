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
from extract.reading.numbers import read_number
from extract.reading.numerals import OTHER, Alternatives, recognise_numerals

if TYPE_CHECKING:
    from extract.model import Pixels

READER = "numerals"
_MOST_PARTS = 4
"""A cell with more lines than a number can be wrapped to holds something else."""
_PER_PART = 4
_SCRAPS = 0.9
"""Trust that a cell in so many parts holds no number."""
_KEPT = 6
_DEBRIS = frozenset("-—/\\.,+" + OTHER)
_STRAY = 0.6
"""Share of signs standing apart from a number that are bits of a rule or seal, not print."""
_BLANK_LAPSE = 0.001
_NO_PRINT = 0.98
"""Trust in a cell without ink on a page on which no cell shows print."""
_TOO_LARGE = 1e12
"""No report counts so far: cells run together."""
_SHAPE_GAIN = 20.0
"""How much likelier a level stroke is where a dash is printed, and a speck where nothing is."""
_STRAY_POINT = 0.2
"""How much rarer a speck that looks like a point is in a cell without any other speck."""
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_COMMA = 0.25
"""Share of points that could group thousands which are commas."""
_NO_NUMBER = 0.1
"""How much rarer in reports than in training are digits and signs that make no number."""
_STYLES = ("zero", "blank", "dash", "slash")
_USUAL = {"zero": 0.35, "blank": 0.1, "dash": 0.07, "slash": 0.03}
"""How often the model expects each where it knows nothing of the document."""
_MOST_GAIN = 8.0
"""The most that a document's style can speak for a reading against what nobody proposed."""
_DOUBT = 0.2
"""Cells of a style never seen in a document that are counted as if seen."""


def read_cells(crops: Sequence[Pixels]) -> list[tuple[Reading, ...]]:
    """The alternative readings of each number cell, best first.

    `crops` are the cells of one page or table at one scale, grey or RGB, each about the inside
    of its rules; remains of the rules at the edges are allowed. The probabilities of a cell's
    alternatives sum to at most 1. Raises SourceError (`unsupported`) without the model.
    """
    digit = digit_height(crops)
    cells = [find_ink(crop, digit) for crop in crops]
    found = iter(recognise_numerals([line.pixels for cell in cells for line in cell.lines]))
    texts = [_joined([(line.row, next(found)) for line in cell.lines]) for cell in cells]
    texts = [_with_commas(_weighed(read, cell)) for cell, read in zip(cells, texts, strict=True)]
    levels = [cell.ink for cell, read in zip(cells, texts, strict=True) if read[0][0]]
    usual = float(np.median(levels)) if levels else 0.0
    readings: list[tuple[Reading, ...]] = []
    for crop, cell, alternatives in zip(crops, cells, texts, strict=True):
        best = alternatives[0][0]
        if not best:
            readings.append(_merged(_trusted_blank(alternatives, _blank_trust(cell, usual))))
        elif OTHER in best and _numeral_signs(best):
            readings.append(_merged(_with_words(alternatives, crop)))
        else:
            readings.append(_merged(alternatives))
    return readings


def _blank_trust(cell: CellInk, usual: float) -> float:
    """The probability that a cell is blank in which no print was seen.

    It depends on how far the usual print of the page stands out of this cell's noise and specks;
    where the page shows no print to compare with, it is taken to stand out little.
    """
    if not usual:
        return 0.0 if cell.lines else _NO_PRINT
    ratio = usual / max(cell.noise, cell.ink)
    return float(min(1 - _BLANK_LAPSE, 1 - 0.1 * np.exp(-1.6 * max(0.0, ratio - 1))))


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


def _with_commas(texts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Texts of which a point before three digits may be the comma of thousands.

    Full-width commas, set high and far from their digits, look like points to the model.
    """
    best, chance = texts[0]
    if not _THOUSANDS.fullmatch(best):
        return texts
    comma = best.replace(".", ",")
    known = dict(texts)
    known[best] = chance * (1 - _COMMA)
    known[comma] = known.get(comma, 0.0) + chance * _COMMA
    return sorted(known.items(), key=lambda pair: -pair[1])


def _trusted_blank(texts: list[tuple[str, float]], trust: float) -> list[tuple[str, float]]:
    """Texts of a cell read as blank, believed as far as page or model do, whichever is more."""
    (blank, chance), *others = texts
    if chance >= trust:
        return texts
    shrink = (1 - trust) / (1 - chance)
    return [(blank, trust), *((text, share * shrink) for text, share in others)]


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
    return texts


def _numeral_signs(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789.,")


@lru_cache(maxsize=4096)
def _meaning(text: str) -> Reading:
    reading = read_number(text, reader=READER)
    if reading.value is not None and abs(reading.value) >= _TOO_LARGE:
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


def apply_zero_style(cells: Sequence[tuple[Reading, ...]]) -> list[tuple[Reading, ...]]:
    """Readings re-weighted by how their document writes "none": 0, blank, a dash or a slash.

    `cells` are the alternatives of all number cells of one document. Within a document the
    style is nearly constant, so the other cells say how likely each style is here; a blank in a
    document without blanks ends with a low probability, even where no ink was seen.
    """
    votes = [_votes(readings) for readings in cells]
    totals = {style: sum(vote.get(style, 0.0) for vote in votes) for style in _STYLES}
    usual = sum(_USUAL.values())
    weighted: list[tuple[Reading, ...]] = []
    for readings, vote in zip(cells, votes, strict=True):
        # A cell is no witness in its own case.
        others = {style: totals[style] - vote.get(style, 0.0) for style in _STYLES}
        seen = sum(others.values())
        prior = {
            style: (others[style] + _DOUBT * len(_STYLES) * _USUAL[style] / usual)
            / (seen + _DOUBT * len(_STYLES))
            for style in _STYLES
        }
        weighted.append(_reweighted(readings, prior, usual))
    return weighted


def _votes(readings: tuple[Reading, ...]) -> dict[str, float]:
    votes: dict[str, float] = {}
    for reading in readings:
        style = _style(reading)
        if style:
            votes[style] = votes.get(style, 0.0) + reading.probability
    return votes


def _style(reading: Reading) -> str | None:
    """Which way of writing "none" a reading is; None for other numbers and illegible ones."""
    if reading.mark == "number":
        return "zero" if reading.value == 0 else None
    if reading.mark == "dash":
        return "slash" if reading.printed in {"/", "\\"} else "dash"
    return "blank" if reading.mark == "blank" else None


def _reweighted(
    readings: tuple[Reading, ...], prior: dict[str, float], usual: float
) -> tuple[Reading, ...]:
    rest = max(0.0, 1.0 - sum(reading.probability for reading in readings))
    weights: list[float] = []
    for reading in readings:
        style = _style(reading)
        ratio = prior[style] / (_USUAL[style] / usual) if style else 1.0
        weights.append(reading.probability * min(ratio, _MOST_GAIN))
    total = sum(weights) + rest
    if total <= 0.0:
        return readings
    shown = [
        replace(reading, probability=weight / total)
        for reading, weight in zip(readings, weights, strict=True)
    ]
    return tuple(sorted(shown, key=lambda reading: -reading.probability))
