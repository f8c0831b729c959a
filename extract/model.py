"""The nouns of gouji: plain frozen values, no input or output.

Coordinates are points (1/72 inch), origin top left, of the page as a reader sees it: turned by
its rotation entry and cut to its crop box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    """A picture: (height, width) grey or (height, width, 3) RGB, 0 black, 255 white."""

Mark = Literal["number", "blank", "dash", "illegible", "missing"]
CellStatus = Literal["ok", "repaired", "suspect", "missing", "corrected"]
Verdict = Literal["pass", "fail", "not_checkable"]
Cause = Literal["publisher", "reading", "undecided"]
Strength = Literal["hard", "soft"]
SourceKind = Literal["pdf-text", "pdf-ocr", "pdf-scan", "image", "docx", "html", "markdown"]
Number = int | float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside; the right and lower edges belong to the next box."""
        return self.x0 <= x < self.x1 and self.y0 <= y < self.y1

    def scaled(self, factor: float) -> Box:
        return Box(self.x0 * factor, self.y0 * factor, self.x1 * factor, self.y1 * factor)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of a text layer."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line drawn on the page, level (y0 == y1) or upright (x0 == x1)."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text outside tables; `size` is the font size in points, 0 when unknown."""

    text: str
    page: int
    box: Box | None = None
    size: float = 0.0
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One hypothesis of what a cell prints.

    `value` is None for every mark but "number". `probability` is that of the whole reading
    (mark, value) given the evidence; the alternatives of a cell sum to at most 1, the rest being
    for readings nobody proposed.
    """

    printed: str
    mark: Mark
    value: Number | None = None
    unit: str | None = None
    probability: float = 1.0
    reader: str = ""


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a grid, merged cells once, at their first row and column.

    `text` is what the source's text says (None: nobody has read it yet, only pixels exist).
    `whole` is False when glyphs or strokes cross the cell's rules, text was joined from several
    cells or a side of the cell is in doubt, so that digits may belong to a neighbour.
    `torn`: its own ink says that it is not whole, whatever its sides.
    `stacked`: its lines stand so far apart that they may be the numbers of two rows.
    `readings` are alternatives from pixels, best first.
    `trust`, 0 to 1, is that of the reader of a text that was read from pixels.
    `closed_up`: blank cells of its row were pushed to the end, so only its order in the row holds.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    text: str | None = ""
    box: Box | None = None
    whole: bool = True
    closed_up: bool = False
    torn: bool = False
    stacked: bool = False
    readings: tuple[Reading, ...] = ()
    trust: float = 1.0
    crop: Pixels | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table as found on one page: `rows` x `columns` with merged cells.

    Cells are in reading order. `reader` names what found the grid and its texts. `doubt` is
    plain words when the grid as a whole may be wrong (every cell of it is then suspect).
    """

    page: int
    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    box: Box | None = None
    reader: str = ""
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source.

    Text sources give `glyphs` and `rules`, structured ones (docx, html, markdown) give `lines`
    and `grids` directly, scans give `pixels`, a call that renders the page as displayed and
    returns the picture with its pixels per point (it may raise SourceError).
    """

    number: int
    width: float = 0.0
    height: float = 0.0
    glyphs: tuple[Glyph, ...] = ()
    rules: tuple[Rule, ...] = ()
    lines: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    flow: tuple[Line | Grid, ...] = ()
    """Lines and grids as they follow each other, where the source tells; a column of cells that
    `lines` holds is a grid here, with its blank cells."""
    pixels: Callable[[], tuple[Pixels, float]] | None = field(default=None, compare=False)
    scanned: bool = False
    """A picture covers the page: its text layer, if any, is a machine's reading of it."""
    marks: tuple[Box, ...] = ()
    """Where something is drawn that the glyphs do not tell: outlines, pictures, form fields,
    text under a patch."""
    turned: int = 0
    """Degrees clockwise by which glyphs and rules were turned upright, out of the display."""


@dataclass(frozen=True, slots=True)
class Document:
    """A source file taken apart. `has_pages` is False where the format has no page geometry;
    `damage` says why none of it can be relied on.
    """

    source: str
    kind: SourceKind
    pages: tuple[Page, ...]
    title: str | None = None
    warnings: tuple[str, ...] = ()
    has_pages: bool = True
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the form's cell `code` stands in the source, or that no such cell was found."""

    code: str
    cell: GridCell | None
    page: int | None = None
    reader: str = ""
    doubt: str | None = None
    """Why this placement may be wrong; such a cell is never better than suspect."""
    header_unit: str | None = None
    row_only: bool = False
    """Whether the doubt is but which of the form's rows the printed one is."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A form and, for each of its codes in printed order, the slot."""

    form: str
    alternatives: frozenset[str]
    slots: tuple[Slot, ...]
    score: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one cell before arithmetic: alternatives, best first, and the doubt."""

    slot: Slot
    readings: tuple[Reading, ...]
    doubt: str | None = None
    told: bool = False
    """Something other than the cell itself spoke of its number: nobody is accused on its word."""
    asked: tuple[tuple[int, float], ...] = ()
    """Numbers that were put to the pixels one by one, whether a reader proposed them or not, with
    their probabilities: only ink that is not in the cell can make one likelier.
    """
    seconded: bool = False
    """Surely read, and whoever else read its ink read the same."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the form as the dataset shows it (columns of the `cells` table)."""

    code: str
    table: str
    row: str
    column: str
    value: Number | None
    implied: Number | None
    printed: str
    mark: Mark
    unit: str | None
    status: CellStatus
    confidence: float | None
    page: int | None
    box: Box | None
    reader: str
    why: str | None = None
    """In words, why the status is not "ok"."""
    readings: tuple[Reading, ...] = ()
    asked: tuple[tuple[int, float], ...] = ()
    """As of its evidence."""


@dataclass(frozen=True, slots=True)
class Check:
    """One identity of the form and its verdict (columns of the `checks` table)."""

    id: str
    strength: Strength
    verdict: Verdict
    expected: Number | None
    actual: Number | None
    difference: Number | None
    cause: Cause | None
    cells: tuple[str, ...]
    why: str | None = None


ClaimScope = Literal["all", "organ", "others"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that the text says, and whether the tables agree (columns of `claims`).

    `scope`: of the whole area or system, of the reporting organ alone, or of other bodies; None
    where the text does not say. `carried`: the text says that it counts cases carried over.
    `shown` is the tables' number in the claim's unit, from `cells`.
    """

    claim: str
    text: str
    value: Number
    unit: str | None
    scope: ClaimScope | None
    carried: bool
    page: int
    cells: tuple[str, ...]
    shown: Number | None
    verdict: Verdict
    why: str | None = None


Origin = Literal["title", "heading", "text", "file_name", "given"]


@dataclass(frozen=True, slots=True)
class About:
    """Who reports, and on which year, with where each came from; `doubts` in plain words."""

    title: str | None = None
    agency: str | None = None
    agency_from: Origin | None = None
    year: int | None = None
    year_from: Origin | None = None
    region: str | None = None
    region_code: str | None = None
    url: str | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What the user already knows of a file (a row of `--about`)."""

    url: str | None = None
    agency: str | None = None
    region_code: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Everything read from one source file: the record behind one row of `reports`."""

    report_id: str
    source: str
    sha256: str
    kind: SourceKind | None
    pages: int
    about: About
    form: str | None
    status: Literal["ok", "review", "failed"]
    cells: tuple[Cell, ...] = ()
    checks: tuple[Check, ...] = ()
    error_kind: str | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()
    stages: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Seconds spent per stage of the pipeline."""
    claims: tuple[Claim, ...] = ()
