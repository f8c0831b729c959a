"""Accounts of failed identities, from a result alone."""

from dataclasses import replace

from printed_tables import PRINTED, evidence, shown, system

from extract.explaining import explain
from extract.model import About, Result
from extract.reconcile import reconcile
from extract.reconcile.explain import accounts, given, margin


def result(table, kind="pdf-text"):
    form, alternatives = PRINTED[0]
    cells, checks = reconcile(
        form,
        alternatives,
        evidence(system(), table),
        pixels=kind == "pdf-scan",
        geometry=kind == "pdf-text",
    )
    return Result("0", "a.pdf", "0", kind, 1, About(), "2021", "ok", cells, checks)


def table(**numbers):
    place = {name.code: index for index, name in enumerate(system().cells)}
    printed = [0] * len(place)
    for name, number in numbers.items():
        printed[place[name.replace("__", ".")]] = number
    return printed


BROKEN = table(t4__review__upheld=10, t4__review__corrected=1)


def test_a_wrong_total_is_the_best_account_and_beats_the_others():
    (group,) = accounts(result(BROKEN))
    best = group[0]
    assert best.checks == ("t4.row.review",)
    assert [(m.code, m.printed, m.asked) for m in best.moved] == [("t4.review.total", "0", 11)]
    assert best.moved[0].misprinted > 0.999
    assert margin(group) > 100
    assert sum(one.probability for one in group) <= 1.0 + 1e-9


def test_accounts_of_a_picture_know_what_its_pixels_said_of_the_numbers_asked_for():
    form, alternatives = PRINTED[0]
    total = [name.code for name in system().cells].index("t4.review.total")
    found = evidence(system(), [(replace(shown(n), probability=0.99),) for n in BROKEN])
    found[total] = replace(found[total], asked=((11, 1e-9),))
    cells, checks = reconcile(form, alternatives, found, pixels=True, geometry=False)
    told = Result("0", "a.pdf", "0", "pdf-scan", 1, About(), "2021", "ok", cells, checks)
    untold = replace(told, cells=tuple(replace(one, asked=()) for one in cells))

    def misread(one):
        moved = (m for group in accounts(one) for a in group for m in a.moved)
        return next(m.misread for m in moved if (m.code, m.asked) == ("t4.review.total", 11))

    assert misread(told) < 0.1 * misread(untold)
    (row,) = [one for one in given(told) if one.code == "t4.review.total"]
    assert row.asked == {11: 1e-9}


def test_words_name_the_identity_the_difference_and_the_cell():
    words = str(explain(result(BROKEN)))
    for said in ("t4.row.review", "-11", "published numbers", "t4.review.total", "balance asks 11"):
        assert said in words


def test_an_identity_that_holds_needs_no_account():
    assert accounts(result(table())) == ()
    assert explain(result(BROKEN), "t3.row.received").group_of("t3.row.received") == ()


def test_a_doubted_alternative_in_a_picture_is_shown_with_its_probability():
    readings = [(shown(number, 0.9999),) for number in BROKEN]
    total = [name.code for name in system().cells].index("t4.review.total")
    readings[total] = (shown(0, 0.9), shown(4, 0.05))
    (row,) = [one for one in given(result(readings, "pdf-scan")) if one.code == "t4.review.total"]
    assert row.listed == {0: 0.9, 4: 0.05}
    assert row.fails == ("t4.row.review",)
    said = explain(result(readings, "pdf-scan"), "t4.row.review")
    assert "0 0.9000; 4 0.0500" in set(said.table["alternatives"])
    assert "or '4': 5.00%" in str(said)


def test_a_result_without_a_form_has_no_accounts():
    failed = Result("0", "a.pdf", "0", None, 0, About(), None, "failed")
    assert accounts(failed) == ()
