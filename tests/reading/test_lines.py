"""Text lines and label cells, read by the real model."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from extract.errors import SourceError
from extract.reading import lines
from extract.reading.labels import label_lines
from extract.reading.lines import read_labels, read_lines
from tests.reading.cells import draw_cell, with_rules

LABELS = [
    ("三、本年度办理结果",),
    ("2.其他法律行政法规", "禁止公开"),
    ("总", "计"),
    ("未", "经", "复", "议"),
]


def labels() -> list[np.ndarray]:
    return [
        with_rules(draw_cell(*text, size=26, box=(300, 40 + 40 * len(text)), seed=place))
        for place, text in enumerate(LABELS)
    ]


def test_labels_are_read_with_their_lines_joined() -> None:
    found = read_labels(labels())
    assert [text for text, _ in found] == ["".join(text) for text in LABELS]
    assert all(trust > 0.8 for _, trust in found)


def test_a_blank_label_cell_is_an_empty_text() -> None:
    assert read_labels([with_rules(draw_cell(box=(200, 60)))]) == [("", 1.0)]


def test_lines_of_a_label_are_found_though_they_are_askew() -> None:
    cell = draw_cell("要求行政机关确认或", "重新出具已获取信息", size=24, box=(300, 90))
    sheared = np.full((110, 300), 235, np.uint8)
    for x in range(300):
        sheared[x // 16 : x // 16 + 90, x] = cell[:, x]
    found = label_lines(sheared, 23.0)
    assert len(found) == 2


def test_specks_far_from_all_glyphs_neither_widen_a_line_nor_make_one() -> None:
    clean = draw_cell("公开数：", box=(400, 140), grain=0.0)
    dirty = clean.copy()
    for x, y in ((10, 70), (380, 60), (200, 9), (330, 128)):
        dirty[y : y + 4, x : x + 4] = 30
    (line,), (same,) = label_lines(clean, 26), label_lines(dirty, 26)
    assert line.shape == same.shape
    (bare,) = label_lines(draw_cell("公开数", box=(400, 140), grain=0.0), 26)
    assert line.shape[1] > bare.shape[1] + 2  # the colon is still there
    assert np.abs(line.astype(int) - same).max() < 16


def test_level_lines_are_read_each_on_its_own() -> None:
    found = read_lines([draw_cell("政府信息公开工作年度报告", box=(400, 36)), draw_cell("2021年")])
    assert [text for text, _ in found] == ["政府信息公开工作年度报告", "2021年"]


def test_no_picture_no_text() -> None:
    assert read_lines([]) == []
    assert read_lines([np.full((1, 40), 255, np.uint8)]) == [("", 0.0)]


def test_without_the_models_package_the_error_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    about = json.loads((lines.MODELS / "lines.json").read_text(encoding="utf-8"))
    about["package"] = "no_such_package"
    (tmp_path / "lines.json").write_text(json.dumps(about), encoding="utf-8")
    monkeypatch.setattr(lines, "MODELS", tmp_path)
    lines._model.cache_clear()
    with pytest.raises(SourceError, match="no_such_package") as caught:
        read_lines([draw_cell("0")])
    assert caught.value.kind == "unsupported"
    lines._model.cache_clear()


@pytest.mark.parametrize("size", [16, 20, 26])
@pytest.mark.parametrize(("ink", "speck"), [(150, 60), (170, 120), (200, 120), (200, 20)])
def test_a_pale_label_is_read_beside_dark_specks(ink: int, speck: int, size: int) -> None:
    cell = draw_cell("申请提供数", box=(260, 44), size=size, ink=ink, grain=2.0)
    cell = np.asarray(cv2.GaussianBlur(cell, (3, 3), 0), np.uint8)
    cell[30:34, 40:44] = speck
    cell[8:12, 220:224] = speck
    ((text, trust),) = read_labels([cell], float(size))
    assert text[:4] == "申请提供"
    assert trust > 0.8


def test_specks_alone_are_no_label() -> None:
    cell = draw_cell(box=(260, 44), grain=2.0)
    cell[30:34, 40:44] = 20
    cell[8:12, 220:224] = 120
    assert read_labels([cell], 20.0) == [("", 1.0)]


@pytest.mark.parametrize("share", [0.25, 0.35])
@pytest.mark.parametrize("text", ["上年数", "统计数", "单位"])
def test_a_bold_label_on_a_shade_that_became_dots_is_read(text: str, share: float) -> None:
    cell = draw_cell(text, box=(170, 44), size=26, ink=0, paper=255, grain=0.0)
    bold = cv2.dilate(255 - cell, np.ones((2, 2), np.uint8)) > 127
    dots = np.random.default_rng(1).random(cell.shape) < share
    hatched = np.where(bold | dots, 0, 255).astype(np.uint8)
    assert read_labels([hatched], 26.0)[0][0] == text


def test_specks_of_many_shades_are_no_line() -> None:
    # Each search finds paler ones than the one before, the last one too.
    cell = draw_cell(box=(400, 60), grain=0.0)
    for place, shade in enumerate((20, 155, 205, 222)):
        for x in (10, 50):
            cell[28:32, 100 * place + x : 100 * place + x + 4] = shade
    assert label_lines(cell, 24.0) == []
