"""Headers over columns, and how like the form's they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extract.forms import Section
from extract.model import GridCell
from extract.placing.labels import bare, similarity, spellings

_GROUPS = 0.4
"""Weight of the headings of groups against the column's own header."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What is printed over a column: the lowest header cell, all narrow ones, those above.

    `narrow` tells whether the lowest one stands over this column alone: else the column's own
    header was not printed or not read; `shared` that there is none, and one header stands over
    several columns.
    """

    lowest: str
    joined: str
    groups: tuple[str, ...]
    narrow: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """Similarity in 0–1 of each column of a section (first index) with each printed one.

    `leaf` compares the column's own header, `whole` also the headings of the groups over it.
    """

    leaf: list[list[float]]
    whole: list[list[float]]


def heading_over(cells: Sequence[GridCell], span: tuple[int, int]) -> Heading:
    """The heading of a span of grid columns; `cells` are the header's, from top to bottom."""
    start, end = span
    drawn = [c for c in cells if c.column < end and c.column + c.column_span > start]
    over = [c for c in drawn if c.text and c.text.strip()]
    if not over:
        return Heading("", "", ())
    narrow = [c for c in over if c.column >= start and c.column + c.column_span <= end]
    return Heading(
        over[-1].text or "",
        "".join(c.text or "" for c in narrow),
        tuple(c.text or "" for c in over[:-1]),
        over[-1] in narrow,
        drawn[-1] is over[-1] and over[-1] not in narrow,
    )


def likeness_of(section: Section, head: Sequence[Heading]) -> Likeness:
    """How like the section's columns the printed headings are."""
    own = [(bare(one.lowest), bare(one.joined)) for one in head]
    groups = [tuple(dict.fromkeys(bare(text) for text in one.groups)) for one in head]
    table = _table(section, own, groups)
    leaf: list[list[float]] = []
    whole: list[list[float]] = []
    for column in section.columns:
        paths = [spellings(label) for label in column.path[:-1]]
        wanted = spellings(column.label)
        leaf.append(
            [max(table(text, s) for text in pair for s in wanted) if any(pair) else 0.0
             for pair in own]
        )  # fmt: skip
        whole.append([])
        for value, printed in zip(leaf[-1], groups, strict=True):
            if not paths or not printed:
                whole[-1].append(value)
                continue
            near = [max(table(text, s) for text in printed for s in names) for names in paths]
            whole[-1].append((1 - _GROUPS) * value + _GROUPS * sum(near) / len(near))
    return Likeness(leaf, whole)


def _table(
    section: Section, own: Sequence[tuple[str, str]], groups: Sequence[tuple[str, ...]]
) -> Callable[[str, str], float]:
    """A look-up of the similarity of a printed text and a wording of the form."""
    printed = list(dict.fromkeys(text for texts in (*own, *groups) for text in texts))
    known = list(dict.fromkeys(s for c in section.columns for x in c.path for s in spellings(x)))
    scores: list[list[float]] = similarity(printed, known).tolist()
    line = {text: scores[index] for index, text in enumerate(printed)}
    place = {label: index for index, label in enumerate(known)}
    return lambda text, label: line[text][place[label]]
