"""A second witness moves probabilities by Bayes' rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_tables import BLANK, shown

from extract.model import Evidence, GridCell, Reading, Slot
from extract.reading.again import LINES, SCALED
from extract.reconcile.channels import PICTURE_FLOOR
from extract.reconcile.witness import (
    BLANK_DOUBT_LEFT,
    DOUBT_LEFT,
    SURE_DOUBT_LEFT,
    heard,
    heard_again,
    heard_of,
)


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


def test_second_readings_that_agree_leave_a_share_of_the_doubt():
    evidence = known(shown(3, 0.9), shown(8, 0.05))
    for said, left in (([shown(3)], DOUBT_LEFT[0]), ([shown(3), shown(3)], DOUBT_LEFT[1])):
        again = heard_again(evidence, said)
        assert shares(again) == pytest.approx({"3": 1 - 0.1 * left, "8": 0.05 * left})


def test_of_a_sure_reading_they_leave_less_but_what_all_eyes_may_miss():
    again = heard_again(known(shown(3, 0.99), shown(8, 0.005)), [shown(3), shown(3)])
    named = 0.005 * SURE_DOUBT_LEFT[1]
    assert shares(again)["8"] == pytest.approx(named)
    # Of what nobody names no more is left than what all eyes may miss.
    unnamed = min(0.005 * SURE_DOUBT_LEFT[1], PICTURE_FLOOR)
    assert shares(again)["3"] == pytest.approx(1 - named - unnamed)
    vague = heard_again(known(shown(3, 0.98)), [shown(3)])
    assert 1 - shares(vague)["3"] == pytest.approx(PICTURE_FLOOR)


def test_a_blank_that_stays_blank_at_another_scale_is_likely_blank():
    again = heard_again(known(replace(BLANK, probability=0.8)), [replace(BLANK, reader=SCALED)])
    assert shares(again)[""] == pytest.approx(1 - 0.2 * BLANK_DOUBT_LEFT[0])


def test_a_blank_in_which_there_is_some_ink_is_confirmed_by_nobody():
    inked = known(
        Reading("", "blank", None, None, 0.93),
        Reading("—", "dash", None, None, 0.03),
        Reading("0", "number", 0, None, 0.02),
    )
    nothing = Reading("", "blank", None, None, 0.9, SCALED)
    assert heard_again(inked, [nothing]) == inked
    bare = replace(inked, readings=(inked.readings[0], inked.readings[2]))
    assert heard_again(bare, [nothing]).readings[0].probability > 0.98
    assert heard_again(inked, [Reading("2", "number", 2, None, 0.95, LINES)]) != inked


def test_a_zero_is_no_proof_of_a_blank():
    blank = replace(BLANK, probability=0.97)
    assert shares(heard_again(known(blank), [shown(0)]))[""] < 0.97


def test_a_second_reading_that_contradicts_a_sure_one_is_heard():
    again = heard_again(known(shown(1414, 0.992)), [shown(14), shown(1414)])
    assert 0.01 < shares(again)["14"] < 0.5


def test_no_second_reading_changes_nothing():
    evidence = known(shown(3, 0.999))
    assert heard_again(evidence, []) is evidence


def test_one_that_contradicts_a_doubted_reading_does_not_make_its_own_sure():
    again = heard_again(known(shown(8, 0.8), shown(18, 0.12)), [replace(shown(18), reader=LINES)])
    assert again.readings[0].value == 18
    assert again.readings[0].probability < 0.9


def test_what_others_say_moves_a_doubted_reading_and_never_a_sure_one():
    sure, doubted = known(shown(3, 0.99)), known(shown(3, 0.6), shown(8, 0.3))
    assert heard_of(sure, shown(8), 0.8) is sure
    assert heard_of(doubted, None, 0.8) is doubted
    moved = heard_of(doubted, shown(8), 0.8)
    assert moved.told
    assert moved.readings[0].value == 8
    assert shares(heard_of(doubted, shown(3), 0.8))["3"] > 0.95


def test_a_sure_reading_is_seconded_by_others_who_all_agree():
    sure, doubted = known(shown(3, 0.99)), known(shown(3, 0.97))
    assert heard_again(sure, [shown(3)]).seconded
    assert not sure.seconded
    assert not heard_again(sure, []).seconded
    assert not heard_again(sure, [shown(3), shown(8)]).seconded
    assert not heard_again(doubted, [shown(3), shown(3)]).seconded
