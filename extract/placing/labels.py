"""How alike a printed label and a form's label are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from extract.forms import Label
from extract.text import fold
from extract.traditional import simplified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,40}>")
_NOISE = re.compile(r"[\W_]+")
_NUMBERING = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,2}[）)、.．,，]|[（(]?\d{1,2}[）)、.．,，])+"
)
_OF_THEM = re.compile(r"^(?:其中|包括)[:,、]?")
_YEAR = re.compile(r"20[0-4][0-9]年度?")
_UNIT = re.compile(r"[（(]\s*单位\s*[:：]?\s*([^）)\s]+?)\s*[）)]")


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """A label as compared: folded, tags, numbering, brackets, punctuation and spaces dropped.

    So are the words that open a list of details, and the year that a header may carry.
    """
    folded = _YEAR.sub("", _plain(text))
    return _NOISE.sub("", _NUMBERING.sub("", folded)) or _NOISE.sub("", folded)


def numbering_of(text: str) -> str:
    """The number that a label begins with, without its brackets; "" where it has none."""
    match = _NUMBERING.match(_plain(text))
    return _NOISE.sub("", match[0]) if match else ""


def printed_unit(text: str) -> str | None:
    """The unit that a header prints in brackets, as in （单位：万元）."""
    match = _UNIT.search(simplified(fold(text)))
    return match[1] if match else None


def _plain(text: str) -> str:
    folded = simplified(_TAGS.sub("", fold(text)).replace(" ", ""))
    return _OF_THEM.sub("", folded) or folded


@cache
def spellings(label: Label) -> tuple[str, ...]:
    """The bare wordings of a form's label, each once, also without what stands in brackets."""
    found: dict[str, None] = {}
    for wording in label.spellings:
        found[bare(wording)] = None
        short = re.sub(r"(?<=\w)[（(][^（()）]*[）)]$", "", wording)
        if short != wording and bare(short):
            found[bare(short)] = None
    return tuple(found)


def similarity(printed: Sequence[str], known: Sequence[str]) -> NDArray[np.float32]:
    """Levenshtein similarity in 0–1 of bare labels: (len(printed), len(known))."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    scores: NDArray[np.float32] = cdist(printed, known, scorer=Levenshtein.normalized_similarity)
    return scores
