"""Paths given by the user → the files to read, in one order whatever the file system's."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extract.errors import UsageError
from extract.tables import plain

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
SUFFIXES = PICTURES | {".pdf", ".docx", ".html", ".htm", ".md", ".txt", ".tsv"}


@dataclass(frozen=True, slots=True)
class Collected:
    """The files to read, by path as given, and how many others the folders hold."""

    files: tuple[Path, ...]
    others: int = 0


def collect(paths: Iterable[Path], skip: Path | None = None) -> Collected:
    """Every file given, and every file of a known suffix in the folders given, each once.

    A folder whose files are the pages 1, 2, 3 … of one scan, such as `page-01.png`, is one
    source. Hidden files, the lock files of office programs and the folder `skip` (the dataset
    itself) are left out; links to folders are not followed. Raises UsageError for a path that
    does not exist.
    """
    files: dict[str, Path] = {}
    others = 0
    for path in paths:
        if path.is_dir():
            for file in _walk(path, skip):
                known = file.suffix.lower() in SUFFIXES and not file.name.startswith("~$")
                if known or file.is_dir():
                    files[os.fspath(file)] = file
                else:
                    others += 1
        elif path.exists() or path.is_symlink():
            files[os.fspath(path)] = path
        else:
            raise UsageError(f"{plain(os.fspath(path))}: no such file or folder; check the path")
    return Collected(tuple(files[name] for name in sorted(files)), others)


def _walk(folder: Path, skip: Path | None) -> Iterator[Path]:
    avoid = skip.resolve() if skip else None
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and (Path(here) / name).resolve() != avoid
        )
        visible = sorted(name for name in names if not name.startswith("."))
        if not folders and is_one_scan(visible):
            yield Path(here)
        else:
            yield from (Path(here) / name for name in visible)


def is_one_scan(names: Iterable[str]) -> bool:
    """Whether file names are the numbered pages of one scan: nothing else, and none missing.

    Years or other codes as names do not count from 1, and so stay reports of their own.
    """
    stems = [re.fullmatch(r"(.*?)(\d+)(\.\w+)", name) for name in names]
    if len(stems) < 2 or not all(stems):
        return False
    parts = [one.groups() for one in stems if one]
    alike = len({(before, suffix.lower()) for before, _, suffix in parts}) == 1
    numbers = sorted(int(number) for _, number, _ in parts)
    pages = numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))
    return alike and pages and parts[0][2].lower() in PICTURES
