"""Every sentence that a page may show stands in Chinese too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.words import _sentences, in_both, in_chinese

EXTRACT = Path(__file__).resolve().parents[2] / "extract"
ROOMS = ("claims", "grids", "placing", "reading", "reconcile", "sources")
FILES = ("pipeline.py", "dataset/pool.py", "dataset/worker.py", "dataset/corrections.py",
         "review/app.py", "review/state.py", "review/uploads.py", "review/safety.py")  # fmt: skip
NOT_SAID = re.compile(
    r"[{}: ,\d]*$|[A-Z ]+ |^(PRAGMA|SELECT|INSERT|BEGIN|CREATE|seq|report_id|import|\s*\n)|"
    r"^(grids from pixels|reading pixels|second look|text layer|Word Document|.*no pattern: .*|"
    r"the page itself is a flow|reliability must lie .*|scans cannot be read: |attachment; .*|"
    r"text/csv; .*|private, max-age=.*|.* HttpOnly; .*|default-src .*|connect-src .*|camera=.*|"
    r"the text gives a period over $|; scan it again .*|no failed identity .*|none of these|"
    r"7 other than .*)"
)
CHINESE = re.compile("[\u4e00-\u9fff]")


def _said() -> Iterator[tuple[str, str]]:
    """Sentences in the code by place, 7 for whatever stands in braces."""
    files = [file for room in ROOMS for file in sorted((EXTRACT / room).rglob("*.py"))]
    for file in [*files, *(EXTRACT / name for name in FILES)]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        known = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        }  # fmt: skip
        skipped: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                skipped.add(id(node.value))
            if isinstance(node, ast.JoinedStr):
                skipped |= {id(part) for part in ast.walk(node) if part is not node}
        for node in ast.walk(tree):
            text = None if id(node) in skipped else _text(node, known)
            if text and len(re.findall("[a-z]{2,}", text)) > 2 and " " in text.strip():
                yield f"{file.relative_to(EXTRACT)}:{getattr(node, 'lineno', 0)}", text


def _text(node: ast.AST, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            parts.append(known.get(ast.unparse(part.value), "7"))
    return "".join(parts)


def test_every_sentence_of_the_code_has_its_chinese() -> None:
    said = [(place, text) for place, text in _said() if not NOT_SAID.match(text)]
    assert len(said) > 120
    lacking = [(place, text) for place, text in said if not CHINESE.search(in_chinese(text))]
    assert lacking == [], "add these to extract/words/sentences.yaml"


def test_both_sides_hold_the_same_names() -> None:
    for pattern, chinese in _sentences():
        assert set(pattern.groupindex) == set(re.findall(r"\{(\w+)\}", chinese)), chinese


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("page 3: blank", "第 3 页：空白"),
        (
            "page 2: the table may be cut into cells wrongly: cells that are no rectangles; "
            "rules too faint or broken to be sure of the cells",
            "第 2 页：表格可能切分有误：有单元格不成矩形；格线太淡或断裂，格子拿不准",
        ),
        (
            "year: title says 2023, but the file name says 2022",
            "年度：标题写的是 2023，但文件名写的是 2022",
        ),
        ("read as “5” with probability 0.510 only", "读作“5”，概率只有 0.510"),
        ("an archive: unpack it", "压缩包：请先解压"),
        ("what nobody ever said", "what nobody ever said"),
        ("", ""),
    ],
)
def test_what_stands_in_a_sentence_is_said_too(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


def test_nothing_is_said_of_nothing() -> None:
    assert in_both(None) is None
    assert in_both("blank") == {"zh": "空白", "en": "blank"}


def test_a_long_hostile_sentence_is_left_alone_soon() -> None:
    in_chinese("page 1: " + "“a” in row “" * 150)
    assert in_chinese("year: " * 1000) == "year: " * 1000
