"""Folding of characters that look alike: compatibility forms, radicals, white space."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Radicals supplement: the ideograph that each one stands for in print. Unicode has no
# compatibility mapping for this block, unlike the Kangxi radicals, so NFKC leaves it alone.
_RADICALS = {
    0x2ED3: "长",
    0x2ED4: "门",
    0x2ED1: "長",
    0x2ED2: "長",
    0x2EC5: "见",
    0x2EC9: "贝",
    0x2ECB: "车",
    0x2EDA: "页",
    0x2EDB: "风",
    0x2EDC: "飞",
    0x2EE2: "马",
    0x2EE3: "骨",
    0x2EE4: "鬼",
    0x2EE5: "鱼",
    0x2EE6: "鸟",
    0x2EE8: "麦",
    0x2EE9: "黄",
    0x2EEC: "齐",
    0x2EED: "歯",
    0x2EEE: "齿",
    0x2EF0: "龙",
    0x2EF3: "龟",
    0x2EA0: "民",
    0x2E9F: "母",
    0x2E9C: "日",
    0x2E9D: "月",
    0x2EA7: "牛",
    0x2EA9: "王",
    0x2EAB: "目",
    0x2EAC: "示",
    0x2EB6: "羊",
    0x2EC1: "虎",
    0x2EC4: "西",
    0x2EC6: "角",
    0x2ECA: "足",
    0x2ED7: "雨",
    0x2ED8: "青",
    0x2ED9: "韦",
    0x2EE1: "首",
    0x2EDD: "食",
    0x2EBC: "肉",
    0x2EBB: "聿",
    0x2EEA: "黾",
    0x2EE7: "卤",
    0x2E8C: "小",
    0x2E8A: "卜",
    0x2E81: "厂",
    0x2E95: "彐",
}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_SPACES = re.compile(r"\s+")
# 項(xiàng): a page's aid to readers, known by the mark of its tone.
_GLOSS = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)")


@lru_cache(maxsize=8192)  # the labels of a form come again and again
def fold(text: str) -> str:
    """NFKC, radicals as ideographs, white space to single spaces.

    Invisible characters are dropped, and pinyin in brackets after a character.
    """
    if text.isascii():
        return _SPACES.sub(" ", text).strip()
    folded = unicodedata.normalize("NFKC", text.translate(_RADICALS).translate(_INVISIBLE))
    if "(" in folded:
        folded = _GLOSS.sub("", folded)
    return _SPACES.sub(" ", folded).strip()


_STROKES = "一二三丨"
"""What a reader of pictures takes dashes and bits of rules for."""


def ideographs(text: str) -> int:
    """How many ideographs a text has that are more than level or upright strokes."""
    return sum("\u3400" <= letter <= "\u9fff" and letter not in _STROKES for letter in text)
