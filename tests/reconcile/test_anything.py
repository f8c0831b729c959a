"""Whatever the readings, reconcile keeps its promises."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from printed_tables import BLANK, DASH, PRINTED, balanced, evidence, shown

from extract.model import Reading
from extract.reconcile import reconcile
from extract.reconcile.identities import system_of

# A report is too large to be shrunk in reasonable time.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
_NUMBERS = st.one_of(
    st.integers(-5, 5), st.integers(0, 10**9), st.sampled_from([0.5, 1e-3, 76.84, 3.0])
)
_CHANCES = st.sampled_from([0.0, 1e-6, 0.01, 0.3, 0.5, 0.97, 0.9999, 1.0])


@st.composite
def reading(draw):
    kind = draw(st.sampled_from(["number", "blank", "dash", "illegible", "missing"]))
    chance = draw(_CHANCES)
    if kind == "number":
        value = draw(_NUMBERS)
        return Reading(str(value), "number", value, None, chance, "test")
    return Reading("?" if kind == "illegible" else "", kind, None, None, chance, "test")


@st.composite
def reports(draw):
    """A balanced report in which some cells were read in any way whatever."""
    one = draw(st.integers(0, 2))
    code = system_of(*PRINTED[one])
    table = balanced(draw(st.randoms(use_true_random=False)), one)
    readings = [shown(v) if v else draw(st.sampled_from([shown(0), BLANK, DASH])) for v in table]
    cells = st.integers(0, len(table) - 1)
    for index in draw(st.sets(cells, max_size=12)):
        readings[index] = draw(st.one_of(st.none(), st.lists(reading(), max_size=4).map(tuple)))
    torn = draw(st.frozensets(cells, max_size=2))
    doubts = dict.fromkeys(draw(st.sets(cells, max_size=2)), "in doubt")
    return one, evidence(code, readings, torn=torn, doubts=doubts)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=_PHASES)
@given(reports(), st.sampled_from([(True, False), (False, True), (False, False)]))
def test_promises_hold_for_any_readings(report, source):
    one, found = report
    pixels, geometry = source
    form, alternatives = PRINTED[one]
    cells, checks = reconcile(form, alternatives, found, pixels=pixels, geometry=geometry)
    assert tuple(c.code for c in cells) == form.codes(alternatives)
    assert tuple(k.id for k in checks) == tuple(i.id for i in form.identities(alternatives))
    for cell, given_ in zip(cells, found, strict=True):
        read = [(r.mark, r.value) for r in given_.readings]
        assert (cell.status == "missing") == (given_.slot.cell is None)
        assert (cell.mark, cell.value) in read or not read or cell.mark == "missing"
        assert (cell.value is None) == (cell.mark != "number")
        assert cell.confidence is None or 0.0 <= cell.confidence <= 1.0 + 1e-9
        unread = cell.mark in ("illegible", "missing")
        assert cell.implied is None or unread or (cell.mark, cell.status) == ("blank", "suspect")
        assert cell.status == "ok" or cell.why
        if given_.slot.doubt:
            assert cell.status in ("suspect", "missing")
        if cell.status == "repaired":
            support = [r.probability for r in given_.readings if r.value == cell.value]
            assert sum(support) >= 0.005
    for check in checks:
        assert (check.cause is not None) == (check.verdict == "fail")
        assert set(check.cells) == {
            code for i in form.identities(alternatives) if i.id == check.id for code in i.codes
        }
        if not pixels and not geometry:
            assert check.cause != "publisher"
        if check.verdict == "fail":
            assert check.difference == check.actual - check.expected or isinstance(
                check.difference, float
            )
    again = reconcile(form, alternatives, found, pixels=pixels, geometry=geometry)
    assert again == (cells, checks)
