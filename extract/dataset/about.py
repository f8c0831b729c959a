"""The user's own list of what the files are: `--about FILE.csv`."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from extract.dataset.places import is_url
from extract.dataset.plan import source_name
from extract.errors import UsageError
from extract.model import Given
from extract.tables import plain

COLUMNS = ("path", "url", "agency", "region_code", "year")


class AboutRow(BaseModel):
    """One row: a path, as given to the command or relative to the list, and what is known."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    path: str = Field(min_length=1)
    url: str | None = None
    agency: str | None = None
    region_code: str | None = Field(default=None, pattern=r"^[1-9]\d{5}$")
    year: int | None = Field(default=None, ge=2008, le=2100)

    @field_validator("url", "agency", "region_code", "year", mode="before")
    @classmethod
    def _unstated(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value


class Told(NamedTuple):
    """What a list tells: by source name, and how many of its rows name no file of this run."""

    given: dict[str, Given]
    idle: int


def read_about(file: Path, sources: Iterable[Path | str]) -> Told:
    """What the list says of each source.

    Paths and URLs are compared as given and, failing that, paths as places relative to the
    list's folder.
    Raises UsageError naming file, row and column.
    """
    rows = list(_rows(file))
    by_name: dict[str, Given] = {}
    places: dict[Path, str] = {}
    names: set[str] = set()
    for path in sources:
        names.add(source_name(path))
        if not is_url(os.fspath(path)):
            places[Path(path).resolve()] = source_name(path)
    idle = 0
    for number, row in rows:
        here = row.path if is_url(row.path) else source_name(Path(row.path))
        name = here if here in names else places.get((file.parent / row.path).resolve())
        if name is None:
            idle += 1  # a list may tell of more files than this run reads
            continue
        facts = Given(row.url, row.agency, row.region_code, row.year)
        if by_name.setdefault(name, facts) != facts:
            raise UsageError(f"{_at(file, number)}: {plain(row.path)} stood before, otherwise")
    return Told(by_name, idle)


def _rows(file: Path) -> Iterable[tuple[int, AboutRow]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"--about {plain(os.fspath(file))}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(
            f"--about {plain(os.fspath(file))}: not UTF-8; save it as 'CSV UTF-8'"
        ) from None
    lines = csv.reader(text.splitlines())
    header = [name.strip() for name in next(lines, [])]
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or "path" not in header or len(set(header)) < len(header):
        wrong = f"no column '{plain(unknown[0])}'" if unknown else "a column 'path' is needed, once"
        raise UsageError(
            f"--about {plain(os.fspath(file))}: {wrong}; the columns are {','.join(COLUMNS)}"
        )
    for number, line in enumerate(lines, 2):
        if not any(line):
            continue
        if len(line) != len(header):
            raise UsageError(f"{_at(file, number)}: {len(line)} fields under {len(header)} columns")
        try:
            yield number, AboutRow.model_validate(dict(zip(header, line, strict=True)))
        except ValidationError as error:
            first = error.errors()[0]
            column = ".".join(str(part) for part in first["loc"])
            raise UsageError(f"{_at(file, number)}: {column}: {plain(first['msg'])}") from None


def _at(file: Path, number: int) -> str:
    return f"--about {plain(os.fspath(file))}, row {number}"
