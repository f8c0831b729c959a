"""The fit of the recogniser's trust finds what makes the truth likeliest."""

from __future__ import annotations

from tests.bench.cells import Cut, Document
from tests.bench.trust import lines_of, report, trusts
from tests.reading.cells import draw_cell

KEYS = {"level": "light", "damage": "fax", "dpi": "200", "mode": "grey", "font": "song"}


def document(*printed: tuple[str, str]) -> Document:
    group = ("report", 1, 0)
    cuts = tuple(
        Cut(str(i), says, draw_cell(shows), group) for i, (shows, says) in enumerate(printed)
    )
    return Document("report", KEYS, cuts, {group: []})


def test_only_numbers_in_one_line_are_taken() -> None:
    page = document(("12", "12"), ("—", "—"), ("", ""), ("3", "3件"), ("1204", "1,204"))
    assert [printed for _, printed in lines_of(page)] == ["12", "1,204"]


def test_what_is_read_right_is_best_trusted_much_and_what_is_read_wrong_little() -> None:
    right = lines_of(document(("12", "12"), ("859", "859"), ("7", "7")))
    best, *_ = trusts(right)
    assert (best.wrong, best.temperature, best.lapse) == (0, 0.5, 1e-4)
    wrong = lines_of(document(("12", "19"), ("859", "854"), ("7", "7")))
    best, *_ = trusts(wrong)
    assert best.wrong == 2
    assert best.temperature > 1.0
    assert best.promised > sum(one.promised for one in trusts(right)[:1])


def test_the_table_names_the_likeliest_first() -> None:
    table = report(lines_of(document(("12", "12"), ("859", "859")))).splitlines()
    assert table[0] == "2 numbers"
    assert table[2].split()[0] == "0.50"
