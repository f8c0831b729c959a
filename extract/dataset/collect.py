"""Paths given by the user → the files to read, in one order whatever the file system's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extract.errors import UsageError
from extract.tables import plain

SUFFIXES = frozenset(
    (".pdf", ".docx", ".html", ".htm", ".md", ".txt", ".tsv", ".png", ".jpg", ".jpeg")
) | {".tif", ".tiff"}


@dataclass(frozen=True, slots=True)
class Collected:
    """The files to read, by path as given, and how many others the folders hold."""

    files: tuple[Path, ...]
    others: int = 0


def collect(paths: Iterable[Path], skip: Path | None = None) -> Collected:
    """Every file given, and every file of a known suffix in the folders given, each once.

    Hidden files, the lock files of office programs and the folder `skip` (the dataset itself)
    are left out; links to folders are not followed. Raises UsageError for a path that does not
    exist.
    """
    files: dict[str, Path] = {}
    others = 0
    for path in paths:
        if path.is_dir():
            for file in _walk(path, skip):
                if file.suffix.lower() in SUFFIXES and not file.name.startswith("~$"):
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
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(here) / name
