"""Printed columns and the form's, by headers, order and what stood before a break."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from extract.forms import Column, Label, Row, Section, load_forms
from extract.model import Box, Grid, GridCell
from extract.placing.carried import BESIDE_LOST, Columns
from extract.placing.columns import align_columns

NAMES = ("自然人", "商业企业", "科研机构", "总计")
SECTION = Section(
    None,
    None,
    tuple(Column(f"c{i}", (Label(name, "x"),)) for i, name in enumerate(NAMES)),
    (Row("r", (Label("予以公开", "granted"),)),),
)


def columns_of(
    header: list[str] | None,
    values: list[str],
    carried: Columns | None = None,
    tabular: bool = True,
    edges: list[float] | None = None,
) -> Columns:
    """The alignment of a grid of one header row and one row of values after a label."""
    places = list(pairwise(edges)) if edges else []
    rows = [["项目", *header]] if header else []
    rows.append(["予以公开", *values])
    cells = [
        GridCell(r, c, text=text, box=Box(places[c][0], r, places[c][1], r + 1) if edges else None)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    grid = Grid(1, len(rows), len(values) + 1, tuple(cells))
    data = [cell for cell in cells if cell.row == len(rows) - 1 and cell.column]
    return align_columns(grid, SECTION, [data], [0] if header else [], carried, tabular)


WHOLE = ((1, 2), (2, 3), (3, 4), (4, 5))


def test_the_forms_own_headers() -> None:
    found = columns_of(list(NAMES), ["1", "2", "3", "6"])
    assert (found.spans, found.similarity, found.exact) == (WHOLE, 1.0, True)


def test_a_worn_header_is_still_the_nearest_in_order() -> None:
    found = columns_of(["自然入", "商止企业", "科X机构", "合计"], ["1", "2", "3", "6"])
    assert found.spans == WHOLE
    assert not any(found.doubts)


def test_columns_in_another_order_are_found_by_their_headers() -> None:
    found = columns_of(["总计", "自然人", "科研机构", "商业企业"], ["6", "1", "3", "2"])
    assert found.spans == ((2, 3), (4, 5), (3, 4), (1, 2))
    assert not any(found.doubts)


def test_columns_in_another_order_with_worn_headers_are_in_doubt() -> None:
    found = columns_of(["自然人", "科研X构", "商X企X", "总计"], ["1", "3", "2", "6"])
    wrong = [i for i, span in enumerate(found.spans) if span and span != WHOLE[i]]
    assert found.doubts[1]
    assert all(found.doubts[i] for i in wrong)
    assert not found.exact


def test_a_missing_column_is_missing() -> None:
    found = columns_of(["自然人", "商业企业", "总计"], ["1", "2", "3"])
    assert found.spans == ((1, 2), (2, 3), None, (3, 4))
    assert not found.whole


def test_in_a_picture_the_cells_beside_a_missing_column_are_in_doubt() -> None:
    found = columns_of(["自然人", "商业企业", "科研机构：总计"], ["1", "2", "3"])
    assert found.spans == ((1, 2), (2, 3), (3, 4), None)
    seen = GridCell(1, 3, crop=np.zeros((4, 4), np.uint8))
    assert [found.doubt(i, seen) for i in range(3)] == [None, None, BESIDE_LOST]
    assert found.doubt(2, GridCell(1, 3, text="3")) != BESIDE_LOST


def test_an_additional_column_is_passed_over() -> None:
    found = columns_of(
        ["自然人", "外国组织", "商业企业", "科研机构", "总计"], ["1", "9", "2", "3", "6"]
    )
    assert found.spans == ((1, 2), (3, 4), (4, 5), (5, 6))
    assert found.exact


def test_a_text_export_is_never_exact_and_its_empty_columns_at_the_end_fall_away() -> None:
    found = columns_of([*NAMES, "", ""], ["1", "2", "3", "6", "", ""], tabular=False)
    assert found.spans == WHOLE
    assert not found.exact


def test_a_strange_header_is_in_doubt() -> None:
    found = columns_of(["自然人", "备案登记数", "科研机构", "总计"], ["1", "2", "3", "6"])
    assert found.doubts[1]
    assert not found.doubts[0]


def test_one_header_over_several_columns_is_in_doubt() -> None:
    cells = [
        GridCell(0, 0, text="项目"),
        GridCell(0, 1, column_span=4, text="自然人、商业企业、科研机构、总计"),
        GridCell(1, 0, text="予以公开"),
        *(GridCell(1, c, text=str(c)) for c in range(1, 5)),
    ]
    grid = Grid(1, 2, 5, tuple(cells))
    found = align_columns(grid, SECTION, [cells[3:]], [0], None, True)
    assert all(doubt for span, doubt in zip(found.spans, found.doubts, strict=True) if span)


COUNT = next(f for f in load_forms() if f.id == "2014").tables[0].sections[0]


def counts(*header: GridCell) -> Columns:
    """The only column of the 2014 form, of two columns of numbers beside labels and units."""
    labels = [GridCell(1, 0, text="（一）收到申请数"), GridCell(1, 1, text="件")]
    values = [GridCell(1, c, text=str(c)) for c in (2, 3)]
    grid = Grid(1, 2, 4, (*header, *labels, *values))
    return align_columns(grid, COUNT, [values], [0], None, True)


def test_the_numbers_of_another_year_are_not_the_forms() -> None:
    fused = GridCell(0, 1, column_span=2, text="单位统计数")
    assert counts(GridCell(0, 0, text="统计指标"), fused, GridCell(0, 3, text="上年数")).spans == (
        (2, 3),
    )
    before = counts(GridCell(0, 2, text="上年数"), GridCell(0, 3, text="本年数"))
    assert (before.spans, before.doubts) == (((3, 4),), (None,))


def test_a_column_whose_header_names_another_year_is_put_aside_whatever_the_other_reads_like() -> (
    None
):
    names = GridCell(0, 0, text="统计指标"), GridCell(0, 1, text="单位")
    found = counts(*names, GridCell(0, 2, text="统计微"), GridCell(0, 3, text="上年数"))
    assert (found.spans, found.exact) == (((2, 3),), False)
    assert [found.puts_aside(GridCell(1, c, text="7")) for c in (2, 3)] == [False, True]
    first = counts(*names, GridCell(0, 2, text="上年数"), GridCell(0, 3, text="上年数"))
    assert len(first.aside) == 1
    other = counts(*names, GridCell(0, 2, text="统计微"), GridCell(0, 3, text="某某数"))
    assert not other.puts_aside(GridCell(1, 3, text="7"))


def test_after_a_break_a_column_stays_put_aside() -> None:
    edges = [0.0, 200.0, 240.0, 300.0, 360.0]
    first = fragment(edges, ["统计指标", "单位", "统计微", "上年数"], None)
    after = fragment([edge + 5 for edge in edges], [], first)
    assert [after.puts_aside(GridCell(0, c, text="7")) for c in (2, 3)] == [False, True]
    parted = fragment([0.0, 200.0, 240.0, 300.0, 330.0, 360.0], [], first)
    assert parted.spans == ((2, 3),)
    assert not parted.puts_aside(GridCell(0, 3, text="7"))
    values = [GridCell(0, c, text=str(c)) for c in (3, 4)]
    labels = [GridCell(0, 0, column_span=2, text="收到申请数"), GridCell(0, 2, text="件")]
    moved = align_columns(Grid(1, 1, 5, (*labels, *values)), COUNT, [values], [], first, True)
    assert [moved.puts_aside(cell) for cell in values] == [False, True]


def test_scraps_below_a_header_that_can_be_read_are_no_headers() -> None:
    scraps = [GridCell(1, c, text=text, trust=0.1) for c, text in ((2, "三四一六"), (3, "上河阳"))]
    values = [GridCell(2, c, text=str(c)) for c in (2, 3)]
    header = [GridCell(0, 2, text="本年数"), GridCell(0, 3, text="上年数")]
    labels = [GridCell(1, 0, text="一、主动公开情况"), GridCell(2, 0, text="收到申请数")]
    cells = (*header, labels[0], *scraps, labels[1], *values)
    found = align_columns(Grid(1, 3, 4, cells), COUNT, [values], [0, 1], None, True)
    assert (found.spans, found.exact) == (((2, 3),), True)


def fragment(edges: list[float], header: list[str], carried: Columns | None) -> Columns:
    """A row of a label, a unit and numbers between these edges, perhaps under a header."""
    places = list(pairwise(edges))
    rows = [header, ["（一）收到申请数", "件", *"1234567"[: len(places) - 2]]]
    cells = [
        GridCell(r, c, text=text, box=Box(places[c][0], r, places[c][1], r + 1))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    values = [cell for cell in cells if cell.row == 1 and cell.column > 1]
    grid = Grid(1, 2, len(places), tuple(cells))
    return align_columns(grid, COUNT, [values], [0] if header else [], carried, True)


def test_after_a_break_a_column_is_told_by_where_it_stands_not_by_its_number() -> None:
    header = ["统计指标", "单位", "", "统计数", "备注"]
    split = fragment([0, 400, 460, 500, 600, 700], header, None)
    assert split.spans == ((3, 4),)
    whole = fragment([0, 400, 500, 600, 700], [], split)
    assert (whole.spans, whole.similarity, whole.printed) == (((2, 3),), 1.0, (0,))
    again = fragment([0, 400, 460, 500, 600, 700], [], whole)
    assert again.spans == ((3, 4),)


def test_after_a_break_a_lone_column_elsewhere_proves_nothing_by_the_header_before() -> None:
    before = fragment([0, 400, 500, 600, 700], ["统计指标", "单位", "统计数", "备注"], None)
    after = fragment([0, 300, 400, 480, 700], [], before)
    assert (after.spans, after.similarity, after.exact) == (((2, 3),), None, False)


def alone(header: GridCell, *others: str) -> Columns:
    """The only column of the 2014 form, beside others without a header."""
    labels = [GridCell(1, 0, text="（一）收到申请数"), GridCell(1, 1, text="件")]
    values = [GridCell(1, 2 + c, text=text) for c, text in enumerate(["2", *others])]
    cells = (GridCell(0, 0, text="统计指标"), header, *labels, *values)
    return align_columns(Grid(1, 2, 2 + len(values), cells), COUNT, [values], [0], None, True)


def test_the_only_column_stands_though_nobody_can_read_its_header_but_not_if_it_is_another() -> (
    None
):
    illegible = alone(GridCell(0, 2, text="大最沿", trust=0.2))
    assert (illegible.spans, illegible.similarity) == (((2, 3),), None)
    other = alone(GridCell(0, 2, text="计划完成", trust=0.9))
    assert other.similarity == 0.0
    remarks = alone(GridCell(0, 2, text="核计動", trust=0.51), "")
    assert (remarks.spans, remarks.similarity) == (((2, 3),), None)
    two = alone(GridCell(0, 2, text="核计動", trust=0.51), "9")
    assert two.similarity == pytest.approx(1 / 3)


def test_specks_in_a_row_of_labels_after_a_break_are_no_headers() -> None:
    count = GridCell(0, 2, text="统计数")
    before = counts(GridCell(0, 0, text="统计指标"), count, GridCell(0, 3, text="备注"))
    assert before.exact
    labels = [
        GridCell(0, 0, text="（二）申请办结数"),
        GridCell(0, 2, text="要安不"),
        GridCell(0, 3),
    ]
    values = [GridCell(1, c, text=str(c)) for c in (2, 3)]
    after = align_columns(Grid(2, 2, 4, (*labels, *values)), COUNT, [values], [0], before, True)
    assert (after.spans, after.exact, after.doubts) == (((2, 3),), True, (None,))


def test_of_two_headers_alike_neither_is_surely_the_forms() -> None:
    assert counts(GridCell(0, 2, text="数量"), GridCell(0, 3, text="统计数")).doubts[0]


def fused(text: str) -> Columns:
    """Columns of a picture in which the rules between headers are not seen."""
    values = [GridCell(1, c, crop=np.zeros((4, 4), np.uint8)) for c in range(1, 5)]
    cells = [
        GridCell(0, 0, text="项目"),
        GridCell(0, 1, column_span=4, text=text),
        GridCell(1, 0, text="予以公开"),
        *values,
    ]
    return align_columns(Grid(1, 2, 5, tuple(cells)), SECTION, [values], [0], None, True)


def test_headers_read_across_name_the_columns_in_order() -> None:
    found = fused("自然商业科研总计人企业机构")
    assert found.spans == WHOLE
    assert not any(found.doubts)
    assert not found.exact


@pytest.mark.parametrize("text", ["自然科研商业总计人机构企业", "自然商业总计人企业", "申请人"])
def test_headers_read_across_in_another_order_are_in_doubt(text: str) -> None:
    assert any(fused(text).doubts)


def test_after_a_break_the_columns_stand_as_before_doubts_and_all() -> None:
    before = columns_of(["总计", "自然人", "科研机构", "商业企业"], ["6", "1", "3", "2"])
    after = columns_of(None, ["6", "1", "3", "2"], before)
    assert after.spans == before.spans
    strange = columns_of(["自然人", "备案登记数", "科研机构", "总计"], ["1", "2", "3", "6"])
    assert columns_of(None, ["1", "2", "3", "6"], strange).doubts == strange.doubts


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_columns_stand_as_before_a_break_whichever_way_the_page_lies(turn: int) -> None:
    def turned(box: Box) -> Box:
        for _ in range(turn // 90):
            box = Box(-box.y1, box.x0, -box.y0, box.x1)
        return box

    def grid(page: int, rows: list[list[str]], lean: float = 0.0) -> Grid:
        cells = [
            GridCell(
                r,
                c,
                text=text,
                box=turned(Box(100 * c, 20 * r + lean * c, 100 * c + 100, 20 * r + 20 + lean * c)),
            )
            for r, row in enumerate(rows)
            for c, text in enumerate(row)
        ]
        return Grid(page, len(rows), 6, tuple(cells))

    more = [*NAMES, "上年数"]
    before = grid(1, [["项目", *more], ["予以公开", "1", "2", "3", "6", "9"]])
    after = grid(2, [["予以公开", "1", "2", "3", "6", "9"]], lean=0.3)
    carried = align_columns(before, SECTION, [before.cells[7:]], [0], None, True)
    found = align_columns(after, SECTION, [after.cells[1:]], [], carried, True)
    assert carried.exact
    assert found.exact
    assert found.spans == WHOLE


def test_after_a_break_other_widths_prove_nothing_by_the_header_before() -> None:
    before = columns_of(list(NAMES), ["1", "2", "3", "6"], edges=[0, 10, 20, 30, 40, 50])
    same = columns_of(None, ["1", "2", "3", "6"], before, edges=[0, 10, 20, 30, 40, 50])
    assert (same.similarity, same.exact) == (1.0, True)
    other = columns_of(None, ["1", "2", "3", "6"], before, edges=[0, 10, 13, 16, 40, 50])
    assert (other.spans, other.similarity, other.exact) == (WHOLE, None, False)


def test_after_a_break_columns_that_were_read_as_one_before_it_are_the_forms() -> None:
    """A rule was lost before the break: all numbers after it had been under no known column."""
    fused = [NAMES[0], NAMES[1] + NAMES[2], NAMES[3]]
    before = columns_of(fused, ["1", "23", "6"], edges=[0, 10, 20, 40, 50])
    after = columns_of(None, ["1", "2", "3", "6"], before, edges=[0, 10, 20, 30, 40, 50])
    assert (after.spans, after.doubts, after.exact) == (WHOLE, (), False)
    elsewhere = columns_of(None, ["1", "2", "3", "6"], before, edges=[0, 10, 25, 30, 35, 50])
    assert elsewhere.spans == (None,) * 4


def test_after_a_break_a_column_too_few_is_not_taken_for_the_forms() -> None:
    """Of this year's and last year's numbers those of this year were read as words."""
    form = next(form for form in load_forms() if form.id == "2014")
    section = form.tables[0].sections[0]

    def columns(header: list[str], row: list[str], carried: Columns | None = None) -> Columns:
        rows = [header, row] if header else [row]
        cells = [GridCell(r, c, text=t) for r, one in enumerate(rows) for c, t in enumerate(one)]
        grid = Grid(1, len(rows), 3, tuple(cells))
        values = [c for c in cells if c.row == len(rows) - 1 and (c.text or "").isdigit()]
        return align_columns(grid, section, [values], [0] if header else [], carried, True)

    before = columns(["统计指标", "统计数", "上年数"], ["规范性文件", "3", "9"])
    assert before.spans == ((1, 2),)
    assert columns([], ["规范性文件", "b", "9"], before).spans == (None,)
    assert columns([], ["规范性文件", "4", "9"], before).spans == ((1, 2),)
    alone = columns(["统计指标", "", "统计数"], ["规范性文件", "", "3"])
    assert columns([], ["规范性文件", "", "9"], alone).spans == ((2, 3),)


def test_without_any_header_only_as_many_columns_as_the_form_has_are_placed() -> None:
    assert columns_of(None, ["1", "2", "3", "6"]).spans == WHOLE
    assert columns_of(None, ["1", "2", "3"]).spans == (None,) * 4
    lost = columns_of(None, ["1", "2", "3"])
    assert columns_of(None, ["1", "2", "3"], lost).spans == (None,) * 4


def test_rows_of_merged_cells_take_their_columns_from_the_header() -> None:
    cells = [
        *(GridCell(0, c, text=text) for c, text in enumerate(("项目", *NAMES))),
        GridCell(1, 0, text="予以公开"),
        GridCell(1, 1, column_span=4, text="0"),
    ]
    grid = Grid(1, 2, 5, tuple(cells))
    found = align_columns(grid, SECTION, [cells[-1:]], [0], None, True)
    assert found.spans == WHOLE


def test_a_unit_in_a_header_belongs_to_its_column() -> None:
    found = columns_of(["自然人", "商业企业（单位：件）", "科研机构", "总计"], ["1", "2", "3", "6"])
    assert found.units == (None, "件", None, None)
