"""Word documents (.docx) → lines and grids (python-docx)."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from extract.errors import SourceError
from extract.model import Document, Grid, GridCell, Line, Page
from extract.sources.merged import MAX_CELLS, closed_up
from extract.sources.unpacking import starved

READER = "docx"
MAX_UNPACKED_BYTES = 300_000_000
_MAX_ENTRIES = 20_000
_MAX_DEPTH = 150
_BLOCK = 1 << 20
_MAX_COLUMN_SPAN = 500
_SLIVER_TWIPS = 120

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_TEXT_BOX = f"{W}txbxContent"
# Deleted, moved away or never displayed.
_DROPPED = frozenset(
    f"{W}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "tblPr", "trPr")
) | {f"{_MC}Fallback"}
_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}


def open_docx(path: Path) -> Document:
    """The document as one `Page`: paragraphs as lines, tables as grids, page count unknown.

    Text boxes, then headers and footers follow as lines at the end. Tables inside a cell come as
    grids of their own.

    Raises SourceError: `damaged`, `too_large`, `unsupported`.
    """
    data = path.read_bytes()
    _guard(data)
    word = _open_package(data)
    _refuse_depth(word.element)
    flow = tuple(_items(word.element.body))
    lines = [item for item in flow if isinstance(item, Line)]
    lines.extend(_margin_lines(word))
    grids = tuple(item for item in flow if isinstance(item, Grid))
    page = Page(number=1, lines=tuple(lines), grids=grids, flow=flow)
    return Document(str(path), "docx", (page,), _title(word), has_pages=False)


def _guard(data: bytes) -> None:
    """Refuse archives that unpack to more than memory should hold, before unpacking them."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _cut_off() from error
    unpacked = sum(entry.file_size for entry in entries)  # the list of contents may lie
    if unpacked <= MAX_UNPACKED_BYTES and len(entries) <= _MAX_ENTRIES:
        unpacked = _unpacked(data, entries)
    if unpacked > MAX_UNPACKED_BYTES or len(entries) > _MAX_ENTRIES:
        raise SourceError(
            f"the Word file unpacks to {unpacked:,} bytes in {len(entries):,} parts: "
            "not a report, or remove its pictures and save it again",
            kind="too_large",
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise SourceError(
            "the Word file is encrypted: save a copy without a password", kind="encrypted"
        )


def _cut_off() -> SourceError:
    return SourceError(
        "the Word file is cut off or damaged: open it in Word and save it again", kind="damaged"
    )


def _unpacked(data: bytes, entries: Sequence[zipfile.ZipInfo]) -> int:
    """What the parts of an archive really unpack to, counted no further than the limit."""
    size = 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for entry in entries:
                with archive.open(entry) as part:
                    while block := part.read(_BLOCK):
                        size += len(block)
                        if size > MAX_UNPACKED_BYTES:
                            return size
    except RuntimeError:
        pass  # locked with a password
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        if starved(error):
            raise MemoryError from error
        raise _cut_off() from error
    return size


def _open_package(data: bytes) -> Any:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        return docx.Document(BytesIO(data))
    except ValueError as error:
        raise SourceError(
            "a Word file of another kind than .docx (template or with macros): "
            "save it as .docx or PDF",
            kind="unsupported",
        ) from error
    except (KeyError, OpcError, etree.XMLSyntaxError, zipfile.BadZipFile, OSError) as error:
        raise SourceError(
            "the Word file is damaged, or in the Strict variant: open it in Word and save it as "
            ".docx again",
            kind="damaged",
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # zlib, recursion and attribute errors of broken packages
        if starved(error):
            raise MemoryError from error
        raise SourceError(
            f"the Word file cannot be taken apart ({type(error).__name__}): "
            "open it in Word and save it again",
            kind="damaged",
        ) from error


def _title(word: Any) -> str | None:
    """The title in the file's properties; python-docx makes one up where there is none."""
    title = (word.core_properties.title or "").strip()
    return title if title and title != "Word Document" else None


def _refuse_depth(root: Any) -> None:
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _MAX_DEPTH:
            raise SourceError(
                f"the Word file nests more than {_MAX_DEPTH} levels deep: check it",
                kind="too_large",
            )


def _items(container: Any) -> Iterator[Line | Grid]:
    """Lines and grids of a body, a cell or a content control, in reading order."""
    boxes: list[Any] = []
    for child in container:
        if child.tag == f"{W}p":
            yield from _paragraph_lines(child)
            boxes.extend(_text_boxes(child))
        elif child.tag == f"{W}tbl":
            yield from _table_items(child)
        elif child.tag not in _DROPPED and isinstance(child.tag, str):
            yield from _items(child)  # content control, custom XML, inserted text, alternatives
    for box in boxes:
        yield from _items(box)


def _paragraph_lines(paragraph: Any) -> Iterator[Line]:
    heading = _is_heading(paragraph)
    size = _font_size(paragraph)
    for part in _text(paragraph).split("\n"):
        if part.strip():
            yield Line(part.strip(), page=1, size=size, heading=heading)


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    """Outermost text boxes; the fallback copy of one is left out."""
    for child in paragraph:
        if child.tag == _TEXT_BOX:
            yield child
        elif child.tag not in _DROPPED:
            yield from _text_boxes(child)


def _text(element: Any) -> str:
    """What an element displays, without deleted or hidden text and text boxes."""
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in _DROPPED or tag == _TEXT_BOX:
            continue
        name = tag.removeprefix(W)
        if name == "t" or tag == _MATH_TEXT:
            parts.append((child.text or "").replace("\xa0", " "))
        elif name in _CHARACTERS:
            parts.append(_CHARACTERS[name])
        elif name == "r":
            parts.append(_run_text(child, "".join(parts[-3:])))
        else:
            parts.append(_text(child))
    return "".join(parts)


def _run_text(run: Any, before: str) -> str:
    look = run.find(f"{W}rPr")
    if look is not None:
        if any(_is_on(look, name) for name in ("vanish", "strike", "dstrike")):
            return ""
        raised = look.find(f"{W}vertAlign")
        if raised is not None and raised.get(f"{W}val") in ("superscript", "subscript"):
            text = _text(run)
            # A raised figure after a number is the mark of a note, not one more digit.
            return f"（{text}）" if text and before.rstrip()[-1:].isdigit() else text
    return _text(run)


def _is_on(look: Any, name: str) -> bool:
    found = look.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off", "none")


def _is_heading(paragraph: Any) -> bool:
    look = paragraph.find(f"{W}pPr")
    if look is None:
        return False
    style = look.find(f"{W}pStyle")
    level = look.find(f"{W}outlineLvl")
    place = look.find(f"{W}jc")
    return (
        (style is not None and (style.get(f"{W}val") or "").lower().startswith(("head", "title")))
        or (level is not None and level.get(f"{W}val") != "9")
        or (place is not None and place.get(f"{W}val") == "center")
    )


def _font_size(paragraph: Any) -> float:
    """The largest size set on a run of the paragraph, in points; 0 where styles decide it."""
    sizes = [size.get(f"{W}val") or "" for size in paragraph.iter(f"{W}sz")]
    return max((float(size) / 2 for size in sizes if size.isdecimal()), default=0.0)


def _margin_lines(word: Any) -> Iterator[Line]:
    """Headers and footers, each text once."""
    seen: set[str] = set()
    for section in word.sections:
        for part in (section.header, section.footer):
            if part.is_linked_to_previous:
                continue
            _refuse_depth(part._element)
            for item in _items(part._element):
                if isinstance(item, Line) and item.text not in seen:
                    seen.add(item.text)
                    yield Line(item.text, page=1)


@dataclass(slots=True)
class _Box:
    """A cell between two column boundaries; `texts` and `tables` are what it holds."""

    row: int
    left: int
    right: int
    row_span: int = 1
    texts: list[str] = field(default_factory=list)
    tables: list[Grid] = field(default_factory=list)


def _table_items(table: Any) -> Iterator[Line | Grid]:
    boxes = _boxes(table)
    _merge_slivers(boxes, _column_widths(table))
    inner = [grid for box in boxes for grid in box.tables]
    filled: dict[int, int] = {}
    for box in boxes:
        filled[box.row] = filled.get(box.row, 0) + 1
    if all(count == 1 for count in filled.values()):  # a frame around text, no table
        for box in boxes:
            for text in box.texts:
                yield from (Line(part, page=1) for part in text.split("\n") if part.strip())
            yield from box.tables
        return
    if inner and not any(any(text.strip() for text in box.texts) for box in boxes):
        yield from inner
        return
    grid = closed_up(
        [
            GridCell(
                box.row,
                box.left,
                box.row_span,
                box.right - box.left,
                "\n".join(text.strip() for text in box.texts).strip(),
            )
            for box in boxes
        ],
        READER,
    )
    if grid is not None:
        yield grid
    yield from inner


def _boxes(table: Any) -> list[_Box]:
    """Cells of a table, vertical merges joined."""
    boxes: list[_Box] = []
    open_above: dict[int, _Box] = {}  # left boundary → cell that a vertical merge may continue
    for number, row in enumerate(_children(table, "tr")):
        column = _skipped(row, "gridBefore")
        still_open: dict[int, _Box] = {}
        for cell in _children(row, "tc"):
            look = cell.find(f"{W}tcPr")
            span = _span(look)
            merge = look.find(f"{W}vMerge") if look is not None else None
            above = open_above.get(column)
            goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            if goes_on and above is not None and above.right == column + span:
                above.row_span += 1
                still_open[column] = above
            else:
                box = _filled(_Box(number, column, column + span), cell)
                boxes.append(box)
                if merge is not None:
                    still_open[column] = box
            column += span
            if len(boxes) > MAX_CELLS:
                raise SourceError(
                    f"a table has more than {MAX_CELLS:,} cells: no yearly report has, check it",
                    kind="too_large",
                )
        open_above = still_open
    return boxes


def _filled(box: _Box, cell: Any) -> _Box:
    for item in _items(cell):
        if isinstance(item, Grid):
            box.tables.append(item)
        else:
            box.texts.append(item.text)
    return box


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those inside content controls."""
    for child in parent:
        if child.tag == f"{W}{name}":
            deleted = child.find(f"{W}trPr/{W}del") if name == "tr" else None
            if deleted is None:
                yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
            yield from _children(child, name)


def _span(look: Any) -> int:
    found = look.find(f"{W}gridSpan") if look is not None else None
    text = found.get(f"{W}val") or "" if found is not None else ""
    return max(1, min(int(text), _MAX_COLUMN_SPAN)) if text.isdecimal() else 1


def _skipped(row: Any, name: str) -> int:
    found = row.find(f"{W}trPr/{W}{name}")
    text = found.get(f"{W}val") or "" if found is not None else ""
    return min(int(text), _MAX_COLUMN_SPAN) if text.isdecimal() else 0


def _column_widths(table: Any) -> list[int]:
    widths = [col.get(f"{W}w") or "" for col in table.findall(f"{W}tblGrid/{W}gridCol")]
    return [int(width) if width.isdecimal() else 0 for width in widths]


def _merge_slivers(boxes: Sequence[_Box], widths: Sequence[int]) -> None:
    """Join column boundaries less than 2 mm apart, where no cell is that narrow.

    Rows dragged by hand in Word end a hair's breadth apart, which would make columns of their
    own that no reader sees.
    """
    for left in range(len(widths) - 1, -1, -1):
        right = left + 1
        if not 0 < widths[left] <= _SLIVER_TWIPS:
            continue
        if any((box.left, box.right) == (left, right) for box in boxes):
            continue
        for box in boxes:
            box.left = right if box.left == left else box.left
            box.right = right if box.right == left else box.right
