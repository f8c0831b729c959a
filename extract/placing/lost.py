"""Whether a text without tables shows a form's labels all the same."""

from __future__ import annotations

from collections.abc import Sequence

from extract.forms import Form
from extract.model import Line
from extract.placing.labels import bare
from extract.placing.rows import form_rows


def labels_in(lines: Sequence[Line], forms: Sequence[Form]) -> int:
    """How many different row labels of one form stand in the lines, at most over the forms."""
    text = "\n".join(bare(line.text) for line in lines)
    return max(
        sum(
            any(len(label) > 3 and label in text for label in row.labels) for row in form_rows(form)
        )
        for form in forms
    )
