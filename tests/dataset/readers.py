"""Readers that go wrong in every way a native library can, for the tests of the pool."""

from __future__ import annotations

import atexit
import os
import time
from pathlib import Path

from extract.forms import load_forms
from extract.limits import beat
from extract.model import About, Box, Cell, Check, Given, Result

HELD: list[bytearray] = []


def made(path: Path, given: Given | None = None) -> Result:
    """A whole report of the newest form, made from the digits of the file's text."""
    text = path.read_text(encoding="utf-8")
    if text.startswith("crash"):
        os.abort()
    if text.startswith("leave"):
        os._exit(7)
    if text.startswith("hang"):
        time.sleep(600)
    if text.startswith("eat"):
        HELD.append(bytearray(2_000_000_000))
    if text.startswith("pages"):
        for _ in range(8):
            time.sleep(0.4)
            beat()
    if text.startswith("raise"):
        raise ValueError("a bug")
    if text.startswith("shout"):
        os.write(1, b"a native library prints\n" * 100)
    if text.startswith("huge"):
        return report(path.name, value=10**400)
    if text.startswith("bad"):
        return Result("", str(path), "", None, 0, About(), None, "failed", (), (), "not_a_pdf", "x")
    slow, _, number = text.partition(" ")
    if slow == "slow":
        time.sleep(0.1)
    agency = given.agency if given else None
    return report(path.name, value=int(number or 1), agency=agency)


def unfit(_path: Path, _given: Given | None = None) -> Result:
    """Ends its process as an error of Python's own does, which takes its time to leave."""
    atexit.register(time.sleep, 0.7)
    raise SystemExit(5)


def report(
    name: str = "a.pdf", value: int = 1, agency: str | None = None, sha256: str = "ab" * 32
) -> Result:
    form = load_forms()[-1]
    cells = tuple(
        Cell(
            code,
            table.id,
            code.split(".")[1],
            column.id,
            value if place % 3 else None,
            None,
            str(value) if place % 3 else ("", "—")[place % 2],
            "number" if place % 3 else ("blank", "dash")[place % 2],  # type: ignore[arg-type]
            column.unit,
            "suspect" if place == 10 else "ok",
            0.875,
            1,
            Box(10, 20 + place, 30.5, 30 + place),
            "text",
        )
        for place, (code, table, _, _, column) in enumerate(form.cells())
    )
    checks = tuple(
        Check(one.id, "hard", "fail", 3, 4, 1, "publisher", one.codes)
        if place == 2
        else Check(one.id, "hard", "pass", 3, 3, 0, None, one.codes)
        for place, one in enumerate(form.identities())
    )
    about = About(name, agency or "某县自然资源局", "title", 2023, "title")
    return Result(sha256[:16], name, sha256, "pdf-text", 3, about, form.id, "review", cells, checks)
