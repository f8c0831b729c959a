"""PDF → pages of glyphs and rules, through pdfplumber (pdfminer.six).

The layout objects are taken from pdfplumber as they are, without its dictionary per character:
that alone saves a fifth of the time of reading a page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extract.errors import SourceError
from extract.limits import beat, limits
from extract.model import Box, Document, Glyph, Page, Rule, SourceKind
from extract.sources.turn import turn_upright
from extract.sources.unpacking import DAMAGE, unpacks_whole

MAX_RULES = 50_000
MAX_GLYPHS = 400_000
_THIN = 3.0  # points: a filled rectangle thinner than this is a rule, not an area
_STRIP = 16.0  # points
_BAR = 5  # sides: a thin path with more is the outline of a letter
_MARK = 3.0, 60.0  # points: outlines of letters are neither smaller nor larger
_SLANT = 0.2  # text that climbs more than this (11 degrees) is a watermark
_FLAT = 0.01  # points
_USABLE_GLYPHS = 12  # fewer on a page with a picture are a stamp or a page number, not its text


@dataclass
class _Drawn:
    """What one page draws, gathered while walking its layout."""

    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    directions: dict[int, int] = field(default_factory=dict)
    pictures: float = 0.0
    marks: list[Box] = field(default_factory=list)
    rows: dict[int, list[Glyph]] = field(default_factory=dict)
    """The glyphs by strips of `_STRIP` points, to find those that a patch covers."""

    def note(self, glyph: Glyph) -> None:
        self.glyphs.append(glyph)
        middle = (glyph.y0 + glyph.y1) / 2
        self.rows.setdefault(int(middle // _STRIP), []).append(glyph)

    def cover(self, patch: Box) -> None:
        """Marks the glyphs under a patch of paper's colour: they were drawn, but do not show."""
        first, last = int(patch.y0 // _STRIP), int(patch.y1 // _STRIP)
        for strip in self.rows.keys() & range(first, last + 1):
            for glyph in self.rows[strip]:
                if patch.holds((glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2):
                    self.marks.append(Box(glyph.x0, glyph.y0, glyph.x1, glyph.y1))


def open_pdf(path: Path) -> Document:
    """A PDF as a document.

    Raises SourceError: `empty_file`, `not_a_pdf`, `damaged`, `encrypted`, `too_large`.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    _check_header(path)
    try:
        with pdfplumber.open(path) as pdf:
            if len(pdf.pages) > limits().pages:
                raise SourceError(
                    f"{len(pdf.pages)} pages; a report has at most {limits().pages}: cut the file",
                    "too_large",
                )
            pages = tuple(_page(path, page) for page in pdf.pages)
            title = pdf.metadata.get("Title")
    except (SourceError, MemoryError):
        raise
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], MemoryError):
            raise MemoryError from None
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise SourceError(
                "the PDF is locked with a password: remove it and try again", "encrypted"
            ) from None
        raise _damaged(error.args[0] if error.args else error) from None
    except Exception as error:  # pdfminer raises anything at all on a broken file
        raise _damaged(error) from None
    if not pages:
        raise SourceError("the PDF has no pages: it was cut off or never finished", "damaged")
    damage = None if unpacks_whole(path.read_bytes()) else DAMAGE
    warnings = () if damage is None else (damage,)
    return Document(str(path), _kind(pages), pages, _title(title), warnings, damage=damage)


def _title(title: object) -> str | None:
    """The document title; some makers store UTF-16 that was never marked to be decoded so."""
    if not isinstance(title, str):
        return None
    if title[:2] in ("\xff\xfe", "\xfe\xff"):
        try:
            title = title.encode("latin-1").decode("utf-16")
        except UnicodeError:
            return None
    return title.strip("\0 ") or None


def _check_header(path: Path) -> None:
    """Raises SourceError unless the file starts as a PDF does."""
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise SourceError("the file is empty: fetch it again", "empty_file")
    if b"%PDF-" not in head:
        raise SourceError("this is no PDF, whatever its name says: look at what it is", "not_a_pdf")


def _damaged(error: object) -> SourceError:
    name = type(error).__name__
    return SourceError(f"the PDF is damaged or cut off ({name}): fetch it again", "damaged")


def _kind(pages: tuple[Page, ...]) -> SourceKind:
    if not any(page.scanned for page in pages):
        return "pdf-text" if any(page.glyphs for page in pages) else "pdf-scan"
    return "pdf-ocr" if any(page.scanned and page.glyphs for page in pages) else "pdf-scan"


def _page(path: Path, page: Any) -> Page:
    """One pdfplumber page as displayed: turned by /Rotate, cut to the crop box."""
    beat()
    layout = page.layout
    left, top, width, height = _frame(page, layout)
    drawn = _Drawn()
    _walk(layout, drawn, left, layout.y1 - top)
    drawn.marks.extend(_annotations(page, left, layout.y1 - top))
    _refuse_flat(drawn.glyphs)
    scanned = drawn.pictures > 0.5 * width * height
    if scanned and len(drawn.glyphs) < _USABLE_GLYPHS:
        drawn.glyphs.clear()
    made = Page(
        page.page_number,
        width,
        height,
        tuple(drawn.glyphs),
        tuple(drawn.rules),
        pixels=_renderer(path, page.page_number),
        scanned=scanned,
        marks=tuple(drawn.marks),
    )
    page.close()
    degrees = max(drawn.directions, key=lambda d: drawn.directions[d], default=0)
    return turn_upright(made, degrees) if degrees else made


def _refuse_flat(glyphs: list[Glyph]) -> None:
    """Raises SourceError where characters have no width: all of a text then stand in one place,
    and two equal digits look like one that was printed twice.
    """
    printed = [glyph for glyph in glyphs if not glyph.text.isspace()]
    flat = sum(min(one.x1 - one.x0, one.y1 - one.y0) < _FLAT for one in printed)
    if flat >= _USABLE_GLYPHS and flat > 0.1 * len(printed):
        raise SourceError(
            "the widths of a font are lost, its characters stand upon each other: fetch it again",
            "damaged",
        )


def _renderer(path: Path, number: int) -> Callable[[], Any]:
    def render() -> Any:
        from extract.sources.image import render_pdf_page

        return render_pdf_page(path, number)

    return render


def _frame(page: Any, layout: Any) -> tuple[float, float, float, float]:
    """Left and top offset of the crop box in the media box as displayed, and its size."""
    from pdfminer.pdftypes import resolve1

    media = [float(resolve1(v)) for v in page.page_obj.mediabox]
    crop = resolve1(page.page_obj.attrs.get("CropBox"))
    if not crop:
        return 0.0, 0.0, layout.width, layout.height
    x0, y0, x1, y1 = (float(resolve1(v)) for v in crop)
    x0, x1 = max(min(x0, x1), media[0]), min(max(x0, x1), media[2])
    y0, y1 = max(min(y0, y1), media[1]), min(max(y0, y1), media[3])
    left, right = x0 - media[0], media[2] - x1
    bottom, top = y0 - media[1], media[3] - y1
    turns = page.rotation // 90
    # Clockwise order of the margins; turning the page moves each on to the next side.
    sides = [left, top, right, bottom]
    turned = [sides[(i - turns) % 4] for i in range(4)]
    width = layout.width - turned[0] - turned[2]
    height = layout.height - turned[1] - turned[3]
    if width <= 1 or height <= 1:  # an absurd crop box: show the whole page, as viewers do
        return 0.0, 0.0, layout.width, layout.height
    return turned[0], turned[1], width, height


def _walk(container: Any, drawn: _Drawn, left: float, top: float) -> None:
    """Gathers glyphs and rules; y grows downwards from `top`, x rightwards from `left`."""
    from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTLine, LTRect

    for item in container:
        if len(drawn.rules) > MAX_RULES:
            raise SourceError(f"more than {MAX_RULES} rules on a page", "too_large")
        if isinstance(item, LTChar):
            _glyph(item, drawn, left, top)
        elif isinstance(item, LTLine):
            if not _white(item.stroking_color):
                drawn.rules.extend(_level_or_upright(item, left, top))
        elif isinstance(item, LTRect):
            drawn.rules.extend(_rectangle(item, left, top))
            if item.fill and _white(item.non_stroking_color):
                drawn.cover(_box(item, left, top))
        elif isinstance(item, LTCurve):
            rules = list(_path(item, left, top))
            drawn.rules.extend(rules)
            if not rules or len(rules) < len(item.pts) - 1 > _BAR:  # else rules, or a dash of one
                _mark(item, drawn, left, top)
        elif isinstance(item, LTFigure):
            _walk(item, drawn, left, top)
        elif isinstance(item, LTImage):
            drawn.pictures += item.width * item.height
            _mark(item, drawn, left, top)


def _glyph(item: Any, drawn: _Drawn, left: float, top: float) -> None:
    if len(drawn.glyphs) >= MAX_GLYPHS:
        raise SourceError(f"more than {MAX_GLYPHS} characters on a page", "too_large")
    text = item.get_text()
    if text.startswith("(cid:"):
        text = "\ufffd"  # the font does not say which character this is
    a, b, _c, d = item.matrix[:4]
    if min(abs(a), abs(b)) > _SLANT * max(abs(a), abs(b)):
        return
    degrees = (90 if b > 0 else 270) if abs(b) > abs(a) else 180 if a < 0 and d < 0 else 0
    if not text.isspace():
        drawn.directions[degrees] = drawn.directions.get(degrees, 0) + 1
    drawn.note(
        Glyph(text, item.x0 - left, top - item.y1, item.x1 - left, top - item.y0, float(item.size))
    )


def _box(item: Any, left: float, top: float) -> Box:
    return Box(item.x0 - left, top - item.y1, item.x1 - left, top - item.y0)


def _mark(item: Any, drawn: _Drawn, left: float, top: float) -> None:
    """Notes a drawing or picture of the size of a few letters."""
    least, most = _MARK
    if least <= item.height <= most and item.width <= 2 * most:
        drawn.marks.append(_box(item, left, top))


def _annotations(page: Any, left: float, top: float) -> Iterator[Box]:
    """Where form fields and remarks stand, whose text is not in the page's own."""
    from pdfminer.pdftypes import resolve1

    for reference in resolve1(page.page_obj.annots) or ():
        annotation = resolve1(reference)
        if not isinstance(annotation, dict) or "Rect" not in annotation:
            continue
        if getattr(annotation.get("Subtype"), "name", "") in ("Link", "Popup"):
            continue
        x0, y0, x1, y1 = (float(resolve1(v)) for v in resolve1(annotation["Rect"]))
        media = [float(resolve1(v)) for v in page.page_obj.mediabox]
        width, height = media[2] - media[0], media[3] - media[1]
        x0, x1, y0, y1 = x0 - media[0], x1 - media[0], y0 - media[1], y1 - media[1]
        for _ in range(page.rotation // 90):  # clockwise
            x0, x1, y0, y1, width, height = y0, y1, width - x1, width - x0, height, width
        yield Box(min(x0, x1) - left, top - max(y0, y1), max(x0, x1) - left, top - min(y0, y1))


def _level_or_upright(item: Any, left: float, top: float) -> Iterator[Rule]:
    if item.height <= 1.0 < item.width or (item.height <= 1.0 and item.width > item.height):
        y = top - (item.y0 + item.y1) / 2
        yield Rule(item.x0 - left, y, item.x1 - left, y)
    elif item.width <= 1.0:
        x = (item.x0 + item.x1) / 2 - left
        yield Rule(x, top - item.y1, x, top - item.y0)


def _rectangle(item: Any, left: float, top: float) -> Iterator[Rule]:
    """A thin rectangle is one rule along its middle; a larger one has four edges."""
    if item.stroke:
        if _white(item.stroking_color):
            return
    elif _white(item.non_stroking_color) or not item.fill:
        return
    if item.height < _THIN or item.width < _THIN:
        if item.height < _THIN and item.width < _THIN:
            # A dot of a dotted rule: long enough in neither direction to say which.
            y, x = top - (item.y0 + item.y1) / 2, (item.x0 + item.x1) / 2 - left
            yield Rule(item.x0 - left, y, item.x1 - left, y)
            yield Rule(x, top - item.y1, x, top - item.y0)
        elif item.height < item.width:
            y = top - (item.y0 + item.y1) / 2
            yield Rule(item.x0 - left, y, item.x1 - left, y)
        else:
            x = (item.x0 + item.x1) / 2 - left
            yield Rule(x, top - item.y1, x, top - item.y0)
        return
    x0, x1, y0, y1 = item.x0 - left, item.x1 - left, top - item.y1, top - item.y0
    yield Rule(x0, y0, x1, y0)
    yield Rule(x0, y1, x1, y1)
    yield Rule(x0, y0, x0, y1)
    yield Rule(x1, y0, x1, y1)


def _path(item: Any, left: float, top: float) -> Iterator[Rule]:
    """The level and upright straight parts of a path; a thin filled one is a rule itself."""
    if item.fill and not item.stroke and min(item.width, item.height) < _THIN:
        yield from _rectangle(item, left, top)
        return
    if not item.stroke or _white(item.stroking_color) or len(item.pts) > 2000:
        return
    for (ax, ay), (bx, by) in zip(item.pts, item.pts[1:], strict=False):
        if abs(ay - by) <= 0.5 < abs(ax - bx):
            y = top - (ay + by) / 2
            yield Rule(min(ax, bx) - left, y, max(ax, bx) - left, y)
        elif abs(ax - bx) <= 0.5 < abs(ay - by):
            x = (ax + bx) / 2 - left
            yield Rule(x, top - max(ay, by), x, top - min(ay, by))


def _white(color: Any) -> bool:
    """Whether ink of this colour cannot be seen on paper (grey 1, RGB 1 1 1, CMYK 0 0 0 0)."""
    if color is None:
        return False
    parts = color if isinstance(color, tuple | list) else (color,)
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError):
        return False  # a pattern or a named colour
    if len(numbers) == 4:
        return max(numbers) < 0.02
    return bool(numbers) and min(numbers) > 0.98
