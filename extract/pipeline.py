"""One file → one result: the sentence that gouji is, and the only place that reads again.

file → pages → grids → placement in a form → number readings → decoded cells and checks
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from extract.errors import GoujiError, ReportError, SourceError
from extract.forms import Form, load_forms
from extract.limits import beat, limits
from extract.model import (
    About,
    Cell,
    Check,
    Document,
    Evidence,
    Given,
    Grid,
    Line,
    Page,
    Placement,
    Result,
)
from extract.sources.digest import sha256_of
from extract.sources.turn import grid_displayed, slots_displayed

# Each number lies in a cell of its own, by rules or by markup, and its characters are certain.
_BORN_DIGITAL = ("pdf-text", "docx", "html")
# Mean trust in a page's texts below which it may stand on its head.
_LEGIBLE = 0.8
_PIXELS = ("pdf-scan", "pdf-ocr", "image")
# Formats that tell in which order their text runs, tables or none.
_FLOWING = ("docx", "html", "markdown")
_TABULAR = ("pdf-text", "pdf-ocr", "pdf-scan", "image", "docx", "html")

if TYPE_CHECKING:
    from extract.reading.scans import ScanReading


class Stopwatch:
    """Seconds per named stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + spent


def read(path: Path, given: Given | None = None) -> Result:
    """Everything that one file says. A bad file is a failed result, never an exception."""
    watch = Stopwatch()
    digest = ""
    document: Document | None = None
    warnings: list[str] = []
    try:
        with watch.stage("open"):
            digest = _digest(path)
            document = open_source(path)
        return _read(path, document, digest, given, watch, warnings)
    except GoujiError as error:
        return Result(
            digest[:16],
            str(path),
            digest,
            document.kind if document else None,
            len(document.pages) if document and document.has_pages else 0,
            About(),
            None,
            "failed",
            error_kind=error.kind,
            error=error.what,
            warnings=tuple(dict.fromkeys(warnings)),
            stages=watch.seconds,
        )
    except MemoryError:
        what = f"needs more memory than its limit of {limits().memory} MB: split the file"
        failed = Result(digest[:16], str(path), digest, None, 0, About(), None, "failed")
        return replace(failed, error_kind="memory", error=what, stages=watch.seconds)


def open_source(path: Path) -> Document:
    """The file taken apart. Raises SourceError."""
    from extract.sources.opening import open_document

    return open_document(path)


def raw_tables(path: Path) -> tuple[Grid, ...]:
    """The ruled tables of any document, whatever it is about. Raises SourceError."""
    document = open_source(path)
    pages = [look(page, Stopwatch(), []) for page in document.pages]
    return tuple(grid_displayed(grid, page) for page in pages for grid in page.grids)


def looked_at(path: Path) -> tuple[Page, ...]:
    """The pages of any document with their grids and lines, scans read. Raises SourceError."""
    watch = Stopwatch()
    return tuple(look(page, watch, []) for page in open_source(path).pages)


