"""What a document's own habits say of its cells: how it writes nothing, and its thousands."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from extract.model import Reading

_STYLES = ("zero", "blank", "dash", "slash")
_USUAL = {"zero": 0.35, "blank": 0.1, "dash": 0.07, "slash": 0.03}
"""How often the model expects each where it knows nothing of the document."""
_MOST_GAIN = 8.0
"""The most that a document's style can speak for a reading against what nobody proposed."""
_STUMP = 0.005
"""Share of worn digits of which a stroke is left that reads as a dash."""
_DOUBT = 0.2
"""Cells of a style never seen in a document that are counted as if seen."""
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,][0-9]{3})+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_PLAIN = re.compile(r"[+-]?[1-9][0-9]{3,}(\.[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[1-9][0-9]{3,}")
_BOTH = 0.01
"""Probability that a text needs with a digit before its last three, and without, to tell."""
_WITNESSES, _MOSTLY = 5, 0.5
"""So many numbers, and that share of those above 999, tell what a document's separators are."""
_UNLISTED = 0.05
"""Share of what is not listed in such a number that differs elsewhere."""
_COMMAS = 0.3
"""Share of documents that group thousands by commas."""
_THREE = 0.12
"""Share of decimals that have three places."""
_OWN_WAY = 0.01
"""Share of numbers that are not written as their document writes them."""
_MOST_SEEN = 6


def apply_style(
    cells: Sequence[tuple[Reading, ...]], money: Collection[int] = ()
) -> list[tuple[Reading, ...]]:
    """The alternatives of all number cells of one document, re-weighted by its habits.

    Cells in places `money` have fractions as often as thousands: how the others group their
    digits says nothing of theirs.
    """
    found = apply_separators(apply_zero_style(cells))
    counts = [place for place in range(len(found)) if place not in money]
    grouped = apply_thousands([found[place] for place in counts])
    for place, readings in zip(counts, grouped, strict=True):
        found[place] = readings
    return found


def apply_zero_style(cells: Sequence[tuple[Reading, ...]]) -> list[tuple[Reading, ...]]:
    """Readings re-weighted by how their document writes "none": 0, blank, a dash or a slash.

    `cells` are the alternatives of all number cells of one document. Within a document the
    style is nearly constant, so the other cells say how likely each style is here; a blank in a
    document without blanks ends with a low probability, even where no ink was seen.
    """
    votes = [_votes(readings) for readings in cells]
    totals = {style: sum(vote.get(style, 0.0) for vote in votes) for style in _STYLES}
    usual = sum(_USUAL.values())
    weighted: list[tuple[Reading, ...]] = []
    for readings, vote in zip(cells, votes, strict=True):
        # A cell is no witness in its own case.
        others = {style: totals[style] - vote.get(style, 0.0) for style in _STYLES}
        seen = sum(others.values())
        prior = {
            style: (others[style] + _DOUBT * len(_STYLES) * _USUAL[style] / usual)
            / (seen + _DOUBT * len(_STYLES))
            for style in _STYLES
        }
        weighted.append(_reweighted(readings, prior, usual))
    return weighted


def _votes(readings: tuple[Reading, ...]) -> dict[str, float]:
    votes: dict[str, float] = {}
    for reading in readings:
        style = _style(reading)
        if style:
            # A doubtful cell is a weak witness: many lost numbers do not make a blank style.
            votes[style] = votes.get(style, 0.0) + reading.probability**3
    return votes


def _style(reading: Reading) -> str | None:
    """Which way of writing "none" a reading is; None for other numbers and illegible ones."""
    if reading.mark == "number":
        return "zero" if reading.value == 0 else None
    if reading.mark == "dash":
        return "slash" if reading.printed in {"/", "\\"} else "dash"
    return "blank" if reading.mark == "blank" else None


def _reweighted(
    readings: tuple[Reading, ...], prior: dict[str, float], usual: float
) -> tuple[Reading, ...]:
    rest = max(0.0, 1.0 - sum(reading.probability for reading in readings))
    first = _style(readings[0]) if readings else None
    if first in ("dash", "slash") and prior[first] < _USUAL[first] / usual:
        rest = max(rest, _STUMP)
    weights: list[float] = []
    for reading in readings:
        style = _style(reading)
        ratio = prior[style] / (_USUAL[style] / usual) if style else 1.0
        weights.append(reading.probability * min(ratio, _MOST_GAIN))
    total = sum(weights) + rest
    return _normalised(readings, weights, total)


