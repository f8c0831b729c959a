"""Errors too many to search for, where it is known which cells they are in."""

from dataclasses import replace
from random import Random

from printed_tables import FORMS, PRINTED, balanced, evidence, shown
from small_tables import likely, pictured

from extract.reading.evidence import UNSURE_SIDES
from extract.reconcile import reconcile
from extract.reconcile.identities import system_of


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
