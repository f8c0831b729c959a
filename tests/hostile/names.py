"""Sound reports under names that break lines, paths, terminals and spreadsheets; things that are
no files.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

LONGEST = 255
"""Bytes that a name may have on common file systems."""


def names() -> list[bytes]:
    """Names as bytes, since not all of them are UTF-8."""
    long = "年度报告" * 30
    stem = long.encode()[: LONGEST - 5 - (LONGEST - 5) % 3]
    return [
        b"new\nline.html",
        b"\x1b[31mred\x1b]0;title\x07.html",
        b"a..%2f..%2fup.html",
        b"a..\\..\\up.html",
        b"a...html",
        b"-o.html",
        b"=cmd|' _C calc'!A1.html",
        b"@SUM(1).html",
        "\u202etxt.html".encode(),
        b"not-utf8-\xff\xfe.html",
        stem + b".html",
        b"%s%d.html",
        b"[bold]markup[_bold].html",
        b"twin.html",
        b"twin.htm",
        b"  .html",
    ]


def make_names(folder: Path, html: bytes) -> None:
    """One report under each name; every file differs, so that each is a report of its own."""
    folder.mkdir()
    for number, name in enumerate(names()):
        path = os.path.join(os.fsencode(folder), name)
        with open(path, "wb") as file:
            file.write(html + b"\n<!-- %d -->" % number)


def make_specials(folder: Path, html: bytes) -> None:
    """Pipes, sockets, devices and links that go round."""
    folder.mkdir()
    os.mkfifo(folder / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(folder)  # a socket's path is short
        one.bind("socket.pdf")
        os.chdir(here)
    (folder / "endless.pdf").symlink_to("/dev/zero")
    (folder / "itself.pdf").symlink_to("itself.pdf")
    (folder / "to-and.pdf").symlink_to("fro.pdf")
    (folder / "fro.pdf").symlink_to("to-and.pdf")
    (folder / "nowhere.pdf").symlink_to("not-there.pdf")
    (folder / "round").symlink_to(".")
    (folder / "folder.pdf").mkdir()
    (folder / "deep").mkdir()
    (folder / "deep" / "back").symlink_to("..")
    (folder / "deep" / "sound.html").write_bytes(html)
