"""The bench of reading alone counts what is right and what is sure."""

from __future__ import annotations

from tests.bench.cells import Cut, Document, outcomes_of, report
from tests.reading.cells import draw_cell

KEYS = {"level": "light", "damage": "fax", "dpi": "200", "mode": "grey", "font": "song"}


def test_right_and_wrong_cells_are_counted() -> None:
    group = ("report", 1, 0)
    printed = {"12": "12", "0": "0", "7": "1"}
    cuts = tuple(Cut(drawn, says, draw_cell(drawn), group) for drawn, says in printed.items())
    outcomes = outcomes_of([Document("report", KEYS, cuts, {group: []})])
    assert [outcome.right for outcome in outcomes] == [True, True, False]
    table = report(outcomes)
    assert "number read as number 1" in table
    assert "66.667%" in table
