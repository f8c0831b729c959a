"""A few mutated files; `make fuzz` runs thousands."""

from __future__ import annotations

from tests.hostile.fuzz import fuzz, mutated


def test_mutated_files_have_typed_outcomes() -> None:
    outcomes, findings = fuzz(24, 1, 2, None)
    assert outcomes.total() == 24
    assert [line for line in findings if ": untyped: " in line] == []


def test_a_number_and_a_seed_are_one_file() -> None:
    assert mutated(7, 1) == mutated(7, 1)
    assert mutated(7, 1) != mutated(7, 2)
