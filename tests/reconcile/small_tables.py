"""Tables that one can add up in the head, and what the decoder makes of them."""

from dataclasses import replace

from printed_tables import PRINTED, evidence, shown, system

from extract.reconcile import reconcile
from extract.reconcile.identities import system_of


def run(readings, one=0, *, pixels=False, geometry=True, **marks):
    """Cells and checks by code and id."""
    form, alternatives = PRINTED[one]
    code = system_of(form, alternatives)
    cells, checks = reconcile(
        form,
        alternatives,
        evidence(code, readings, **marks),
        pixels=pixels,
        geometry=geometry,
    )
    return {c.code: c for c in cells}, {k.id: k for k in checks}


def place(code):
    return [name.code for name in system().cells].index(code)


def likely(value, probability):
    return replace(shown(value), probability=probability)


def pictured(table, sure=0.9999):
    return [(likely(value, sure),) for value in table]


def small_table():
    """3 + 2 = 4 + 1, all natural persons; 10 + 1 reviews."""
    table = [0] * len(system().cells)
    for column in ("natural", "total"):
        for row, number in (
            ("received", 3),
            ("carried_in", 2),
            ("granted", 4),
            ("closed_total", 4),
            ("carried_out", 1),
        ):
            table[place(f"t3.{row}.{column}")] = number
    for column, number in (("upheld", 10), ("corrected", 1), ("total", 11)):
        table[place(f"t4.review.{column}")] = number
    return table


def failed(checks):
    return {name: check for name, check in checks.items() if check.verdict == "fail"}
