"""The bench of grids, on one scanned page."""

from __future__ import annotations

import argparse
from dataclasses import replace
from itertools import islice

from tests.bench.grids import measure, report_jobs


def test_the_bench_counts_the_tables_that_are_right_and_those_that_are_not() -> None:
    (job,) = islice(report_jobs(argparse.Namespace(seed=951, reports=1)), 1)
    level = job.keys[0]
    (score,) = (one for key, one in measure([job]).items() if key == (level,))
    assert (score.tables, score.right, score.silent) == (len(job.truth), len(job.truth), 0)
    assert score.seconds[0] > 0
    elsewhere = replace(job, near=lambda *_: False)
    (score,) = (one for key, one in measure([elsewhere]).items() if key == (level,))
    assert (score.right, score.silent) == (0, len(job.truth))
