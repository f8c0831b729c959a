"""The rendering that the numeral model learns from, and the table that judges it."""

from __future__ import annotations

import numpy as np
import pytest

from extract.model import Reading
from fixtures.numerals.fonts import HELD_OUT, TRAINING
from fixtures.numerals.measure import is_right, reliability
from fixtures.numerals.render import line_samples, make_sample
from fixtures.numerals.texts import ALPHABET, draw_text


def test_a_sample_is_the_same_every_time_and_its_neighbour_is_not() -> None:
    one, again, other = make_sample(3, 8), make_sample(3, 8), make_sample(3, 9)
    assert one.lines == again.lines
    assert np.array_equal(one.pixels, again.pixels)
    assert one.pixels.shape != other.pixels.shape or not np.array_equal(one.pixels, other.pixels)


def test_no_font_is_both_learnt_and_held_out() -> None:
    assert not {font.path for font in TRAINING} & {font.path for font in HELD_OUT}


def test_texts_to_be_read_are_in_the_alphabet() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        text = draw_text(rng)
        assert all(sign in ALPHABET for line in text.read for sign in line)
        assert len(text.drawn) == len(text.read)


def test_most_crops_of_samples_show_a_whole_line() -> None:
    whole = cut = 0
    for number in range(80):
        sample = make_sample(5, number)
        for pixels, text in line_samples(sample, sample.digit):
            assert pixels.dtype == np.uint8
            if text is None:
                cut += 1
            elif text:
                assert text in sample.lines
                whole += 1
    assert whole > 8 * cut


def test_the_table_counts_each_reading_once() -> None:
    outcomes = [(0.97, True)] * 3 + [(0.96, False)] + [(0.9996, True)] * 5 + [(0.3, False)]
    bins = reliability(outcomes)
    assert [(b.low, b.count) for b in bins] == [(0.0, 1), (0.95, 4), (0.9995, 5)]
    assert bins[1].right == pytest.approx(0.75)
    assert bins[1].promised == pytest.approx((3 * 0.97 + 0.96) / 4)


def test_no_readings_no_table() -> None:
    assert reliability([]) == []


def test_right_means_mark_and_value() -> None:
    assert is_right(Reading("1,204", "number", 1204), ("1204",))
    assert is_right(Reading("", "blank"), ())
    assert is_right(Reading("/", "dash"), ("—",))
    assert not is_right(Reading("0", "number", 0), ("—",))
    assert not is_right(Reading("", "blank"), ("0",))
