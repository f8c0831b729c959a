"""Texts whose tables came apart: labels and numbers by their order."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from extract.errors import ReportError
from extract.forms import load_forms
from extract.model import GridCell, Line, Placement
from extract.placing.by_order import place_by_order
from extract.placing.runs import runs_of
from fixtures.exports import SHAPES
from fixtures.sheet import Sheet
from tests.placing.sheets import plain

FORMS = load_forms()


def placed(text: str) -> Placement:
    lines = [Line(line.strip("| "), 1) for line in text.split("\n") if line.strip("| ")]
    return place_by_order(lines, FORMS, "markdown")


def written(sheets: list[Sheet], shape: str = "lines") -> str:
    return "\n".join(SHAPES[shape](sheet, random.Random(0)) for sheet in sheets)


def texts(placement: Placement) -> dict[str, str]:
    return {slot.code: slot.cell.text or "" for slot in placement.slots if slot.cell}


def doubted(placement: Placement) -> set[str]:
    return {slot.code for slot in placement.slots if slot.doubt}


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("shape", ["lines", "spaced"])
def test_every_cell_of_a_text_with_a_cell_a_line_is_placed(form: str, shape: str) -> None:
    sheets, printed = plain(form)
    placement = placed(written(sheets, shape))
    assert (placement.form, texts(placement)) == (form, printed)
    assert doubted(placement) == set()


def test_a_group_printed_as_one_row_is_told_by_its_label() -> None:
    sheets, printed = plain("2021", frozenset({"t3.other"}))
    placement = placed(written(sheets))
    assert placement.alternatives == {"t3.other"}
    assert texts(placement) == printed


def with_zeros(text: str, *kept: str) -> str:
    """The text with 0 for every number but some."""
    lines = text.split("\n")
    return "\n".join("0" if line.isdigit() and line not in kept else line for line in lines)


def test_a_row_that_lost_a_number_is_not_placed_and_its_neighbours_are() -> None:
    sheets, printed = plain("2021")
    lost = printed["t3.granted.legal"]
    placement = placed(with_zeros(written(sheets), lost).replace(f"\n{lost}\n", "\n"))
    assert {code for code in printed if code not in texts(placement)} == {
        code for code in printed if code.startswith("t3.granted.")
    }


def test_a_number_between_rows_is_never_taken_for_a_lost_one_without_a_doubt() -> None:
    """A page number after a row that lost a cell: as many numbers as the row has columns."""
    sheets, printed = plain("2021")
    lost, short = printed["t2.penalties.decisions"], printed["t3.granted.legal"]
    text = with_zeros(written(sheets), lost, short).replace(f"\n{lost}\n", "\n3\n")
    placement = placed(text.replace(f"\n{short}\n", "\n"))
    assert "t2.penalties.decisions" in doubted(placement)


def test_columns_in_another_order_are_in_doubt() -> None:
    sheets, _ = plain("2021")
    text = written(sheets).replace("科研机构", "§").replace("商业企业", "科研机构")
    placement = placed(text.replace("§", "商业企业"))
    assert {code.split(".")[0] for code in doubted(placement)} == {"t3"}


@pytest.mark.parametrize("shape", ["detached_before", "detached_after"])
def test_rows_of_numbers_apart_from_their_labels_are_placed_in_doubt(shape: str) -> None:
    sheets, printed = plain("2021")
    shapes = ("lines", shape, "lines")
    placement = placed("\n".join(map(written, ([one] for one in sheets), shapes)))
    found = texts(placement)
    rows = {code: text for code, text in printed.items() if code.startswith("t3")}
    assert {code: found[code] for code in rows} == rows
    assert doubted(placement) >= set(rows)


def _each_once(text: str) -> str:
    return "\n".join(dict.fromkeys(text.split("\n")))


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_each_once, "values_lost"),
        (lambda text: text.replace("\n0", ""), "values_lost"),
        (lambda text: f"{text}\n{text}", "several_reports"),
        (lambda text: text[:0] + "第1条\n1\n" * 60, "not_a_report"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(spoil: Callable[[str], str], kind: str) -> None:
    sheets, _ = plain("2021", text="0")
    with pytest.raises(ReportError) as error:
        placed(spoil(written(sheets)))
    assert error.value.kind == kind or {error.value.kind, kind} == {"values_lost", "not_a_report"}


def test_runs_of_lines() -> None:
    lines = ["表头", "甲 1 2", "3", "乙", "0 — 4", "2023年，收到申请 5"]
    runs = runs_of([Line(text, 1) for text in lines])
    said = [(run.texts, [cell.text for cell in run.values]) for run in runs]
    assert said == [
        (("表头", "甲"), ["1", "2", "3"]),
        (("乙",), ["0", "—", "4"]),
        (("2023年，收到申请",), ["5"]),
    ]
    assert runs[0].ends == {2, 3}
    assert isinstance(runs[0].values[0], GridCell)
