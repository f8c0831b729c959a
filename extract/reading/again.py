"""Single cells of a page read a second time: by the recogniser of lines, and at another scale.

The recogniser of lines shares no training with that of numerals, so it errs elsewhere. The other
scale moves every stroke to other pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extract.model import Reading
from extract.reading.lines import label_lines, read_lines
from extract.reading.numbers import read_number
from extract.reading.recognise import read_cells

if TYPE_CHECKING:
    from extract.model import Pixels

LINES, SCALED = "lines", "numerals, rescaled"
_SCALE = 1.37
_LEAST_TRUST = 0.8
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


def _number(text: str, trust: float) -> list[Reading]:
    """What the recogniser of lines knows for a number: it takes specks for points and bullets, a
    lone 0 for a letter, and a lone dash for a 1.
    """
    text = text.translate(_SPECKS).replace("O", "0")
    reading = read_number(text, LINES, trust)
    return [reading] if reading.mark == "number" and text != "1" else []
