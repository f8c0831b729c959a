"""The review pages in a real browser: by keyboard, in both languages, narrow, accessible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from extract.audit import write_audit
from extract.dataset import store
from extract.dataset.settle import settle
from tests.review.conftest import HOSTILE, REPORTS, Server, doubt_cells, running

REPORT = "ab" * 8


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page in Chinese; it must not have said a word on the console when the test ends."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1360, "height": 860})
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.errors = errors
    yield opened
    context.close()
    expected = ("status of 4", "ERR_CONNECTION_REFUSED")  # refusals; the server was ended first
    assert not [one for one in errors if not any(words in one for words in expected)]


def ready(page: Any, server: Server, report_id: str = REPORT) -> None:
    page.goto(f"{server.url}/report/{report_id}")
    page.wait_for_selector("#report[data-ready=yes]", state="attached")


def left(page: Any) -> int:
    return int(page.locator("#left").get_attribute("data-left"))


def press(page: Any, key: str, wanted: int) -> None:
    """One key, and until the page counts `wanted` cells left to settle."""
    page.keyboard.press(key)
    page.wait_for_selector(f'#left[data-left="{wanted}"]', state="attached")


def test_ten_suspect_cells_of_a_scan_by_keyboard_alone(page: Any, scanned: Path) -> None:
    codes = doubt_cells(scanned, 10)
    report_id = store.load(scanned).reports.column("report_id")[0].as_py()
    with running(scanned) as server:
        page.goto(server.url)
        page.keyboard.press("Enter")  # the first of the queue
        page.wait_for_selector("#report[data-ready=yes]", state="attached")
        page.wait_for_selector("#image[data-page]")
        assert page.locator(".box.suspect").count() >= 10
        assert page.locator(".box.current").get_attribute("data-code") == codes[0]
        assert left(page) == 10
        for done in range(1, 8):
            press(page, "Enter", 10 - done)
        press(page, "x", 2)
        page.keyboard.press("7")
        press(page, "Enter", 1)
        press(page, "-", 0)
        assert "已全部核定" in page.locator("#left").inner_text()
        page.keyboard.press("u")
        page.wait_for_selector('#left[data-left="1"]', state="attached")
        press(page, "Enter", 0)
    cells = {row["code"]: row for row in settled_cells(scanned, report_id)}
    assert all(cells[code]["status"] == "corrected" for code in codes)
    assert [cells[code]["mark"] for code in codes[7:]] == ["illegible", "number", "number"]
    assert cells[codes[8]]["value"] == 7


def settled_cells(folder: Path, report_id: str) -> list[dict[str, Any]]:
    settle(folder)
    rows: list[dict[str, Any]] = store.load(folder).cells.to_pylist()
    return [row for row in rows if row["report_id"] == report_id]


def test_identities_follow_what_is_typed(page: Any, small: Path) -> None:
    with running(small) as server:
        ready(page, server)
        line = page.locator('#identities li[data-check="t3.row.received"]')
        assert line.get_attribute("class") == "fail"
        page.keyboard.press("7")
        page.wait_for_selector('#identities li.pass[data-check="t3.row.received"]')
        page.keyboard.press("7")
        page.wait_for_selector('#identities li.fail[data-check="t3.row.received"]')
        page.keyboard.press("Escape")
        assert left(page) == 1  # nothing was saved


def test_what_the_sums_ask_is_one_key_away(page: Any, small: Path) -> None:
    with running(small) as server:
        ready(page, server)
        option = page.locator("#options button[data-key=a]")
        assert re.search(r"\b7\b", option.inner_text())
        press(page, "a", 0)
        assert page.locator("td[data-code='t3.received.total']").inner_text() == "7"


def test_a_senseless_number_is_not_saved(page: Any, small: Path) -> None:
    with running(small) as server:
        ready(page, server)
        page.keyboard.press("1")
        page.keyboard.type("2x")
        page.keyboard.press("Enter")
        page.wait_for_selector("#said.bad")
        assert left(page) == 1
        assert server.pages.archive.latest() == 0


def test_two_people_do_not_overwrite_each_other_silently(
    page: Any, browser: Any, small: Path
) -> None:
    page.add_init_script("window.setInterval = () => 0")  # it does not look for news meanwhile
    with running(small) as server:
        ready(page, server)
        other = browser.new_page()
        ready(other, server)
        other.fill("#who", "王")
        other.locator("#who").dispatch_event("change")
        other.locator("td.current").focus()
        press(other, "Enter", 0)
        page.keyboard.press("x")
        page.wait_for_selector("#said.bad")
        assert "王" in page.locator("#said").inner_text()
        assert server.pages.archive.latest() == 1
        other.close()


def test_a_hostile_report_runs_nothing(page: Any, small: Path) -> None:
    with running(small) as server:
        page.goto(server.url)
        assert HOSTILE in page.locator("table.list").inner_text()
        ready(page, server)
        page.wait_for_timeout(300)
        assert "owned" not in page.title().split(HOSTILE)
        assert page.locator("img[onerror]").count() == 0
        assert HOSTILE in page.locator(".where").inner_text()


def test_upload_to_download(page: Any, tmp_path: Path) -> None:
    import openpyxl

    folder = tmp_path / "new"
    folder.mkdir()
    hostile = "<svg onload=alert(1)>'\";.pdf"
    body = (REPORTS / "born-errors.pdf").read_bytes()
    with running(folder) as server:
        page.goto(server.url)
        file = {"name": hostile, "mimeType": "application/pdf", "buffer": body}
        page.set_input_files("#file", file)
        page.wait_for_selector("#jobs li[data-stage=done]", timeout=90_000)
        assert hostile in page.locator("#jobs li").inner_text()
        assert page.locator("svg[onload]").count() == 0
        with page.expect_download() as taken:
            page.locator("#jobs a", has_text="XLSX").click()
        book = openpyxl.load_workbook(BytesIO(Path(taken.value.path()).read_bytes()))
        assert {"reports", "cells", "checks"} <= set(book.sheetnames)
        assert book["cells"].max_row > 150
        page.goto(f"{server.url}/?show=all")
        assert hostile in page.locator("table.list").inner_text()
        page.locator("table.list a").click()
        page.wait_for_selector("#report[data-ready=yes]", state="attached")
        page.wait_for_selector("#image[data-page]")


def test_a_file_that_is_no_report_is_told_so(page: Any, small: Path) -> None:
    with running(small) as server:
        page.goto(server.url)
        file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"nothing"}
        page.set_input_files("#file", file)
        page.wait_for_selector("#jobs li[data-stage=failed]", timeout=60_000)
        assert "不是 PDF" in page.locator("#jobs li").inner_text()


def test_both_languages(page: Any, small: Path) -> None:
    with running(small) as server:
        ready(page, server)
        assert "认可" in page.locator("#bench").inner_text()
        page.click("#lang")
        assert "accept" in page.locator("#bench").inner_text()
        assert "认可" not in page.locator("#bench").inner_text()
        page.goto(server.url)  # and it stays so
        assert page.locator("h1").inner_text() == "To review"


def test_what_the_reader_says_is_said_in_the_language_of_the_page(page: Any, scanned: Path) -> None:
    doubt_cells(scanned, 1)
    with running(scanned) as server:
        page.goto(server.url)
        page.keyboard.press("Enter")
        page.wait_for_selector("#report[data-again=yes]", state="attached", timeout=90_000)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        for _ in range(3):
            page.keyboard.press("n")
            assert english(page.locator("body").inner_text()) == []
        page.click("#lang")
        assert not re.search("[\u4e00-\u9fff]{2}", page.locator("#cell-why").inner_text())


def english(text: str) -> list[str]:
    """Runs of English words; names of files and codes are none."""
    return re.findall(r"(?:\b[A-Za-z][a-z]+ ){2}[a-z]+", text)


def test_a_narrow_window_scrolls_only_down(page: Any, small: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    with running(small) as server:
        for path in ("/", f"/report/{REPORT}"):
            page.goto(server.url + path)
            page.wait_for_timeout(300)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, path
        assert page.locator("#bench").is_visible()


@pytest.mark.parametrize("path", ["/", "/?show=all", f"/report/{REPORT}"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_axe_objects_to(page: Any, small: Path, path: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with running(small) as server:
        page.context.add_cookies([{"name": "lang", "value": language, "url": server.url}])
        page.goto(server.url + path)
        page.wait_for_timeout(400)
        assert violations(Axe().run(page)) == []


def violations(found: Any) -> list[tuple[str, str]]:
    return [
        (one["id"], node["html"][:200])
        for one in found.response["violations"]
        for node in one["nodes"][:3]
    ]


def test_the_audit_page_filters_speaks_and_loads_nothing(page: Any, small: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(write_audit(small).page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.title().startswith("勾稽审计")
    assert page.locator(".finding:visible").count() == 3
    page.select_option("[data-filter=cause]", "suspect")
    assert page.locator(".finding:visible").count() == 1
    page.select_option("[data-filter=cause]", "")
    page.fill("[data-filter=agency]", "nobody")
    assert page.locator(".finding:visible").count() == 0
    page.fill("[data-filter=agency]", "")
    page.click("#lang")
    assert "What gouji may have misread" in page.locator("#reading").inner_text()
    assert page.locator("img[onerror]").count() == 0
    page.evaluate("document.querySelector('details.view').open = true")
    assert violations(Axe().run(page)) == []
