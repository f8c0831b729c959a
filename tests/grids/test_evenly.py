"""Rules that columns of one width ask for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from extract.grids.evenly import (
    LIKELY,
    with_even_columns,
    with_even_rows,
)
from extract.grids.rules import Lattice

WIDE, HIGH, COLUMNS = 80, 60, 8
PAPER = 250


def table(rows: int = 3, columns: int = COLUMNS) -> tuple[np.ndarray, Lattice]:
    """A label column and some of numbers, a word in each cell, all sides seen, no rule drawn."""
    xs = np.concatenate([[20.0], 220.0 + WIDE * np.arange(columns + 1)])
    ys = 20.0 + HIGH * np.arange(rows + 1)
    small = np.full((int(ys[-1]) + 20, int(xs[-1]) + 20), PAPER, np.uint8)
    for y in ys[:-1]:
        for x0, x1 in pairwise(xs):
            middle = int((x0 + x1) / 2)
            small[int(y) + 20 : int(y) + 40, middle - 15 : middle + 15] = 20
    level, upright = np.ones((rows + 1, columns + 1)), np.ones((rows, columns + 2))
    return small, Lattice(ys, xs, level, upright, np.ones((rows, columns + 1), bool), 2.0)


def without(lattice: Lattice, line: int) -> Lattice:
    """The lattice as it is found where nobody saw one of its upright lines."""
    column = line - 1
    return replace(
        lattice,
        xs=np.delete(lattice.xs, line),
        level=np.delete(lattice.level, column, axis=1),
        upright=np.delete(lattice.upright, line, axis=1),
        inside=np.delete(lattice.inside, column, axis=1),
    )


@pytest.mark.parametrize("line", [2, 5, 8])
def test_a_column_of_twice_the_width_with_two_texts_is_two_columns(line: int) -> None:
    small, lattice = table()
    found = with_even_columns(small, without(lattice, line))
    assert found.xs == pytest.approx(lattice.xs)
    assert (found.upright[:, line] == LIKELY).all()
    assert found.level.shape == lattice.level.shape
    assert found.inside.shape == lattice.inside.shape


def test_a_text_across_the_middle_keeps_it_one_column() -> None:
    small, lattice = table()
    x = int(lattice.xs[5])
    small[:, x - 50 : x + 50] = PAPER
    for y in lattice.ys[:-1]:
        small[int(y) + 20 : int(y) + 40, x - 20 : x + 20] = 20
    narrow = without(lattice, 5)
    assert with_even_columns(small, narrow).upright[:, 5].max() == 1.0
    assert len(with_even_columns(small, narrow).xs) == len(narrow.xs)


def test_an_empty_column_of_twice_the_width_stays_one() -> None:
    small, lattice = table()
    x = int(lattice.xs[5])
    small[:, x - WIDE + 5 : x + WIDE - 5] = PAPER
    narrow = without(lattice, 5)
    assert len(with_even_columns(small, narrow).xs) == len(narrow.xs)


def test_remains_of_a_rule_are_no_letters() -> None:
    small, lattice = table()
    x = int(lattice.xs[5])
    small[20:200:3, x - 1 : x + 2] = 20
    assert len(with_even_columns(small, without(lattice, 5)).xs) == len(lattice.xs)


def test_a_side_lost_in_one_row_is_likely_there() -> None:
    small, lattice = table()
    lattice.upright[1, 4] = 0.1
    assert with_even_columns(small, lattice).upright[1, 4] == LIKELY


def test_a_heading_over_several_columns_is_not_cut() -> None:
    small, lattice = table()
    lattice.upright[0, 2:9] = 0.0
    assert (with_even_columns(small, lattice).upright[0, 2:9] == 0.0).all()


def test_few_columns_make_no_rule() -> None:
    small, lattice = table()
    few = Lattice(
        lattice.ys,
        lattice.xs[[0, 1, 2, 4, 5]],
        lattice.level[:, :4],
        lattice.upright[:, :5],
        lattice.inside[:, :4],
        2.0,
    )
    assert len(with_even_columns(small, few).xs) == 5


def test_several_lost_rules_do_not_hide_where_the_headings_end() -> None:
    small, lattice = table(4, 12)
    lattice.upright[0, [3, 4, 5, 7, 8]] = 0.0  # headings over three columns and over four
    for x in lattice.xs[[3, 4, 7, 8]]:
        small[20:80, int(x) - 20 : int(x) + 20] = PAPER
    narrow = without(without(lattice, 7), 4)
    found = with_even_columns(small, narrow)
    assert found.xs == pytest.approx(lattice.xs)
    assert (found.upright[1:, [4, 7]] == LIKELY).all()
    assert (found.upright[0, [3, 4, 5, 7, 8]] == 0.0).all()


def test_a_column_as_wide_as_four_is_four_where_all_their_sides_may_be() -> None:
    small, lattice = table(columns=10)
    narrow = lattice
    for line in (7, 6, 5):
        narrow = without(narrow, line)
    found = with_even_columns(small, narrow)
    assert found.xs == pytest.approx(lattice.xs)
    x = int(lattice.xs[6])
    small[30:40, x - 20 : x + 20] = 20  # a letter on one of them
    assert len(with_even_columns(small, narrow).xs) == len(narrow.xs)


def test_two_lost_rules_leave_columns_enough_of_seven_to_tell_them() -> None:
    small, lattice = table(columns=7)
    found = with_even_columns(small, without(without(lattice, 7), 3))
    assert found.xs == pytest.approx(lattice.xs)


def test_dashes_are_print_and_rows_with_nothing_before_a_side_say_nothing() -> None:
    small, lattice = table(rows=4)
    line = 5
    for row, y in enumerate(lattice.ys[:-1]):
        for column in (line - 1, line):
            x0, x1 = int(lattice.xs[column]) + 4, int(lattice.xs[column + 1]) - 4
            small[int(y) + 4 : int(y) + 56, x0:x1] = PAPER
            if row == 1 or (row > 1 and column == line):
                middle = (x0 + x1) // 2
                small[int(y) + 28 : int(y) + 31, middle - 10 : middle + 10] = 20
    found = with_even_columns(small, without(lattice, line))
    assert found.xs == pytest.approx(lattice.xs)


def test_what_stands_at_the_left_of_a_wide_column_keeps_it_one() -> None:
    small, lattice = table(rows=4)
    line = 5
    x0, x1 = int(lattice.xs[line - 1]), int(lattice.xs[line + 1])
    for y in lattice.ys[1:-1]:
        small[int(y) + 4 : int(y) + 56, x0 + 4 : x1 - 4] = PAPER
        small[int(y) + 20 : int(y) + 40, x0 + 8 : x0 + 30] = 20
    narrow = without(lattice, line)
    assert len(with_even_columns(small, narrow).xs) == len(narrow.xs)


def test_labels_in_a_column_of_twice_the_width_stay_whole_where_a_gap_between_words_is_amid() -> (
    None
):
    small, lattice = table(rows=4)
    line = 5
    x0, x, x1 = (int(lattice.xs[one]) for one in (line - 1, line, line + 1))
    for y in lattice.ys[:-1]:
        small[int(y) + 4 : int(y) + 56, x0 + 4 : x1 - 4] = PAPER
        for start in range(x0 + 8, x1 - 24, 16):
            letter = start + 2 if start < x else start
            small[int(y) + 20 : int(y) + 40, letter : letter + 12] = 20
        small[int(y) + 4 : int(y) + 56, x - 2 : x + 3] = PAPER
    narrow = without(lattice, line)
    assert len(with_even_columns(small, narrow).xs) == len(narrow.xs)


def test_headers_that_fill_their_cells_do_not_speak_against_a_lost_rule() -> None:
    small, lattice = table(rows=4)
    for line in range(2, len(lattice.xs) - 1):
        x = int(lattice.xs[line])
        small[30:50, x - 20 : x + 20] = 20  # in the first row, over the rules that were seen too
    found = with_even_columns(small, without(lattice, 5))
    assert found.xs == pytest.approx(lattice.xs)
    assert (found.upright[:, 5] == LIKELY).all()


def test_a_line_beside_its_place_is_moved_to_it() -> None:
    small, lattice = table(rows=4, columns=12)
    lattice.upright[1:, 5] = 0.0
    beside = replace(lattice, xs=lattice.xs + 8.0 * (np.arange(len(lattice.xs)) == 5))
    found = with_even_columns(small, beside)
    assert found.xs == pytest.approx(lattice.xs)
    assert (found.upright[1:, 5] == LIKELY).all()


def lying(rows: int) -> tuple[np.ndarray, Lattice]:
    """A table of so many rows, and the lattice as found where one level line was lost."""
    small, lattice = table(rows=rows)
    line = rows // 2
    return small, replace(
        lattice,
        ys=np.delete(lattice.ys, line),
        level=np.delete(lattice.level, line, axis=0),
        upright=np.delete(lattice.upright, line, axis=0),
        inside=np.delete(lattice.inside, line, axis=0),
    )


def test_a_row_of_twice_the_height_with_two_prints_in_its_cells_is_two_rows() -> None:
    small, found = lying(8)
    even = with_even_rows(small, found)
    assert len(even.ys) == 9
    assert (even.level[4] == LIKELY).all()


def test_a_label_of_two_lines_beside_blank_cells_or_one_number_is_one_row() -> None:
    small, found = lying(8)
    top, bottom, x = int(found.ys[3]) + 4, int(found.ys[4]) - 4, int(found.xs[1])
    small[top:bottom, x + 4 :] = PAPER
    assert len(with_even_rows(small, found).ys) == len(found.ys)
    middle = (top + bottom) // 2
    small[middle - 10 : middle + 10, x + 20 : x + 50] = 20
    assert len(with_even_rows(small, found).ys) == len(found.ys)


def test_a_line_through_the_middle_of_most_numbers_is_no_rule_though_some_reach_over_others() -> (
    None
):
    """Rows were so low that letters crossed their rules, and a label of two lines asked for one."""
    small, found = lying(8)
    for y in found.ys:
        for left in found.xs[:-1]:
            small[int(y) - 8 : int(y) + 9, int(left) + 20 : int(left) + 40] = 20
    assert len(with_even_rows(small, found).ys) == len(found.ys) + 1
    top, bottom = int(found.ys[3]) + 9, int(found.ys[4]) - 9
    middle, beside = (top + bottom) // 2, found.xs[3:-1]
    small[top:bottom, int(beside[0]) :] = PAPER
    for left in beside:
        small[middle - 10 : middle + 10, int(left) + 20 : int(left) + 50] = 20
    assert len(with_even_rows(small, found).ys) == len(found.ys)


def test_few_rows_of_one_height_make_no_rule() -> None:
    small, found = lying(6)
    assert len(with_even_rows(small, found).ys) == len(found.ys)


def test_a_fold_within_a_column_of_the_common_width_is_no_rule() -> None:
    small, lattice = table()
    x = lattice.xs[4] + 18
    split = replace(
        lattice,
        xs=np.insert(lattice.xs, 5, x),
        level=np.insert(lattice.level, 4, 1.0, axis=1),
        upright=np.insert(lattice.upright, 5, 0.9, axis=1),
        inside=np.insert(lattice.inside, 4, True, axis=1),
    )
    found = with_even_columns(small, split)
    assert found.xs == pytest.approx(lattice.xs)
    assert found.level.shape == lattice.level.shape
    assert found.upright.shape == lattice.upright.shape


def test_a_narrow_column_beside_one_of_another_width_stays() -> None:
    small, lattice = table()
    xs = np.insert(lattice.xs, 5, lattice.xs[4] + 40)
    xs[5:] += 40
    wider = replace(
        lattice,
        xs=xs,
        level=np.insert(lattice.level, 4, 1.0, axis=1),
        upright=np.insert(lattice.upright, 5, 1.0, axis=1),
        inside=np.insert(lattice.inside, 4, True, axis=1),
    )
    wide = np.concatenate([small, np.full((small.shape[0], 60), PAPER, np.uint8)], axis=1)
    assert len(with_even_columns(wide, wider).xs) == len(xs)


def test_the_rule_between_labels_and_numbers_is_found_by_the_width_of_the_others() -> None:
    small, lattice = table(rows=5)
    found = with_even_columns(small, without(lattice, 1))
    assert found.xs == pytest.approx(lattice.xs, abs=3)
    assert (found.upright[:, 1] == LIKELY).all()


def test_labels_that_reach_over_where_a_rule_would_be_keep_it_away() -> None:
    small, lattice = table(rows=5)
    less = without(lattice, 1)
    x = int(lattice.xs[1])
    small[int(lattice.ys[3]) + 20 :][:20, x - 40 : x + 30] = 20
    assert len(with_even_columns(small, less).xs) == len(less.xs)
    plain, whole = table(rows=5)
    assert len(with_even_columns(plain, whole).xs) == len(whole.xs)


def test_no_column_of_numbers_begins_within_the_labels() -> None:
    small, lattice = table(rows=8)
    place = int(lattice.xs[1]) - WIDE
    for y in lattice.ys[:-1]:
        top = int(y) + 20
        small[top : top + 20, 22 : int(lattice.xs[1]) - 2] = PAPER
        # The letters of a label as wide as its cell, none of which stands at the place itself.
        for x in range(45, int(lattice.xs[1]) - 30, 30):
            small[top : top + 20, x : x + 20] = 20
        small[top : top + 20, place - 9 : place + 10] = PAPER
    assert len(with_even_columns(small, lattice).xs) == len(lattice.xs)
