"""A stratified random sample of a dataset's `ok` cells, drawn in two passes over its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extract.dataset.streams import reports_of, whole_reports
from extract.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

BANDS = (0.99, 0.999)
"""Where bands of confidence begin: below 0.99, from 0.99, from 0.999 on."""
_OF_REPORT = ("report_id", "source", "sources", "sha256", "source_kind")
_COLUMNS = ("report_id", "table", "status", "confidence")

Stratum = tuple[str, ...]
"""Kind of source, table, band of confidence; shorter where the sample is too small for all."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Sampled cells in random order, each a row of `cells` with its stratum; sizes of strata.

    `tops` gives the upper edge of the cell's table on its page, where its headers end.
    """

    cells: tuple[tuple[Row, Stratum, float | None], ...]
    sizes: Mapping[Stratum, int]
    reports: Mapping[str, Row]


def draw(folder: Path, number: int, seed: int = 1) -> Drawn:
    """At most `number` cells, of every stratum in proportion to its size and at least one.

    Strata are kind of source × table × band of confidence; where that makes more strata than
    cells to draw, bands are dropped, then tables, then kinds. Raises DatasetError, and UsageError
    where there is nothing to draw.
    """
    if number < 1:
        raise UsageError("-n: at least one cell must be drawn")
    reports = {row["report_id"]: row for row in reports_of(folder, _OF_REPORT)}
    counts: dict[Stratum, int] = {}
    for _, names, places in _strata(folder, reports):
        for place, count in enumerate(np.bincount(places[places >= 0], minlength=len(names))):
            if count:
                counts[names[place]] = counts.get(names[place], 0) + int(count)
    if not counts:
        raise UsageError(f"{folder.name}: no cell has status ok, so there is nothing to sample")
    deep = next((d for d in (3, 2, 1, 0) if len({s[:d] for s in counts}) <= number), 0)
    sizes: dict[Stratum, int] = {}
    for stratum, count in sorted(counts.items()):
        sizes[stratum[:deep]] = sizes.get(stratum[:deep], 0) + count
    rng = np.random.default_rng(seed)
    picks = {
        stratum: np.sort(rng.choice(sizes[stratum], share, replace=False))
        for stratum, share in allocation(sizes, number).items()
    }
    cells = list(_picked(folder, reports, picks, deep))
    order = rng.permutation(len(cells))
    return Drawn(tuple(cells[place] for place in order), sizes, reports)


def allocation(sizes: Mapping[Stratum, int], number: int) -> dict[Stratum, int]:
    """How many of each stratum: ⌈share × size⌉ with the largest share that draws at most `number`.

    So every cell has nearly the same chance, and no stratum goes without.
    """
    low, high = 0.0, 1.0
    if sum(sizes.values()) <= number:
        return dict(sizes)
    for _ in range(60):
        share = (low + high) / 2
        if sum(ceil(share * size) for size in sizes.values()) <= number:
            low = share
        else:
            high = share
    return {stratum: max(1, ceil(low * size)) for stratum, size in sizes.items()}


def _strata(
    folder: Path, reports: Mapping[str, Row], columns: tuple[str, ...] | None = _COLUMNS
) -> Iterator[tuple[Any, list[Stratum], Places]]:
    """Pieces of `cells`, the strata in each, and by row the place of its stratum, −1 for none."""
    kinds = sorted({str(row["source_kind"]) for row in reports.values()})
    kind_of = {one: kinds.index(str(row["source_kind"])) for one, row in reports.items()}
    for piece in whole_reports(folder, "cells", columns):
        ids = piece.column("report_id").dictionary_encode().combine_chunks()
        words = [kind_of[one] for one in ids.dictionary.to_pylist()]
        kind = np.array(words, dtype=np.int64)[ids.indices.to_numpy()]
        tables = piece.column("table").dictionary_encode().combine_chunks()
        table_names = tables.dictionary.to_pylist()
        table = tables.indices.to_numpy().astype(np.int64)
        confidence = pc.fill_null(piece.column("confidence"), 0.0).to_numpy()
        band = np.digitize(confidence, BANDS)
        bands = len(BANDS) + 1
        places = (kind * len(table_names) + table) * bands + band
        places[~pc.equal(piece.column("status"), "ok").to_numpy()] = -1
        names: list[Stratum] = [
            (one, name, _band_name(number))
            for one in kinds
            for name in table_names
            for number in range(bands)
        ]
        yield piece, names, places


def _band_name(band: int) -> str:
    return f"< {BANDS[0]}" if band == 0 else f"≥ {BANDS[band - 1]}"


def _picked(
    folder: Path, reports: Mapping[str, Row], picks: Mapping[Stratum, Places], deep: int
) -> Iterator[tuple[Row, Stratum, float | None]]:
    """The cells whose rank within their stratum was picked."""
    passed = dict.fromkeys(picks, 0)
    for piece, names, places in _strata(folder, reports, None):
        merged = sorted({name[:deep] for name in names})
        own = np.array([merged.index(name[:deep]) for name in names], dtype=np.int64)
        place = np.where(places >= 0, own[places], -1)
        rows: list[int] = []
        of: list[Stratum] = []
        for number, stratum in enumerate(merged):
            members = np.flatnonzero(place == number)
            wanted = picks.get(stratum, np.array([], dtype=np.int64)) - passed.get(stratum, 0)
            inside = members[wanted[(wanted >= 0) & (wanted < len(members))]]
            passed[stratum] = passed.get(stratum, 0) + len(members)
            rows += inside.tolist()
            of += [stratum] * len(inside)
        found = piece.take(pa.array(rows, type=pa.int64())).to_pylist()
        for row, stratum in zip(found, of, strict=True):
            yield row, stratum, _top(piece, row)


def _top(piece: Any, row: Row) -> float | None:
    """The upper edge of the first cell of the row's table on its page."""
    if row["page"] is None or row["y0"] is None:
        return None
    same = pc.and_(
        pc.equal(piece.column("report_id"), row["report_id"]),
        pc.and_(
            pc.equal(piece.column("page"), row["page"]),
            pc.equal(piece.column("table"), row["table"]),
        ),
    )
    top: float | None = pc.min(piece.column("y0").filter(same)).as_py()
    return top
