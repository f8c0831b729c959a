"""The recogniser of numerals: its search against all paths, and the real model."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import SourceError
from extract.reading import numerals
from extract.reading.ink import text_lines
from extract.reading.numerals import (
    probability_of,
    recognise_numerals,
    score_numerals,
    search_strings,
)
from tests.reading.cells import SANS, SONG, draw_cell


def all_paths(matrix: np.ndarray, alphabet: str) -> dict[str, float]:
    """The probability of each string, by adding up every path."""
    chances: dict[str, float] = defaultdict(float)
    for path in itertools.product(range(matrix.shape[1]), repeat=matrix.shape[0]):
        folded = [index for index, _ in itertools.groupby(path)]
        text = "".join(alphabet[index - 1] for index in folded if index)
        chances[text] += float(np.prod([matrix[t, index] for t, index in enumerate(path)]))
    return chances


@given(st.integers(0, 10**6), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_the_search_finds_what_adding_up_all_paths_finds(seed: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.dirichlet([0.3, 0.3, 0.3], columns)
    truth = all_paths(matrix, "01")
    best, chance = search_strings(matrix, "01")[0]
    assert truth[best] == pytest.approx(max(truth.values()), rel=0.05)
    assert chance == pytest.approx(truth[best], rel=0.05)


@given(st.integers(0, 10**6), st.integers(1, 6), st.text("01", max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_string_is_as_likely_as_all_its_paths_together(
    seed: int, columns: int, text: str
) -> None:
    matrix = np.random.default_rng(seed).dirichlet([0.3, 0.3, 0.3], columns)
    assert probability_of(text, matrix, "01") == pytest.approx(all_paths(matrix, "01")[text])


def test_a_letter_that_the_model_does_not_know_is_impossible() -> None:
    assert probability_of("x", np.array([[0.5, 0.5]]), "1") == 0.0


def test_the_real_model_scores_what_it_read_above_all_else() -> None:
    (line,) = text_lines(draw_cell("4588"))
    ((read, *others),) = score_numerals([[line.pixels]], [["4588", "458", "1091"]])
    assert read > 0.9
    assert 1e-2 > others[0] > others[1]
    wrapped = [line.pixels for line in text_lines(draw_cell("45", "88"))]
    assert score_numerals([wrapped], [["4588"]])[0][0] > 0.9
    assert score_numerals([], []) == []


def test_the_likeliest_string_is_not_that_of_the_likeliest_path() -> None:
    # The best path is all blanks (0.36), but "1" has three paths (0.64 together).
    matrix = np.array([[0.6, 0.4], [0.6, 0.4]])
    assert search_strings(matrix, "1")[0] == ("1", pytest.approx(0.64))


def test_a_sure_line_still_names_its_nearest_alternatives() -> None:
    matrix = np.full((3, 4), 1e-6)
    matrix[[0, 1, 2], [0, 2, 0]] = 1 - 3e-6
    found = search_strings(matrix, "123")
    assert found[0][0] == "2"
    assert {text for text, _ in found[1:]} >= {"", "1", "3"}
    assert [chance for _, chance in found] == sorted((c for _, c in found), reverse=True)


@pytest.mark.parametrize("font", [SONG, SANS])
@pytest.mark.parametrize("text", ["0", "1", "7", "11", "100", "6069", "26.55", "-35", "1491"])
def test_clean_print_is_read_and_believed(text: str, font: str) -> None:
    lines = text_lines(draw_cell(text, font=font), 20.0)
    (alternatives,) = recognise_numerals([line.pixels for line in lines])
    assert alternatives[0][0] == text
    assert alternatives[0][1] > 0.9
    assert len(alternatives) >= 5
    assert sum(chance for _, chance in alternatives) <= 1.0


def test_a_line_reads_the_same_alone_and_in_a_batch() -> None:
    lines = [
        line.pixels
        for text in ("0", "1811", "59237.2449", "-", "316441", "5")
        for line in text_lines(draw_cell(text, box=(260, 50)), 20.0)
    ]
    alone = [recognise_numerals([line])[0][0] for line in lines]
    together = [found[0] for found in recognise_numerals(lines)]
    assert [text for text, _ in together] == [text for text, _ in alone]
    assert [chance for _, chance in together] == pytest.approx([c for _, c in alone], abs=1e-4)


def test_no_lines_need_no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(numerals, "MODELS", tmp_path)
    numerals.forget_model()
    assert recognise_numerals([]) == []


def test_without_its_model_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(numerals, "MODELS", tmp_path)
    numerals.forget_model()
    with pytest.raises(SourceError, match="install gouji again") as caught:
        recognise_numerals([np.full((32, 32), 255, np.uint8)])
    assert caught.value.kind == "unsupported"


def test_another_model_than_the_calibrated_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    about = json.loads((numerals.MODELS / "numerals.json").read_text(encoding="utf-8"))
    model = (numerals.MODELS / "numerals.onnx").read_bytes()
    (tmp_path / "numerals.json").write_text(json.dumps(about), encoding="utf-8")
    (tmp_path / "numerals.onnx").write_bytes(model + b"\0")
    monkeypatch.setattr(numerals, "MODELS", tmp_path)
    numerals.forget_model()
    with pytest.raises(SourceError, match="not the model"):
        recognise_numerals([np.full((32, 32), 255, np.uint8)])


@pytest.fixture(autouse=True)
def _own_session() -> None:
    numerals.forget_model()


def test_a_note_that_is_hard_to_read_leaves_its_number_sure() -> None:
    alphabet = "17(件)"
    sure = [[0.0, 0.97, 0.03, 0, 0, 0], [0.98, 0, 0, 0.02, 0, 0], [0.01, 0, 0, 0.99, 0, 0]]
    note = [[0.1, 0.45, 0.45, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0.3, 0.35, 0.35, 0, 0, 0]]
    end = [[0.0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]]
    (best, chance), *_ = search_strings(np.array(sure + note + end, float), alphabet)
    assert best.startswith("1(")
    assert chance > 0.9
