"""Squares joined into cells."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extract.grids.rules import Lattice
from extract.grids.squares import Span, apart, joined_squares


def cut(rng: random.Random, span: Span, depth: int) -> list[Span]:
    """A rectangle cut at random into smaller ones."""
    if depth == 0 or rng.random() < 0.2:
        return [span]
    if rng.random() < 0.5 and span.rows > 1:
        k = rng.randrange(1, span.rows)
        parts = (
            Span(span.row, span.column, k, span.columns),
            Span(span.row + k, span.column, span.rows - k, span.columns),
        )
    elif span.columns > 1:
        k = rng.randrange(1, span.columns)
        parts = (
            Span(span.row, span.column, span.rows, k),
            Span(span.row, span.column + k, span.rows, span.columns - k),
        )
    else:
        return [span]
    return [small for part in parts for small in cut(rng, part, depth - 1)]


def lattice(spans: list[Span], rows: int, columns: int) -> Lattice:
    """The edges round the spans, drawn surely; all others surely not."""
    level = np.full((rows + 1, columns), 0.02)
    upright = np.full((rows, columns + 1), 0.02)
    for s in spans:
        level[[s.row, s.row + s.rows], s.column : s.column + s.columns] = 0.99
        upright[s.row : s.row + s.rows, [s.column, s.column + s.columns]] = 0.99
    inside = np.ones((rows, columns), dtype=bool)
    return Lattice(np.arange(rows + 1.0), np.arange(columns + 1.0), level, upright, inside, 2.0)


@given(st.integers(1, 12), st.integers(1, 12), st.randoms(use_true_random=False))
def test_any_cut_of_a_table_into_rectangles_is_found_again(
    rows: int, columns: int, rng: random.Random
) -> None:
    spans = cut(rng, Span(0, 0, rows, columns), 6)
    found, doubts = joined_squares(lattice(spans, rows, columns))
    bare = [replace(span, sure=True) for span in found]
    assert sorted(bare, key=repr) == sorted(spans, key=repr)
    assert "cells that are no rectangles" not in doubts


def test_faint_edge_that_makes_rectangles_is_drawn() -> None:
    spans = [Span(r, c, 1, 1) for r in range(2) for c in range(2)]
    torn = lattice(spans, 2, 2)
    torn.level[1, 0] = 0.3  # (0, 0) and (1, 0) alone would be a rectangle: no force needed
    torn.upright[0, 1] = 0.4
    found, doubts = joined_squares(torn)
    assert len(found) == 4 - 1 or len(found) == 4
    assert all(span.rows * span.columns <= 2 for span in found)
    assert doubts == []


def test_corner_cell_with_no_sign_of_an_edge_is_a_doubt() -> None:
    spans = [Span(r, c, 1, 1) for r in range(2) for c in range(2)]
    torn = lattice(spans, 2, 2)
    torn.level[1, 0] = 0.0
    torn.upright[0, 1] = 0.0
    found, doubts = joined_squares(torn)
    assert doubts
    assert sum(span.rows * span.columns for span in found) == 4


def test_a_rule_that_is_faint_beside_one_row_goes_on_and_its_cells_are_unsure() -> None:
    spans = [Span(r, c, 1, 1) for r in range(3) for c in range(4)]
    torn = lattice(spans, 3, 4)
    torn.upright[1, 2] = 0.1
    found, doubts = joined_squares(torn)
    assert doubts == []
    assert [replace(span, sure=True) for span in found] == spans
    assert [(s.row, s.column) for s in found if not s.sure] == [(1, 1), (1, 2)]


def test_a_cell_over_a_rule_that_stops_for_it_alone_is_in_doubt() -> None:
    spans = [Span(r, c, 1, 1) for r in range(3) for c in range(4) if (r, c) not in ((1, 1), (1, 2))]
    found, doubts = joined_squares(lattice([*spans, Span(1, 1, 1, 2)], 3, 4))
    assert doubts == []
    assert [span for span in found if not span.sure] == [Span(1, 1, 1, 2, sure=False)]


def test_title_row_between_blocks_is_no_doubt() -> None:
    spans = [Span(r, c, 1, 1) for r in (0, 2) for c in range(4)] + [Span(1, 0, 1, 4)]
    found, doubts = joined_squares(lattice(spans, 3, 4))
    assert doubts == []
    assert all(span.sure for span in found)


def test_what_lies_between_two_tables_is_no_cell_and_keeps_them_apart() -> None:
    spans = [Span(r, c, 1, 1) for r in (0, 2) for c in range(3)]
    between = lattice([*spans, Span(1, 0, 1, 3)], 3, 3)
    between.inside[1] = False
    found, _ = joined_squares(between)
    assert found == spans
    assert apart(between, found) == [spans[:3], spans[3:]]


def test_a_side_that_comes_from_beside_a_cell_goes_through_it() -> None:
    spans = [Span(r, c, 1, w) for r in range(2) for c, w in ((0, 3), (3, 1), (4, 1))]
    table = lattice(spans, 2, 5)
    table.level[1, 0] = 0.06
    found, _ = joined_squares(table)
    assert [replace(span, sure=True) for span in found] == spans


def test_a_side_amid_a_cell_that_nothing_goes_on_from_is_none() -> None:
    spans = [Span(0, 0, 2, 3), *(Span(r, 3, 1, 1) for r in range(2))]
    table = lattice(spans, 2, 4)
    table.level[1, :2] = 0.9
    table.level[1, 3] = 0.02
    found, _ = joined_squares(table)
    assert Span(0, 0, 2, 3) in [replace(span, sure=True) for span in found]
