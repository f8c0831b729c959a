"""The page of crops: one cell at a time, answered by a key, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.audit.pictures import Child, source_of
from extract.errors import SourceError
from extract.sampling.draw import Drawn
from extract.tables import plain

HERE = Path(__file__).parent
WIDTH = 1000
"""Pixels across a crop at most."""
_COLOUR = "#175a9c"


def rendered(folder: Path, drawn: Drawn, rows: Sequence[Mapping[str, Any]]) -> tuple[str, int]:
    """The page, and how many of its cells have a crop."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    crops = _crops(folder, drawn)
    script = (HERE / "static" / "sample.js").read_text(encoding="utf-8")
    style = (HERE / "static" / "sample.css").read_text(encoding="utf-8")
    page = environment.get_template("sample.html").render(
        name=plain(folder.resolve().name),
        key=_key(rows),
        cells=[
            {**row, "band": band, "strip": strip, "shown": _shown(row)}
            for row, (band, strip) in zip(rows, crops, strict=True)
        ],
        script=script,
        style=style,
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return page, sum(bool(band) for band, _ in crops)


def _key(rows: Sequence[Mapping[str, Any]]) -> str:
    """A name for this sample, under which a browser keeps the answers."""
    text = "\n".join(f"{row['report_id']} {row['code']}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shown(row: Mapping[str, Any]) -> str:
    if row["mark"] != "number":
        return {"blank": "（空白 blank）", "dash": "—"}.get(str(row["mark"]), str(row["mark"]))
    return str(row["value"])


def _crops(folder: Path, drawn: Drawn) -> list[tuple[str, str]]:
    """For each cell the band of its row and the strip up to its headers, "" where none."""
    cells = [cell for cell, _, _ in drawn.cells]
    order = sorted(
        range(len(cells)), key=lambda at: (cells[at]["report_id"], cells[at]["page"] or 0)
    )
    made = [("", "")] * len(drawn.cells)
    paths: dict[str, Path | None] = {}
    child = Child()
    try:
        for at in order:
            cell, _, top = drawn.cells[at]
            one = cell["report_id"]
            if cell["page"] is None or cell["x0"] is None:
                continue
            if one not in paths:
                paths[one] = source_of(drawn.reports[one], folder)
            if paths[one] is not None:
                made[at] = _crop(child, str(paths[one]), cell, top)
    finally:
        child.close()
    return made


def _crop(child: Child, path: str, cell: Mapping[str, Any], top: float | None) -> tuple[str, str]:
    box = [cell[key] for key in ("x0", "y0", "x1", "y1")]
    outlined = [{"box": box, "colour": _COLOUR, "strong": True}]
    job = {"path": path, "page": cell["page"], "boxes": outlined, "width": WIDTH}
    pictures = []
    for more in ({"do": "crop"}, {"do": "strip", "top": top if top is not None else box[1]}):
        try:
            _, picture = child.ask({**job, **more})
        except SourceError:
            pictures.append("")
        else:
            pictures.append(f"data:image/webp;base64,{base64.b64encode(picture).decode()}")
    return pictures[0], pictures[1]
