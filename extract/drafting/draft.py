"""An example report → the text of a layout file, to be looked through and kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.drafting.names import give_ids
from extract.drafting.sums import sums_of
from extract.drafting.tables import drafted_tables
from extract.drafting.writing import written
from extract.errors import ReportError
from extract.forms import Form
from extract.model import Grid, Line
from extract.placing.agencies import is_agency
from extract.text import fold

_TITLE = re.compile(r"^(?P<front>.*?)(?:20\d\d)年?度?(?P<rest>.*)$")
_ENDS = re.compile(r"(?:报告|年报|统计表?|报表)$")
_FIRST_LINES = 12


def draft(grids: Sequence[Grid], lines: Sequence[Line], forms: Sequence[Form]) -> str:
    """A layout in YAML: tables, header trees, row labels, units, and the sums that hold.

    `grids` and `lines` are those of an example report, the fuller the better: a sum is only seen
    where numbers show it. Ids come from known `forms` where labels agree, else they are numbered.
    Raises ReportError (`no_tables`) where no table prints a number.
    """
    tables = drafted_tables(grids, lines)
    if not tables:
        raise ReportError(
            "no table with numbers was found: take an example that is filled in", "no_tables"
        )
    give_ids(tables, forms)
    sums = [one for table in tables for one in sums_of(table)]
    return written(tables, sums, title_words_of(lines))


def title_words_of(lines: Sequence[Line]) -> str:
    """What the report calls itself, without its year and its agency; over up to three lines."""
    front = [re.sub(r"\s+", "", fold(line.text)) for line in lines[:_FIRST_LINES]]
    for first in range(len(front)):
        for last in range(first + 1, min(first + 3, len(front)) + 1):
            text = "".join(front[first:last])
            found = _TITLE.match(text)
            if found and len(text) <= 60 and _ENDS.search(found["rest"]):
                return _without_agency(found["rest"])
    return "年度报告"


def _without_agency(text: str) -> str:
    """The words after the longest beginning that is the name of a public body."""
    ends = [end for end in range(len(text) - 3, 2, -1) if is_agency(text[:end])]
    return text[ends[0] :] if ends else text
