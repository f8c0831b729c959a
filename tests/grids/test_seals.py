"""Round seals on grey pages, and what they were stamped over."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extract.grids.seals import find_seals, without_seals
from tests.grids.sealed import soft, stamped

Page = NDArray[np.uint8]


def page_with_print(dpi: int) -> Page:
    """A grey page with level and upright rules and rows of digits, a shaded header above."""
    mm = dpi / 25.4
    page = np.full((round(200 * mm), round(150 * mm)), 250, np.uint8)
    page[round(20 * mm) : round(32 * mm), round(20 * mm) : round(130 * mm)] = 200
    for row in range(12):
        y = round((32 + 8 * row) * mm)
        cv2.line(page, (round(20 * mm), y), (round(130 * mm), y), 40, max(1, round(0.25 * mm)))
        for column in range(6):
            x = round((22 + 18 * column) * mm)
            cv2.putText(
                page, "4071", (x, y - round(2 * mm)), cv2.FONT_HERSHEY_SIMPLEX, 0.09 * mm, 40,
                max(1, round(0.28 * mm)), cv2.LINE_AA,
            )  # fmt: skip
    for column in range(7):
        x = round((20 + 18 * column) * mm)
        ends = (x, round(32 * mm)), (x, round(120 * mm))
        cv2.line(page, *ends, 40, max(1, round(0.25 * mm)))
    return page


@pytest.mark.parametrize(("dpi", "rest"), [(150, 0.25), (200, 0.05), (300, 0.05)])
def test_a_seal_is_found_and_what_it_crosses_is_left(dpi: int, rest: float) -> None:
    """At 150 dpi its letters are as narrow as print, and left."""
    page = page_with_print(dpi)
    mm = dpi / 25.4
    (seal,) = find_seals(stamped(page, dpi), dpi)
    assert (seal.x / mm, seal.y / mm, seal.radius / mm) == pytest.approx((75, 70, 20.5), abs=0.6)
    clean = without_seals(stamped(page, dpi), dpi)
    rows = slice(round(45 * mm), round(95 * mm)), slice(round(50 * mm), round(100 * mm))
    before, after = soft(page, dpi)[rows] < 150, clean[rows] < 150
    assert (before & after).sum() > 0.85 * before.sum()  # digits and rules
    assert (after & ~before).sum() < rest * before.sum()  # of the seal
    assert (stamped(page, dpi)[rows] < 200).sum() > 1.5 * before.sum()


def test_a_page_without_a_seal_is_left_as_it_is() -> None:
    page = page_with_print(200)
    assert without_seals(page, 200) is page
    drawn = page.copy()  # a letter O of a heading, and a stain
    cv2.circle(drawn, (600, 300), 60, 60, 9)
    cv2.circle(drawn, (600, 900), 160, 190, -1)
    assert find_seals(drawn, 200) == []


def test_a_seal_as_dark_as_print_is_left_since_nothing_can_be_told_under_it() -> None:
    page = stamped(page_with_print(200), 200)
    bilevel = np.where(page < 170, 0, 255).astype(np.uint8)
    assert without_seals(bilevel, 200) is bilevel


def test_print_as_pale_as_a_seal_is_not_taken_for_its_letters() -> None:
    """Bold digits between ring and star, no darker than these."""
    pale = np.full_like(page_with_print(200), 250)
    at = (round(63 * 200 / 25.4), round(60 * 200 / 25.4))
    cv2.putText(pale, "88", at, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 135, 5, cv2.LINE_AA)
    clean = without_seals(stamped(pale, 200), 200)
    before = pale < 180
    assert (clean[before] < 180).mean() > 0.8


def test_strokes_as_broad_as_a_ring_that_it_crosses_are_left() -> None:
    page = np.full_like(page_with_print(200), 250)
    cv2.line(page, (390, 551), (490, 551), 40, 8)
    clean = without_seals(stamped(page, 200), 200)
    assert (clean[551, 395:485] < 150).all()
    assert (clean[535:543, 395:485] > 200).all()


def test_the_blur_of_a_seal_goes_with_it() -> None:
    page = page_with_print(200)
    clean = without_seals(stamped(page, 200), 200)
    fringe = (clean < 235) & (soft(page, 200) >= 235)
    assert fringe.sum() < 500
