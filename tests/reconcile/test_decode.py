"""The decoder against full enumeration, and on the shipped forms."""

import pytest
from enumeration import balanced_tables, explanations, small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.reconcile.channels import Belief
from extract.reconcile.decode import KEPT, decode, disordered
from extract.reconcile.parity import parity_of

_LARGEST = 4


@st.composite
def tables(draw, kind):
    """A balanced table in which up to three cells were misread or misprinted; alternatives."""
    system = small(kind)
    known = list(balanced_tables(system, 2))
    values = list(draw(st.sampled_from(known)))
    cells = st.integers(0, len(values) - 1)
    for index in draw(st.sets(cells, min_size=1, max_size=3)):
        values[index] = draw(st.integers(0, _LARGEST))
    beliefs = []
    for value in values:
        listed = {value: 0.9}
        for number in draw(st.sets(st.integers(0, _LARGEST), max_size=2)):
            listed.setdefault(number, draw(st.sampled_from([0.05, 0.01, 0.0001])))
        beliefs.append(Belief(value, listed, 0.001))
    return system, values, beliefs


def compare(system, values, beliefs, complete):
    parity = parity_of(system, values, ())
    if not parity.syndrome:
        return
    (found,) = decode(parity, beliefs, system)
    total = disordered(parity.syndrome) / found.disorder
    weights = {one.moves: one.probability * total for one in found.explanations}
    true = explanations(system, beliefs, 2 * _LARGEST)
    heaviest = max(weights.values(), default=0.0)
    for moves, weight in true.items():
        if complete(moves) and weight > heaviest * KEPT * 1.001:
            assert weights.get(moves) == pytest.approx(weight), moves
    for moves, weight in weights.items():
        if all(asked <= _LARGEST for _, asked in moves):
            assert true[moves] == pytest.approx(weight), moves


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables("grid"))
def test_a_product_code_is_explained_as_by_full_enumeration_up_to_two_cells(drawn):
    compare(*drawn, lambda moves: len(moves) <= 2)


@settings(max_examples=100, deadline=None)
@given(tables("line"))
def test_a_line_is_explained_as_by_full_enumeration_by_one_cell_or_a_listed_one_and_another(
    drawn,
):
    system, values, beliefs = drawn
    compare(
        system,
        values,
        beliefs,
        lambda moves: (
            len(moves) == 1
            or (len(moves) == 2 and any(asked in beliefs[i].listed for i, asked in moves))
        ),
    )


def test_three_doubted_cells_are_explained_together_when_pairs_are_unlikely():
    system = small("grid")
    # Read: all zero but for three misread cells, whose zero the reader nearly preferred.
    values = [3, 0, 0, 0, 4, 0, 0, 0, 9]
    beliefs = [Belief(v, {v: 0.6, 0: 0.4} if v else {0: 1.0}, 0.0001) for v in values]
    (found,) = decode(parity_of(system, values, ()), beliefs, system)
    assert found.explanations[0].moves == ((0, 0), (4, 0), (8, 0))
    assert found.explanations[0].probability > 0.99


def test_a_total_that_breaks_two_identities_costs_one_slip():
    system = small("grid")
    # 1 2 | 3; 4 5 | 9; 5 7 | 14, for a printed 12: a misprint that no reader doubts.
    values = [1, 2, 3, 4, 5, 9, 5, 7, 14]
    beliefs = [Belief(v, {v: 1.0}, 0.0001) for v in values]
    (found,) = decode(parity_of(system, values, ()), beliefs, system)
    assert found.explanations[0].moves == ((8, 12),)
    assert found.explanations[0].probability > 0.99
    assert found.explanations[0].misread[0] < 0.2


def test_a_total_printed_over_empty_parts_is_doubted_before_the_parts():
    system = small("line")
    values = [0, 0, 0, 1]
    beliefs = [Belief(v, {v: 1.0}, 1e-6) for v in values]
    (found,) = decode(parity_of(system, values, ()), beliefs, system)
    assert found.explanations[0].moves == ((3, 0),)
    assert found.explanations[0].probability > 0.8


def test_no_explanation_asks_for_a_negative_number():
    system = small("line")
    values = [10, 1, 0, 0]
    beliefs = [Belief(v, {v: 1.0}, 0.0001) for v in values]
    (found,) = decode(parity_of(system, values, ()), beliefs, system)
    assert [one.moves for one in found.explanations] == [((3, 11),)]
