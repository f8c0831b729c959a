"""What gouji says in sentences, in Chinese: why a cell is in doubt, why a file was not read.

Sentences are written, kept and compared in English; `sentences.yaml` has the Chinese of each,
with the same names in braces. What a name stands for is said in Chinese too, where it can be.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

_NAME = re.compile(r"\{(\w+)\}")
_PARTS = re.compile(r"(\{\w+\})")
_MOST = 2000
"""Characters of a sentence that is looked up; hostile ones may be of any length."""


@lru_cache(maxsize=4096)
def in_chinese(sentence: str) -> str:
    """The sentence in Chinese; one that `sentences.yaml` does not have, as it is.

    Several sentences on lines of their own are taken one by one.
    """
    if "\n" in sentence:
        return "\n".join(map(in_chinese, sentence.split("\n")))
    if len(sentence) > _MOST:
        return sentence
    for pattern, chinese in _sentences():
        if found := pattern.fullmatch(sentence):
            said = {f"{{{name}}}": in_chinese(text) for name, text in found.groupdict().items()}
            return "".join(said.get(part, part) for part in _PARTS.split(chinese))
    return sentence


def in_both(sentence: str | None) -> dict[str, str] | None:
    """The sentence for a page that shows either language; None for none."""
    return {"zh": in_chinese(sentence), "en": sentence} if sentence else None


@cache
def _sentences() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the English sentences, those with most words of their own first."""
    import yaml

    text = (Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8")
    pairs: dict[str, str] = yaml.safe_load(text)
    order = sorted(pairs, key=lambda english: (-len(_NAME.sub("", english)), english))
    return tuple((_pattern(english), pairs[english]) for english in order)


def _pattern(english: str) -> re.Pattern[str]:
    """One name may stand several times, for the same text."""
    parts, seen = [], set()
    for place, part in enumerate(_NAME.split(english)):
        if place % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>.+?)")
            seen.add(part)
    return re.compile("".join(parts), re.DOTALL)
