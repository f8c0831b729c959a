"""Paths given by the user → the files to read, in one order whatever the file system's."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from extract.dataset.places import is_folder, is_there, is_url, listed
from extract.errors import UsageError
from extract.tables import plain

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})
SUFFIXES = PICTURES | {".pdf", ".docx", ".html", ".htm", ".md", ".txt", ".tsv"}


class Search:
    """Every file given, and every file of a known suffix in the folders given, one at a time.

    A folder whose files are the pages 1, 2, 3 … of one scan, such as `page-01.png`, is one
    source. A path may be a URL that fsspec opens. Hidden files, the lock files of office
    programs and the folder `skip` (the dataset itself) are left out; links to folders are not
    followed. A file may be met twice. Raises UsageError for a path that does not exist.
    """

    def __init__(self, paths: Iterable[Path | str], skip: Path | str | None = None) -> None:
        self.others = 0
        """Files of unknown suffixes met so far."""
        self._paths = tuple(map(_as_given, paths))
        self._avoid = _known_as(_as_given(skip)) if skip else None
        for path in self._paths:
            if not is_there(path):
                raise UsageError(f"{plain(path)}: no such file or folder; check the path")

    def __iter__(self) -> Iterator[str]:
        self.others = 0
        for path in self._paths:
            if is_folder(path):
                yield from self._folder(path)
            else:
                yield path

    def _folder(self, root: str) -> Iterator[str]:
        waiting = [root]
        while waiting:
            here = waiting.pop()
            folders, names = _listed(here)
            if not folders and is_one_scan(names):
                yield here
                continue
            before = "" if here == os.curdir else os.path.join(here, "")
            for name in names:
                if os.path.splitext(name)[1].lower() in SUFFIXES and not name.startswith("~$"):
                    yield before + name
                else:
                    self.others += 1
            for name in folders:
                if self._avoid is None or _known_as(before + name) != self._avoid:
                    waiting.append(before + name)


def _as_given(path: Path | str) -> str:
    """A path as the dataset names it: without `./` and doubled slashes; a URL as it stands."""
    name = os.fspath(path)
    return name.rstrip("/") if is_url(name) else os.fspath(Path(name))


def _known_as(path: str) -> str:
    return path if is_url(path) else os.path.realpath(path)


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """Names of the folders and of the other entries, less what is hidden; links are no folders."""
    if is_url(folder):
        inner, files = listed(folder)
        return _shown(inner), _shown(files)
    folders: list[str] = []
    names: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if not _is_folder(entry):
                    names.append(entry.name)
                elif not entry.is_symlink():
                    folders.append(entry.name)
    except OSError:
        pass  # a folder that may not be listed holds nothing for us
    return folders, names


def _shown(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(".")]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def is_one_scan(names: Collection[str]) -> bool:
    """Whether file names are the numbered pages of one scan: nothing else, and none missing.

    Years or other codes as names do not count from 1, and so stay reports of their own.
    """
    if any(os.path.splitext(name)[1].lower() not in PICTURES for name in names):
        return False
    stems = [re.fullmatch(r"(.*?)(\d+)(\.\w+)", name) for name in names]
    if len(stems) < 2 or not all(stems):
        return False
    parts = [one.groups() for one in stems if one]
    alike = len({(before, suffix.lower()) for before, _, suffix in parts}) == 1
    numbers = sorted(int(number) for _, number, _ in parts)
    pages = numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))
    return alike and pages
