"""Cells and checks of whole reports: what is repaired, flagged, blamed, and left alone."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_tables import BLANK, DASH, FORMS, PRINTED, balanced, evidence, shown, system
from small_tables import likely, pictured, place, run, small_table

from extract.model import Reading
from extract.reconcile import reconcile
from extract.reconcile.identities import system_of


@given(st.integers(0, 2), st.integers(0, 10**6), st.booleans())
@settings(deadline=None, max_examples=40)
def test_a_balanced_table_read_surely_is_ok_throughout(one, seed, pixels):
    table = balanced(Random(seed), one)
    cells, checks = run(pictured(table), one, pixels=pixels, geometry=not pixels)
    assert {c.status for c in cells.values()} == {"ok"}
    assert [c.value for c in cells.values()] == table
    assert {k.verdict for k in checks.values()} == {"pass"}
    assert {k.cause for k in checks.values()} == {None}


@given(st.integers(0, 2), st.integers(0, 10**6), st.data())
@settings(deadline=None, max_examples=60)
def test_up_to_two_misread_cells_of_table_3_are_repaired_or_flagged_never_silent(one, seed, data):
    code = system_of(*PRINTED[one])
    table = balanced(Random(seed), one)
    third = [i for i, name in enumerate(code.cells) if name.table == "t3"]
    readings = pictured(table)
    wrong = data.draw(st.sets(st.sampled_from(third), min_size=1, max_size=2))
    for index in wrong:
        false = data.draw(st.integers(0, 999).filter(lambda n, i=index: n != table[i]))
        chance = data.draw(st.sampled_from([0.3, 0.03, 0.01, 0.001, 0.0]))
        listed = (likely(false, 0.9998 - chance), likely(table[index], chance))
        readings[index] = listed if chance else listed[:1]
    cells, _ = run(readings, one, pixels=True, geometry=False)
    for index, cell in enumerate(cells.values()):
        assert cell.value == table[index] or cell.status == "suspect", cell
        if index in wrong and all(
            len(readings[i]) > 1 and readings[i][1].probability >= 0.01 for i in wrong
        ):
            assert (cell.value, cell.status) == (table[index], "repaired"), cell


def test_a_lone_blank_among_zeros_is_suspect_in_an_export_only():
    readings = small_table()
    readings[place("t3.unable_not_held.legal")] = BLANK
    cells, _ = run(readings, geometry=False)
    assert cells["t3.unable_not_held.legal"].status == "suspect"
    assert cells["t3.unable_not_held.legal"].implied == 0
    assert sum(c.status != "ok" for c in cells.values()) == 1
    cells, _ = run(readings)
    assert cells["t3.unable_not_held.legal"].status == "ok"


def test_blanks_for_all_zeros_are_a_style_not_a_doubt():
    readings = [number if number else BLANK for number in small_table()]
    for geometry in (True, False):
        cells, checks = run(readings, geometry=geometry)
        assert {c.status for c in cells.values()} == {"ok"}
        assert {k.verdict for k in checks.values()} == {"pass"}


def test_a_missing_cell_is_missing_and_its_value_implied():
    readings = small_table()
    readings[place("t3.granted.natural")] = None
    cells, checks = run(readings)
    cell = cells["t3.granted.natural"]
    assert (cell.status, cell.mark, cell.value, cell.implied) == ("missing", "missing", None, 4)
    assert cell.confidence is None
    assert checks["t3.row.granted"].verdict == "not_checkable"


def test_an_illegible_cell_is_suspect_and_its_value_implied():
    readings = small_table()
    readings[place("t4.review.total")] = Reading("1l", "illegible", None, None, 0.9, "test")
    cells, _ = run(readings)
    cell = cells["t4.review.total"]
    assert (cell.status, cell.value, cell.implied) == ("suspect", None, 11)


def test_nothing_is_implied_where_two_values_would_do():
    readings = small_table()
    for code in ("t4.review.upheld", "t4.review.corrected"):
        readings[place(code)] = Reading("?", "illegible", None, None, 0.9, "test")
    cells, _ = run(readings)
    assert cells["t4.review.upheld"].implied is None
    assert cells["t4.review.corrected"].implied is None


def test_two_unread_cells_of_one_row_are_implied_by_their_columns():
    readings = small_table()
    for code in ("t3.granted.natural", "t3.granted.business"):
        readings[place(code)] = None
    cells, _ = run(readings)
    assert cells["t3.granted.natural"].implied == 4
    assert cells["t3.granted.business"].implied == 0


def test_a_misread_cell_is_found_though_another_one_is_missing():
    readings = pictured(small_table())
    readings[place("t3.partial.legal")] = None
    index = place("t3.granted.natural")
    readings[index] = (likely(9, 0.9), likely(4, 0.09))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert (cells["t3.granted.natural"].value, cells["t3.granted.natural"].status) == (
        4,
        "repaired",
    )


def test_a_blank_cell_implies_nothing():
    readings = small_table()
    readings[place("t4.review.total")] = BLANK
    cells, checks = run(readings)
    cell = cells["t4.review.total"]
    assert (cell.value, cell.implied, cell.mark) == (None, None, "blank")
    assert checks["t4.row.review"].verdict == "not_checkable"
    assert checks["t4.row.review"].cause is None


def test_a_lone_unstated_total_in_a_picture_may_be_a_lost_number():
    readings = pictured(small_table())
    index = place("t4.review.total")
    readings[index] = (replace(BLANK, probability=0.97), likely(11, 0.02))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert (cells["t4.review.total"].value, cells["t4.review.total"].status) == (11, "repaired")


def test_an_unstated_total_that_its_reader_gives_no_chance_is_unread():
    readings = pictured(small_table())
    readings[place("t4.review.total")] = (replace(BLANK, probability=0.0),)
    cells, _ = run(readings, pixels=True, geometry=False)
    assert cells["t4.review.total"].status == "suspect"


@pytest.mark.parametrize("number", [10**15, 10**400, float("inf"), -(10**16), 1e300])
def test_a_number_that_no_report_prints_is_suspect_and_accuses_nobody(number):
    for geometry in (True, False):
        readings = [shown(one) for one in small_table()]
        readings[place("t4.review.total")] = shown(number)
        cells, checks = run(readings, geometry=geometry)
        assert cells["t4.review.total"].status == "suspect"
        assert checks["t4.row.review"].cause is None


def test_a_whole_column_of_unstated_totals_is_what_was_printed():
    readings = pictured(small_table())
    for index, name in enumerate(system().cells):
        if name.table == "t3" and name.column == "total":
            readings[index] = (replace(BLANK, probability=0.9999),)
    cells, checks = run(readings, pixels=True, geometry=False)
    totals = [c for c in cells.values() if c.table == "t3" and c.column == "total"]
    assert {c.status for c in totals} == {"ok"}
    assert checks["t3.row.received"].verdict == "not_checkable"


def test_zero_or_dash_is_not_settled_by_arithmetic():
    readings = pictured(small_table())
    index = place("t3.partial.legal")
    readings[index] = (likely(0, 0.6), replace(DASH, probability=0.39))
    for other in range(0, index, 3):  # a report that prints both
        if readings[other][0].value == 0:
            readings[other] = (replace(DASH, probability=0.9999),)
    cells, _ = run(readings, pixels=True, geometry=False)
    assert cells["t3.partial.legal"].status == "suspect"


def test_a_cell_in_no_identity_is_suspect_below_the_threshold_and_ok_above():
    readings = pictured(small_table())
    index = place("t2.licensing.decisions")
    for sure, status in ((0.9, "suspect"), (0.995, "ok")):
        readings[index] = (likely(7, sure), likely(1, 0.004))
        cells, _ = run(readings, pixels=True, geometry=False)
        assert cells["t2.licensing.decisions"].status == status
        assert cells["t2.licensing.decisions"].confidence == pytest.approx(sure, abs=0.01)


def test_identities_that_hold_confirm_a_doubted_cell():
    readings = pictured(small_table())
    readings[place("t3.granted.natural")] = (likely(4, 0.8), likely(9, 0.2))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert cells["t3.granted.natural"].status == "ok"
    assert cells["t3.granted.natural"].confidence > 0.99


@pytest.mark.parametrize("pixels", [True, False])
@pytest.mark.parametrize("right", [True, False])
def test_a_table_displaced_by_a_column_is_suspect_throughout_and_nothing_repaired(pixels, right):
    code = system()
    table = balanced(Random(3), 0)
    read = list(table)
    block = max(code.blocks, key=lambda one: len(one.rows))
    for line in block.rows:
        numbers = [table[i] for i in line]
        moved = [0, *numbers[:-1]] if right else [*numbers[1:], 0]
        for i, number in zip(line, moved, strict=True):
            read[i] = number
    cells, checks = run(pictured(read), pixels=pixels, geometry=not pixels)
    assert {c.status for c in cells.values() if c.table == "t3"} == {"suspect"}
    assert not [k for k in checks.values() if k.cause == "publisher"]


def test_units_come_from_the_cell_then_its_header_then_the_form():
    code = system()
    readings = [shown(number) for number in small_table()]
    fee = place("t2.fees.amount")
    made = place("t2.regulations.made")
    assert run(readings)[0]["t2.fees.amount"].unit == "万元"
    assert run(readings)[0]["t3.granted.natural"].unit is None
    readings[fee] = replace(shown(2), unit="元")
    found = evidence(code, readings)
    found[fee] = replace(found[fee], slot=replace(found[fee].slot, header_unit="亿元"))
    found[made] = replace(found[made], slot=replace(found[made].slot, header_unit="条"))
    cells, _ = reconcile(FORMS["2021"], frozenset(), found, pixels=False, geometry=True)
    units = {c.code: c.unit for c in cells}
    assert units["t2.fees.amount"] == "元"
    assert units["t2.regulations.made"] == "条"


def test_cells_come_in_the_order_of_the_form():
    cells, checks = run(small_table())
    assert tuple(cells) == FORMS["2021"].codes()
    assert tuple(checks) == tuple(one.id for one in FORMS["2021"].identities())


def test_a_row_of_doubted_cells_is_not_settled_by_its_only_sum():
    readings = pictured(small_table())
    row = [place(f"t4.review.{name}") for name in ("upheld", "corrected", "other")]
    for index, value in zip(row, (2, 3, 4), strict=True):
        readings[index] = (likely(value, 0.5), likely(value + 1, 0.2))
    readings[place("t4.review.total")] = (likely(9, 0.6), likely(8, 0.2))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert {list(cells.values())[index].status for index in row} == {"suspect"}


def test_a_lone_doubted_cell_is_settled_by_its_sum():
    readings = pictured(small_table())
    index = place("t4.review.upheld")
    readings[index] = (likely(small_table()[index], 0.5), likely(7, 0.2))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert cells["t4.review.upheld"].status == "ok"


@pytest.mark.parametrize(("seen", "status"), [(0.007, "suspect"), (0.02, "repaired")])
def test_a_blank_is_repaired_only_where_pixels_speak_for_the_number(seen, status):
    readings = pictured(small_table())
    readings[place("t3.granted.natural")] = (
        replace(BLANK, probability=0.9998 - seen),
        likely(4, seen),
    )
    cells, _ = run(readings, pixels=True, geometry=False)
    cell = cells["t3.granted.natural"]
    assert (cell.status, cell.mark) == (status, "number" if status == "repaired" else "blank")


@pytest.mark.parametrize(("total", "status"), [(BLANK, "suspect"), (shown(0), "ok")])
def test_a_total_and_its_part_that_are_both_hardly_blank_do_not_confirm_each_other(total, status):
    # A 1 and its total 1, both worn off, add up as well as two blanks do.
    readings = pictured(small_table())
    readings[place("t4.review.total")] = (
        (replace(BLANK, probability=0.958), likely(11, 0.04))
        if total == BLANK
        else (likely(0, 0.9999),)
    )
    readings[place("t4.review.upheld")] = (replace(BLANK, probability=0.78), likely(10, 0.21))
    readings[place("t4.review.corrected")] = (likely(0, 0.9999),)
    cells, _ = run(readings, pixels=True, geometry=False)
    assert cells["t4.review.upheld"].status == status


def test_a_number_that_was_seen_is_not_silently_made_a_blank():
    # The publisher's total of noughts is 1, hardly legible: a sum alone does not unprint it.
    readings = pictured([0] * len(system().cells))
    readings[place("t4.review.total")] = (likely(1, 0.6), replace(BLANK, probability=0.39))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert cells["t4.review.total"].status == "suspect"


@pytest.mark.parametrize(("seconded", "status"), [(False, "suspect"), (True, "ok")])
def test_a_misprinted_sum_casts_doubt_on_what_one_reader_read_alone(seconded, status):
    readings = pictured(small_table(), 0.99995)
    row = [f"t4.review.{name}" for name in ("upheld", "corrected", "other", "pending", "total")]
    readings[place(row[-1])] = (likely(12, 0.99995),)
    cells, checks = run(readings, pixels=True, geometry=False, seconded=seconded)
    assert {cells[code].status for code in row} == {status}
    assert checks["t4.row.review"].cause == "publisher"


def test_however_many_read_a_cell_alike_a_likely_misreading_is_a_doubt():
    readings = pictured(small_table(), 0.99995)
    readings[place("t4.review.total")] = (likely(13, 0.99995),)
    cells, _ = run(readings, pixels=True, geometry=False, seconded=True)
    assert cells["t4.review.total"].status == "suspect"  # 11 with two chances in a thousand
    assert cells["t4.review.other"].status == "ok"
