"""Single cells of a page read a second time: by the recogniser of lines, and at another scale.

The recogniser of lines shares no training with that of numerals, so it errs elsewhere. The other
scale moves every stroke to other pixels. And the recogniser of numerals can be asked of one
number how likely it is, whether or not it came to propose it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from extract.model import Reading
from extract.reading.ink import find_ink
from extract.reading.labels import label_lines
from extract.reading.lines import read_lines
from extract.reading.numbers import read_number
from extract.reading.numerals import score_numerals
from extract.reading.recognise import read_cells

if TYPE_CHECKING:
    from extract.model import Pixels

LINES, SCALED = "lines", "numerals, rescaled"
_SCALE = 1.37
_LEAST_TRUST = 0.8
_SEEN = 0.1
"""Least probability of what was read to compare others with."""
_DIGITS = re.compile(r"[0-9][0-9,.]*")
_SPECKS = str.maketrans("", "", "•·:：↓ ")


def read_again(crops: Sequence[Pixels]) -> list[tuple[Reading, ...]]:
    """What each cell says to other eyes: at most one reading by each, none where it is unsure.

    `crops` are cells of one document as they were first read. Raises SourceError
    (`unsupported`) where a model is missing.
    """
    import cv2

    if not crops:
        return []
    lines = [label_lines(crop) for crop in crops]
    read = iter(read_lines([line for one in lines for line in one], 1.0))
    larger = [
        cv2.resize(crop, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
        for crop in crops
    ]
    found = []
    for one, (scaled, *_) in zip(lines, read_cells(larger), strict=True):
        parts = [next(read) for _ in one]
        said = []
        trust = min((trust for _, trust in parts), default=0.0)
        if len(parts) == 1 and trust >= _LEAST_TRUST:
            said += _number(parts[0][0], trust)
        if scaled.probability >= _LEAST_TRUST:
            said.append(Reading(
                scaled.printed, scaled.mark, scaled.value, scaled.unit, scaled.probability, SCALED
            ))  # fmt: skip
        found.append(tuple(r for r in said if r.mark not in ("illegible", "missing")))
    return found


def likelihood_ratios(
    crops: Sequence[Pixels], digit: float, printed: Sequence[str], numbers: Sequence[Sequence[int]]
) -> list[list[float] | None]:
    """How much likelier than what was read, `printed`, each of some numbers is for a cell's ink.

    `digit` is the height of digits in pixels. None for cells of which neither a single line nor
    all together show this recogniser what was read. Raises SourceError (`unsupported`) without
    the model.
    """
    seen: list[list[Pixels]] = []
    owners: list[int] = []
    for place, crop in enumerate(crops):
        lines = [line.pixels for line in find_ink(crop, digit).lines]
        for some in ([lines] if len(lines) > 1 else []) + [[line] for line in lines]:
            seen.append(some)
            owners.append(place)
    spelt = [
        [_spellings(None, text), *(_spellings(n, text) for n in asked)]
        for text, asked in zip(printed, numbers, strict=True)
    ]
    scores = score_numerals(seen, [[t for ts in spelt[i] for t in ts] for i in owners])
    found: list[list[float] | None] = [None] * len(crops)
    for place, row in zip(owners, scores, strict=True):
        parts = iter(row)
        first, *others = [sum(next(parts) for _ in texts) for texts in spelt[place]]
        if first >= _SEEN and found[place] is None:
            found[place] = [other / first for other in others]
    return found


def _spellings(number: int | None, printed: str) -> list[str]:
    """How a number, or the one that was read, may be printed by who printed `printed`: with the
    same words around it, its thousands grouped by what passes for a comma, or not at all.
    """
    around = _DIGITS.search(printed)
    if around is None:
        return [printed if number is None else str(number)]
    before, after = printed[: around.start()], printed[around.end() :]
    value = read_number(around[0]).value if number is None else number
    if not isinstance(value, int):
        return [printed]
    grouped = f"{value:,}"
    spelt = {str(value), grouped, grouped.replace(",", ".")}
    return [before + text + after for text in sorted(spelt)]


def _number(text: str, trust: float) -> list[Reading]:
    """What the recogniser of lines knows for a number: it takes specks for points and bullets, a
    lone 0 for a letter, and a lone dash for a 1.
    """
    text = text.translate(_SPECKS).replace("O", "0")
    reading = read_number(text, LINES, trust)
    return [reading] if reading.mark == "number" and text != "1" else []
