"""Failed sums: when they are laid at the publisher's door, and when not."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_tables import PRINTED, balanced, evidence, shown, system
from small_tables import failed, likely, pictured, place, run, small_table

from extract.reconcile import reconcile
from extract.reconcile.channels import misprint
from extract.reconcile.identities import system_of
from extract.reconcile.witness import heard_again, heard_of


def test_a_wrong_total_in_born_digital_text_is_the_publishers_and_nothing_is_touched():
    table = small_table()
    table[place("t4.review.total")] = 0
    cells, checks = run(table)
    (check,) = failed(checks).values()
    assert check.id == "t4.row.review"
    assert (check.expected, check.actual, check.difference) == (11, 0, -11)
    assert check.cause == "publisher"
    assert check.cells[0] == "t4.review.total"
    assert {c.status for c in cells.values()} == {"ok"}
    assert [c.value for c in cells.values()] == table


def test_two_totals_left_at_zero_side_by_side_are_two_misprints_not_a_displaced_row():
    table = small_table()
    table[place("t4.review.total")] = 0
    table[place("t4.litigation_after_review.upheld")] = 5
    cells, checks = run(table)
    assert {k: v.cause for k, v in failed(checks).items()} == {
        "t4.row.review": "publisher",
        "t4.row.litigation_after_review": "publisher",
    }
    assert {c.status for c in cells.values()} == {"ok"}
    assert [c.value for c in cells.values()] == table


@given(st.integers(0, 2), st.integers(0, 10**6), st.data())
@settings(deadline=None, max_examples=60)
def test_any_misprint_in_whole_born_digital_cells_is_the_publishers(one, seed, data):
    code = system_of(*PRINTED[one])
    table = balanced(Random(seed), one)
    bound = [i for i, terms in enumerate(code.touching) if terms]
    index = data.draw(st.sampled_from(bound))
    table[index] = data.draw(st.integers(0, 2000).filter(lambda n: n != table[index]))
    cells, checks = run(table, one)
    assert {k.cause for k in failed(checks).values()} == {"publisher"}
    assert len(failed(checks)) == len(code.touching[index])
    assert [c.value for c in cells.values()] == table
    assert {c.status for c in cells.values()} == {"ok"}


def test_a_wrong_grand_total_breaks_three_identities_and_is_named_first_in_each():
    table = small_table()
    table[place("t3.closed_total.total")] = 5
    _, checks = run(table)
    assert set(failed(checks)) == {"t3.row.closed_total", "t3.closed.total", "t3.balance.total"}
    assert {k.cells[0] for k in failed(checks).values()} == {"t3.closed_total.total"}


def test_a_doubted_rival_elsewhere_does_not_buy_a_repair_of_a_wrong_grand_total():
    table = small_table()
    table[place("t3.closed_total.total")] = 5
    readings = pictured(table)
    for code in ("t3.granted.total", "t3.carried_out.total", "t3.closed_total.natural"):
        index = place(code)
        readings[index] = (likely(table[index], 0.97), likely(table[index] + 1, 0.02))
    cells, _ = run(readings, pixels=True, geometry=False)
    assert [c.value for c in cells.values()] == table
    assert not [c for c in cells.values() if c.status == "repaired"]


def pictured_report(table, **told):
    """A picture of a table of which every cell was read again, with what `told` changes."""
    found = [heard_again(one, [one.readings[0]]) for one in evidence(system(), pictured(table))]
    for code, change in told.items():
        index = place(code.replace("__", "."))
        found[index] = change(found[index])
    form, alternatives = PRINTED[0]
    cells, checks = reconcile(form, alternatives, found, pixels=True, geometry=False)
    return {c.code: c for c in cells}, {k.id: k for k in checks}


def wrong_part():
    """A part whose row and column both fail: as likely misprinted as surely misread."""
    table = small_table()
    table[place("t3.granted.natural")] = 1
    return table


def test_in_a_picture_a_part_read_twice_alike_is_the_publishers():
    _, checks = pictured_report(wrong_part())
    assert {k.cause for k in failed(checks).values()} == {"publisher"}


def test_in_a_picture_a_part_that_another_reading_contradicts_is_not():
    _, checks = pictured_report(
        wrong_part(), t3__granted__natural=lambda one: heard_again(one, [shown(4)])
    )
    assert failed(checks)
    assert not [k for k in checks.values() if k.cause == "publisher"]


def test_nobody_is_accused_on_the_word_of_the_text():
    table = wrong_part()
    index = place("t3.granted.natural")

    def doubted(one):
        return replace(one, readings=(likely(1, 0.9), likely(7, 0.05)))

    cells, checks = pictured_report(
        table, t3__granted__natural=lambda one: heard_of(doubted(one), shown(1), 0.8)
    )
    assert cells[system().cells[index].code].value == 1
    causes = {
        k.id: k.cause for k in failed(checks).values() if system().cells[index].code in k.cells
    }
    assert causes
    assert "publisher" not in causes.values()


def test_a_cell_that_is_not_whole_acquits_the_publisher():
    table = small_table()
    table[place("t4.review.total")] = 0
    _, checks = run(table, torn=frozenset({place("t4.review.upheld")}))
    assert checks["t4.row.review"].cause in ("undecided", "reading")


def test_a_doubted_place_acquits_the_publisher_and_is_suspect():
    table = small_table()
    table[place("t4.review.total")] = 0
    cells, checks = run(table, doubts={place("t4.review.other"): "placed by order alone"})
    assert checks["t4.row.review"].cause == "undecided"
    assert cells["t4.review.other"].status == "suspect"
    assert cells["t4.review.other"].why == "placed by order alone"


def test_a_doubted_place_stays_suspect_though_everything_balances():
    cells, _ = run(small_table(), doubts={place("t3.granted.natural"): "placed by order alone"})
    assert cells["t3.granted.natural"].status == "suspect"


def test_an_export_is_never_the_publishers_on_its_own():
    table = small_table()
    table[place("t4.review.total")] = 0
    _, checks = run(table, geometry=False)
    assert checks["t4.row.review"].cause in ("undecided", "reading")


@pytest.mark.parametrize(
    ("balanced", "slip", "other"),
    [(57, 75, 39), (40, 400, 417), (1, 11, 21), (63500, 6350, 6354)],
)
def test_slips_of_typists_are_likelier_than_other_numbers_as_far_off(balanced, slip, other):
    assert misprint(balanced, slip) > 3 * misprint(balanced, other)


@pytest.mark.parametrize(
    ("row_only", "zeros", "cause"),
    [(True, 0.0, "publisher"), (False, 0.0, "undecided"), (True, 1.0, "undecided")],
)
def test_a_row_with_a_doubted_label_belongs_to_a_sum_that_holds_in_other_columns(
    row_only, zeros, cause
):
    form, alternatives = PRINTED[0]
    table = balanced(Random(3), zeros=0.0)
    doubted = [i for i, name in enumerate(system().cells) if name.code.startswith("t3.granted.")]
    if zeros:  # a row of nothing proves nothing
        for index in doubted:
            column = system().cells[index].column
            table[place(f"t3.denied_internal.{column}")] += table[index]
            table[index] = 0
    table[place("t3.denied_internal.total")] += 270
    given = list(evidence(system(), pictured(table)))
    for index in doubted:
        slot = replace(given[index].slot, doubt="its label is not read", row_only=row_only)
        given[index] = replace(given[index], slot=slot)
    _, checks = reconcile(form, alternatives, given, pixels=True, geometry=True)
    causes = {check.id: check.cause for check in checks if check.verdict == "fail"}
    assert causes == {"t3.row.denied_internal": "publisher", "t3.closed.total": cause}


def test_a_number_that_is_sooner_another_one_bears_no_accusation():
    form, alternatives = PRINTED[0]
    table = small_table()
    table[place("t4.review.total")] = 0
    readings = pictured(table)
    readings[place("t4.review.pending")] = (likely(0, 0.4),)
    given = evidence(system(), readings)
    _, checks = reconcile(form, alternatives, given, pixels=True, geometry=True)
    (check,) = (one for one in checks if one.id == "t4.row.review")
    assert (check.verdict, check.cause) == ("fail", "undecided")
