"""Datasets to review, a running server, and a browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from extract.dataset import extract as extract_dataset
from extract.dataset.write import write_dataset
from extract.review.app import Pages, make_app
from extract.review.safety import Guard, guard_for
from extract.tables import arrow_table
from tests.dataset.test_corrections import balanced

REPORTS = Path(__file__).resolve().parents[2] / "fixtures" / "reports"
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


class Server:
    """The review pages of a dataset, on a free port."""

    def __init__(self, folder: Path, guard: Guard, pages: Pages) -> None:
        self.folder, self.guard, self.pages = folder, guard, pages
        self.url = f"http://127.0.0.1:{guard.port}"


@contextmanager
def running(folder: Path, make_guard: Callable[[int], Guard] | None = None) -> Iterator[Server]:
    import uvicorn

    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    guard = make_guard(port) if make_guard else guard_for("127.0.0.1", port)
    app, pages = make_app(folder, guard)
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield Server(folder, guard, pages)
    finally:
        server.should_exit = True
        thread.join(10)
        pages.close()
        bound.close()


def doubt_cells(folder: Path, count: int) -> list[str]:
    """Make `count` number cells of table 3 suspect and no other; their codes in order."""
    from extract.dataset import store

    tables = store.load(folder)
    rows = tables.cells.to_pylist()
    codes = []
    for row in rows:
        row["status"] = "ok"
        if len(codes) < count and row["table"] == "t3" and row["mark"] == "number":
            row.update(status="suspect", confidence=0.6)
            codes.append(row["code"])
    reports = tables.reports.to_pylist()
    reports[0].update(status="review", suspect=count)
    made = tables._replace(
        cells=arrow_table("cells", [tuple(row.values()) for row in rows]),
        reports=arrow_table("reports", [tuple(row.values()) for row in reports]),
    )
    write_dataset(folder, made, ("parquet", "csv"))
    return codes


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A dataset of one made report with one suspect cell, hostile names and no source."""
    from extract.tables import tables_of

    folder = tmp_path / "dataset"
    folder.mkdir()
    made = balanced(total=9)
    about = replace(made.about, agency=HOSTILE, title=HOSTILE, region="=1+1")
    hostile = replace(made, about=about, source=f"{HOSTILE}.pdf", warnings=(HOSTILE,))
    write_dataset(folder, tables_of([hostile], "1"), ("parquet", "csv"))
    return folder


@pytest.fixture(scope="session")
def scanned_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scanned")
    (folder / "reports").mkdir()
    shutil.copy(REPORTS / "scan-office.pdf", folder / "reports" / "scan.pdf")
    extract_dataset([folder / "reports"], folder / "dataset", workers=1)
    return folder / "dataset"


@pytest.fixture
def scanned(scanned_once: Path, tmp_path: Path) -> Path:
    """A dataset of one scanned report, its source beside it."""
    return Path(shutil.copytree(scanned_once, tmp_path / "dataset"))
