from collections.abc import Sequence

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from extract.model import Box, Given, Grid, GridCell, Line
from extract.placing.metadata import report_titles
from tests.placing.titled import BODY, FORMS, about, set_lines


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        (["青石县白桥乡人民政府 2020 年政府信息公开工作年度报告"], "青石县白桥乡人民政府", 2020),
        (["2019年青石市人民政府办公厅政府信息公开工作年度报告"], "青石市人民政府办公厅", 2019),
        (["2022年度白桥镇政府信息公开工作年度报告"], "白桥镇", 2022),
        (["2024 年青石市科委政府信息公开工作", "年度报告"], "青石市科委", 2024),
        (["青石区人民政府", "2023 年政府信息公开工作年度报告"], "青石区人民政府", 2023),
        (["白桥镇2023年度政府信息公开工作年度报告"], "白桥镇", 2023),
        (["白桥街道办事处2022年度 政府信息公开工作年度报告"], "白桥街道办事处", 2022),
        (
            ["青石县白桥镇人民政府", "关于2021年度政府信息公开工作的年度报告"],
            "青石县白桥镇人民政府",
            2021,
        ),
        (["青石县发展和改革局2023年政府信息公开年度报告"], "青石县发展和改革局", 2023),
        (["住建局2020年信息公开工作年度报告"], "住建局", 2020),
        (["青石市2016年政务信息公开年度报告"], "青石市", 2016),
        (["自然资源部2024年政府信息公开工作报告"], "自然资源部", 2024),
        (["教育局2019年政府信息公开工作年度报告"], "教育局", 2019),
        (["（图解）青石县财政局2021年政府信息公开工作年度报告"], "青石县财政局", 2021),
        (["青石县财政局2021年政府信息公开工作年度报告（图片版）"], "青石县财政局", 2021),
        (["青石县财政局2021年政府信息公开工作年度报告【超链版】"], "青石县财政局", 2021),
        (["青石县财政局政府信息公开工作年度报告", "（2022年）"], "青石县财政局", 2022),
        (["青石县财政局政府信息公开工作年度报告", "2022年度"], "青石县财政局", 2022),
        (["2022年度", "青石县财政局", "政府信息公开工作年度报告"], "青石县财政局", 2022),
        (["青石县财政局政府信息公开2020年度报告"], "青石县财政局", 2020),
        (["青石县财政局政府信息公开工作2020年年度报告"], "青石县财政局", 2020),
        (["青石县财政局2023政府信息公开工作年度报告"], "青石县财政局", 2023),
        (["青石县财政局二〇二三年政府信息公开工作年度报告"], "青石县财政局", 2023),
        (["青石县财政局二○二一年度政府信息公开工作年度报告"], "青石县财政局", 2021),
        (["青石县财政局二零二零年政府信息公开工作年度报告"], "青石县财政局", 2020),
        (["青石县财政局２０２３年政府信息公开工作年度报告"], "青石县财政局", 2023),
        (["⻘⽯县财政局2023年政府信息公开⼯作年度报告"], "青石县财政局", 2023),
        (
            ["青石县住房和城", "乡建设局2023年政府", "信息公开工作年度报告"],
            "青石县住房和城乡建设局",
            2023,
        ),
        (
            ["青石县人力资源和社", "会保障局2022年政府信", "息公开工作年度报告"],
            "青石县人力资源和社会保障局",
            2022,
        ),
        (
            ["青石县开发区管理委员", "会", "2021年政府信息公开工作年度报告"],
            "青石县开发区管理委员会",
            2021,
        ),
        (["青石市政府2021年信息公开工作年度报告"], "青石市政府", 2021),
        (["青石县财政局20", "23年政府信息公开工作年度报告"], "青石县财政局", 2023),
        (["青石县白桥镇人民政府信息公开工作年度报告", "（2020年）"], "青石县白桥镇人民政府", 2020),
        (
            ["国家税务总局青石市白桥区税务局2022年政府信息公开工作年度报告"],
            "国家税务总局青石市白桥区税务局",
            2022,
        ),
        (
            ["青石市公安局", "白桥区分局2022年政府信息公开工作年度报告"],
            "青石市公安局白桥区分局",
            2022,
        ),
        (
            ["首页 > 政务公开 > 年报 > 青石县财政局2022年政府信息公开工作年度报告"],
            "青石县财政局",
            2022,
        ),
        (["《青石县财政局2022年政府信息公开工作年度报告》"], "青石县财政局", 2022),
        (["市 场 监督 管理 局 2021 年 政府 信息 公开 工作 年 度 报告"], "市场监督管理局", 2021),
    ],
)
def test_title_patterns(title: list[str], agency: str, year: int) -> None:
    found = about(set_lines(title))
    assert (found.agency, found.year, found.doubts) == (agency, year, ())
    assert (found.agency_from, found.year_from) == ("title", "title")


