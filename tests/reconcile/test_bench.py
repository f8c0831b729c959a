"""The bench of the decoder runs, and says what it is for: a few reports of it."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from decoder import methods, misread_in_table_3


def test_no_method_is_ahead_of_ours_on_a_few_tables(capsys):
    tallies = methods(random.Random(1), 0.05, 4, 0.5)
    ours = tallies["ours"]
    assert ours.right >= max(one.right for name, one in tallies.items() if "ours" not in name)
    for name in ("no repair", "threshold"):
        share = tallies[name].review / tallies[name].cells
        assert ours.silent_at(share) <= tallies[name].silent_at(share)
    assert "precision" in capsys.readouterr().out


def test_a_misread_cell_is_never_silent(capsys):
    misread_in_table_3(random.Random(1), 1, 20)
    assert "silent 0 of 20" in capsys.readouterr().out
