"""What the pixels say of the numbers that balance asks for."""

from dataclasses import replace

import pytest
from printed_tables import FORMS, PRINTED, evidence, shown, system
from small_tables import failed, likely, place, small_table

from extract.reading.evidence import UNSURE_SIDES
from extract.reconcile import reconcile
from extract.reconcile.channels import PICTURE_FLOOR, Belief, beliefs, misread
from extract.reconcile.identities import system_of
from extract.reconcile.opinions import asked_of_pixels, second_opinions
from extract.reconcile.witness import SURE_DOUBT_LEFT, heard_again
from tests.reading.cells import draw_cell

FORM, ALTERNATIVES = PRINTED[0]
REVIEW = ("t4.review.upheld", "t4.review.corrected", "t4.review.total")


def wrong_total(torn=()):
    """A picture of 10 + 1 = 53, the ink of its cells as printed; those of `torn` are not whole."""
    table = small_table()
    table[place("t4.review.total")] = 53
    found = evidence(system(), [(likely(value, 0.998),) for value in table])
    for code in REVIEW:
        index = place(code)
        cell = replace(
            found[index].slot.cell, crop=draw_cell(str(table[index])), whole=code not in torn
        )
        slot = replace(found[index].slot, cell=cell)
        found[index] = replace(
            found[index], slot=slot, doubt=UNSURE_SIDES if code in torn else None
        )
    return tuple(found)


def checked(found):
    _, checks = reconcile(FORM, ALTERNATIVES, found, pixels=True, geometry=False)
    return failed({k.id: k for k in checks})["t4.row.review"]


def test_the_pixels_are_asked_of_what_balance_asks_for():
    found = asked_of_pixels(FORM, ALTERNATIVES, wrong_total())
    asked = {one.slot.code: dict(one.asked) for one in found if one.asked}
    assert asked.keys() == {"t4.review.total", "t4.review.upheld", "t4.review.corrected"}
    assert asked["t4.review.total"].keys() == {11}
    assert asked["t4.review.total"][11] < 1e-2
    assert asked["t4.review.upheld"][52] < 1e-2
    assert asked["t4.review.corrected"][43] < 1e-2


def test_readings_are_left_as_they_were_so_that_nothing_is_repaired_to_what_nobody_read():
    before = wrong_total()
    assert [one.readings for one in asked_of_pixels(FORM, ALTERNATIVES, before)] == [
        one.readings for one in before
    ]


def test_sides_that_may_have_cut_a_number_excuse_only_numbers_that_hold_it():
    found = wrong_total(REVIEW[1:])
    assert checked(found).cause != "publisher"
    assert checked(asked_of_pixels(FORM, ALTERNATIVES, found)).cause == "publisher"


def test_nobody_is_accused_by_a_row_of_which_many_cells_may_hold_two_numbers():
    found = asked_of_pixels(FORM, ALTERNATIVES, wrong_total(REVIEW))
    assert checked(found).cause == "undecided"
    assert "side by side" in checked(found).why


def test_a_number_asked_for_is_misread_only_as_often_as_sure_ones_are():
    belief = Belief(612, {612: 0.95}, 0.05, asked={495: 1e-9, 6128: 1e-9})
    assert belief.ratio(495) == pytest.approx((1e-9 + PICTURE_FLOOR * misread(495, 612)) / 0.95)
    # A digit beyond the cell's side is in no pixel that was asked.
    assert belief.ratio(6128) == pytest.approx((1e-9 + 0.05 * misread(6128, 612)) / 0.95)
    assert belief.ratio(495) < Belief(612, {612: 0.95}, 0.05).ratio(495)


def test_what_was_asked_shares_in_the_doubt_that_a_second_reading_leaves():
    (one, *_) = evidence(system(), [(likely(3, 0.99),)] * len(system().cells))
    asked = replace(one, asked=((8, 1e-3),))
    (again,) = (heard_again(asked, [shown(3), shown(3)]),)
    assert dict(again.asked)[8] == pytest.approx(1e-3 * SURE_DOUBT_LEFT[1])
    against = heard_again(asked, [shown(8)])
    assert dict(against.asked)[8] > 1e-3


def test_a_table_that_balances_asks_nothing():
    table = small_table()
    found = tuple(evidence(system(), [(likely(value, 0.998),) for value in table]))
    assert asked_of_pixels(FORM, ALTERNATIVES, found) == found
    assert all(not belief.asked for belief in beliefs(found, pixels=True, geometry=False))


@pytest.mark.parametrize(("other", "status"), [("53.208", 0.8), ("535208", 0.99)])
def test_a_second_reader_of_an_amount_does_not_say_that_it_has_no_point(other, status):
    """Readers of words lose points: what is seen with one may have it."""
    form = FORMS["2014"]
    code = system_of(form, frozenset())
    seen = (likely(53208, 0.81), replace(likely(0, 0.17), printed=other, value=float(other)))
    readings = [seen if c.code == "t1.fees.count" else (likely(0, 0.999),) for c in code.cells]
    found = [with_picture(one, "53208") for one in evidence(code, readings)]
    heard = second_opinions(tuple(found), {"t1.fees.count"}, {})
    (fees,) = [one for one in heard if one.slot.code == "t1.fees.count"]
    assert (fees.readings[0].probability > 0.9) == (status > 0.9)


def with_picture(one, text):
    if one.slot.code != "t1.fees.count":
        return one
    cell = replace(one.slot.cell, crop=draw_cell(text))
    return replace(one, slot=replace(one.slot, cell=cell))
