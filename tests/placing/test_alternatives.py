"""A lone row of a group: the group's own row, unless its label says which of them it is."""

from __future__ import annotations

import pytest

from extract.forms import load_forms
from extract.model import Grid, GridCell
from extract.placing.alternatives import settle_lone_rows
from extract.placing.rows import align_rows, form_rows
from extract.placing.tape import make_tape

FORM = next(form for form in load_forms() if form.id == "2021")
AROUND = ("5.要求行政机关确认或重新出具已获取信息", "（七）总计")


def _settled(*labels: str) -> tuple[list[str | None], set[str | None]]:
    wanted = (AROUND[0], *labels, AROUND[1])
    cells = tuple(
        GridCell(row, column, text=label if column == 0 else "1")
        for row, label in enumerate(wanted)
        for column in range(8)
    )
    tape = make_tape([Grid(1, len(wanted), 8, cells)])
    rows = form_rows(FORM)
    matches, doubts = settle_lone_rows(FORM, tape, align_rows(tape, FORM)[1])
    return [rows[m.form_row].row.id for m in matches][1:-1], {rows[d].row.id for d in doubts}


@pytest.mark.parametrize(
    ("labels", "found", "doubted"),
    [
        (("（六）其他处理",), ["other"], set()),
        (("月六其他",), ["other"], {"other"}),
        (("3.其他",), ["other_else"], set()),
        (
            ("1.逾期不补正", "2.逾期不缴费", "3.其他"),
            ["other_no_correction", "other_unpaid", "other_else"],
            set(),
        ),
    ],
)
def test_one_row_of_a_group_is_the_group_unless_its_label_says_otherwise(
    labels: tuple[str, ...], found: list[str], doubted: set[str]
) -> None:
    assert _settled(*labels) == (found, doubted)
