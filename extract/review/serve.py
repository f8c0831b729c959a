"""The server of the review pages."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from extract.dataset.write import writing
from extract.errors import UsageError
from extract.review.app import make_app
from extract.review.safety import guard_for
from extract.tables import plain


def serve(folder: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve the dataset `folder` until interrupted; `ready` is told the address to open.

    Port 0 takes a free one. Raises UsageError where the address cannot be had, DatasetError
    where the folder holds something else than a dataset.
    """
    import uvicorn

    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    bound = _bound(host, port)
    port = bound.getsockname()[1]
    guard = guard_for(host, port)
    app, pages = make_app(folder, guard)
    try:  # before the address is told, not at the first page
        pages.archive.reports()
    except BaseException:
        pages.close()
        raise
    named = f"[{host}]" if ":" in host else host
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else named
    address = f"http://{shown}:{port}/"
    ready(address if guard.token is None else f"{address}?token={guard.token}")
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off"
    )
    # The server hands the signal that ended it on; the pages must have time to close.
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    try:
        uvicorn.Server(config).run(sockets=[bound])
    except KeyboardInterrupt:
        pass  # the way to end it
    finally:
        pages.close()


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
        # Named TCP, or asyncio leaves Nagle's delay of 40 ms on every answer.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name != "nt":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen()  # who opens the address at once waits, and is not refused
    except OSError as error:
        raise UsageError(
            f"--host {plain(host)} --port {port}: cannot be served ({error.strerror}); "
            "choose another port"
        ) from None
    return bound
