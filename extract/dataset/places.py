"""Where a document's bytes are: a path of this machine, or a URL that fsspec opens.

A URL is written `scheme://…`, such as `s3://bucket/reports`; what opens it (`s3fs` for `s3://`)
and its credentials are the user's, as fsspec documents them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from extract.errors import UsageError
from extract.sources.digest import sha256_of
from extract.tables import plain

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SETTLING = 2_000_000_000
"""Nanoseconds: a file written a moment ago may change again within one tick of its clock."""

_CHANGING = (
    "ETag", "etag", "md5Hash", "md5", "checksum", "crc32c", "generation", "version_id",
    "mtime", "LastModified", "last_modified", "modified", "updated", "created", "ino",
)  # fmt: skip
"""What stores tell of an object that is another when its content is; each has some of them."""


class FetchError(OSError):
    """A store that does not give what it was asked for."""


class Stamp(NamedTuple):
    """By what a document is known to be unchanged; nothing to be known by where mtime is None.

    Of a URL `mtime` is a digest of what the store tells instead of a time.
    """

    size: int
    mtime: int | None
    inode: int


def is_url(place: str) -> bool:
    return "://" in place and bool(_URL.match(place))


def store_of(url: str) -> tuple[Any, str]:
    """The file system of a URL and the path in it. Raises UsageError where none opens it."""
    try:
        from fsspec.core import url_to_fs

        found: tuple[Any, str] = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(
            f"{plain(url)}: nothing here opens such a URL ({plain(str(error))}); "
            "pip install 'gouji[ray]' and the fsspec package of that store"
        ) from None
    return found


def is_there(place: str) -> bool:
    """Whether a path or URL leads to something. Raises UsageError for a store without answer."""
    if not is_url(place):
        return os.path.lexists(place)
    files, path = store_of(place)
    with _answering(place):
        files.invalidate_cache()
        return bool(files.exists(path))


def is_folder(place: str) -> bool:
    if not is_url(place):
        return os.path.isdir(place)
    files, path = store_of(place)
    with _answering(place):
        return bool(files.isdir(path))


def listed(url: str) -> tuple[list[str], list[str]]:
    """Names of the folders and of the objects right under a URL."""
    files, path = store_of(url)
    folders: list[str] = []
    names: list[str] = []
    with _answering(url):
        for entry in files.ls(path, detail=True):
            inside = entry["name"].rstrip("/")
            if inside != path.rstrip("/"):  # some stores keep a marker for the folder itself
                kind = folders if entry["type"] == "directory" else names
                kind.append(inside.rsplit("/", 1)[-1])
    return folders, names


def stamp_of(place: str) -> Stamp:
    """Raises OSError."""
    if is_url(place):
        files, path = store_of(place)
        with fetching():
            return stamp_told(files.info(path))
    found = os.stat(place)
    settled = time.time_ns() - found.st_mtime_ns > _SETTLING
    known = settled and stat.S_ISREG(found.st_mode)
    return Stamp(found.st_size, found.st_mtime_ns if known else None, found.st_ino)


def stamp_told(info: Mapping[str, Any]) -> Stamp:
    """The stamp in what a store tells of an object."""
    told = repr([(key, info[key]) for key in _CHANGING if info.get(key)])
    if info.get("type") == "directory" or told == "[]":
        return Stamp(0, None, 0)
    digest = int(hashlib.sha256(told.encode()).hexdigest()[:15], 16)
    return Stamp(info.get("size") or 0, digest, 0)


def digest_of(place: str) -> str:
    """The SHA-256 of a document's bytes. Raises OSError."""
    with at_hand(place) as path:
        return sha256_of(path)


@contextlib.contextmanager
def at_hand(place: str) -> Iterator[Path]:
    """The document as a file (or a folder of images) of this machine, for as long as it is
    needed. Raises FetchError.
    """
    if not is_url(place):
        yield Path(place)
        return
    files, path = store_of(place)
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder:
        target = Path(folder) / path.rstrip("/").rsplit("/", 1)[-1]
        with fetching():
            if files.isdir(path):
                target.mkdir()
                for name in listed(place)[1]:
                    files.get_file(f"{path.rstrip('/')}/{name}", os.fspath(target / name))
            else:
                files.get_file(path, os.fspath(target))
        yield target


@contextlib.contextmanager
def fetching() -> Iterator[None]:
    """Failures of a store as FetchError: its packages raise what they like."""
    try:
        yield
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FetchError(plain(reason)) from error


@contextlib.contextmanager
def _answering(url: str) -> Iterator[None]:
    try:
        with fetching():
            yield
    except FetchError as error:
        raise UsageError(
            f"{plain(url)}: the store does not answer ({error}); "
            "check the address, the network and your credentials"
        ) from None
