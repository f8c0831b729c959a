"""Errors too many to search for, where it is known which cells they are in."""

from dataclasses import replace
from random import Random

import pytest
from printed_tables import BLANK, FORMS, PRINTED, balanced, evidence, shown
from small_tables import likely, pictured

from extract.reading.evidence import STACKED, UNSURE_SIDES
from extract.reconcile import reconcile
from extract.reconcile.channels import Belief
from extract.reconcile.identities import system_of
from extract.reconcile.parity import Parity
from extract.reconcile.settle import held_by


def test_a_crease_over_many_cells_leaves_the_others_as_sure_as_they_were():
    code = system_of(*PRINTED[2])
    table = balanced(Random(5), 2, zeros=0.0)
    creased = [
        i
        for i, name in enumerate(code.cells)
        if name.column in ("nonprofit", "legal", "other")
        and name.row.startswith(("denied", "unable"))
    ]
    readings = pictured(table)
    for place, i in enumerate(creased):
        readings[i] = (likely(table[i] + 37 + place, 0.5),)
    found = evidence(code, readings, doubts=dict.fromkeys(creased, "a crease"))
    form, alternatives = PRINTED[2]
    cells, checks = reconcile(form, alternatives, found, pixels=True, geometry=False)
    doubted = {i for i, cell in enumerate(cells) if cell.status == "suspect"}
    assert len(creased) > 20
    assert doubted == set(creased)
    assert {check.cause for check in checks} <= {None, "undecided", "reading"}


def test_cells_in_doubt_that_are_read_well_keep_their_word():
    form, alternatives = FORMS["2019"], frozenset()
    code = system_of(form, alternatives)
    table = balanced(Random(1), 2)
    readings = pictured(table)
    total = next(i for i, name in enumerate(code.cells) if name.code == "t3.received.total")
    readings[total] = shown(table[total] + 5, 0.999)
    found = evidence(code, readings, doubts={total: "a crease"})
    _, checks = reconcile(form, alternatives, found, pixels=True, geometry=False)
    assert next(one for one in checks if one.id == "t3.row.received").verdict == "fail"


def test_two_sums_show_that_nothing_stands_beyond_a_faint_side():
    code = system_of(*PRINTED[2])
    table = balanced(Random(3), 2, zeros=0.2)
    row = [i for i, name in enumerate(code.cells) if name.code.startswith("t3.granted.")]
    alone = next(i for i, name in enumerate(code.cells) if name.code == "t4.review.upheld")
    found = [
        replace(one, doubt=UNSURE_SIDES) if i in (row[0], alone) else one
        for i, one in enumerate(evidence(code, pictured(table)))
    ]
    cells, _ = reconcile(FORMS["2019"], frozenset(), found, pixels=True, geometry=False)
    assert cells[row[0]].status == "ok"
    assert cells[alone].status == "suspect"  # in the next cell of the row its number adds up too


def test_sums_that_fail_show_nothing_of_what_is_beyond_a_faint_side():
    rows = (((0, 1), (1, 1), (2, -1)), ((0, 1), (3, 1), (4, -1)))
    sure = [Belief(5, {5: 0.9999}, 0.0001)] * 5
    by = [
        held_by(0, Parity(rows, ((0,), (1,)), syndrome, {}), sure).by for syndrome in ({}, {1: 5})
    ]
    assert by == ["crosswise", "firmly"]


def test_two_rows_in_one_stay_in_doubt_though_their_joined_numbers_add_up():
    code = system_of(*PRINTED[2])
    table = balanced(Random(3), 2, zeros=0.2)
    row = [i for i, name in enumerate(code.cells) if name.code.startswith("t3.granted.")]
    found = evidence(code, pictured(table))
    found = [replace(one, doubt=STACKED) if i == row[0] else one for i, one in enumerate(found)]
    cells, _ = reconcile(FORMS["2019"], frozenset(), found, pixels=True, geometry=False)
    assert (cells[row[0]].status, cells[row[0]].why) == ("suspect", STACKED)


@pytest.mark.parametrize(("blank", "status"), [(0.05, "suspect"), (0.0, "repaired")])
def test_a_total_read_as_a_blur_may_as_well_be_blank(blank, status):
    code = system_of(*PRINTED[2])
    table = balanced(Random(3), 2, zeros=0.2)
    total = next(i for i, name in enumerate(code.cells) if name.code == "t3.granted.total")
    readings = pictured(table)
    blur = [likely(table[total] + 4, 0.06), likely(table[total], 0.04)]
    if blank:
        blur.append(replace(BLANK, probability=blank))
    readings[total] = tuple(blur)
    cells, _ = reconcile(
        FORMS["2019"], frozenset(), evidence(code, readings), pixels=True, geometry=False
    )
    assert cells[total].status == status


def test_a_sum_with_another_doubted_cell_repairs_nothing():
    code = system_of(*PRINTED[2])
    table = balanced(Random(4), 2, zeros=0.2)
    place = {name.code: i for i, name in enumerate(code.cells)}
    part, total = place["t4.review.upheld"], place["t4.review.total"]
    readings = pictured(table)
    readings[total] = (likely(table[total] + 90, 0.82), likely(table[total], 0.016))
    readings[part] = (likely(table[part], 0.3), likely(table[part] + 9, 0.2))
    cells, _ = reconcile(
        FORMS["2019"], frozenset(), evidence(code, readings), pixels=True, geometry=False
    )
    assert cells[total].status == "suspect"
