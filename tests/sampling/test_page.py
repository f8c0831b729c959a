"""The page of crops in a real browser: answered by keys, kept, saved, read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extract.sampling import draw, judged, write_sample
from tests.panel.making import dataset, report


def test_a_sample_is_answered_by_keyboard(tmp_path: Path, browser: Any) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\">"
    dataset(tmp_path, [report(1, hostile, 2021)])
    write_sample(tmp_path, draw(tmp_path, 4))
    context = browser.new_context(accept_downloads=True)
    try:
        page = context.new_page()
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto((tmp_path / "sample.html").as_uri())
        for key in ("y", "n", "Backspace", "y", "U"):
            page.keyboard.press(key)
        assert page.locator("#done").inner_text() == "3"
        page.reload()
        assert page.locator("#done").inner_text() == "3"  # kept by the browser
        assert page.locator(".cell:visible .number").inner_text().startswith("4 / 4")
        page.get_by_role("button", name="N 不对").click()
        assert page.locator(".end").is_visible()
        with page.expect_download() as download:
            page.keyboard.press("s")
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert page.title() != "owned"
        assert failures == []
    finally:
        context.close()
    assert saved.name == "sample-answers.csv"
    found = judged(tmp_path, saved)
    assert (found.yes, found.no, found.unsure, found.open) == (2, 1, 1, 0)
