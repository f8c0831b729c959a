"""Corrections → the dataset's files: what the store holds, written into the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from extract.dataset import lock, store
from extract.dataset.corrected import follow
from extract.dataset.write import write_dataset


def formats_there(folder: Path) -> tuple[tuple[str, ...], bool]:
    """The formats that the dataset's files have, and whether its CSV is marked as UTF-8."""
    formats = ["parquet"]
    bom = False
    if (folder / "cells.csv").exists():
        formats.append("csv")
        with (folder / "cells.csv").open("rb") as file:
            bom = file.read(3) == b"\xef\xbb\xbf"
    if (folder / "dataset.xlsx").exists():
        formats.append("xlsx")
    if (folder / "dataset.duckdb").exists():
        formats.append("duckdb")
    return tuple(formats), bom


def settle(folder: Path, held: Callable[[], None] | None = None) -> bool:
    """Write the dataset with its corrections; whether anything changed.

    `held` is called once nobody else can write the dataset any more, before it is read.
    Raises DatasetError where another gouji is writing it, or nothing can be written: the
    corrections stay in their store either way.
    """
    with lock.held(folder):
        if held is not None:
            held()
        before = store.load(folder)
        after = follow(folder, before)
        if all(old.equals(new) for old, new in zip(before, after, strict=True)):
            return False
        formats, bom = formats_there(folder)
        write_dataset(folder, after, formats, bom)
        return True
