"""The year of a report: its title, its text, what is given, and what contradicts them."""

import pytest

from extract.model import Line
from extract.placing.metadata import report_titles
from tests.placing.titled import BODY, FORMS, about, set_lines


def test_links_to_other_years_do_not_win_over_the_title() -> None:
    links = [
        Line(f"青石县财政局{year}年政府信息公开工作年度报告", 1) for year in (2019, 2020, 2021)
    ]
    title = [Line("青石县财政局2022年政府信息公开工作年度报告", 1, heading=True)]
    body = [Line(text, 1) for text in BODY]
    for lines in ([*links, *title, *body], [*title, *body, *links]):
        found = about(lines, kind="html")
        assert (found.year, found.doubts) == (2022, ())
        assert len(report_titles(lines, FORMS)) == 1


def test_two_equal_titles_of_different_years_raise_a_doubt() -> None:
    title = [f"青石县财政局{year}年政府信息公开工作年度报告" for year in (2021, 2022)]
    assert any("another title says" in doubt for doubt in about(set_lines(title)).doubts)


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("所列数据的统计期限为2023年1月1日至2023年12月31日。", 2023),
        ("数据统计期限自２０２２年１月１日起，至１２月３１日止。", 2022),
        ("统计期为20201月1日至202012月31日。", 2020),
        ("本报告内容截至2021年12月31日。", 2021),
        ("统计时段为二〇二一年1月1日至12月31日。", 2021),
    ],
)
def test_a_title_without_year_takes_the_period_that_the_text_states(
    sentence: str, year: int
) -> None:
    lines = set_lines(["青石县财政局政府信息公开工作年度报告"], [sentence, *BODY])
    found = about(lines)
    assert (found.year, found.year_from, found.doubts) == (year, "text", ())


def test_a_caption_gives_the_year() -> None:
    body = [*BODY[:3], "单位：青石县财政局 2023年度", *BODY[3:]]
    found = about(set_lines(["政府信息公开工作年度报告"], body))
    assert (found.agency, found.agency_from) == ("青石县财政局", "heading")
    assert (found.year, found.year_from, found.doubts) == (2023, "heading", ())


def test_no_year_anywhere_is_none_with_a_doubt() -> None:
    found = about(set_lines(["白桥镇人民政府政府信息公开工作年度报告"]))
    assert (found.year, found.year_from) == (None, None)
    assert len(found.doubts) == 1
    assert "year" in found.doubts[0]


@pytest.mark.parametrize(
    ("body", "source", "year"),
    [
        (["2023年，我局组织了两次培训。"], "report.pdf", 2023),
        (["发布日期：2024-01-20"], "report.pdf", 2023),
        ([], "青石-2023.pdf", 2023),
    ],
)
def test_one_weak_sign_gives_a_year_with_a_doubt(body: list[str], source: str, year: int) -> None:
    found = about(set_lines(["政府信息公开工作年度报告"], [*body, *BODY]), source)
    assert found.year == year
    assert any("only follows from" in doubt for doubt in found.doubts)


def test_two_weak_signs_that_agree_are_enough() -> None:
    body = ["发布日期：2024-01-20", *BODY[:1], "2023年，我局组织了两次培训。"]
    found = about(set_lines(["青石县财政局政府信息公开工作年度报告"], body))
    assert (found.year, found.doubts) == (2023, ())


@pytest.mark.parametrize(
    "sentence",
    [
        "2024年，我局将建立抽查制度。",
        "与2022年相比，办理时间缩短两天。",
        "目录中2017年以前制发的文件已经清理。",
        "对2022年检查中指出的问题，已逐项补齐。",
        "根据《条例》（国令第711号，2019年5月15日起施行）编制。",
    ],
)
def test_years_of_plans_comparisons_and_laws_are_not_the_report_year(sentence: str) -> None:
    plain = about(set_lines(["青石县财政局政府信息公开工作年度报告"], [sentence, *BODY]))
    assert plain.year is None
    titled = about(set_lines(["青石县财政局2023年政府信息公开工作年度报告"], [sentence, *BODY]))
    assert (titled.year, titled.doubts) == (2023, ())


@pytest.mark.parametrize(
    ("body", "source", "words"),
    [
        (["统计期限为2022年1月1日至2022年12月31日。"], "a.pdf", "period as 2022"),
        (["统计期限为2022年1月1日至2023年12月31日。"], "a.pdf", "period over 2022, 2023"),
        (["本报告内容截至2022年12月31日。"], "a.pdf", "ends its figures in 2022"),
        (["2022年，我局组织了两次培训。"], "a.pdf", "speaks of 2022 and never of 2023"),
        (["发布时间：2023年1月20日"], "a.pdf", "published in 2023"),
        (["2022年度"], "a.pdf", "caption says 2022"),
        ([], "青石县财政局2022年政府信息公开工作年度报告.pdf", "file name says 2022"),
        ([], "qingshi-2021.pdf", "file name has 2021"),
    ],
)
def test_whatever_contradicts_the_title_year_is_said(
    body: list[str], source: str, words: str
) -> None:
    lines = set_lines(["青石县财政局2023年政府信息公开工作年度报告"], [*BODY[:1], *body, *BODY[1:]])
    found = about(lines, source)
    assert (found.year, found.year_from) == (2023, "title")
    assert any(words in doubt for doubt in found.doubts), found.doubts


@pytest.mark.parametrize(
    ("body", "source"),
    [
        (["发布日期：2024-01-31"], "2023/a.pdf"),
        (["统计期限为2023年1月1日至2023年12月31日。"], "青石-2023.pdf"),
        (["青石县财政局", "2024年1月20日"], "青石2024.pdf"),
        (["2023年，我局组织了两次培训。2024年，将继续改进。"], "P020240125.pdf"),
        (["（2024年1月23日）"], "t20240123_8812.html"),
    ],
)
def test_what_agrees_raises_no_doubt(body: list[str], source: str) -> None:
    lines = set_lines(["青石县财政局2023年政府信息公开工作年度报告"], [*body, *BODY])
    found = about(lines, source)
    assert (found.year, found.agency, found.doubts) == (2023, "青石县财政局", ())


def test_the_page_title_of_html_is_a_witness() -> None:
    lines = set_lines(["青石县财政局2023年政府信息公开工作年度报告"])
    other = "青石县财政局2022年政府信息公开工作年度报告_青石县人民政府"
    assert about(lines, "a.html", "html", other.replace("2022", "2023")).doubts == ()
    assert any("2022" in doubt for doubt in about(lines, "a.html", "html", other).doubts)
    alone = about(BODY, "a.html", "html", other)
    assert (alone.agency, alone.year, alone.year_from) == ("青石县财政局", 2022, "heading")


def test_letters_misread_for_digits_in_a_year() -> None:
    found = about(set_lines(["青石县财政局2O2l年政府信息公开工作年度报告"]), kind="pdf-scan")
    assert found.year == 2021
