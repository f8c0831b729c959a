import pytest

from extract.placing.agencies import (
    is_agency,
    labelled_agency,
    same_body,
    signed_agency,
    trimmed_agency,
    writing_agency,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("白桥区人民政府", "江南市白桥区人民政府", True),
        ("江南市科委", "江南市科学技术委员会", True),
        ("财政局", "青石县财政局", True),
        ("青石县财政局", "青石县民政局", False),
        ("青石县财政局", "白桥县财政局", False),
    ],
)
def test_same_body(one: str, other: str, same: bool) -> None:
    assert same_body(one, other) is same
    assert same_body(other, one) is same


def test_one_misread_letter_is_allowed_in_scans_only() -> None:
    assert same_body("沐阳县财政局", "沭阳县财政局", misread=True)
    assert not same_body("沐阳县财政局", "沭阳县财政局")
    assert not same_body("财政局", "民政局", misread=True)
    assert not same_body("青石县财政局", "青石县教育局", misread=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2023年度青石县财政局关于", "青石县财政局"),
        ("青石县财政局的", "青石县财政局"),
        ("-青石县财政局(", "青石县财政局"),
        ("我局", None),
        ("2023年度", None),
        ("关于", None),
        ("一、总体情况", None),
        ("白桥镇人民政府(街道办)", "白桥镇人民政府(街道办)"),
    ],
)
def test_trimmed_agency(text: str, name: str | None) -> None:
    assert trimmed_agency(text) == name


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("青石县财政局", True),
        ("白桥镇", True),
        ("政府信息公开工作", False),
        ("个别答复文书的说理还不够充分。", False),
        ("本机关", False),
    ],
)
def test_is_agency(text: str, answer: bool) -> None:
    assert is_agency(text) is answer


def test_captions_and_letterheads() -> None:
    assert labelled_agency(["单位:青石县自然资源和规划局2023年度"]) == "青石县自然资源和规划局"
    assert labelled_agency(["单位:万元", "单位:件"]) is None
    assert labelled_agency(["青石县财政局文件"]) == "青石县财政局"


def test_a_signature_needs_a_date_beside_it() -> None:
    assert signed_agency(["正文。", "青石县财政局", "2024年1月20日"]) == "青石县财政局"
    assert signed_agency(["正文。", "2024年1月20日", "青石县财政局"]) == "青石县财政局"
    assert signed_agency(["青石县财政局", "正文。", "没有日期。", "2024年1月20日"]) is None


def test_the_author_that_a_sentence_or_source_line_names() -> None:
    assert writing_agency(["本报告由青石县财政局", "办公室编制。"]) == "青石县财政局办公室"
    assert writing_agency(["来源:青石县财政局"]) == "青石县财政局"
    assert writing_agency(["来源:本站"]) is None
