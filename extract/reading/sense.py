"""Lines read with their trust weighed by whether they say what forms say.

Lines of a page that lies on its side or stands on its head are read with trust enough, letter by
letter or backwards; they make no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from extract.forms import Label, load_forms
from extract.reading.lines import read_lines
from extract.text import fold
from extract.traditional import simplified

if TYPE_CHECKING:
    from extract.model import Pixels

_OTHERWISE = 0.5
"""What is left of the trust in a line without any pair of letters that a form has."""
_ENOUGH = 0.6
"""Share of its pairs of letters by which a line is one of a form; text between tables has less."""


def read_sensibly(crops: Sequence[Pixels]) -> list[tuple[str, float]]:
    """Text and trust of each line as `read_lines` has it, with less trust in what makes no words.

    Raises SourceError (`unsupported`) where a model is missing.
    """
    return [(text, trust * sense(text)) for text, trust in read_lines(crops)]


def sense(text: str) -> float:
    """The share of the trust in a text that is left by how much it says what forms say."""
    letters = _ideographs(text)
    pairs = list(pairwise(letters))
    if not pairs:
        return _OTHERWISE
    known = sum(pair in _pairs() for pair in pairs) / len(pairs)
    return _OTHERWISE + (1 - _OTHERWISE) * min(1.0, known / _ENOUGH)


@lru_cache(maxsize=1)
def _pairs() -> frozenset[tuple[str, str]]:
    """The neighbouring letters in the labels, headers and titles of all forms."""
    found: set[tuple[str, str]] = set()
    for form in load_forms():
        labels = [form.name, *(table.title for table in form.tables)]
        for section in (section for table in form.tables for section in table.sections):
            labels += [section.label] if section.label else []
            labels += [label for column in section.columns for label in column.path]
            labels += [label for row in section.rows for label in row.path]
        for label in labels:
            found |= _pairs_of(label)
        for title in form.titles:
            found.update(pairwise(_ideographs(title)))
    return frozenset(found)


def _pairs_of(label: Label) -> set[tuple[str, str]]:
    return {pair for wording in label.spellings for pair in pairwise(_ideographs(wording))}


def _ideographs(text: str) -> str:
    return "".join(c for c in simplified(fold(text)) if "\u3400" <= c <= "\u9fff")
