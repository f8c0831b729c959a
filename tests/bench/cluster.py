"""A Ray node killed amid a run: `python -m tests.bench.cluster [--rounds 5]`.

A real cluster of this machine: a head without cores and two nodes of one core; one of them is
killed while both read. Prints how many datasets came out with the bytes of a local run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extract.dataset import Progress, extract
from tests.bench.kill import SMALL, inbox, made


class Nodes:
    """Nodes of one core each, with their head."""

    def __init__(self, count: int = 2) -> None:
        from ray.cluster_utils import Cluster

        store = {"object_store_memory": 80_000_000}
        head = {"num_cpus": 0, "include_dashboard": False, **store}
        self.cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        self.nodes = [self.cluster.add_node(num_cpus=1, **store) for _ in range(count)]
        os.environ["RAY_ADDRESS"] = self.cluster.address

    def kill_one(self) -> None:
        self.cluster.remove_node(self.nodes.pop(), allow_graceful=False)

    def end(self) -> None:
        del os.environ["RAY_ADDRESS"]
        self.cluster.shutdown()


def survives(out: Path, files: Sequence[Path]) -> int:
    """Reports read by a run that loses a node after its first report."""
    nodes = Nodes()
    lost: list[int] = []

    def told(progress: Progress) -> None:
        if not lost:
            nodes.kill_one()
            lost.append(progress.done)

    try:
        return extract(files, out, engine="ray", workers=2, progress=told).total
    finally:
        nodes.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        inbox(Path())
        files = [Path("in") / name for name in SMALL]
        extract(files, Path("local"), workers=2)
        same = 0
        for number in range(given.rounds):
            begun = time.monotonic()
            survives(Path(f"out{number}"), files)
            same += made(Path(f"out{number}")) == made(Path("local"))
            print(f"round {number + 1}: {time.monotonic() - begun:.0f} s", flush=True)
        print(f"{same} of {given.rounds} byte-identical with a run on this machine alone")
    sys.exit(same != given.rounds)


if __name__ == "__main__":
    main()
