"""A dataset on an object store: worked on in a folder of this machine, then put there.

The ledger and the lock need a real file system, so `-o s3://…` names where the dataset's files go,
and the folder stays in the user's cache: a run that is killed goes on from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.dataset.corrections import NAME as CORRECTIONS
from extract.dataset.ledger import OWN
from extract.dataset.places import FetchError, fetching, is_url, stamp_told, store_of
from extract.errors import DatasetError
from extract.tables import TABLES, plain

FILES = frozenset(
    [f"{name}.{kind}" for name in TABLES for kind in ("parquet", "csv")]
    + ["codebook.csv", "datapackage.json", "dataset.xlsx", "dataset.duckdb", CORRECTIONS]
)
"""What a dataset consists of."""

_STATE = "mirror.json"
_LAST = ("cells", "checks", "reports")
"""In this order after all else: `reports` never promises rows that are not there."""


def workplace(folder: Path | str) -> Path:
    """The folder to work in: the dataset's own, or for a URL one in the user's cache."""
    name = os.fspath(folder)
    if not is_url(name):
        return Path(folder)
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(cache) / "gouji" / hashlib.sha256(name.rstrip("/").encode()).hexdigest()[:16]


@contextlib.contextmanager
def mirrored(folder: Path | str) -> Iterator[None]:
    """Let the workplace hold what the URL holds, and after that the other way round.

    Nothing is done for a folder of this machine, and nothing is put after an error. Raises
    DatasetError where the store does not answer, or does not take what it is given.
    """
    url = os.fspath(folder)
    if not is_url(url):
        yield
        return
    mirror = _Mirror(url, workplace(url))
    with _said(url):
        mirror.fetch()
    yield
    with _said(url):
        mirror.put()


class _Mirror:
    """Two folders of files, and by what each was known when they were the same."""

    def __init__(self, url: str, here: Path) -> None:
        self._files, root = store_of(url)
        self._root = root.rstrip("/")
        self._here = here
        self._state = here / OWN / _STATE

    def fetch(self) -> None:
        """Take what others put there since. What was made here and not put yet stays."""
        same = self._same()
        there = self._there()
        for name in same.keys() - there.keys():
            (self._here / name).unlink(missing_ok=True)
        changed = [name for name, token in there.items() if same.get(name, [None])[0] != token]
        for name in changed:
            self._get(name)
        if changed or same.keys() - there.keys():
            kept = {name: same[name] for name in same.keys() & there.keys() if name not in changed}
            self._keep(kept | {name: [there[name], _local(self._here / name)] for name in changed})

    def put(self) -> None:
        """Put what is other here than it was, then remove what is no more."""
        same = self._same()
        mine = {name: _local(self._here / name) for name in _names(self._here)}
        changed = [name for name in mine if same.get(name, [0, 0])[1] != mine[name]]
        gone = self._there().keys() - mine.keys()
        for name in [one for one in gone if any(_crossed(one, other) for other in changed)]:
            self._remove(name)
        for name in sorted(changed, key=_turn):
            with fetching():
                # Not its parents: a misspelt bucket would be made, where it should be said.
                with contextlib.suppress(FileExistsError):
                    folder = f"{self._root}/{name}".rsplit("/", 1)[0]
                    self._files.mkdir(folder, create_parents=False)
                self._files.put_file(os.fspath(self._here / name), f"{self._root}/{name}")
        for name in self._there().keys() - mine.keys():
            self._remove(name)
        there = self._there()
        self._keep({name: [there.get(name), stamp] for name, stamp in mine.items()})

    def _there(self) -> dict[str, Any]:
        """The names at the URL, each with what tells that it changed."""
        found: dict[str, Any] = {}
        with fetching():
            self._files.invalidate_cache()
            waiting = [self._root] if self._files.exists(self._root) else []
            while waiting:
                for entry in self._files.ls(waiting.pop(), detail=True):
                    name = entry["name"].rstrip("/")[len(self._root) + 1 :]
                    if not _shared(name):
                        continue
                    if entry["type"] == "directory":
                        waiting.append(entry["name"])
                    else:
                        found[name] = [entry["size"], stamp_told(entry).mtime]
        return found

    def _remove(self, name: str) -> None:
        with fetching():
            self._files.rm_file(f"{self._root}/{name}")
            if "/" in name:  # where folders are things of their own, an empty one is in the way
                with contextlib.suppress(OSError):
                    self._files.rmdir(f"{self._root}/{name}".rsplit("/", 1)[0])

    def _get(self, name: str) -> None:
        target = self._here / name
        if target.is_dir():
            shutil.rmtree(target)
        if target.parent.is_file():
            target.parent.unlink()
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        with fetching():
            self._files.get_file(f"{self._root}/{name}", os.fspath(part))
        os.replace(part, target)

    def _same(self) -> dict[str, list[Any]]:
        with contextlib.suppress(OSError, ValueError):
            found: dict[str, list[Any]] = json.loads(self._state.read_text(encoding="utf-8"))
            return found
        return {}

    def _keep(self, state: dict[str, list[Any]]) -> None:
        part = self._state.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        os.replace(part, self._state)


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and _shared(name):
            yield name


def _shared(name: str) -> bool:
    """Whether a file is the dataset's; whatever else lies at the URL is none of our business."""
    return name.partition("/")[0] in FILES


def _crossed(one: str, other: str) -> bool:
    """Whether one is a file where the other has a folder."""
    return one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _turn(name: str) -> int:
    stem = name.split(".", maxsplit=1)[0]
    return _LAST.index(stem) if stem in _LAST else -1


def _local(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


@contextlib.contextmanager
def _said(url: str) -> Iterator[None]:
    try:
        yield
    except FetchError as error:
        raise DatasetError(
            f"{plain(url)}: the dataset cannot be kept there ({error}); check the address, the "
            "network and your rights. What was read is kept, and the same command goes on"
        ) from None
