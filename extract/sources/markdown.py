"""Markdown and tab-separated exports of OCR programs → lines and grids."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from extract.errors import SourceError
from extract.model import Document, Grid, GridCell, Line, Page
from extract.sources.decoding import decode
from extract.sources.merged import MAX_CELLS
from extract.sources.misread import doubting_losses

READER = "markdown"
_LONGEST_LABEL = 40
_LONGEST_MARKED = 20_000

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s*(?=\S)(.*?)\s*#*$")
_BOLD_LINE = re.compile(r"^\s*(\*\*|__)(?=\S)(.+?)\1\s*$")
_BULLET = re.compile(r"^\s*[-*+•]\s+(?!\d+\s*[-—]\s*$)(?=\S)")
_RULE = re.compile(r"^\s*([-*_=])(\s*\1){2,}\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_TABLE_TAG = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)
_PIPE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"^\s*:?-+:?\s*$")
_LONG_DELIMITER = re.compile(r"^\s*(:-+:?|-+:|-{3,})\s*$")
_NOTE = re.compile(r"(?<=\d)<(sup|sub)>(.*?)</\1>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRUCK = re.compile(r"~~.*?~~|<(del|s|strike)>.*?</\1>|<!--.*?-->", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1")
_FORMULA = re.compile(r"\$\s*([^$\\]*?)\s*\$")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>$])")
_SPACES = re.compile(r"[ \xa0\u2002\u2003\u2009\u202f]+")


def open_markdown(path: Path) -> Document:
    """A Markdown, plain-text or tab-separated file as one `Page` of lines and grids.

    Consecutive lines with tabs, or with pipes, form one grid each; a blank line ends it. Tables
    written in HTML are read as HTML.

    Raises SourceError: `empty_file`, `too_large`, `unsupported`.
    """
    text, warnings = decode(path.read_bytes())
    if not text.strip():
        raise SourceError("the file holds only blanks: export it again", kind="empty_file")
    if text.count("\t") + text.count("|") > MAX_CELLS:
        raise SourceError(
            f"the tables have more than {MAX_CELLS:,} cells: no yearly report has, check the file",
            kind="too_large",
        )
    items: list[Line | Grid] = []
    for piece, is_table in _split_tables(text):
        items.extend(_html_items(piece) if is_table else _text_items(piece))
    items = doubting_losses(items)
    page = Page(
        number=1,
        lines=tuple(line for item in items for line in _lines(item)),
        grids=tuple(item for item in items if isinstance(item, Grid) and item.columns > 1),
        flow=tuple(items),
    )
    return Document(str(path), "markdown", (page,), None, warnings, has_pages=False)


def _lines(item: Line | Grid) -> list[Line]:
    """The lines of running text that an item is: one line, or the cells of a single column."""
    if isinstance(item, Line):
        return [item]
    return [Line(cell.text, page=1) for cell in item.cells if cell.text and item.columns == 1]


def _split_tables(text: str) -> list[tuple[str, bool]]:
    """Pieces of the text in order, each with whether it is a whole <table> element."""
    pieces: list[tuple[str, bool]] = []
    depth = start = done = 0
    for tag in _TABLE_TAG.finditer(text):
        if not tag[1]:
            if depth == 0:
                start = tag.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                pieces += [(text[done:start], False), (text[start : tag.end()], True)]
                done = tag.end()
    if depth:  # never closed: browsers read on to the end of the page
        return [*pieces, (text[done:start], False), (text[start:], True)]
    return [*pieces, (text[done:], False)]


def _html_items(piece: str) -> list[Line | Grid]:
    from extract.sources import html

    return html.fragment(piece, READER)


def _text_items(text: str) -> list[Line | Grid]:
    items: list[Line | Grid] = []
    block: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip(" \xa0\u3000"):
            if not _FENCE.match(line):
                block.append(line)
        elif block:
            items.extend(_block_items(block))
            block = []
    return items


def _block_items(block: list[str]) -> list[Line | Grid]:
    """Lines between two blank lines: runs of tabbed rows, of piped rows, and plain lines."""
    kinds = [_kind(line) for line in block]
    kinds = [_settled(block, kinds, i) for i in range(len(block))]
    items: list[Line | Grid] = []
    run: list[str] = []
    for i, line in enumerate(block):
        kind = kinds[i]
        if run and kind != kinds[i - 1]:
            items.extend(_rows_to_grid(run, kinds[i - 1]))
            run = []
        if kind == "text":
            items.extend(_plain_line(line))
        else:
            if _kind(line) == "text":
                items.extend(_plain_line(line))
            run.append(line)
    if run:
        items.extend(_rows_to_grid(run, kinds[-1]))
    return items


def _kind(line: str) -> str:
    if "\t" in line:
        return "tabs"
    stripped = line.strip()
    if stripped.startswith("|"):
        return "pipes"
    return "text"


def _settled(block: Sequence[str], kinds: Sequence[str], i: int) -> str:
    """A plain line's kind, from its neighbours.

    A short line next to tabbed rows is a row whose trailing tabs were stripped, such as the title
    of a block; a line with pipes, but none at its start, belongs to the table whose delimiter row
    it touches.
    """
    kind = kinds[i]
    if kind != "text":
        return kind
    line = block[i]
    beside = {kinds[j] for j in (i - 1, i + 1) if 0 <= j < len(kinds)}
    if "tabs" in beside and len(line) <= _LONGEST_LABEL and not _HEADING.match(line):
        return "tabs"
    if "|" in line and (
        "pipes" in beside
        or any(_is_delimiter(other) for other in block[max(0, i - 1) : i + 2])
        or any(_is_delimiter(other) and "|" in other for other in block[:i])
    ):
        return "pipes"
    return "text"


def _rows_to_grid(run: Sequence[str], kind: str) -> list[Line | Grid]:
    if kind == "tabs":
        rows = [line.split("\t") for line in run]
    else:
        rows = [_split_pipes(line) for line in run]
        rows = [row for i, row in enumerate(rows) if not _is_delimiter_row(row, i, len(rows))]
    pushed = _closed_up(rows) if kind == "pipes" else [False] * len(rows)
    cells = tuple(
        GridCell(r, c, text=clean(text), closed_up=pushed[r])
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    columns = max((len(row) for row in rows), default=0)
    return [Grid(page=1, rows=len(rows), columns=columns, cells=cells, reader=READER)]


def _closed_up(rows: Sequence[Sequence[str]]) -> list[bool]:
    """For each row whether its blank cells were pushed to its end: | 3 | 3 |||||| and the like.

    Where some row has a blank cell before a filled one, blank cells kept their places.
    """
    ends = [next((i for i, text in enumerate(reversed(row)) if text.strip()), 0) for row in rows]
    if any(
        not text.strip() for row, n in zip(rows, ends, strict=True) for text in row[: len(row) - n]
    ):
        return [False] * len(rows)
    return [
        n > 0 and not any(row[len(row) - n :]) and any(text != text.strip() for text in row)
        for row, n in zip(rows, ends, strict=True)
    ]


def _split_pipes(line: str) -> list[str]:
    line = line.strip()
    if line.startswith("|"):
        line = line[1:]
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return _PIPE.split(line)


def _is_delimiter(line: str) -> bool:
    return "|" in line and all(_LONG_DELIMITER.match(part) for part in _split_pipes(line))


def _is_delimiter_row(row: Sequence[str], index: int, rows: int) -> bool:
    """Whether a row is the line under a header rather than data.

    Dashes are also what some publishers print for "none", so a row of single dashes counts as a
    delimiter only where Markdown wants one: second, with rows to follow.
    """
    if all(_LONG_DELIMITER.match(part) for part in row):
        return True
    return index == 1 and rows > 2 and all(_DELIMITER.match(part) for part in row)


def _plain_line(line: str) -> list[Line | Grid]:
    if _RULE.match(line):
        return []
    heading = _HEADING.match(line)
    bold = _BOLD_LINE.match(line)
    if heading:
        line = heading[2]
    parts = clean(_BULLET.sub("", line)).split("\n")
    plain = [Line(part.strip(), page=1) for part in parts if part.strip()]
    if heading or bold:
        plain = [replace(part, heading=True) for part in plain]
    return list(plain)


def clean(text: str) -> str:
    """Text of a line or cell without its markup; `<br>` becomes a line break.

    Text longer than any paragraph keeps its markup: looking for it could take hours.
    """
    if len(text) > _LONGEST_MARKED:
        return text
    text = _STRUCK.sub("", text)
    # A raised figure after a number is the mark of a note, not one more digit.
    text = _NOTE.sub(r"（\2）", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _EMPHASIS.sub(r"\2", text)
    text = _FORMULA.sub(r"\1", text)
    text = entities.unescape(_ESCAPE.sub(r"\1", text)).replace("`", "")
    lines = (_SPACES.sub(" ", part).strip(" \u3000") for part in text.split("\n"))
    return "\n".join(lines).strip("\n")
