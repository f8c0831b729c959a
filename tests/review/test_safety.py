"""What the server refuses: other names, forged requests, paths, floods, scripts."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from extract.review import safety
from extract.review.safety import Guard, guard_for
from tests.review.conftest import HOSTILE, Server, running

REPORT = "ab" * 8
CELL = f"/report/{REPORT}/cells/t3.received.total"
ACCEPT = {"kind": "accept", "seen": 0}


@pytest.fixture
def server(small: Path) -> Iterator[Server]:
    with running(small) as one:
        yield one


def csrf(server: Server) -> dict[str, str]:
    return {"x-csrf-token": server.guard.csrf}


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example:{port}", "127.0.0.1:1", "a@127.0.0.1:{port}", ""],
)
def test_other_host_names_are_refused(server: Server, host: str) -> None:
    header = host.format(port=server.guard.port)
    assert httpx.get(server.url, headers={"host": header}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_its_own_names_are_answered(server: Server, host: str) -> None:
    header = f"{host}:{server.guard.port}"
    assert httpx.get(server.url, headers={"host": header}).status_code == 200


def test_two_host_headers_are_refused(server: Server) -> None:
    own = f"127.0.0.1:{server.guard.port}"
    link = http.client.HTTPConnection("127.0.0.1", server.guard.port)
    link.putrequest("GET", "/", skip_host=True)
    link.putheader("host", own)
    link.putheader("host", own)
    link.endheaders()
    assert link.getresponse().status in (400, 421)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-csrf-token": "guess"},
        {"x-csrf-token": "OWN", "origin": "http://evil.example"},
        {"x-csrf-token": "OWN", "origin": "null"},
        {"x-csrf-token": "OWN", "sec-fetch-site": "cross-site"},
        {"x-csrf-token": "OWN", "sec-fetch-site": "same-site"},
    ],
)
def test_forged_corrections_are_refused(server: Server, headers: dict[str, str]) -> None:
    sent = {name: value.replace("OWN", server.guard.csrf) for name, value in headers.items()}
    assert httpx.post(server.url + CELL, json=ACCEPT, headers=sent).status_code == 403
    assert server.pages.archive.latest() == 0


def test_an_own_correction_is_taken(server: Server) -> None:
    sent = csrf(server) | {"origin": server.url, "sec-fetch-site": "same-origin"}
    assert httpx.post(server.url + CELL, json=ACCEPT, headers=sent).status_code == 200


def test_uploads_without_our_token_are_refused(server: Server) -> None:
    files = {"file": ("a.pdf", b"%PDF-1.4")}
    assert httpx.post(f"{server.url}/upload", files=files).status_code == 403
    assert not (server.folder / "uploads").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2fapp.py",
        "/static/%2fetc%2fpasswd",
        "/download/..%2freports.parquet",
        "/download/reports.parquet",
        "/download/corrections.sqlite",
        "/report/..%2f..%2fetc/state",
        "/report/%00/state",
        f"/report/{REPORT}/download/parquet",
        f"/report/{REPORT}/page/..%2f1",
        f"/report/{REPORT}/page/1",
        f"/report/{REPORT}/page/99999999999999999999",
        "/openapi.json",
        "/docs",
    ],
)
def test_no_path_reaches_the_file_system(server: Server, path: str) -> None:
    link = http.client.HTTPConnection("127.0.0.1", server.guard.port)
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read()
    assert answer.status in (404, 422)
    assert b"root:" not in body
    assert b"import" not in body


@pytest.mark.parametrize(
    "name", ["../../x.pdf", "/etc/cron.d/x.pdf", "..\\..\\x.pdf", "x\0.pdf", "a" * 5000 + ".pdf"]
)
def test_a_file_name_never_becomes_a_path(server: Server, name: str) -> None:
    sent = {"name": name}
    files = {"file": ("upload", b"no report at all")}
    answer = httpx.post(f"{server.url}/upload", data=sent, files=files, headers=csrf(server))
    assert answer.status_code == 200
    kept = [path.name for path in (server.folder / "uploads").iterdir()]
    assert len(kept) == 1
    assert len(kept[0]) == len("0123456789abcdef.pdf")
    outside = {path.name for path in server.folder.parent.iterdir()}
    assert outside == {"dataset"}


@pytest.mark.parametrize("name", ["x.exe", "x", "x.pdf.sh", ".pdf/"])
def test_files_of_other_kinds_are_refused(server: Server, name: str) -> None:
    sent = {"file": ("upload", b"body")}
    answer = httpx.post(
        f"{server.url}/upload", data={"name": name}, files=sent, headers=csrf(server)
    )
    assert answer.status_code == 422
    assert not (server.folder / "uploads").exists()


def test_a_large_upload_is_refused_by_its_length(server: Server) -> None:
    link = http.client.HTTPConnection("127.0.0.1", server.guard.port)
    length = str(safety.MOST_UPLOAD + 1)
    link.putrequest("POST", "/upload")
    link.putheader("content-length", length)
    link.putheader("x-csrf-token", server.guard.csrf)
    link.endheaders()
    assert link.getresponse().status == 413


def test_a_large_upload_without_a_length_is_cut_off(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "MOST_UPLOAD", 200_000)
    boundary = "b"
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'

    def chunks() -> Iterator[bytes]:
        yield head.encode()
        for _ in range(40):
            yield b"x" * 10_000
        yield f"\r\n--{boundary}--\r\n".encode()

    sent = csrf(server) | {"content-type": f"multipart/form-data; boundary={boundary}"}
    answer = httpx.post(f"{server.url}/upload", content=chunks(), headers=sent)
    assert answer.status_code == 413
    assert not (server.folder / "uploads").exists()


def test_a_large_correction_is_refused(server: Server) -> None:
    body = ACCEPT | {"why": "x" * safety.MOST_BODY}
    assert httpx.post(server.url + CELL, json=body, headers=csrf(server)).status_code == 413


def test_every_answer_carries_the_strict_policy(server: Server) -> None:
    for path in ("/", f"/report/{REPORT}", "/static/report.js", "/nowhere", "/health"):
        headers = httpx.get(server.url + path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_hostile_names_stay_texts(server: Server) -> None:
    for path in ("/", f"/report/{REPORT}"):
        page = httpx.get(server.url + path).text
        assert HOSTILE not in page
        assert "&lt;img" in page
        assert "<script>" not in page
        assert "style=" not in page


def test_a_spreadsheet_runs_nothing(server: Server) -> None:
    text = httpx.get(f"{server.url}/download/reports.csv").content.decode("utf-8-sig")
    assert "'=1+1" in text


def test_elsewhere_a_token_is_needed(small: Path) -> None:
    def open_to_all(port: int) -> Guard:
        guard = guard_for("0.0.0.0", port)
        assert guard.token
        return guard

    with running(small, open_to_all) as server:
        token = server.guard.token
        assert httpx.get(server.url).status_code == 401
        assert httpx.get(f"{server.url}/?token=guess").status_code == 401
        assert httpx.get(f"{server.url}/static/report.js").status_code == 401
        refused = httpx.post(server.url + CELL, json=ACCEPT, headers=csrf(server))
        assert refused.status_code == 401
        by_address = httpx.post(
            f"{server.url}{CELL}?token={token}", json=ACCEPT, headers=csrf(server)
        )
        assert by_address.status_code == 401
        with httpx.Client() as client:
            traded = client.get(f"{server.url}/?token={token}&q=x")
            assert (traded.status_code, traded.headers["location"]) == (303, "/?q=x")
            assert "HttpOnly; SameSite=Strict" in traded.headers["set-cookie"]
            assert client.get(server.url).status_code == 200


def test_this_machine_alone_needs_no_token() -> None:
    assert guard_for("127.0.0.1", 1).token is None
    assert guard_for("192.0.2.1", 1).token is not None


def test_bad_bodies_are_told_so(server: Server) -> None:
    for body in (b"", b"{", b"[]", json.dumps({"kind": "drop", "seen": 0}).encode()):
        sent = csrf(server) | {"content-type": "application/json"}
        assert httpx.post(server.url + CELL, content=body, headers=sent).status_code == 422
    assert server.pages.archive.latest() == 0
