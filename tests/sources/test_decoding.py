import pytest

from extract.errors import SourceError
from extract.sources.decoding import decode

SIMPLIFIED = "本年度政府信息公开工作情况如下，数量为二十件，其他事项无。"
TRADITIONAL = "本年度政府資訊公開工作情形如下，數量為二十件，其他事項無。"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", SIMPLIFIED),
        ("utf-8-sig", SIMPLIFIED),
        ("utf-16", SIMPLIFIED),
        ("gbk", SIMPLIFIED),
        ("gb18030", SIMPLIFIED + "㐀"),
        ("big5", TRADITIONAL),
    ],
)
def test_encodings_are_told_apart_without_a_declaration(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, ())


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5"])
def test_a_wrong_declaration_does_not_win(declared: str) -> None:
    page = f'<meta charset="{declared}"><p>{SIMPLIFIED}</p>'
    assert SIMPLIFIED in decode(page.encode("gbk"), markup=True)[0]
    assert SIMPLIFIED in decode(page.encode("utf-8"), markup=True)[0]


def test_bytes_cut_inside_a_character_are_warned_of() -> None:
    text, warnings = decode(SIMPLIFIED.encode("utf-8")[:-1] + b"\xff")
    assert text.startswith(SIMPLIFIED[:-1])
    assert len(warnings) == 1


def test_line_ends_and_invisible_characters_are_made_plain() -> None:
    assert decode("一\r\n二\r1\u200b2\ufeff".encode())[0] == "一\n二\n12"


def test_binary_data_are_refused() -> None:
    with pytest.raises(SourceError) as refusal:
        decode(b"\x00\x01\x02")
    assert refusal.value.kind == "unsupported"
