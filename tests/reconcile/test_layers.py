"""A text layer is heard as far as it agrees with what its page shows beyond doubt."""

from __future__ import annotations

from extract.model import Box, Evidence, Glyph, GridCell, Page, Reading, Slot
from extract.reconcile.layers import weigh_text_layer


def _reading(text: str, probability: float) -> Reading:
    value = int(text) if text else None
    return Reading(text, "number" if text else "blank", value, None, probability, "numerals")


def _page(layer: list[str]) -> tuple[Page, tuple[Slot, ...]]:
    glyphs = tuple(
        Glyph(digit, 20.0 * i + 2 + 5 * k, 2.0, 20.0 * i + 6 + 5 * k, 10.0, 8.0)
        for i, text in enumerate(layer)
        for k, digit in enumerate(text)
    )
    slots = tuple(
        Slot(f"t.r{i}.c", GridCell(0, i, text=None, box=Box(20.0 * i, 0, 20.0 * i + 20, 12)), 1)
        for i in range(len(layer))
    )
    return Page(1, 600, 800, glyphs, scanned=True), slots


def _weighed(layer: list[str], last: tuple[Reading, ...]) -> tuple[Reading, ...]:
    page, slots = _page(layer)
    sure = [Evidence(slot, (_reading("7", 0.999),)) for slot in slots[:-1]]
    return weigh_text_layer([*sure, Evidence(slots[-1], last)], slots, [page])[-1].readings


def test_a_layer_that_agrees_elsewhere_settles_a_doubtful_cell() -> None:
    doubtful = (_reading("18", 0.6), _reading("13", 0.4))
    best = _weighed(["7"] * 12 + ["13"], doubtful)[0]
    assert (best.value, best.probability > 0.97) == (13, True)
    assert best.reader == "numerals, text layer"


def test_a_layer_that_contradicts_what_is_sure_is_not_heard() -> None:
    doubtful = (_reading("18", 0.6), _reading("13", 0.4))
    assert _weighed(["9"] * 12 + ["13"], doubtful) == doubtful


def test_a_sure_reading_falls_when_a_good_layer_says_otherwise() -> None:
    best = _weighed(["7"] * 12 + ["13"], (_reading("18", 0.98),))
    assert best[0].probability < 0.98
    assert sum(reading.probability for reading in best) <= 1.0 + 1e-9


def test_a_layer_that_skips_a_digit_says_nothing() -> None:
    doubtful = (_reading("0", 0.9), _reading("", 0.1))
    assert _weighed(["7"] * 12 + [""], doubtful) == doubtful
