"""A number whose tail stands on the next page is put together and stays in doubt."""

from __future__ import annotations

from extract.forms import load_forms
from extract.model import Grid, GridCell, Reading
from extract.placing.parted import parted
from extract.placing.place import place

FORM = next(form for form in load_forms() if form.id == "2019")
LABELS = [row.label.zh for row in FORM.table("t3").sections[0].rows if row.label]
CUT = LABELS.index("8.属于行政查询事项")


def _grid(page: int, rows: list[list[str]]) -> Grid:
    cells = tuple(
        GridCell(row, column, text=text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    )
    return Grid(page, len(rows), 8, cells)


def test_the_tail_of_a_wrapped_number_after_a_page_break_joins_its_head_in_doubt() -> None:
    body = [[label, *"1234567"] for label in LABELS[:CUT]]
    body.append(["8.属于行政", "334", *"234567"])
    tail = [["查询事项", "8", *[""] * 6], *[[label, *"7654321"] for label in LABELS[CUT + 1 :]]]
    placement = place([_grid(1, body), _grid(2, tail)], load_forms(), tabular=True)
    slots = {slot.code: slot for slot in placement.slots}
    head = slots["t3.denied_admin_query.natural"]
    assert head.cell is not None
    assert head.cell.text == "334\n8"
    assert not head.cell.whole
    assert head.doubt
    beside = slots["t3.denied_admin_query.business"]
    assert beside.cell is not None
    assert (beside.cell.text, beside.doubt) == ("2", None)


def test_halves_from_pixels_multiply_their_probabilities() -> None:
    def cell(*readings: tuple[str, float]) -> GridCell:
        made = tuple(Reading(t, "number", int(t), None, p, "numerals") for t, p in readings)
        return GridCell(0, 0, text=None, readings=made)

    whole = parted(cell(("334", 0.9), ("384", 0.1)), cell(("8", 0.8), ("3", 0.2)))
    assert whole is not None
    assert [r.value for r in whole.readings] == [3348, 3343, 3848, 3843]
    assert abs(whole.readings[0].probability - 0.72) < 1e-9


def test_words_are_no_halves_of_a_number() -> None:
    assert parted(GridCell(0, 0, text="12"), GridCell(0, 0, text="无")) is None
