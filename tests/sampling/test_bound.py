"""The bound: exact where theory gives a number, and never too small over simulated archives."""

from __future__ import annotations

import numpy as np
import pytest

from extract.sampling.bound import Count, bound_of, clopper_pearson
from extract.sampling.draw import allocation


@pytest.mark.parametrize(
    ("wrong", "drawn", "upper"),
    # 1 - 0.05^(1/n) for none wrong; tables of the beta distribution for the others.
    [(0, 300, 1 - 0.05 ** (1 / 300)), (0, 1, 0.95), (1, 10, 0.39416), (5, 100, 0.10225), (3, 3, 1)],
)
def test_clopper_pearson(wrong: int, drawn: int, upper: float) -> None:
    assert clopper_pearson(wrong, drawn) == pytest.approx(upper, abs=2e-5)


def test_in_proportion_the_bound_is_that_of_a_simple_sample() -> None:
    found = bound_of([Count(1000, 30, 0), Count(9000, 270, 1)])
    assert found.upper == pytest.approx(clopper_pearson(1, 300))
    assert found.estimate == pytest.approx(1 / 300)
    assert found.most_cells == int(found.upper * 10_000)


def test_a_stratum_drawn_less_than_its_share_makes_the_bound_larger() -> None:
    even = bound_of([Count(5000, 150, 0), Count(5000, 150, 0)])
    uneven = bound_of([Count(5000, 250, 0), Count(5000, 50, 0)])
    assert uneven.upper == pytest.approx(3 * even.upper)


def test_a_stratum_of_which_nothing_was_drawn_cannot_be_bounded() -> None:
    with pytest.raises(ValueError, match="nothing was drawn"):
        bound_of([Count(10, 5, 0), Count(10, 0, 0)])


def test_the_bound_holds_in_95_of_100_archives_whose_errors_sit_in_a_few_strata() -> None:
    rng = np.random.default_rng(7)
    held = total = 0
    for _ in range(20):
        sizes = {(str(n),): int(size) for n, size in enumerate(rng.integers(5, 20_000, 12))}
        wrong = {one: int(size * rng.choice([0, 0, 0, 0.002, 0.05])) for one, size in sizes.items()}
        drawn = allocation(sizes, 200)
        truth = sum(wrong.values()) / sum(sizes.values())
        for _ in range(100):
            counts = [
                Count(size, drawn[one], int(rng.hypergeometric(wrong[one], size - wrong[one],
                                                               drawn[one])))
                for one, size in sizes.items()
            ]  # fmt: skip
            held += truth <= bound_of(counts).upper
            total += 1
    assert held / total >= 0.95


def test_every_stratum_gets_some_and_no_more_than_asked_are_drawn() -> None:
    sizes = {("a",): 1_000_000, ("b",): 3, ("c",): 999}
    drawn = allocation(sizes, 300)
    assert sum(drawn.values()) <= 300
    assert drawn["b",] == drawn["c",] == 1
    assert drawn["a",] >= 290
    assert allocation(sizes, 2_000_000) == sizes
