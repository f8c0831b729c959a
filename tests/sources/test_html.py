from pathlib import Path

import pytest

from extract.errors import SourceError
from extract.model import Document, Grid
from extract.sources.html import open_html


def page(tmp_path: Path, body: str, encoding: str = "utf-8") -> Document:
    path = tmp_path / "report.html"
    path.write_bytes(body.encode(encoding))
    return open_html(path)


def texts(grid: Grid) -> list[list[str | None]]:
    rows: list[list[str | None]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


def only_grid(document: Document) -> Grid:
    (grid,) = document.pages[0].grids
    return grid


def lines(document: Document) -> list[str]:
    return [line.text for line in document.pages[0].lines]


def test_a_page_gives_title_lines_and_grid_in_one_page(tmp_path: Path) -> None:
    document = page(
        tmp_path,
        "<html><head><title> 某局 年报 </title><style>p{}</style></head><body>"
        "<h1>某局<br>年报</h1><p>一、总体&nbsp;情况</p>"
        "<table><tr><td>规章</td><td> 3 </td></tr></table><script>var a='9'</script></body></html>",
    )
    assert (document.kind, document.title, document.has_pages) == ("html", "某局 年报", False)
    assert [(line.text, line.heading) for line in document.pages[0].lines] == [
        ("某局", True),
        ("年报", True),
        ("一、总体 情况", False),
    ]
    assert texts(only_grid(document)) == [["规章", "3"]]
    assert only_grid(document).reader == "html"


def test_numbers_split_over_inline_elements_are_one_number(tmp_path: Path) -> None:
    body = "<table><tr><td>许可</td><td><span>20</span><font>2</font><b>3</b></td></tr></table>"
    assert texts(only_grid(page(tmp_path, body))) == [["许可", "2023"]]


def test_numbers_in_two_blocks_of_one_cell_stay_apart(tmp_path: Path) -> None:
    body = "<table><tr><td>许可</td><td><p>20</p><p>23</p></td></tr></table>"
    assert texts(only_grid(page(tmp_path, body))) == [["许可", "20\n23"]]


def test_breaks_in_a_label_are_kept(tmp_path: Path) -> None:
    body = "<table><tr><td>结果<br/>维持</td><td>0</td></tr></table>"
    assert texts(only_grid(page(tmp_path, body))) == [["结果\n维持", "0"]]


@pytest.mark.parametrize(
    "raised",
    [
        "<sup>1</sup>",
        "<sup><a href='#n'>1</a></sup>",
        "<span style='vertical-align: super'>1</span>",
    ],
)
def test_a_raised_note_mark_is_no_digit_of_the_number(tmp_path: Path, raised: str) -> None:
    body = f"<table><tr><td>件数</td><td>22{raised}</td></tr></table>"
    assert texts(only_grid(page(tmp_path, body))) == [["件数", "22（1）"]]


def test_struck_and_hidden_text_is_not_read(tmp_path: Path) -> None:
    body = (
        "<table><tr><td>件数</td><td><del>12</del>13<span style='display:none'>4</span></td>"
        "<td hidden>5</td><td style='visibility:hidden'>6</td><td>7<!-- 8 --></td></tr></table>"
        "<p style='display: none'>不见</p>"
    )
    document = page(tmp_path, body)
    assert texts(only_grid(document)) == [["件数", "13", "", "7"]]
    assert lines(document) == []


def test_merged_cells_stand_where_a_browser_shows_them(tmp_path: Path) -> None:
    body = (
        "<table><thead><tr><th rowspan=2 colspan=2>申请</th><th colspan='2'>机构</th></tr>"
        "<tr><th>甲</th><th>乙</th></tr></thead>"
        "<tbody><tr><td rowspan=0>组</td><td>一</td><td>1</td><td>2</td></tr>"
        "<tr><td>二</td><td>3</td><td>4</td></tr></tbody></table>"
    )
    grid = only_grid(page(tmp_path, body))
    assert (grid.rows, grid.columns) == (4, 4)
    spans = {c.text: (c.row, c.column, c.row_span, c.column_span) for c in grid.cells}
    assert spans["申请"] == (0, 0, 2, 2)
    assert spans["乙"] == (1, 3, 1, 1)
    assert spans["组"] == (2, 0, 2, 1)
    assert spans["4"] == (3, 3, 1, 1)


@pytest.mark.parametrize("absurd", ["99999999999", "-3", "二", "", "1e9"])
def test_absurd_spans_do_no_harm(tmp_path: Path, absurd: str) -> None:
    body = (
        f"<table><tr><td rowspan='{absurd}' colspan='{absurd}'>a</td></tr>"
        "<tr><td>b</td><td>c</td></tr></table>"
    )
    grid = only_grid(page(tmp_path, body))
    assert {cell.text for cell in grid.cells} == {"a", "b", "c"}
    assert grid.columns <= 3


def test_a_table_inside_a_cell_makes_the_outer_one_layout(tmp_path: Path) -> None:
    body = (
        "<table><tr><td>导航</td><td><h2>年报</h2><p>二、主动公开</p>"
        "<table><tr><td>规章</td><td>1</td></tr></table><p>三、收到</p></td></tr></table>"
    )
    document = page(tmp_path, body)
    assert texts(only_grid(document)) == [["规章", "1"]]
    assert lines(document) == ["导航", "年报", "二、主动公开", "三、收到"]


def test_a_frame_of_one_cell_inside_a_cell_is_its_text(tmp_path: Path) -> None:
    body = "<table><tr><td>规章</td><td><table><tr><td>12</td></tr></table></td></tr></table>"
    assert texts(only_grid(page(tmp_path, body))) == [["规章", "12"]]


def test_rows_beside_a_layout_row_are_a_table(tmp_path: Path) -> None:
    inner = "<table><tr><td>x</td><td>y</td></tr></table>"
    body = (
        "<table><tr><td>规章</td><td>1</td></tr>"
        f"<tr><td colspan=2>{inner}</td></tr><tr><td>文件</td><td>2</td></tr></table>"
    )
    grids = page(tmp_path, body).pages[0].grids
    assert [texts(grid) for grid in grids] == [[["规章", "1"]], [["x", "y"]], [["文件", "2"]]]


def test_unclosed_and_misnested_markup_is_read_as_browsers_do(tmp_path: Path) -> None:
    body = "<p>头<table><tr><td>甲<td>1<tr><td>乙<td>2</table><td>散<p>尾"
    document = page(tmp_path, body)
    assert texts(only_grid(document)) == [["甲", "1"], ["乙", "2"]]
    assert lines(document) == ["头", "散", "尾"]


def test_footers_written_first_are_displayed_last(tmp_path: Path) -> None:
    body = (
        "<table><tfoot><tr><td>计</td><td>9</td></tr></tfoot>"
        "<tbody><tr><td>甲</td><td>9</td></tr></tbody></table>"
    )
    assert texts(only_grid(page(tmp_path, body))) == [["甲", "9"], ["计", "9"]]


def test_values_typed_into_a_form_are_read(tmp_path: Path) -> None:
    typed = "<input value='15'><input type=hidden value=7>"
    body = f"<table><tr><td>件数</td><td>{typed}</td></tr></table>"
    assert texts(only_grid(page(tmp_path, body))) == [["件数", "15"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_chinese_encodings(tmp_path: Path, encoding: str) -> None:
    body = "<meta charset=gb2312><p>政府信息公开工作的情况</p>"
    assert lines(page(tmp_path, body, encoding)) == ["政府信息公开工作的情况"]


def test_inline_markup_nested_two_thousand_deep_is_read(tmp_path: Path) -> None:
    deep = 2_000
    document = page(tmp_path, "<font>" * deep + "字" + "</font>" * deep)
    assert lines(document) == ["字"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<table><tr><td>" * 50 + "x", "too_large"),
        ("<font>" * 100_000 + "cut off here", "too_large"),
        ("<table>" + ("<tr>" + "<td>" * 2_100) * 100, "too_large"),
        ("<!-- nothing -->", "empty_file"),
    ],
)
def test_hostile_or_empty_pages_are_refused(tmp_path: Path, body: str, kind: str) -> None:
    with pytest.raises(SourceError) as refusal:
        page(tmp_path, body)
    assert refusal.value.kind == kind