@pytest.mark.parametrize("heading", [True, False])
def test_titles_without_font_sizes(heading: bool) -> None:
    lines = [
        Line("青石县财政局", 1, heading=heading),
        Line("2023年政府信息公开工作年度报告", 1, heading=heading),
        *(Line(text, 1) for text in BODY),
    ]
    found = about(lines, kind="markdown")
    assert (found.agency, found.year, found.doubts) == ("青石县财政局", 2023, ())


def test_the_title_is_given_whole() -> None:
    found = about(set_lines(["青石县财政局", "2023 年政府信息公开工作", "年度报告"]))
    assert found.title == "青石县财政局2023年政府信息公开工作年度报告"


def test_a_red_letterhead_is_not_the_agency() -> None:
    lines = [
        Line("青石县人民政府", 1, Box(70, 10, 500, 50), 36.0),
        *set_lines(["青石县财政局2023年政府信息公开工作年度报告"]),
    ]
    assert about(lines).agency == "青石县财政局"


def test_a_letterhead_names_the_agency_where_the_title_does_not() -> None:
    lines = [
        Line("青石县财政局文件", 1, Box(70, 10, 500, 50), 36.0),
        *set_lines(["关于2023年政府信息公开工作的年度报告".replace("的", "")]),
    ]
    found = about(lines)
    assert (found.agency, found.agency_from, found.year) == ("青石县财政局", "heading", 2023)


def test_a_sentence_with_the_title_words_is_no_title() -> None:
    preface = [
        "根据有关规定，编制本机关2019年政府信息公开工作年度报告。",
        "现将青石县教育局2018年政府信息公开工作年度报告",
        "公布如下，请予监督。",
    ]
    lines = set_lines(["青石县财政局2023年政府信息公开工作年度报告"], [*preface, *BODY])
    found = about(lines)
    assert (found.agency, found.year) == ("青石县财政局", 2023)


@pytest.mark.parametrize(
    ("body", "source", "agency", "origin"),
    [
        (["填报单位：青石县财政局"], "a.pdf", "青石县财政局", "heading"),
        ([*BODY, "青石县财政局", "2024年1月20日"], "a.pdf", "青石县财政局", "text"),
        (["本报告由青石县财政局办公室编制，欢迎监督。"], "a.pdf", "青石县财政局办公室", "text"),
        ([], "青石县财政局2023年政府信息公开工作年度报告.pdf", "青石县财政局", "file_name"),
    ],
)
def test_the_agency_where_the_title_has_none(
    body: list[str], source: str, agency: str, origin: str
) -> None:
    found = about(set_lines(["2023年政府信息公开工作年度报告"], [*body, *BODY]), source)
    assert (found.agency, found.agency_from, found.year) == (agency, origin, 2023)


def test_an_agency_in_the_table_of_the_page() -> None:
    cells = tuple(
        GridCell(0, column, text=text)
        for column, text in enumerate(["索引号", "0123", "发布机构", "青石县财政局"])
    )
    found = about(
        set_lines(["2023年政府信息公开工作年度报告"]),
        kind="html",
        grids=(Grid(1, 1, 4, cells),),
    )
    assert (found.agency, found.agency_from) == ("青石县财政局", "heading")


