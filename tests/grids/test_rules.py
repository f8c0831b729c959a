"""Lattices out of maps of sides."""

from __future__ import annotations

import random

import cv2
import numpy as np
import pytest

from extract.grids.rules import lattice_of, table_regions
from extract.grids.sides import STEP, Sides, find_sides
from extract.grids.squares import joined_squares
from fixtures.rulings.tables import Table, draw_table
from tests.grids.drawn import block_table
from tests.grids.drawn import draw_table as drawn_table

SIZE = 480, 276
"""Height and width of the maps of a page longer than A4."""


def maps_of(table: Table) -> Sides:
    """What a perfect network would say of a table given in px at 200 dpi / STEP."""
    level, upright, inside = (np.zeros(SIZE, np.float32) for _ in range(3))
    for span in table.spans:
        x0, y0, x1, y1 = (round(v) for v in table.box(span))
        level[[y0, y1], x0 : x1 + 1] = 0.95
        upright[y0 : y1 + 1, [x0, x1]] = 0.95
        inside[y0 : y1 + 1, x0 : x1 + 1] = 0.95
    return Sides(level, upright, inside)


def paper() -> np.ndarray:
    return np.full((SIZE[0] * STEP, SIZE[1] * STEP), 250, np.uint8)


@pytest.mark.parametrize("seed", range(30))
def test_every_table_comes_back_from_its_maps(seed: int) -> None:
    table = draw_table(random.Random(seed), 20, 25, 235, 330)
    sides = maps_of(table)
    (region,) = table_regions(sides)
    lattice = lattice_of(sides, paper(), region)
    assert lattice is not None
    spans, doubts = joined_squares(lattice)
    assert doubts == []
    found = sorted(
        (
            lattice.xs[s.column],
            lattice.ys[s.row],
            lattice.xs[s.column + s.columns],
            lattice.ys[s.row + s.rows],
        )
        for s in spans
    )
    true = sorted(table.box(span) for span in table.spans)
    assert len(found) == len(true)
    assert np.abs(np.array(found) / STEP - np.array(true)).max() < 2


def test_one_rule_between_labels_and_numbers_makes_a_table_open_at_both_sides() -> None:
    level, upright, inside = (np.zeros(SIZE, np.float32) for _ in range(3))
    level[[20, 28, 36, 44], 30:200] = 0.95
    upright[20:45, 80] = 0.95
    inside[20:45, 30:200] = 0.95
    sides = Sides(level, upright, inside)
    (region,) = table_regions(sides)
    lattice = lattice_of(sides, paper(), region)
    assert lattice is not None
    assert lattice.xs / STEP == pytest.approx([30, 80, 199], abs=2)
    assert lattice.inside.shape == (3, 2)
    assert lattice.inside.all()


def test_the_two_rules_of_a_double_border_are_one() -> None:
    level, upright, inside = (np.zeros(SIZE, np.float32) for _ in range(3))
    level[[20, 28, 36], 30:200] = 0.95
    upright[20:37, [30, 80, 140, 197, 199]] = 0.95
    inside[20:37, 30:200] = 0.95
    sides = Sides(level, upright, inside)
    lattice = lattice_of(sides, paper(), table_regions(sides)[0])
    assert lattice is not None
    assert lattice.xs / STEP == pytest.approx([30, 80, 140, 199], abs=1)


def test_two_rules_of_many_that_are_too_long_open_no_column() -> None:
    level, upright, inside = (np.zeros(SIZE, np.float32) for _ in range(3))
    rows = list(range(20, 85, 8))
    level[rows, 30:200] = 0.95
    level[rows[1:3], 200:206] = 0.95
    upright[20:85, [30, 80, 140, 199]] = 0.95
    inside[20:85, 30:200] = 0.95
    lattice = lattice_of(Sides(level, upright, inside), paper(), (180, 120, 1230, 500))
    assert lattice is not None
    assert lattice.xs / STEP == pytest.approx([30, 80, 140, 199], abs=1)


def test_an_upright_rule_that_leans_and_is_found_twice_is_one() -> None:
    level, upright, inside = (np.zeros(SIZE, np.float32) for _ in range(3))
    level[[20, 28, 36, 60], 30:200] = 0.95
    upright[20:61, [30, 200]] = 0.95
    upright[20:40, 80] = upright[36:61, 82] = 0.95
    inside[20:61, 30:200] = 0.95
    small = paper()
    small[20 * STEP : 61 * STEP, 81 * STEP + 2 : 81 * STEP + 5] = 0
    lattice = lattice_of(Sides(level, upright, inside), small, (180, 120, 1200, 360))
    assert lattice is not None
    assert lattice.xs / STEP == pytest.approx([30, 81, 200], abs=1)
    assert lattice.upright.shape == (3, 3)
    assert lattice.level.shape == (4, 2)
    assert lattice.upright[:, 1] == pytest.approx(1.0, abs=0.1)


def test_a_side_that_is_faint_is_a_doubt_of_its_two_cells_only() -> None:
    table = Table(((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1)), (20, 60, 100, 140), (20, 40), 0)
    sides = maps_of(table)
    sides.upright[22:39, 60] = 0.6
    lattice = lattice_of(sides, paper(), (110, 110, 850, 250))
    assert lattice is not None
    spans, _ = joined_squares(lattice)
    assert [span.sure for span in spans] == [False, False, True]


def test_lines_are_moved_to_their_ink() -> None:
    drawn = drawn_table(block_table(3), rule=0.75)
    small = np.asarray(drawn.picture)[..., 0]
    small = cv2.resize(small, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    sides = find_sides(small)
    (region,) = table_regions(sides)
    lattice = lattice_of(sides, small, region)
    assert lattice is not None
    box = drawn.grids[0].box
    assert box is not None
    ends = lattice.xs[0], lattice.ys[0], lattice.xs[-1], lattice.ys[-1]
    assert np.abs(np.array(ends) * 72 / 200 - (box.x0, box.y0, box.x1, box.y1)).max() < 0.4


def test_a_page_without_tables_has_no_region() -> None:
    assert table_regions(find_sides(paper())) == []
    rng = np.random.default_rng(1)
    noise = np.clip(paper() + rng.normal(0, 12, paper().shape), 0, 255).astype(np.uint8)
    assert table_regions(find_sides(noise)) == []


@pytest.mark.parametrize("seed", range(12))
def test_maps_of_nonsense_make_cells_that_do_not_overlap_or_a_doubt(seed: int) -> None:
    rng = np.random.default_rng(seed)
    blurs = [(1 + 2 * int(rng.integers(0, 9)), 1 + 2 * int(rng.integers(0, 9))) for _ in range(3)]
    noise = [cv2.blur(rng.random((90, 70), np.float32), size) for size in blurs]
    sides = Sides(*(np.clip((m - m.mean()) / m.std() * 0.4 + 0.4, 0, 1) for m in noise))
    small = rng.integers(0, 255, (90 * STEP, 70 * STEP)).astype(np.uint8)
    for region in table_regions(sides):
        lattice = lattice_of(sides, small, region)
        if lattice is None:
            continue
        assert (np.diff(lattice.xs) > 0).all()
        assert (np.diff(lattice.ys) > 0).all()
        covered = np.zeros(lattice.inside.shape, int)
        spans, doubts = joined_squares(lattice)
        for span in spans:
            covered[span.row : span.row + span.rows, span.column : span.column + span.columns] += 1
        assert covered.max(initial=0) <= 1 or doubts
