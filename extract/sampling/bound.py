"""Answers on a stratified sample → an exact upper bound on the share of wrong cells.

Let stratum h hold W_h of all cells (share) and p_h of its own be wrong, and let n_h of it be
drawn without replacement, n in all. The number of wrong ones drawn is a sum of independent yes or
no draws with unequal chances (hypergeometric counts are such sums: Vatutin and Mikhailov, Theory of
Probability and its Applications 27, 1982, 734-743), of mean m = sum n_h p_h. Of all such sums with
that mean the binomial with equal chances m / n has the most probability at or below any c <= m - 1
(Hoeffding, Annals of Mathematical Statistics 27, 1956, 713-721, theorem 4). So the one-sided bound
U of Clopper and Pearson (Biometrika 26, 1934, 404-413) for c wrong of n holds for m / n, where it
is at least (c + 1) / n, and since m >= (sum W_h p_h) min(n_h / W_h), the share of wrong cells is at
most n U / min(n_h / W_h). With an allocation in proportion the factor before U is nearly 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, floor, lgamma, log, log1p

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Count:
    """A stratum: its cells, how many were drawn, and how many of these are wrong."""

    cells: int
    drawn: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known of `cells` cells: the estimated share of wrong ones, and the most there are."""

    cells: int
    drawn: int
    wrong: int
    estimate: float
    upper: float

    @property
    def most_cells(self) -> int:
        """The most wrong cells that agree with the bound."""
        return floor(self.upper * self.cells + 1e-9)


def bound_of(strata: Sequence[Count], confidence: float = CONFIDENCE) -> Bound:
    """The bound; every stratum with cells must have some drawn. Raises ValueError otherwise."""
    strata = [one for one in strata if one.cells]
    if not strata or any(not one.drawn for one in strata):
        raise ValueError("a stratum of which nothing was drawn cannot be bounded")
    cells = sum(one.cells for one in strata)
    drawn = sum(one.drawn for one in strata)
    wrong = sum(one.wrong for one in strata)
    estimate = sum(one.cells / cells * one.wrong / one.drawn for one in strata)
    upper = max(clopper_pearson(wrong, drawn, confidence), min(1.0, (wrong + 1) / drawn))
    reach = min(one.drawn * cells / one.cells for one in strata)
    return Bound(cells, drawn, wrong, estimate, min(1.0, upper * drawn / reach))


def clopper_pearson(wrong: int, drawn: int, confidence: float = CONFIDENCE) -> float:
    """The largest share of which `wrong` or fewer of `drawn` are not less likely than 1 − c."""
    if wrong >= drawn:
        return 1.0
    low, high = wrong / drawn, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if _at_most(wrong, drawn, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(count: int, drawn: int, share: float) -> float:
    """Probability of `count` or fewer in `drawn` binomial draws."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    return sum(
        exp(
            lgamma(drawn + 1) - lgamma(k + 1) - lgamma(drawn - k + 1)
            + k * log(share) + (drawn - k) * log1p(-share)
        )
        for k in range(count + 1)
    )  # fmt: skip