@pytest.mark.parametrize("name", ["我局", "本机关", "我镇", "本单位"])
def test_a_title_that_says_we_names_nobody(name: str) -> None:
    found = about(set_lines([f"{name}2019年政府信息公开工作年度报告"]))
    assert (found.agency, found.year) == (None, 2019)
    assert any(doubt.startswith("agency") for doubt in found.doubts)


@pytest.mark.parametrize(
    ("signature", "doubted"),
    [
        ("青石县财政局", False),
        ("江南市青石县财政局", False),
        ("青石县财政局办公室", False),
        ("青石县民政局", True),
    ],
)
def test_another_signature_is_a_doubt(signature: str, doubted: bool) -> None:
    lines = set_lines(
        ["青石县财政局2023年政府信息公开工作年度报告"], [*BODY, signature, "2024年1月20日"]
    )
    found = about(lines)
    assert found.agency == "青石县财政局"
    assert any("agency" in doubt for doubt in found.doubts) is doubted


def test_what_is_given_wins_and_contradiction_is_said() -> None:
    lines = set_lines(["青石县财政局2023年政府信息公开工作年度报告"])
    given = Given("http://a.example/b", "青石县财政局", "340000", 2023)
    found = about(lines, given=given)
    assert (found.agency_from, found.year_from) == ("given", "given")
    assert (found.url, found.region_code, found.doubts) == (given.url, "340000", ())
    other = about(lines, given=Given(agency="青石县民政局", year=2022))
    assert (other.agency, other.year, len(other.doubts)) == ("青石县民政局", 2022, 2)
    alone = about(BODY, given=Given(agency="青石县民政局", year=2022))
    assert (alone.agency, alone.year, alone.doubts) == ("青石县民政局", 2022, ())


@pytest.mark.parametrize(
    ("agency", "region"),
    [
        ("陕西省汉中市略阳县自然资源局", "陕西省汉中市略阳县"),
        ("略阳县自然资源局", "略阳县"),
        ("广西壮族自治区柳州市三江侗族自治县民政局", "广西壮族自治区柳州市三江侗族自治县"),
        ("沙市区财政局", "沙市区"),
        ("津市市财政局", "津市市"),
        ("济宁市市中区城市管理局", "济宁市市中区"),
        ("淮安市经济开发区管理委员会", "淮安市"),
        ("国家税务总局芜湖市镜湖区税务局", "芜湖市镜湖区"),
        ("重庆市公安局渝中区分局", "重庆市渝中区"),
        ("市场监督管理局", None),
        ("城市管理局", None),
        ("城关镇人民政府", None),
        ("自然资源部", None),
    ],
)
def test_regions_where_plain(agency: str, region: str | None) -> None:
    found = about(set_lines([f"{agency}2023年政府信息公开工作年度报告"]))
    assert (found.agency, found.region) == (agency, region)


def test_a_misread_title_is_found_in_a_scan() -> None:
    title = ["青石县财政局2023年政府信息公井工作年度报吿"]
    found = about(set_lines(title), kind="pdf-scan")
    assert (found.agency, found.year) == ("青石县财政局", 2023)
    assert any("read with errors" in doubt for doubt in found.doubts)
    confirmed = about(
        set_lines(title, ["统计期限为2023年1月1日至12月31日。", *BODY]), kind="pdf-scan"
    )
    assert confirmed.doubts == ()


def test_a_letter_misread_in_front_of_shorter_title_words() -> None:
    for words in ("攻府信息公开", "政苻信息公开"):
        found = about(set_lines([f"青石县财政局2023年{words}工作年度报告"]), kind="pdf-scan")
        assert (found.agency, found.year) == ("青石县财政局", 2023)


def test_a_misread_name_is_a_doubt_in_a_scan() -> None:
    title = ["青石县财政昂2023年政府信息公开工作年度报告"]
    assert any("misread" in doubt for doubt in about(set_lines(title), kind="pdf-scan").doubts)
    title = ["青石县则政局2023年政府信息公开工作年度报告"]
    signed = [*BODY, "青石县财政局", "2024年1月20日"]
    assert about(set_lines(title, signed), kind="pdf-scan").doubts


