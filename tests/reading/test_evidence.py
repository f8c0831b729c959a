"""Slots become evidence: text as one reading, pixels as alternatives, doubt kept."""

from __future__ import annotations

from extract.model import GridCell, Reading, Slot
from extract.reading.evidence import STACKED, UNSURE_SIDES, evidence_of
from extract.reading.numbers import read_number


def test_text_is_read_by_the_grammar_with_the_slot_reader() -> None:
    (one,) = evidence_of([Slot("t3.a.b", GridCell(0, 0, text="12"), reader="pdfplumber")])
    (reading,) = one.readings
    assert (reading.value, reading.reader) == (12, "pdfplumber")
    assert reading.probability > 0.999
    assert one.doubt is None


def test_a_cell_that_was_not_found_has_no_readings() -> None:
    (one,) = evidence_of([Slot("t3.a.b", None)])
    assert one.readings == ()


def test_text_over_the_rules_is_in_doubt_even_when_blank() -> None:
    for text in ("12", ""):
        (one,) = evidence_of([Slot("c", GridCell(0, 0, text=text, whole=False))])
        assert one.doubt is not None
        assert one.readings[0].probability < 0.98


def test_text_that_is_no_number_is_half_believed() -> None:
    (one,) = evidence_of([Slot("c", GridCell(0, 0, text="约30"))])
    assert (one.readings[0].mark, one.readings[0].probability) == ("illegible", 0.5)


def test_readings_from_pixels_stay_as_they_are() -> None:
    readings = (Reading("3", "number", 3, None, 0.9, "strip"), Reading("8", "number", 8, None, 0.1))
    cell = GridCell(0, 0, text=None, readings=readings)
    (one,) = evidence_of([Slot("c", cell, reader="cell")])
    assert [reading.value for reading in one.readings] == [3, 8]
    assert [reading.reader for reading in one.readings] == ["strip", "cell"]


def test_text_of_a_real_page_is_believed_more_than_a_recognised_label() -> None:
    cell = GridCell(0, 0, text="3")
    page, label = evidence_of([Slot("c", cell, reader="pdfplumber"), Slot("d", cell, reader="x")])
    assert label.readings[0].probability < page.readings[0].probability


def test_lines_that_may_be_two_numbers_are_another_doubt_than_a_faint_side() -> None:
    seen = (read_number("9813"),)
    torn, stacked = evidence_of([
        Slot("c", GridCell(0, 0, text=None, readings=seen, whole=False)),
        Slot("c", GridCell(0, 0, text=None, readings=seen, whole=False, stacked=True)),
    ])  # fmt: skip
    assert (torn.doubt, stacked.doubt) == (UNSURE_SIDES, STACKED)