def apply_thousands(cells: Sequence[tuple[Reading, ...]]) -> list[tuple[Reading, ...]]:
    """Readings re-weighted by whether their document groups thousands by commas.

    A comma of wide print looks like a point: 1.819 beside 205.513 and 26.417, and no whole
    number above 999 without a point, are thousands.
    """
    best = [readings[0].printed if readings else "" for readings in cells]
    unclear = [place for place, text in enumerate(best) if _AMBIGUOUS.fullmatch(text)]
    grouped = sum(_GROUPED.fullmatch(text) is not None for text in best)
    plain = sum(_PLAIN.fullmatch(text) is not None for text in best)
    odds = _COMMAS / (1 - _COMMAS) * _OWN_WAY ** min(plain, _MOST_SEEN)
    out = list(cells)
    for place in unclear:
        # A cell is no witness in its own case.
        others = len(unclear) - 1 + grouped - (_GROUPED.fullmatch(best[place]) is not None)
        commas = odds / _THREE ** min(others, _MOST_SEEN)
        chance = commas / (1 + commas)
        out[place] = _as_thousands(cells[place], chance)
    return out


def apply_separators(cells: Sequence[tuple[Reading, ...]]) -> list[tuple[Reading, ...]]:
    """Readings re-weighted where the document's separators of thousands are read as digits.

    A wide comma in a fax is a 5 or a 3, or nothing: where in most numbers above 999 the same
    text is read with and without a digit before its last three, that digit is none.
    """
    families = [_family(readings) for readings in cells]
    witnesses = sum(bool(one) for one in families)
    large = sum(bool(r) and _PLAIN.fullmatch(r[0].printed) is not None for r in cells)
    if witnesses < _WITNESSES or witnesses < _MOSTLY * large:
        return list(cells)
    return [
        _without_separator(readings, family)
        for readings, family in zip(cells, families, strict=True)
    ]


def _family(readings: tuple[Reading, ...]) -> frozenset[str]:
    """The likeliest text without a digit before its last three, and those that are it with one;
    empty where not both are read.
    """
    printed = {r.printed: r.probability for r in readings if _WHOLE.fullmatch(r.printed)}
    best: tuple[float, frozenset[str]] = (0.0, frozenset())
    for base, chance in printed.items():
        longer = [one for one in printed if len(one) > 4 and one[:-4] + one[-3:] == base]
        more = sum(printed[one] for one in longer)
        if min(chance, more) >= _BOTH and chance + more > best[0]:
            best = chance + more, frozenset((base, *longer))
    return best[1]


def _without_separator(
    readings: tuple[Reading, ...], family: frozenset[str]
) -> tuple[Reading, ...]:
    if not family:
        return readings
    base = min(family, key=len)
    mass = sum(r.probability for r in readings if r.printed in family)
    listed = sum(r.probability for r in readings)
    # What the reader did not list is mostly some other digit for the separator.
    mass += (1 - listed) * mass / listed * (1 - _UNLISTED)
    kept = [
        replace(r, probability=mass * (1 - _OWN_WAY)) if r.printed == base
        else replace(r, probability=r.probability * _OWN_WAY) if r.printed in family
        else r
        for r in readings
    ]  # fmt: skip
    return tuple(sorted(kept, key=lambda reading: -reading.probability))


def _as_thousands(readings: tuple[Reading, ...], commas: float) -> tuple[Reading, ...]:
    """Readings where commas group thousands with a probability, beside what the pixels say."""
    weights = []
    for reading in readings:
        weight = reading.probability
        if _GROUPED.fullmatch(reading.printed):
            weight *= 2 * (commas * (1 - _OWN_WAY) + (1 - commas) * _OWN_WAY)
        elif _AMBIGUOUS.fullmatch(reading.printed):
            weight *= 2 * (commas * _OWN_WAY + (1 - commas) * (1 - _OWN_WAY))
        weights.append(weight)
    total = sum(weights) + max(0.0, 1 - sum(reading.probability for reading in readings))
    return _normalised(readings, weights, total)


def _normalised(
    readings: tuple[Reading, ...], weights: Sequence[float], total: float
) -> tuple[Reading, ...]:
    """The readings with weights for probabilities, best first; as they are where all weigh none."""
    if total <= 0.0:
        return readings
    shown = [
        replace(reading, probability=weight / total)
        for reading, weight in zip(readings, weights, strict=True)
    ]
    return tuple(sorted(shown, key=lambda reading: -reading.probability))
