"""Headers that stand alone at the end of a page."""

from __future__ import annotations

from collections.abc import Sequence

from extract.forms import load_forms
from extract.model import Box, Grid, GridCell
from extract.placing.before import header_before, in_columns_of
from extract.placing.place import place
from extract.placing.tape import make_tape

HEADER = ["统计指标", "单位", "统计数", "上年数"]
EDGES = [0.0, 50.0, 60.0, 80.0, 100.0]
AFTER = [
    ["1.政府公报公开政府信息数", "条", "9", "70"],
    ["2.政府网站公开政府信息数", "条", "20", "73"],
]


def table(page: int, rows: Sequence[Sequence[str]], edges: Sequence[float] | None = EDGES) -> Grid:
    cells = [
        GridCell(
            r,
            c,
            text=text,
            box=Box(edges[c], 20.0 * r, edges[c + 1], 20.0 * r + 20) if edges else None,
        )
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return Grid(page, len(rows), len(rows[0]), tuple(cells))


def before(*grids: Grid) -> tuple[Grid, list[int]] | None:
    return header_before(grids, 1, make_tape(grids))


def texts(grid: Grid, row: int) -> dict[tuple[int, int], str | None]:
    return {(c.column, c.column_span): c.text for c in grid.cells if c.row == row}


def test_a_heading_with_a_dash_for_its_unit_is_no_row_of_values() -> None:
    after = table(2, AFTER)
    found = before(table(1, [HEADER, ["一、主动公开情况", "/", "", ""]]), after)
    assert found is not None
    assert found[1] == [0, 1]
    assert before(table(1, [HEADER, ["制发规范性文件总数", "件", "3", "1"]]), after) is None


def test_there_is_none_before_the_first_grid() -> None:
    assert header_before([table(1, [HEADER])], 0, make_tape([table(1, [HEADER])])) is None


def test_a_column_too_many_before_the_break_is_told_by_where_it_stands() -> None:
    edges = [10.0, 41.0, 60.0, 70.0, 90.0, 110.0]  # the first column is cut in two
    cut = [
        ["统计指标", "", "单位", "统计数", "上年数"],
        ["一、主动公开情况", "", "/", "", ""],
    ]
    found = before(table(1, cut, edges), table(2, AFTER))
    assert found is not None
    assert texts(found[0], 0) == {(n, 1): text for n, text in enumerate(HEADER)}
    assert found[1] == [0, 1]
    assert before(table(1, cut, None), table(2, AFTER)) is None


def test_of_cells_that_come_into_one_column_the_one_that_says_something_stays() -> None:
    edges = [0.0, 31.0, 50.0, 60.0, 80.0, 100.0]
    moved = in_columns_of(table(1, [["", "统计指标", *HEADER[1:]]], edges), table(2, AFTER))
    assert moved is not None
    assert texts(moved, 0) == {(n, 1): text for n, text in enumerate(HEADER)}


def test_a_column_too_few_is_read_across_those_it_covers() -> None:
    moved = in_columns_of(
        table(1, [["统计指标", "单位", "统计数"]], [0, 50, 60, 100]), table(2, AFTER)
    )
    assert moved is not None
    assert texts(moved, 0) == {(0, 1): "统计指标", (1, 1): "单位", (2, 2): "统计数"}


def test_a_header_that_covers_several_columns_after_the_break_does_no_harm() -> None:
    forms = [form for form in load_forms() if form.id == "2014"]
    labels = [row.label.zh for row in forms[0].tables[0].sections[0].rows]
    rows = [[label, "次", str(n), "9"] for n, label in enumerate(labels)]
    header = table(1, [["统计指标", "单位", "统计数"]], [0, 50, 60, 100])
    found = place([header, table(2, rows)], forms, True)
    assert all(slot.cell is None or slot.doubt for slot in found.slots)


def test_a_fragment_whose_columns_are_lost_does_not_lose_those_after_it() -> None:
    forms = [form for form in load_forms() if form.id == "2014"]
    labels = [row.label.zh for row in forms[0].tables[0].sections[0].rows]
    rows = [[label, "次", str(n), "9"] for n, label in enumerate(labels)]
    lost = [[label, "次", "b", "9"] for label, *_ in rows[15:20]]  # read as a word
    pages = [table(1, [HEADER, *rows[:15]]), table(2, lost), table(3, rows[20:])]
    slots = place(pages, forms, True).slots
    assert all(slot.cell is None or slot.doubt for slot in slots[15:20])
    assert [slot.cell and slot.cell.text for slot in slots[20:]] == [row[2] for row in rows[20:]]
    assert not any(slot.doubt for slot in slots[20:])


def test_headers_of_another_table_before_a_break_say_nothing_of_the_columns_after_it() -> None:
    """The header after it was taken for a row, and every cell below doubted for the other one."""
    forms = [form for form in load_forms() if form.id == "2021"]
    section = forms[0].tables[1].sections[0]
    labels = [row.label.zh for row in section.rows if row.label]
    edges = [0.0, 30.0, *(40.0 + 10 * n for n in range(7))]
    rows = [[label, *(str(n + c) for c in range(7))] for n, label in enumerate(labels)]
    other = table(1, [["信息内容", *["采购项目数量"] * 7]], edges)
    slots = place([other, table(2, rows, edges)], forms, True).slots
    placed = [slot for slot in slots if slot.cell is not None]
    assert len(placed) == 7 * 25
    assert not any(slot.doubt for slot in placed)
