"""A second witness moves probabilities by Bayes' rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_tables import BLANK, shown

from extract.model import Evidence, GridCell, Reading, Slot
from extract.reading.again import LINES, SCALED
from extract.reconcile.channels import REPEATED
from extract.reconcile.witness import heard, heard_again, heard_of


def known(*readings):
    return Evidence(Slot("t3.granted.natural", GridCell(0, 0)), readings, "placed by order")


def shares(evidence):
    return {one.printed: one.probability for one in evidence.readings}


def test_agreement_makes_a_doubted_reading_sure():
    evidence = heard(known(shown(3, 0.6), shown(8, 0.4)), shown(3), 0.9)
    # 0.6 x 0.9 against 0.4 x 0.1 / 20
    assert shares(evidence)["3"] == pytest.approx(0.54 / (0.54 + 0.002))
    assert evidence.doubt == "placed by order"


def test_a_reliable_witness_overturns_a_doubted_first_choice():
    evidence = heard(known(shown(3, 0.6), shown(8, 0.4)), shown(8), 0.9)
    assert evidence.readings[0].value == 8


def test_a_poor_witness_does_not_overturn_a_sure_reading():
    evidence = heard(known(shown(3, 0.999)), shown(8), 0.5)
    assert evidence.readings[0].value == 3
    assert 0.9 < evidence.readings[0].probability < 0.999


def test_a_witness_of_nothing_changes_nothing():
    evidence = known(shown(3, 0.6))
    assert heard(evidence, Reading("?", "illegible"), 0.9) is evidence


def test_blank_and_zero_are_two_things_to_a_witness():
    evidence = heard(known(shown(0, 0.5), BLANK), shown(0), 0.9)
    assert evidence.readings[0].mark == "number"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True), st.integers(0, 9))
def test_probabilities_stay_probabilities(values, said):
    evidence = heard(known(*(shown(v, 0.9 / len(values)) for v in values)), shown(said), 0.8)
    chances = [one.probability for one in evidence.readings]
    assert sum(chances) <= 1.0 + 1e-9
    assert chances == sorted(chances, reverse=True)
    # Never below what was thought before it spoke in its favour.
    assert shares(evidence).get(str(said), 0.0) > (0.9 / len(values) if said in values else 0.0)


@pytest.mark.parametrize("reliability", [0.0, 1.0, -1.0])
def test_no_witness_is_always_right_or_wrong(reliability):
    with pytest.raises(ValueError, match="reliability"):
        heard(known(shown(1)), shown(1), reliability)


def test_a_second_reading_that_agrees_leaves_less_to_other_readings():
    evidence = known(shown(3, 0.99), shown(8, 0.005))
    again = heard_again(evidence, [shown(3), shown(3)])
    assert again.confirmed
    assert shares(again) == pytest.approx({"3": 1 - 0.01 * REPEATED, "8": 0.005 * REPEATED})


def test_blank_and_zero_confirm_each_other_as_they_count_the_same():
    assert heard_again(known(shown(0, 0.999)), [BLANK]).confirmed


def test_a_second_reading_that_contradicts_a_sure_one_is_heard():
    again = heard_again(known(shown(1414, 0.992)), [shown(14), shown(1414)])
    assert not again.confirmed
    assert 0.01 < shares(again)["14"] < 0.5


def test_no_second_reading_confirms_nothing():
    assert not heard_again(known(shown(3, 0.999)), []).confirmed


def test_a_doubted_cell_hears_what_is_said_at_another_scale_only():
    evidence = known(shown(3, 0.6), shown(8, 0.3))
    assert heard_again(evidence, [replace(shown(8), reader=LINES)]) is evidence
    assert heard_again(evidence, [replace(shown(8), reader=SCALED)]).readings[0].value == 8


def test_what_others_say_moves_a_doubted_reading_and_never_a_sure_one():
    sure, doubted = known(shown(3, 0.99)), known(shown(3, 0.6), shown(8, 0.3))
    assert heard_of(sure, shown(8), 0.8) is sure
    assert heard_of(doubted, None, 0.8) is doubted
    moved = heard_of(doubted, shown(8), 0.8)
    assert moved.told
    assert moved.readings[0].value == 8
    assert shares(heard_of(doubted, shown(3), 0.8))["3"] > 0.95
