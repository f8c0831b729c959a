import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import SourceError
from extract.model import Grid
from extract.sources.merged import Spanning, place_spans


@st.composite
def tilings(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Rectangles (row, column, row span, column span) that tile a small lattice."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    owner: dict[tuple[int, int], int] = {}
    tiles = []
    for r in range(rows):
        for c in range(columns):
            if (r, c) in owner:
                continue
            width = 1
            limit = draw(st.integers(1, columns - c))
            while width < limit and (r, c + width) not in owner:
                width += 1
            height = draw(st.integers(1, rows - r))
            for slot in ((r + i, c + j) for i in range(height) for j in range(width)):
                owner[slot] = len(tiles)
            tiles.append((r, c, height, width))
    return tiles


def rows_of(tiles: list[tuple[int, int, int, int]]) -> list[list[Spanning]]:
    rows: list[list[Spanning]] = [[] for _ in range(1 + max(r for r, *_ in tiles))]
    for number, (r, _, height, width) in enumerate(tiles):
        rows[r].append(Spanning(str(number), height, width))
    return rows


@given(tilings())
def test_a_tiling_comes_back_as_it_was(tiles: list[tuple[int, int, int, int]]) -> None:
    grid = place_spans([rows_of(tiles)], "html")
    assert grid is not None
    row_starts = sorted({r for r, *_ in tiles})
    column_starts = sorted({c for _, c, *_ in tiles})
    assert (grid.rows, grid.columns) == (len(row_starts), len(column_starts))
    for cell in grid.cells:
        r, c, height, width = tiles[int(cell.text or "")]
        assert (row_starts[cell.row], column_starts[cell.column]) == (r, c)
        below = [s for s in row_starts if r <= s < r + height]
        right = [s for s in column_starts if c <= s < c + width]
        assert (cell.row_span, cell.column_span) == (len(below), len(right))
        assert cell.whole


def slots(grid: Grid) -> list[tuple[int, int]]:
    return [
        (cell.row + i, cell.column + j)
        for cell in grid.cells
        for i in range(cell.row_span)
        for j in range(cell.column_span)
    ]


@given(
    st.lists(
        st.lists(
            st.builds(Spanning, st.just("x"), st.integers(0, 9), st.integers(0, 9)), max_size=6
        ),
        max_size=6,
    )
)
def test_cells_never_overlap_nor_leave_the_grid(rows: list[list[Spanning]]) -> None:
    grid = place_spans([rows], "html")
    if not any(rows):
        assert grid is None
        return
    assert grid is not None
    covered = slots(grid)
    assert len(covered) == len(set(covered))
    assert all(r < grid.rows and c < grid.columns for r, c in covered)
    assert len(grid.cells) == sum(map(len, rows))


def test_a_row_span_ends_with_its_row_group() -> None:
    head = [[Spanning("h", row_span=9), Spanning("i")]]
    body = [[Spanning("a"), Spanning("b")]]
    grid = place_spans([head, body], "html")
    assert grid is not None
    assert [(c.text, c.row, c.column) for c in grid.cells] == [
        ("h", 0, 0),
        ("i", 0, 1),
        ("a", 1, 0),
        ("b", 1, 1),
    ]


def test_overlapping_spans_cut_the_later_cell_and_mark_both() -> None:
    rows = [
        [Spanning("a"), Spanning("b"), Spanning("c", row_span=2)],
        [Spanning("d", column_span=3)],
    ]
    grid = place_spans([rows], "html")
    assert grid is not None
    assert {c.text: (c.column_span, c.whole) for c in grid.cells} == {
        "a": (1, True),
        "b": (1, True),
        "c": (1, False),
        "d": (2, False),
    }


def test_a_flood_of_slots_is_refused() -> None:
    rows = [[Spanning("x", 1, 1000)] * 3000]
    with pytest.raises(SourceError) as refusal:
        place_spans([rows], "html")
    assert refusal.value.kind == "too_large"
