"""Verdicts as the contract words them, on the shipped forms."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_tables import PRINTED, balanced, system

from extract.reconcile.identities import evaluate, system_of


def verdicts(code, marks, values):
    return {
        identity.id: outcome
        for identity, outcome in zip(code.identities, evaluate(code, marks, values), strict=True)
    }


def printed(code, **numbers):
    """Marks and values of a table of zeros but for the cells given (`__` for the dots)."""
    values = [0] * len(code.cells)
    marks = ["number"] * len(code.cells)
    place = {name.code: index for index, name in enumerate(code.cells)}
    for name, number in numbers.items():
        index = place[name.replace("__", ".")]
        if isinstance(number, str):
            marks[index], values[index] = number, None
        else:
            values[index] = number
    return marks, values


def test_identity_counts_are_those_of_the_forms():
    assert [len(system_of(*one).identities) for one in PRINTED] == [42, 40, 40]
    assert [len(system_of(*one).cells) for one in PRINTED] == [200, 186, 198]


def test_a_form_is_built_once():
    assert system_of(*PRINTED[0]) is system_of(*PRINTED[0])
    assert system_of(*PRINTED[0]) is not system_of(*PRINTED[1])


@given(st.integers(0, 2), st.integers(0, 10**6), st.data())
def test_a_balanced_table_passes_and_one_changed_cell_fails_exactly_where_it_stands(
    one, seed, data
):
    code = system_of(*PRINTED[one])
    table = balanced(Random(seed), one)
    marks = ["number"] * len(table)
    assert {o.verdict for o in evaluate(code, marks, table)} == {"pass"}
    index = data.draw(st.integers(0, len(table) - 1))
    step = data.draw(st.integers(1, 1000))
    table[index] += step
    for identity, outcome in zip(code.identities, evaluate(code, marks, table), strict=True):
        name = code.cells[index].code
        sign = (name in identity.totals) - (name in identity.parts)
        assert outcome.difference == sign * step
        assert outcome.verdict == ("fail" if sign else "pass")


def test_balance_compares_its_two_sides():
    code = system()
    found = verdicts(
        code,
        *printed(
            code, t3__received__natural=5, t3__carried_in__natural=2, t3__carried_out__natural=4
        ),
    )["t3.balance.natural"]
    assert (found.expected, found.actual, found.difference) == (7, 4, -3)


def test_decimals_add_up_exactly():
    code = system()
    found = verdicts(
        code,
        *printed(code, t4__review__upheld=0.1, t4__review__corrected=0.2, t4__review__total=0.3),
    )["t4.row.review"]
    assert found.verdict == "pass"
    assert found.expected == Fraction(3, 10)


@pytest.mark.parametrize("mark", ["blank", "dash"])
def test_blank_and_dash_count_as_zero(mark):
    code = system()
    marks, values = printed(code, t4__review__upheld=mark, t4__review__total=0)
    assert verdicts(code, marks, values)["t4.row.review"].verdict == "pass"
    marks, values = printed(code, t4__review__upheld=mark, t4__review__total=2)
    assert verdicts(code, marks, values)["t4.row.review"].difference == 2


@pytest.mark.parametrize("mark", ["blank", "dash"])
def test_an_empty_total_over_zeros_is_zero(mark):
    code = system()
    marks, values = printed(code, t4__review__total=mark)
    assert verdicts(code, marks, values)["t4.row.review"].verdict == "pass"


@pytest.mark.parametrize("mark", ["blank", "dash"])
def test_an_unstated_total_leaves_every_identity_that_needs_it_open(mark):
    code = system()
    found = verdicts(
        code,
        *printed(
            code,
            t3__received__natural=3,
            t3__received__total=3,
            t3__granted__natural=3,
            t3__granted__total=3,
            t3__closed_total__natural=mark,
            t3__closed_total__total=3,
        ),
    )
    open_ones = {name for name, o in found.items() if o.verdict == "not_checkable"}
    assert open_ones == {"t3.closed.natural", "t3.balance.natural", "t3.row.closed_total"}
    assert found["t3.closed.natural"].expected == 3
    assert found["t3.closed.natural"].actual is None
    assert {o.verdict for name, o in found.items() if name not in open_ones} == {"pass"}


def test_an_empty_total_over_unstated_parts_is_unstated_too():
    code = system()
    found = verdicts(
        code,
        *printed(
            code,
            t3__received__natural=3,
            t3__received__total="blank",
            t3__granted__natural=3,
            t3__granted__total="blank",
            t3__closed_total__natural=3,
            t3__closed_total__total="blank",
        ),
    )
    assert {name for name, o in found.items() if o.verdict == "not_checkable"} == {
        "t3.row.received",
        "t3.row.granted",
        "t3.row.closed_total",
        "t3.closed.total",
        "t3.balance.total",
    }


@pytest.mark.parametrize("mark", ["missing", "illegible"])
def test_an_unread_cell_leaves_its_identities_open_and_no_others(mark):
    code = system()
    found = verdicts(code, *printed(code, t3__granted__natural=mark))
    assert {name for name, o in found.items() if o.verdict == "not_checkable"} == {
        "t3.row.granted",
        "t3.closed.natural",
    }
