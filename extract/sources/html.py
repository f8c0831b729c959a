"""HTML pages → lines and grids (lxml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import SourceError
from extract.model import Document, Grid, Line, Page
from extract.sources.decoding import decode
from extract.sources.merged import MAX_CELLS, TO_THE_END, Spanning, place_spans
from extract.sources.misread import doubting_losses

if TYPE_CHECKING:
    Element = Any

READER = "html"
_MAX_ELEMENTS = 2_000_000
_MAX_TABLE_DEPTH = 40

# fmt: off
_DROPPED = frozenset((
    "script", "style", "head", "template", "noscript", "iframe", "object", "svg", "math",
    "select", "datalist", "rt", "rp", "del", "s", "strike", "audio", "video", "canvas", "map",
))
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "caption", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol",
    "p", "pre", "section", "summary", "td", "th", "tr", "ul",
))
# fmt: on
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_UNSEEN = re.compile(r"visibility\s*:\s*(hidden|collapse)", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\f\xa0\u2002\u2003\u2009\u202f\u3000]+")
_LONGEST_HEADING = 80


@dataclass(slots=True)
class _Flow:
    """Running text: what a page, or one cell, holds between its tables."""

    items: list[Line | Grid] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    heading: bool = False
    cell: Element = None
    raised: Element = None


@dataclass(slots=True)
class _Row:
    cells: list[_Flow] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """Row groups under construction: (tag, rows)."""

    groups: list[tuple[str, list[_Row]]] = field(default_factory=list)


def open_html(path: Path) -> Document:
    """The page as one `Page` with lines in reading order and one grid per table.

    Raises SourceError: `empty_file`, `too_large`, `unsupported`.
    """
    text, warnings = decode(path.read_bytes(), markup=True)
    root = _parse(text)
    items = doubting_losses(blocks(root, READER))
    found = root.find(".//title")
    title = _SPACES.sub(" ", found.text_content()).strip() if found is not None else ""
    page = Page(
        number=1,
        lines=tuple(item for item in items if isinstance(item, Line)),
        grids=tuple(item for item in items if isinstance(item, Grid)),
        flow=tuple(items),
    )
    return Document(str(path), "html", (page,), title or None, warnings, has_pages=False)


def fragment(text: str, reader: str) -> list[Line | Grid]:
    """Lines and grids of a piece of markup, such as a table inside Markdown."""
    return blocks(_parse(text), reader)


def _parse(text: str) -> Element:
    from lxml import etree, html

    # Numbers of a declared encoding mean nothing once the text is decoded.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = html.HTMLParser(huge_tree=True, no_network=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise SourceError("the page is empty: save it again", kind="empty_file") from error
    # The parser stops without a word where elements nest past its limit (2,048).
    fatal = [entry for entry in parser.error_log if entry.level_name == "FATAL"]
    if fatal:
        raise SourceError(
            f"the page cannot be read to its end ({fatal[0].message}): print it to PDF",
            kind="too_large",
        )
    elements = sum(1 for _ in root.iter())
    if elements > _MAX_ELEMENTS or sum(1 for _ in root.iter("td", "th")) > MAX_CELLS:
        raise SourceError(
            f"the page has {elements:,} elements or more than {MAX_CELLS:,} table cells: "
            "take the report out of it",
            kind="too_large",
        )
    return root


def blocks(root: Element, reader: str) -> list[Line | Grid]:
    """Lines and grids below `root`, in reading order.

    A table with a table inside one of its cells is layout in that row: its cells are read as
    running text, the rows between such rows as tables of their own. A table of one column is
    running text too.
    """
    stack: list[_Flow | _Table] = [_Flow()]
    for event, value in _walk(root):
        top = stack[-1]
        if event == "text":
            _nearest_flow(stack).words.append(value)
            if isinstance(top, _Table):  # text between cells stands before the table
                _end_line(_nearest_flow(stack))
        elif event == "open":
            _open(stack, value)
        else:
            _close(stack, value, reader)
    bottom = stack[0]
    assert isinstance(bottom, _Flow)
    _end_line(bottom)
    return bottom.items


def _walk(root: Element) -> Iterator[tuple[str, Any]]:
    """Open, text and close events without recursion: markup nests as deep as it likes."""
    pending: list[tuple[str, Any]] = [("open", root)]
    while pending:
        event, value = pending.pop()
        if event != "open":
            yield event, value
            continue
        if not isinstance(value.tag, str) or _is_dropped(value):
            continue
        yield "open", value
        inner: list[tuple[str, Any]] = []
        unseen = bool(_UNSEEN.search(value.get("style") or ""))
        if not unseen:
            inner.append(("text", _own_text(value)))
        for child in value:
            inner.append(("open", child))
            if child.tail and not unseen:
                inner.append(("text", child.tail))
        inner.append(("close", value))
        pending.extend(reversed(inner))


def _own_text(element: Element) -> str:
    if element.tag == "input":
        return element.get("value") or "" if element.get("type", "text") == "text" else ""
    return element.text or ""


def _is_dropped(element: Element) -> bool:
    return (
        element.tag in _DROPPED
        or element.get("hidden") is not None
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _open(stack: list[_Flow | _Table], element: Element) -> None:
    tag, top = element.tag, stack[-1]
    if tag == "table":
        if isinstance(top, _Flow):
            _end_line(top)
        if sum(isinstance(level, _Table) for level in stack) >= _MAX_TABLE_DEPTH:
            raise SourceError(
                f"tables nest more than {_MAX_TABLE_DEPTH} deep: check the file", kind="too_large"
            )
        stack.append(_Table())
    elif isinstance(top, _Table):
        if tag in _GROUPS:
            top.groups.append((tag, []))
        elif tag == "tr":
            if not top.groups:
                top.groups.append(("tbody", []))
            top.groups[-1][1].append(_Row())
        elif tag in ("td", "th"):
            rows = _rows_of(top)
            if not rows:
                rows.append(_Row())
            stack.append(_Flow(cell=element))
        elif tag == "caption":
            stack.append(_Flow(cell=element))
    elif tag == "br":
        _end_line(top)
    elif tag in _BLOCKS:
        _end_line(top)
        top.heading = _is_heading(element)
    elif _is_raised(element) and top.raised is None and _after_digit(top):
        # A raised figure after a number is the mark of a note, not one more digit.
        top.raised = element
        top.words.append("（")


def _close(stack: list[_Flow | _Table], element: Element, reader: str) -> None:
    tag, top = element.tag, stack[-1]
    if isinstance(top, _Table):
        if tag == "table":
            stack.pop()
            below = stack[-1]
            items = _table_items(top, reader)
            if isinstance(below, _Flow):
                below.items.extend(items)
            elif items:  # a table between rows: misnested markup
                _rows_of(below).append(_Row([_Flow(items=items)]))
        elif tag in _GROUPS:
            top.groups.append(("tbody", []))
        return
    if element is top.cell:
        _end_line(top)
        stack.pop()
        table = stack[-1]
        assert isinstance(table, _Table)
        if tag == "caption":
            _nearest_flow(stack).items.extend(top.items)
        else:
            _rows_of(table)[-1].cells.append(top)
    elif element is top.raised:
        top.raised = None
        top.words.append("）")
    elif tag in _BLOCKS:
        _end_line(top)
        top.heading = False


def _rows_of(table: _Table) -> list[_Row]:
    if not table.groups:
        table.groups.append(("tbody", []))
    return table.groups[-1][1]


def _nearest_flow(stack: list[_Flow | _Table]) -> _Flow:
    for level in reversed(stack):
        if isinstance(level, _Flow):
            return level
    raise AssertionError("the page itself is a flow")


def _end_line(flow: _Flow) -> None:
    text = _SPACES.sub(" ", "".join(flow.words)).strip()
    flow.words.clear()
    if text:
        heading = flow.heading and len(text) <= _LONGEST_HEADING
        flow.items.append(Line(text, page=1, heading=heading))


def _is_heading(element: Element) -> bool:
    return (
        element.tag in _HEADINGS
        or element.tag == "center"
        or (element.get("align") or "").lower() == "center"
        or bool(_CENTRED.search(element.get("style") or ""))
        or "title" in (element.get("class") or "").lower()
    )


def _is_raised(element: Element) -> bool:
    return element.tag in ("sup", "sub") or bool(_RAISED.search(element.get("style") or ""))


def _after_digit(flow: _Flow) -> bool:
    return "".join(flow.words[-8:]).rstrip()[-1:].isdigit()


def _span(element: Element, name: str) -> int:
    """A span as browsers read it: leading digits, 1 when absent or senseless."""
    found = re.match(r"\s*\+?(\d{1,9})", element.get(name) or "")
    if not found:
        return 1
    number = int(found[1])
    return number if number else TO_THE_END if name == "rowspan" else 1


def _table_items(table: _Table, reader: str) -> list[Line | Grid]:
    """A table's rows, head first and foot last as displayed, as grids and running text."""
    order = {"thead": 0, "tbody": 1, "tfoot": 2}
    groups = [rows for _, rows in sorted(table.groups, key=lambda group: order[group[0]]) if rows]
    items: list[Line | Grid] = []
    run: list[list[_Row]] = []
    for rows in groups:
        run.append([])
        for row in rows:
            if any(isinstance(item, Grid) for cell in row.cells for item in cell.items):
                items.extend(_run_items(run, reader))
                run = [[]]
                items.extend(item for cell in row.cells for item in cell.items)
            else:
                run[-1].append(row)
    items.extend(_run_items(run, reader))
    return items


def _run_items(run: list[list[_Row]], reader: str) -> list[Line | Grid]:
    cells = [cell for rows in run for row in rows for cell in row.cells]
    if all(len(row.cells) <= 1 for rows in run for row in rows):
        return [item for cell in cells for item in cell.items]
    grid = place_spans(
        [[[_spanning(cell) for cell in row.cells] for row in rows] for rows in run], reader
    )
    return [grid] if grid else []


def _spanning(cell: _Flow) -> Spanning:
    text = "\n".join(item.text for item in cell.items if isinstance(item, Line))
    if cell.cell is None:
        return Spanning(text)
    return Spanning(text, _span(cell.cell, "rowspan"), _span(cell.cell, "colspan"))
