from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import SourceError
from extract.model import Document, Grid
from extract.sources.markdown import clean, open_markdown


def read(tmp_path: Path, text: str) -> Document:
    path = tmp_path / "report.md"
    path.write_bytes(text.encode())
    return open_markdown(path)


def texts(grid: Grid) -> list[list[str | None]]:
    rows: list[list[str | None]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


def grids(document: Document) -> list[list[list[str | None]]]:
    return [texts(grid) for grid in document.pages[0].grids]


def lines(document: Document) -> list[tuple[str, bool]]:
    return [(line.text, line.heading) for line in document.pages[0].lines]


def test_tabbed_rows_keep_their_column_positions(tmp_path: Path) -> None:
    document = read(tmp_path, "\t\t(一) 子\t以公开\t0\t1\n七\t\t\t\t2\t\n")
    (grid,) = document.pages[0].grids
    assert grid.reader == "markdown"
    assert [(c.row, c.column, c.text) for c in grid.cells if c.text] == [
        (0, 2, "(一) 子"),
        (0, 3, "以公开"),
        (0, 4, "0"),
        (0, 5, "1"),
        (1, 0, "七"),
        (1, 4, "2"),
    ]
    assert len(grid.cells) == 12


def test_a_blank_line_between_fragments_makes_a_new_grid(tmp_path: Path) -> None:
    document = read(tmp_path, "甲\t1\n\n\t信息\n乙\t2\n")
    assert grids(document) == [[["甲", "1"]], [["", "信息"], ["乙", "2"]]]


def test_a_block_title_whose_tabs_were_stripped_stays_in_its_table(tmp_path: Path) -> None:
    document = read(tmp_path, "规章\t0\n第二十条第（五）项\n许可\t1\n")
    assert grids(document) == [[["规章", "0"], ["第二十条第（五）项"], ["许可", "1"]]]


def test_a_heading_right_above_a_table_is_a_line(tmp_path: Path) -> None:
    document = read(tmp_path, "## 二、主动公开\n规章\t0\n三、收到申请情况\n自然人\t1")
    assert [text for text, _ in lines(document)] == ["二、主动公开", "三、收到申请情况"]
    assert grids(document)[0][0] == ["规章", "0"]


def test_pipe_tables_lose_their_delimiter_row_only(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "说明\n| 信息内容 | 数量 |\n|:---|:-:|\n| 行政\\|许可 | **12** |\n| 处罚 | |\n尾",
    )
    assert grids(document) == [[["信息内容", "数量"], ["行政|许可", "12"], ["处罚", ""]]]
    assert lines(document) == [("说明", False), ("尾", False)]


def test_pipe_tables_without_outer_pipes(tmp_path: Path) -> None:
    document = read(tmp_path, "信息内容 | 数量\n--- | ---\n许可 | 12\n处罚 | 3\n")
    assert grids(document) == [[["信息内容", "数量"], ["许可", "12"], ["处罚", "3"]]]


def test_a_last_row_of_dashes_is_data(tmp_path: Path) -> None:
    document = read(tmp_path, "| 维持 | 纠正 |\n| - | - |\n")
    assert grids(document) == [[["维持", "纠正"], ["-", "-"]]]
    document = read(tmp_path, "| 维持 | 纠正 |\n|---|---|\n| - | -- |\n")
    assert grids(document) == [[["维持", "纠正"], ["-", "--"]]]


def test_collapsed_empty_cells_are_counted(tmp_path: Path) -> None:
    assert grids(read(tmp_path, "| 甲 | 3 | |||\n| 乙 | 1 | 2 | 3 | 4 |\n")) == [
        [["甲", "3", "", "", ""], ["乙", "1", "2", "3", "4"]]
    ]


def test_html_tables_inside_are_read_with_their_spans(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "# 标题\n前\n<html><body><table><tr><td rowspan=2>甲</td><td>1</td></tr>\n"
        "<tr><td>2</td></tr></table></body></html>\n后\n",
    )
    (grid,) = document.pages[0].grids
    assert [(c.text, c.row_span, c.column) for c in grid.cells] == [
        ("甲", 2, 0),
        ("1", 1, 1),
        ("2", 1, 1),
    ]
    assert grid.reader == "markdown"
    assert lines(document) == [("标题", True), ("前", False), ("后", False)]


def test_headings_bold_lines_bullets_and_rules(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "#### 一、总体情况 ##\n**某局年报**\n- (一)公开\n---\n```\n- 3 -\n# \n**2020** 年\n",
    )
    assert lines(document) == [
        ("一、总体情况", True),
        ("某局年报", True),
        ("(一)公开", False),
        ("- 3 -", False),
        ("#", False),
        ("2020 年", False),
    ]


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("<b>业理决定数量</b>", "业理决定数量"),
        ("<sup>生</sup>   持", "生 持"),
        ("22<sup>1</sup>", "22（1）"),
        ("结果<br>维持<BR/>", "结果\n维持"),
        ("~~12~~13", "13"),
        ("$ 0 $", "0"),
        ("1\\.5 &nbsp;&lt;", "1.5 <"),
        ("[甲](http://a.b)![图](x.png)", "甲"),
        ("　规 章　", "规 章"),
        ("3 * 4", "3 * 4"),
        ("-", "-"),
    ],
)
def test_markup_in_a_cell(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


CELL = st.text("甲乙0123456789 -—/.（）", max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=5))
def test_tab_separated_cells_come_back_in_place(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    document = read(
        tmp_path_factory.mktemp("tsv"), "甲\n\n" + "\n".join("\t".join(["x", *r]) for r in rows)
    )
    (grid,) = document.pages[0].grids
    found = {(c.row, c.column): c.text for c in grid.cells}
    assert found == {
        (r, c): " ".join(text.split(" ")).strip() if text.strip() else ""
        for r, row in enumerate(rows)
        for c, text in enumerate(["x", *(" ".join(cell.split()) for cell in row)])
    }


def test_blank_text_is_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        read(tmp_path, " \n\t\n")
    assert refusal.value.kind == "empty_file"


def test_a_flood_of_cells_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        read(tmp_path, "x" + "\t" * 250_000)
    assert refusal.value.kind == "too_large"


def test_blank_cells_pushed_to_the_end_of_a_row_are_told(tmp_path: Path) -> None:
    def told(text: str) -> list[bool]:
        (grid,) = read(tmp_path, text).pages[0].grids
        return [cell.closed_up for cell in grid.cells if cell.column == 0]

    assert told("| 一 | 3 | 3 ||||||\n| 二 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |\n") == [True, False]
    assert told("| 一 | 3 | | | | | | 3 |\n| 许可 | 3 |||||||\n") == [False, False]
    assert told("|一|3|3|||||\n|二|0|0|0|0|0|0|\n") == [False, False]
