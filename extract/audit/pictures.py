"""Pages of the sources as pictures, drawn in a child process.

A source is a stranger's file: what it does to the program that draws it must not reach the one
that serves people. Jobs and answers are JSON and bytes behind their lengths.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from extract.dataset.plan import still_there
from extract.dataset.worker import receive, send
from extract.errors import SourceError
from extract.tables import LIST_SEPARATOR

_SECONDS = 120.0
"""No page takes near this long to draw, nor a report to read again."""
_CROP_DPI = 120
_STRIP_SCALE = 0.6
_PARENT = Path(__file__).resolve().parents[2]


def source_of(report: Mapping[str, Any], folder: Path | None = None) -> Path | None:
    """The file of a report, if it is still there and the same.

    Paths are those given to the extraction: from here, or from around the dataset `folder`.
    """
    for source in report["sources"].split(LIST_SEPARATOR):
        places = [Path(source)]
        if folder is not None and not places[0].is_absolute():
            places += [folder.parent / source, folder / source]
        for place in places:
            if found := still_there(str(place), report["sha256"] or ""):
                return found
    return None


class Child:
    """A process that opens sources; started when needed, again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, job: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The answer to a job, and its picture. Raises SourceError in words."""
        with self._lock:
            process = self._started()
            clock = threading.Timer(_SECONDS, process.kill)
            clock.start()
            try:
                send(_pipe(process.stdin), json.dumps(job).encode())
                answer = json.loads(receive(_pipe(process.stdout)))
                body = receive(_pipe(process.stdout))
            except (EOFError, OSError, ValueError):
                self._end()
                raise SourceError(
                    "the source brought its reader down or took too long; look at the file itself",
                    "damaged",
                ) from None
            finally:
                clock.cancel()
        if "error" in answer:
            raise SourceError(str(answer["error"]), "damaged")
        return answer, body

    def close(self) -> None:
        with self._lock:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            environment = os.environ | {"OMP_NUM_THREADS": "1"}
            paths = [str(_PARENT), *filter(None, [environment.get("PYTHONPATH")])]
            environment["PYTHONPATH"] = os.pathsep.join(paths)
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from extract.audit.pictures import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()
        process.wait()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def main() -> None:
    """Answer jobs on standard input until it closes."""
    inbox = os.fdopen(os.dup(0), "rb")
    outbox = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # native libraries print there as they like
    while True:
        try:
            job = json.loads(receive(inbox))
        except EOFError:
            return
        try:
            answer, body = _answer(job)
        except Exception as error:
            what = getattr(error, "what", f"{type(error).__name__}: {error}")
            answer, body = {"error": what}, b""
        send(outbox, json.dumps(answer).encode())
        send(outbox, body)


def _answer(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    path = Path(job["path"])
    if job["do"] == "page":
        return _page(path, job["page"], job["dpi"])
    if job["do"] == "crop":
        return _crop(path, job["page"], job["boxes"], job["width"])
    if job["do"] == "strip":
        return _strip(path, job["page"], job["boxes"][0], job["top"])
    return _read_again(path, job["given"], job["said"]), b""


def _drawn(path: Path, number: int, dpi: float) -> tuple[Any, float]:
    """A page as a PIL picture of the caller's own, and its pixels per point."""
    stamp = path.stat()
    picture, scale = _drawn_once(path, number, dpi, (stamp.st_mtime_ns, stamp.st_size))
    return picture.copy(), scale


@lru_cache(maxsize=1)  # the same page is often asked for twice, as a band and as a strip
def _drawn_once(path: Path, number: int, dpi: float, _stamp: tuple[int, int]) -> tuple[Any, float]:
    from PIL import Image

    if path.is_file() and b"%PDF-" in path.read_bytes()[:1024]:
        from extract.sources.image import render_pdf_page

        pixels, scale = render_pdf_page(path, number, dpi)
        return Image.fromarray(pixels), scale
    from extract.pipeline import open_source

    page = open_source(path).pages[number - 1]
    if page.pixels is None:
        raise SourceError("this kind of file has no pages to draw", "unsupported")
    pixels, scale = page.pixels()
    picture = Image.fromarray(pixels)
    factor = min(1.0, dpi / 72 / scale)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return (picture.resize(size) if factor < 1 else picture), scale * factor


