"""Counts are whole numbers."""

from dataclasses import replace

import numpy as np
import pytest
from printed_tables import FORMS, shown

from extract.model import Evidence, GridCell, Reading, Slot
from extract.reading.numbers import read_number
from extract.reconcile.counts import as_amounts, as_counts, counts_of, money_of

PLACE = "t3.granted.natural"
PAPER = np.full((20, 40), 255, np.uint8)


def pictured(code: str, *readings: Reading) -> Evidence:
    return Evidence(Slot(code, GridCell(0, 0, crop=PAPER)), readings)


def read_as(text: str, chance: float) -> Reading:
    return replace(read_number(text), probability=chance)


def counts() -> frozenset[str]:
    return counts_of(FORMS["2021"], frozenset())


def test_all_but_money_is_counted():
    assert PLACE in counts()
    assert "t2.normative_documents.made" in counts()  # though no sum holds it
    assert "t2.fees.amount" not in counts()
    assert "t2.fees.amount" in money_of(FORMS["2021"], frozenset())
    assert money_of(FORMS["2019"], frozenset()) == {"t2.procurement.amount"}


@pytest.mark.parametrize(("text", "whole"), [("2.5", 25), ("1.353", 1353)])
def test_a_point_in_a_count_is_sooner_a_speck_and_never_surely(text, whole):
    (found,) = as_counts([pictured(PLACE, read_as(text, 0.98))], counts())
    assert found.readings[0].value == whole
    assert 0.5 < found.readings[0].probability < 0.9
    assert sum(one.probability for one in found.readings) <= 0.98


def test_amounts_keep_their_points():
    money = pictured("t2.fees.amount", read_as("2.5", 0.98))
    assert as_counts([money], counts()) == (money,)


def test_text_keeps_its_points():
    text = Evidence(Slot(PLACE, GridCell(0, 0, text="2.5")), (read_as("2.5", 0.98),))
    assert as_counts([text], counts()) == (text,)


def test_a_form_full_of_fractions_keeps_them():
    codes = sorted(counts())[:12]
    evidence = tuple(pictured(code, read_as("2.5", 0.98)) for code in codes)
    assert as_counts(evidence, counts()) == evidence


def test_a_fraction_beside_whole_numbers_is_weighed_alone():
    codes = sorted(counts())[:12]
    evidence = [pictured(code, shown(7, 0.99)) for code in codes[1:]]
    found = as_counts([pictured(codes[0], read_as("2.5", 0.9)), *evidence], counts())
    assert found[0].readings[0].value == 25
    assert list(found[1:]) == evidence


@pytest.mark.parametrize("text", ["1.353", "1 353", "12,353"])
def test_where_numbers_come_in_groups_of_three_what_parts_them_is_a_comma(text):
    codes = sorted(counts())[:12]
    evidence = [pictured(code, read_as("2.807", 0.95)) for code in codes[1:]]
    found = as_counts([pictured(codes[0], read_as(text, 0.95)), *evidence], counts())
    assert found[0].readings[0].value in (1353, 12353)
    assert found[0].readings[0].probability > 0.9
    assert {one.readings[0].value for one in found[1:]} == {2807}


def test_a_lone_gap_is_not_closed():
    codes = sorted(counts())[:12]
    gapped = pictured(codes[0], read_as("1 353", 0.95))
    evidence = [pictured(code, shown(7, 0.99)) for code in codes[1:]]
    assert as_counts([gapped, *evidence], counts())[0] == gapped


@pytest.mark.parametrize(
    ("text", "unit", "sure"),
    [
        ("1011162", None, False),
        ("1011162", "元", True),
        ("101.1162", None, True),
        ("10111", None, True),
    ],
)
def test_a_large_amount_may_have_lost_its_point(text, unit, sure):
    one = pictured("t2.fees.amount", read_as(text, 0.99))
    one = replace(one, slot=replace(one.slot, header_unit=unit))
    (found,) = as_amounts([one], money_of(FORMS["2021"], frozenset()))
    assert (found.readings[0].probability >= 0.98) is sure
    assert found.readings[0].printed == text