def _read(
    path: Path,
    document: Document,
    digest: str,
    given: Given | None,
    watch: Stopwatch,
    warnings: list[str],
) -> Result:
    """The report that a document holds; `warnings` are gathered on the way, come what may."""
    forms = load_forms()
    tabular = document.kind in _TABULAR
    warnings += document.warnings
    pages = tuple(look(page, watch, warnings) for page in document.pages)
    with watch.stage("placing"):
        placement = _place(pages, forms, tabular)
    if document.kind == "pdf-text" and (isinstance(placement, ReportError) or _gaps(placement)):
        with watch.stage("second look"):
            pages, placement = _look_again(path, document, pages, forms, placement)
    taken_apart = None
    if document.kind in _FLOWING and (isinstance(placement, ReportError) or _missing(placement)):
        with watch.stage("second look"):
            taken_apart = _place_runs(document, forms, placement)
    placement = taken_apart or placement
    lines = tuple(line for page in pages for line in page.lines)
    if isinstance(placement, ReportError):
        warnings += _without_tables(pages, warnings)
        raise _why_no_report(placement, lines, forms)
    with watch.stage("metadata"):
        about = _about(document, lines, forms, given)
    with watch.stage("reading"):
        form = next(form for form in forms if form.id == placement.form)
        evidence = _evidence(document, form, placement, pages)
    pixels = document.kind in _PIXELS
    geometry = document.kind in _BORN_DIGITAL and taken_apart is None
    with watch.stage("reconcile"):
        from extract.reconcile import reconcile

        cells, checks = reconcile(
            form, placement.alternatives, evidence, pixels=pixels, geometry=geometry
        )
    with watch.stage("claims"):
        from extract.claims import find_claims

        claims = find_claims(lines, form, cells, about.year)
    if pixels:
        with watch.stage("second opinions"):
            from extract.claims import said_of
            from extract.reconcile.counts import counts_of
            from extract.reconcile.opinions import asked_of_pixels, second_opinions, worth_asking

            asked = asked_of_pixels(form, placement.alternatives, evidence)
            wanted = worth_asking(cells, checks)
            counts = counts_of(form, placement.alternatives)
            more = second_opinions(asked, wanted, said_of(claims, cells), counts)
        if more != evidence:
            with watch.stage("reconcile"):
                cells, checks = reconcile(
                    form, placement.alternatives, more, pixels=True, geometry=False
                )
            with watch.stage("claims"):
                claims = find_claims(lines, form, cells, about.year)
    warnings += [*placement.warnings, *_emptiness(cells), *about.doubts]
    return Result(
        digest[:16],
        str(path),
        digest,
        document.kind,
        len(document.pages) if document.has_pages else 0,
        about,
        placement.form,
        _status(cells, checks, about),
        cells,
        checks,
        warnings=tuple(warnings),
        stages=watch.seconds,
        claims=claims,
    )


def _evidence(
    document: Document, form: Form, placement: Placement, pages: Sequence[Page]
) -> tuple[Evidence, ...]:
    """What each cell of the form prints, before any arithmetic."""
    from extract.reading.evidence import evidence_of

    slots = tuple(replace(slot, doubt=slot.doubt or document.damage) for slot in placement.slots)
    evidence = evidence_of(slots_displayed(slots, pages))
    if document.kind in _PIXELS:
        from extract.reading.scans import weigh_style
        from extract.reconcile.counts import as_amounts, as_counts, counts_of, money_of

        money = money_of(form, placement.alternatives)
        styled = as_amounts(weigh_style(evidence, money), money)
        evidence = as_counts(styled, counts_of(form, placement.alternatives))
    if document.kind == "pdf-ocr":
        from extract.reconcile.layers import weigh_text_layer

        evidence = weigh_text_layer(evidence, placement.slots, pages)
    return evidence


