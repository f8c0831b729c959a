"""The dataset's tables → the ledger, should others have written them since."""

from __future__ import annotations

import json
import os
from pathlib import Path

from extract.dataset.ledger import Ledger
from extract.tables import TABLES


def refresh(folder: Path, ledger: Ledger) -> None:
    """Let the ledger know the dataset's tables, should others have written them since.

    A report whose cells are not all there is not known, and so is read again. Raises
    DatasetError where the files are not those of a dataset.
    """
    written = json.loads(ledger.meta("written") or "{}")
    tables = {name: folder / f"{name}.parquet" for name in TABLES}
    if written and all(written["files"].get(one.name) == stamp(one) for one in tables.values()):
        return
    there = {name: path for name, path in tables.items() if path.exists()}
    if not there:
        ledger.rebuild((), set())
        return
    # Only here: where nothing is written yet, reading is not to wait for what reads tables.
    from extract.dataset import store, streams

    for name, path in there.items():
        store.checked_schema(path, name)
    rows = (row for piece in streams.stored(folder, "reports") for row in piece.to_pylist())
    ledger.rebuild(rows, streams.torn(folder))


def stamp(path: Path) -> list[int] | None:
    """What changes when a file is written anew; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ino]