def _page(path: Path, number: int, dpi: float) -> tuple[dict[str, Any], bytes]:
    picture, scale = _drawn(path, number, dpi)
    sizes = {"width": picture.width / scale, "height": picture.height / scale, "scale": scale}
    return sizes, _packed(picture)


def _crop(
    path: Path, number: int, boxes: list[dict[str, Any]], width: int
) -> tuple[dict[str, Any], bytes]:
    """The band of a page that holds the boxes, each outlined; the page's whole width, as the
    labels stand at its left.
    """
    from PIL import ImageDraw

    picture, scale = _drawn(path, number, _CROP_DPI)
    picture = picture.convert("RGB")
    draw = ImageDraw.Draw(picture)
    for one in boxes:
        corners = [round(value * scale) for value in one["box"]]
        draw.rectangle(corners, outline=one["colour"], width=3 if one["strong"] else 2)
    top = max(0.0, min(one["box"][1] for one in boxes) - 14) * scale
    low = (max(one["box"][3] for one in boxes) + 14) * scale
    left = _first_ink(picture)
    picture = picture.crop(
        (left, round(top), picture.width - left, min(round(low), picture.height))
    )
    if picture.width > width:
        picture = picture.resize((width, max(1, round(picture.height * width / picture.width))))
    return {}, _packed(picture)


def _strip(
    path: Path, number: int, one: dict[str, Any], top: float
) -> tuple[dict[str, Any], bytes]:
    """The column of a box from the headers above `top` down to it."""
    from PIL import ImageDraw

    picture, scale = _drawn(path, number, _CROP_DPI)
    picture = picture.convert("RGB")
    corners = [round(value * scale) for value in one["box"]]
    ImageDraw.Draw(picture).rectangle(corners, outline=one["colour"], width=3)
    left, right = (one["box"][0] - 30) * scale, (one["box"][2] + 30) * scale
    area = (max(0, round(left)), max(0, round((top - 90) * scale)),
            min(picture.width, round(right)), min(picture.height, corners[3] + 6))  # fmt: skip
    strip = picture.crop(area)
    size = (max(1, round(strip.width * _STRIP_SCALE)), max(1, round(strip.height * _STRIP_SCALE)))
    return {}, _packed(strip.resize(size))


def _first_ink(picture: Any) -> int:
    """The margin that both sides of a page have to spare, in pixels."""
    import numpy as np

    dark = np.flatnonzero((np.asarray(picture.convert("L")) < 160).sum(axis=0) > 2)
    if not len(dark):
        return 0
    spare: int = min(int(dark[0]), picture.width - int(dark[-1]) - 1) - 8
    return max(0, spare)


def _packed(picture: Any) -> bytes:
    from io import BytesIO

    sink = BytesIO()
    picture.save(sink, "WEBP", quality=55, method=2)
    return sink.getvalue()


def _read_again(
    path: Path, given: dict[str, Any] | None, last_year: dict[str, Any]
) -> dict[str, Any]:
    """What the dataset does not keep: the alternatives of each cell, and why it is in doubt."""
    from extract.dataset.lastyear import heard_from
    from extract.model import Given, Reading
    from extract.pipeline import read
    from extract.words import in_both

    result = read(path, Given(**given) if given else None)
    said = {code: Reading(**one) for code, one in last_year.items()}
    cells = [heard_from(cell, said) for cell in result.cells]
    return {
        "cells": {
            cell.code: {
                "why": in_both(cell.why),
                "readings": [
                    {
                        "mark": one.mark,
                        "value": one.value,
                        "printed": one.printed,
                        "probability": one.probability,
                    }
                    for one in cell.readings[:6]
                ],
            }
            for cell in cells
            if cell.why or len(cell.readings) > 1
        },
        "said": {
            code: {"mark": one.mark, "value": one.value, "printed": one.printed}
            for code, one in said.items()
        },
        "checks": {check.id: in_both(check.why) for check in result.checks if check.why},
    }