def _digest(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise SourceError(
            f"cannot be read ({error.strerror}): check the path and its rights", "unreadable"
        ) from None


def _first_look(page: Page) -> Page:
    """Grids and lines of a page, the cheapest way that its content allows."""
    if page.grids or page.lines:
        return page
    if page.glyphs:
        from extract.grids.ruled import read_ruled

        return read_ruled(page)
    return page


def look(page: Page, watch: Stopwatch, warnings: list[str]) -> Page:
    """Grids and lines of a page by what it holds: markup, a text layer, or only pixels."""
    beat()
    if not page.scanned or page.grids or page.lines:
        with watch.stage("grids"):
            return _first_look(page)
    best = _from_pixels(page, watch, warnings)
    if best.legibility < _LEGIBLE:
        from extract.grids.lying import other_ways
        from extract.reading.sense import read_sensibly

        for way in other_ways(page, read_sensibly):
            best = max(best, _from_pixels(page, watch, [], *way), key=lambda r: r.legibility)
            if best.legibility >= _LEGIBLE:
                break
    return best.page


def _from_pixels(page: Page, watch: Stopwatch, warnings: list[str], *way: bool) -> ScanReading:
    """The page read, taken to stand as it shows, or the `way` that `other_ways` has it."""
    from extract.reading.sense import read_sensibly

    lying, contrary = way or (None, False)
    with watch.stage("grids from pixels"):
        from extract.grids.scanned import find_scanned_grids

        found = find_scanned_grids(page, read_sensibly, lying=lying, contrary=contrary)
        warnings.extend(found.warnings)
    with watch.stage("reading pixels"):
        from extract.reading.scans import read_scan

        return read_scan(page, found.grids, found.line_crops)


def _place(pages: Sequence[Page], forms: Sequence[Form], tabular: bool) -> Placement | ReportError:
    from extract.placing.place import place

    try:
        return place([grid for page in pages for grid in page.grids], forms, tabular)
    except ReportError as error:
        return error


def _gaps(placement: Placement) -> int:
    """Cells of the form that were not found, or found in doubt."""
    return sum(slot.cell is None or slot.doubt is not None for slot in placement.slots)


def _look_again(
    path: Path,
    document: Document,
    pages: tuple[Page, ...],
    forms: Sequence[Form],
    first: Placement | ReportError,
) -> tuple[tuple[Page, ...], Placement | ReportError]:
    """The pages through camelot; the better of both looks stands."""
    if isinstance(first, ReportError) and first.kind == "several_reports":
        return pages, first
    again = tuple(_lattice(path, page) for page in document.pages)
    second = _place(again, forms, tabular=True)
    if isinstance(second, ReportError):
        return pages, first
    if isinstance(first, ReportError) or _gaps(second) < _gaps(first):
        return again, second
    return pages, first


def _missing(placement: Placement) -> int:
    """Cells of the form that were not found."""
    return sum(slot.cell is None for slot in placement.slots)


def _place_runs(
    document: Document, forms: Sequence[Form], first: Placement | ReportError
) -> Placement | None:
    """The text's labels and numbers by their order, where that finds more than the tables gave."""
    from extract.placing.by_order import place_by_order

    if isinstance(first, ReportError) and first.kind == "several_reports":
        return None
    flow = [item for page in document.pages for item in page.flow]
    try:
        second = place_by_order(flow, forms, document.kind)
    except ReportError as error:
        if error.kind == "several_reports":
            raise
        return None
    if isinstance(first, ReportError):
        return second
    if _missing(second) < _missing(first) or _gaps(second) < _gaps(first):
        return _filled_from(second, first)
    return None


def _filled_from(chosen: Placement, other: Placement) -> Placement:
    """The chosen placement, the cells that it lacks from another one of the same form."""
    found = {slot.code: slot for slot in other.slots if slot.cell is not None}
    if chosen.form != other.form:
        return chosen
    slots = tuple(found.get(s.code, s) if s.cell is None else s for s in chosen.slots)
    return replace(chosen, slots=slots, warnings=other.warnings)


def _lattice(path: Path, page: Page) -> Page:
    from extract.grids.lattice import read_lattice

    beat()
    return read_lattice(path, page)


def _without_tables(pages: Sequence[Page], warnings: Sequence[str]) -> list[str]:
    """Why pictures of pages gave nothing, page by page, where that is not said yet."""
    return [
        said
        for page in pages
        if page.scanned and not page.grids
        if not any(one.startswith(f"page {page.number}: ") for one in warnings)
        if (said := f"page {page.number}: no ruled table on it")
    ]


def _why_no_report(error: ReportError, lines: Sequence[Line], forms: Sequence[Form]) -> ReportError:
    """A better reason, where the text alone shows the form's labels."""
    from extract.placing.lost import labels_in

    if error.kind in ("no_tables", "not_a_report") and labels_in(lines, forms) >= 12:
        return ReportError(
            "the form's labels stand in the text, but without a table and a value beside each: "
            "take the report from its original file",
            "values_lost",
        )
    return error


def _about(
    document: Document, lines: Sequence[Line], forms: Sequence[Form], given: Given | None
) -> About:
    from extract.placing.metadata import find_about, report_titles

    titles = report_titles(lines, forms)
    if len(titles) > 1:
        raise ReportError(
            f"{len(titles)} reports in one file ({'; '.join(titles[:3])}): cut it into one each",
            "several_reports",
        )
    return find_about(document, lines, forms, given)


def _emptiness(cells: Sequence[Cell]) -> tuple[str, ...]:
    if any(cell.mark in ("number", "illegible") for cell in cells):
        return ()
    return ("the form is empty: no cell prints a number",)


def _status(
    cells: Sequence[Cell], checks: Sequence[Check], about: About
) -> Literal["ok", "review"]:
    doubtful = any(cell.status in ("suspect", "missing") for cell in cells)
    broken = any(
        check.verdict == "fail" and check.strength == "hard" and check.cause != "publisher"
        for check in checks
    )
    unnamed = about.agency is None or about.year is None or bool(about.doubts)
    return "review" if doubtful or broken or unnamed or _emptiness(cells) else "ok"