def report(agency: str, year: int, sections: Sequence[str] = BODY) -> list[Line]:
    return set_lines([f"{agency}{year}年政府信息公开工作年度报告"], sections)


def test_several_reports_in_one_file_are_told() -> None:
    two_years = report("青石县财政局", 2021) + report("青石县财政局", 2022)
    assert len(report_titles(two_years, FORMS)) == 2
    two_bodies = report("青石县财政局", 2022) + report("青石县教育局", 2022)
    assert len(report_titles(two_bodies, FORMS)) == 2


def test_running_heads_contents_and_repeats_are_not_several_reports() -> None:
    head = "青石县财政局2022年政府信息公开工作年度报告"
    with_heads = [
        *report("青石县财政局", 2022, BODY[:4]),
        *set_lines([head.replace("2022", "2028")], BODY[4:]),
    ]
    assert len(report_titles(with_heads, FORMS)) == 1
    contents = set_lines([], [f"{name}2022年政府信息公开工作年度报告" for name in ("甲局", "乙局")])
    assert len(report_titles([*contents, *report("青石县财政局", 2022)], FORMS)) == 1
    twice = report("青石县财政局", 2022) + report("青石县财政局", 2022)
    assert len(report_titles(twice, FORMS)) == 1


PLACES = ("", "青石县", "江南市", "江南市青石县", "陕西省汉中市略阳县")


BODIES = (
    "财政局",
    "住房和城乡建设局",
    "人力资源和社会保障局",
    "白桥镇人民政府",
    "北关街道办事处",
    "人民政府办公室",
    "经济开发区管理委员会",
)


SHAPES = (
    "{agency}{year}年{kind}",
    "{year}年{agency}{kind}",
    "{year}年度{agency}{kind}",
    "{agency}{year}年度{kind}",
    "{agency}|{year}年{kind}",
    "{agency}|{year}年度{kind}",
    "{agency}{kind}|（{year}年）",
)


@generated(
    st.sampled_from(PLACES),
    st.sampled_from(BODIES),
    st.integers(2014, 2030),
    st.sampled_from(SHAPES),
    st.sampled_from([title for form in FORMS for title in form.titles]),
    st.sets(st.integers(0, 60), max_size=8),
    st.integers(14, 60),
)
def test_agency_and_year_survive_spaces_and_line_breaks(
    place: str, body: str, year: int, shape: str, kind: str, spaces: set[int], width: int
) -> None:
    agency = place + body
    lines = []
    for text in shape.format(agency=agency, year=year, kind=kind).split("|"):
        cut = [text[at : at + width] for at in range(0, len(text), width)]
        lines += ["".join(" " * (i in spaces) + c for i, c in enumerate(part)) for part in cut]
    if len(lines) > 4:
        return  # no title runs over five lines
    found = about(set_lines(lines))
    assert (found.agency, found.year, found.doubts) == (agency, year, ())


@generated(st.text("年报告20223政府信息公开工作度局县（）、。 \n关于", max_size=80))
def test_no_text_breaks_the_search(text: str) -> None:
    lines = [Line(part, 1) for part in text.split("\n")]
    found = about(lines)
    assert found.year is None or 2008 <= found.year <= 2049
    report_titles(lines, FORMS)


@pytest.mark.parametrize(
    ("agency", "year", "code"),
    [
        ("淮安市洪泽区人民政府", 2024, "320813"),
        ("洪泽县人民政府", 2015, "320829"),  # the code of that year
        ("鼓楼区人民政府", 2023, None),  # several fit
        ("青石县财政局", 2023, None),  # there is none
        ("安徽省财政厅", 2023, "340000"),
    ],
)
def test_the_division_of_the_name_gives_the_code(agency: str, year: int, code: str | None) -> None:
    lines = set_lines([f"{agency}{year}年政府信息公开工作年度报告"])
    assert about(lines).region_code == code
