"""Headers over columns, and how like the form's they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from extract.forms import Label, Section
from extract.model import GridCell
from extract.placing.labels import bare, similarity, spellings

_BEGINNING = 2
"""Characters of a label that stand in its first line, however narrow the column."""
_GROUPS = 0.4
"""Weight of the headings of groups against the column's own header."""
_OTHER_TIMES = ("上年", "上一年", "去年", "前年", "同期")
_CHANGES = ("增减", "增幅", "增长", "同比", "环比")
_BESIDES = ("备注", "说明", "排名")
_STRANGE = 0.3
"""Share of its likeness that a header keeps which names another year, a change, or a remark where
the form's does not: 上年数 is three letters and only one of them differs from 本年数."""
_SCRAP = 0.3
"""Trust below which a text over a column is no header of a picture: labels and specks beside it."""
_ENDING = 3
"""Characters of a label from which on a text that ends with it, and began over the columns before,
has its header at its end."""
_ENDS = 0.9


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
    if any(c.text and c.trust >= _SCRAP for c in drawn):
        drawn = [c for c in drawn if not c.text or c.trust >= _SCRAP]
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
    printed = list(dict.fromkeys(text for texts in (*own, *groups) for text in texts))
    place = {text: index for index, text in enumerate(printed)}
    headers = [(place[lowest], place[joined]) for lowest, joined in own]
    above = [[place[text] for text in texts] for texts in groups]
    labels = list(dict.fromkeys(label for column in section.columns for label in column.path))
    near = _near(printed, labels)
    leaf: list[list[float]] = []
    whole: list[list[float]] = []
    for column in section.columns:
        line = near[column.label]
        leaf.append([max(line[a], line[b]) for a, b in headers])
        for i, one in enumerate(head):
            if not one.narrow and _ends_with(own[i][0], column.label):
                leaf[-1][i] = max(leaf[-1][i], _ENDS)
        paths = [near[label] for label in column.path[:-1]]
        whole.append([])
        for value, texts in zip(leaf[-1], above, strict=True):
            if paths and texts:
                over = sum(max(path[text] for text in texts) for path in paths) / len(paths)
                whole[-1].append((1 - _GROUPS) * value + _GROUPS * over)
            else:
                whole[-1].append(value)
    return Likeness(leaf, whole)


def fused_columns(section: Section, head: Sequence[Heading]) -> frozenset[int]:
    """The section's columns that stand in order under one header cell which names them all.

    The rules between headers fade on grey, and their lines are then read across: the beginnings
    of the labels one after another, what is left of them below. Only where as many columns are
    printed as the form has.
    """
    if len(head) != len(section.columns):
        return frozenset()
    found: set[int] = set()
    for text in {one.lowest for one in head if one.shared}:
        under = [i for i, one in enumerate(head) if one.shared and one.lowest == text]
        together = under == list(range(under[0], under[-1] + 1))
        if len(under) > 1 and together:
            named = [spellings(section.columns[i].label) for i in under]
            if _begins_in_order(bare(text), named):
                found.update(under)
    return frozenset(found)


def _begins_in_order(text: str, named: Sequence[Sequence[str]]) -> bool:
    """Whether all labels, each in one of its spellings, begin in a text one after another."""
    at = 0
    for names in named:
        places = [text.find(name[:_BEGINNING], at) for name in names]
        places = [place for place in places if place >= 0]
        if not places:
            return False
        at = min(places) + _BEGINNING
    return True


def _ends_with(text: str, label: Label) -> bool:
    names = [name for name in spellings(label) if len(name) >= _ENDING]
    return any(text != name and text.endswith(name) for name in names)


def stands_beside(section: Section, heading: Heading) -> bool:
    """Whether a heading says that its column is another year's, a change or a remark, of which the
    section has none.
    """
    text = bare(heading.lowest)
    own = [spelling for column in section.columns for spelling in spellings(column.label)]
    return any(
        _says(text, words) and not any(_says(one, words) for one in own)
        for words in (_OTHER_TIMES, _CHANGES, _BESIDES)
    )


def _says(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _near(printed: Sequence[str], labels: Sequence[Label]) -> dict[Label, list[float]]:
    """For each label of the form its similarity with every printed text, 0 with an empty one."""
    known = [spelling for label in labels for spelling in spellings(label)]
    starts = np.cumsum([0, *(len(spellings(label)) for label in labels[:-1])])
    scores = np.maximum.reduceat(similarity(printed, known), starts, axis=1)
    scores[[not text for text in printed]] = 0.0
    for words in (_OTHER_TIMES, _CHANGES, _BESIDES):
        said = [_says(text, words) for text in printed]
        meant = [any(_says(one, words) for one in spellings(label)) for label in labels]
        scores[np.ix_(said, [not one for one in meant])] *= _STRANGE
    return dict(zip(labels, scores.T.tolist(), strict=True))
