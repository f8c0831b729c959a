"""What a dataset folder already holds: its rows, and what is being added to them."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.dataset.write import writing
from extract.errors import DatasetError
from extract.model import Given
from extract.tables import LIST_SEPARATOR, TABLES, Tables, arrow_schema, plain

_OWN = ".gouji"
"""Folder in the dataset for what is not data: the lock, what was given, unsaved rows."""


class Known(NamedTuple):
    """A report that the dataset holds."""

    report_id: str
    source: str
    sources: tuple[str, ...]
    sha256: str | None
    version: str
    error_kind: str | None


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[None]:
    """Make the folder if need be and hold it for this process alone. Raises DatasetError."""
    with writing(folder):
        (folder / _OWN).mkdir(parents=True, exist_ok=True)
        lock = (folder / _OWN / "lock").open("w")
    with lock:
        if not _locked(lock.fileno()):
            raise DatasetError(
                f"{plain(os.fspath(folder))}: another gouji is writing this dataset; "
                "wait for it, or choose another folder with -o"
            )
        yield


def _locked(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def load(folder: Path) -> Tables:
    """The rows of the dataset, and those that an interrupted run left unsaved.

    Reports whose rows are not all there are left out, and so are read again. Raises
    DatasetError where the files are not those of a dataset.
    """
    saved = Tables(*(_read(folder / f"{name}.parquet", name) for name in TABLES))
    parts = [saved]
    for part in sorted((folder / _OWN / "unsaved").glob("*")):
        with contextlib.suppress(DatasetError):  # cut short by the end of its process
            parts.append(Tables(*(_read(part / f"{name}.parquet", name) for name in TABLES)))
    whole = parts[0]
    for part_tables in parts[1:]:
        fresh = set(part_tables.reports.column("report_id").to_pylist())
        whole = joined(without(whole, fresh), [part_tables])
    return _complete(whole)


def load_table(folder: Path, name: str) -> Any:
    """One table of the saved dataset, empty where there is none. Raises DatasetError."""
    return _read(folder / f"{name}.parquet", name)


def is_saved(folder: Path) -> bool:
    """Whether all files of a dataset are there."""
    return all((folder / f"{name}.parquet").exists() for name in TABLES)


def has_unsaved(folder: Path) -> bool:
    """Whether an interrupted run left rows that are not in the dataset's files yet."""
    return any((folder / _OWN / "unsaved").glob("*"))


def checked_schema(path: Path, name: str) -> Any:
    """The schema of a table, once the file has it. Raises DatasetError."""
    schema = arrow_schema(name)
    try:
        first = sorted(path.glob("*.parquet"))[0] if path.is_dir() else path
        found = pq.read_schema(first)
    except (OSError, IndexError, pa.ArrowException) as error:
        raise _foreign(path, (str(error) or "it is empty").splitlines()[0]) from None
    if found.names != schema.names:
        raise _foreign(path, "its columns are others")
    if [one.type for one in found] != [one.type for one in schema]:
        raise _foreign(path, "its columns are of other types")
    return schema


def keep_unsaved(folder: Path, tables: Iterable[Tables], number: int) -> None:
    """Put finished rows aside, so that even the end of this process does not lose them."""
    part = folder / _OWN / "unsaved" / f"{number:08d}"
    with writing(folder):
        part.mkdir(parents=True, exist_ok=True)
        gathered = joined(empty(), tables)
        for name in ("claims", "cells", "checks", "reports"):
            pq.write_table(getattr(gathered, name), part / f"{name}.parquet")


def forget_unsaved(folder: Path) -> None:
    for part in (folder / _OWN / "unsaved").glob("*"):
        for file in part.glob("*.parquet"):
            file.unlink()
        part.rmdir()


def known(tables: Tables) -> list[Known]:
    columns = ("report_id", "source", "sources", "sha256", "version", "error_kind")
    return [
        Known(
            row["report_id"],
            row["source"],
            tuple(row["sources"].split(LIST_SEPARATOR)),
            row["sha256"],
            row["version"],
            row["error_kind"],
        )
        for row in tables.reports.select(columns).to_pylist()
    ]


def load_given(folder: Path) -> dict[str, Given]:
    """What the user knew of each source in former runs; lost, it only costs reading again."""
    try:
        found = json.loads((folder / _OWN / "given.json").read_text(encoding="utf-8"))
        return {str(source): Given(**facts) for source, facts in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def save_given(folder: Path, given: Mapping[str, Given]) -> None:
    facts = {source: asdict(given[source]) for source in sorted(given)}
    with writing(folder):
        text = json.dumps(facts, ensure_ascii=False, indent=0)
        (folder / _OWN / "given.json").write_text(text, encoding="utf-8")


def empty() -> Tables:
    return Tables(*(arrow_schema(name).empty_table() for name in TABLES))


def without(tables: Tables, report_ids: set[str]) -> Tables:
    """The tables less the rows of these reports."""
    gone = pa.array(sorted(report_ids), type=pa.string())
    return Tables(
        *(
            table.filter(pc.invert(pc.is_in(table.column("report_id"), value_set=gone)))
            for table in tables
        )
    )


def joined(tables: Tables, more: Iterable[Tables]) -> Tables:
    """All rows in the dataset's order: by report_id, and within a report as they came."""
    parts = [tables, *more]
    out = []
    for name in TABLES:
        table = pa.concat_tables([getattr(part, name) for part in parts]).combine_chunks()
        order = pc.sort_indices(table, sort_keys=[("report_id", "ascending")])
        out.append(table.take(order).combine_chunks())
    return Tables(*out)


def with_sources(tables: Tables, sources: Mapping[str, tuple[str, ...]]) -> Tables:
    """The tables with the paths of each report set: the first, and all."""
    reports = tables.reports
    ids = reports.column("report_id").to_pylist()
    columns = {
        "source": [sources[one][0] for one in ids],
        "sources": [LIST_SEPARATOR.join(sources[one]) for one in ids],
    }
    for name, values in columns.items():
        place = reports.schema.get_field_index(name)
        field = reports.schema.field(place)
        reports = reports.set_column(place, field, pa.array(values, type=pa.string()))
    return tables._replace(reports=reports)


def _read(path: Path, name: str) -> Any:
    schema = arrow_schema(name)
    if not path.exists():
        return schema.empty_table()
    try:
        table = pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException) as error:
        raise _foreign(path, str(error).splitlines()[0]) from None
    if table.schema.names != schema.names:
        raise _foreign(path, "its columns are others")
    try:
        return table.cast(schema).replace_schema_metadata(schema.metadata)
    except pa.ArrowException:
        raise _foreign(path, "its columns are of other types") from None


def _foreign(path: Path, why: str) -> DatasetError:
    return DatasetError(
        f"{plain(os.fspath(path))}: not a dataset that this version can continue ({plain(why)}); "
        "move it away, or choose another folder with -o"
    )


def _complete(tables: Tables) -> Tables:
    """Less the reports whose cells are not all there: a run was cut between two files."""
    counts = pc.value_counts(tables.cells.column("report_id")).to_pylist()
    found = {one["values"]: one["counts"] for one in counts}
    rows = tables.reports.select(["report_id", "cells"]).to_pylist()
    stated = {row["report_id"]: row["cells"] for row in rows}
    torn = {one for one in stated.keys() | found.keys() if stated.get(one) != found.get(one, 0)}
    return without(tables, torn) if torn else tables
