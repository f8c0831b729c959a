"""Labels of two rows that were read as one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from extract.forms import load_forms
from extract.model import GridCell
from extract.placing.fused import with_labels_parted
from extract.placing.tape import TapeRow

CROP = np.full((20, 40), 255, np.uint8)
FORM = next(form for form in load_forms() if form.id == "2021")
BOTH = "予以公开二部分公开区分处理的只计这一情形不计其他情形"


def row(label: str, number: int) -> TapeRow:
    cells = tuple(GridCell(number, column, crop=CROP) for column in range(1, 8))
    return TapeRow(0, number, (label,) if label else (), (label,), cells, "", 7)


def labels(*tape: TapeRow) -> list[tuple[str, ...]]:
    return [one.labels for one in with_labels_parted(tape, FORM)]


def test_each_of_two_rows_gets_its_own_label() -> None:
    (first,), (second,) = labels(row(BOTH, 0), row("", 1))
    assert first == "予以公开"
    assert second.startswith("部分公开")


def test_a_label_of_one_row_keeps_the_next_one_without() -> None:
    for label in ("予以公开", BOTH[5:]):
        assert labels(row(label, 0), row("", 1)) == [(label,), ()]


def test_rows_of_other_widths_text_layers_and_blank_rows_are_left_alone() -> None:
    above, below = row(BOTH, 0), row("", 1)
    for other in (
        replace(below, values=below.values[:5]),
        replace(below, values=tuple(replace(cell, crop=None) for cell in below.values)),
        replace(below, printed=0),
        replace(below, grid=1),
    ):
        assert labels(above, other)[0] == (BOTH,)
