"""What rows cost beside reading: `python -m tests.bench.rows [REPORTS]`."""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from extract.dataset import store
from extract.dataset.worker import pack, unpack
from extract.dataset.write import write_dataset
from extract.tables import tables_of
from tests.dataset.readers import report


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    made = report()
    results = [replace(made, report_id=f"{n:016x}", sha256=f"{n:064x}") for n in range(count)]
    marks = [("", time.process_time())]
    tables = [tables_of([one], "version") for one in results]
    marks.append(("Arrow columns", time.process_time()))
    tables = [unpack(pack(one)) for one in tables]
    marks.append(("to the parent", time.process_time()))
    whole = store.joined(store.empty(), tables)
    marks.append(("sorting", time.process_time()))
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(Path(folder), whole, ("parquet", "csv"))
    marks.append(("Parquet and CSV", time.process_time()))
    print(f"{count} reports of {len(made.cells)} cells, ms a report")
    for (_, before), (name, after) in itertools.pairwise(marks):
        print(f"{name:16s} {1000 * (after - before) / count:.3f}")
    print(f"{'all':16s} {1000 * (marks[-1][1] - marks[0][1]) / count:.3f}")


if __name__ == "__main__":
    main()
