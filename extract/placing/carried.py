"""The columns that one fragment of a table has, and what they say of those after a break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.forms import Section
from extract.model import Grid, GridCell
from extract.placing.edges import Place, Span, places_of, positions_of

_NEAR = 0.03
"""Share of a grid's width by which columns before and after a break may stand apart."""

BESIDE_LOST = "the form's column beside it was not found: this cell may be both"


@dataclass(frozen=True, slots=True)
class Columns:
    """For each of a section's columns the span of grid columns, None where not printed.

    `similarity` is the mean likeness of the headers, None where no header was printed.
    """

    spans: tuple[Span | None, ...]
    similarity: float | None
    units: tuple[str | None, ...]
    positions: tuple[float, ...] = ()
    """Middle of each span as a share of all the spans, from the right, where there is geometry."""
    places: tuple[Place, ...] = ()
    """Where each span begins and ends, as shares of the grid, where there is geometry."""
    doubts: tuple[str | None, ...] = ()
    """Why a column may be another one, in words."""
    printed: tuple[int | None, ...] = ()
    """For each of the section's columns its number among the printed ones."""
    exact: bool = False
    """Every column of the section has a header that is surely its own."""
    every: tuple[Span, ...] = ()
    """All printed columns of values."""
    every_place: tuple[Place, ...] = ()
    """Where each of these begins and ends, as `places`."""
    aside: frozenset[int] = frozenset()
    """The numbers of those whose headers say that they are none of the section's."""

    @property
    def count(self) -> int:
        """How many columns of values are printed."""
        return len(self.every)

    @property
    def whole(self) -> bool:
        return all(span is not None for span in self.spans)

    def puts_aside(self, cell: GridCell) -> bool:
        """Whether a cell stands in a column that is none of the section's by its header."""
        return any(within(cell, self.every[number]) for number in self.aside)

    def doubt(self, column: int, cell: GridCell) -> str | None:
        """Why a cell may not be of this column; a rule that a picture hides makes one of two."""
        beside = self.spans[max(0, column - 1) : column + 2]
        if cell.crop is not None and None in beside:
            return BESIDE_LOST
        return self.doubts[column] if self.doubts else None


def without_header(
    grid: Grid, section: Section, spans: list[Span], carried: Columns | None
) -> Columns:
    """A fragment after a break: the columns stand where they stood before it."""
    wanted = len(section.columns)
    units = carried.units if carried else (None,) * wanted
    if carried and (same := _at_the_same_places(grid, spans, carried)):
        return replace(
            carried,
            spans=same,
            positions=positions_of(grid, same),
            printed=tuple(spans.index(span) for span in same),
            every=tuple(spans),
            aside=carried.aside if len(spans) == carried.count else frozenset(),
        )
    if carried and len(spans) == carried.count:
        picked = tuple(None if i is None else spans[i] for i in carried.printed)
        positions = positions_of(grid, picked)
        # Of a single column its share of all the columns says nothing.
        agree = _agree(carried, positions) and (len(positions) > 1 or not carried.places)
        return replace(
            carried,
            spans=picked,
            similarity=carried.similarity if agree else None,
            positions=positions,
            exact=carried.exact and agree,
            every=tuple(spans),
        )
    if carried and not carried.places and carried.whole and set(spans) >= set(carried.spans):
        return carried
    if len(spans) == wanted and (
        carried is None or _plain(carried) or _parts(places_of(grid, spans), carried)
    ):
        whole = tuple(spans)
        return Columns(
            whole,
            None,
            units,
            positions_of(grid, whole),
            printed=tuple(range(wanted)),
            every=whole,
        )
    none = (None,) * wanted
    return Columns(none, None, units, printed=none, every=tuple(spans))


def _at_the_same_places(
    grid: Grid, spans: Sequence[Span], carried: Columns
) -> tuple[Span, ...] | None:
    """The spans that stand where the columns stood before the break, if each of them has one."""
    found = []
    places = list(zip(spans, places_of(grid, spans), strict=False))
    for start, end in carried.places:
        near = [s for s, (a, b) in places if max(abs(a - start), abs(b - end)) < _NEAR]
        if len(near) != 1:
            return None
        found += near
    return tuple(found) or None


def _plain(carried: Columns) -> bool:
    """Whether the columns before the break were the form's own alone, in its order: of more, one
    that was lost may be the form's, and one that is left another.
    """
    own = tuple(range(len(carried.spans)))
    return carried.printed == own and carried.count == len(own) and not any(carried.doubts)


def _parts(places: Sequence[Place], carried: Columns) -> bool:
    """Whether the columns stand where those before the break stood, of which some were read as one
    for want of a rule.
    """
    sides = [side for place in places for side in place]
    return 0 < len(carried.every_place) < len(places) and all(
        any(abs(side - one) < _NEAR for one in sides)
        for place in carried.every_place
        for side in place
    )


def _agree(carried: Columns, positions: tuple[float, ...]) -> bool:
    """Whether two fragments have their columns at the same places (or have no geometry)."""
    if not positions or not carried.positions:
        return True
    return max(abs(a - b) for a, b in zip(carried.positions, positions, strict=True)) < 0.04


def within(cell: GridCell, span: Span) -> bool:
    return cell.column < span[1] and cell.column + cell.column_span > span[0]
