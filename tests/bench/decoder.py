"""Bench of the decoder: python tests/bench/decoder.py [--reports N] [--trials N] [--seed S]

On the same noisy tables, against no repair, a confidence threshold, the fewest changed cells
(Fellegi and Holt) and a vote of two readers; publisher errors in 20 % of the reports.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from noisy_tables import (
    LEVELS,
    Printed,
    likely,
    merged,
    printed_report,
    read,
    rival,
    second_reading,
)
from printed_tables import PRINTED, balanced, evidence, shown

from extract.forms import Form, Priors
from extract.model import Cell, Check, Reading
from extract.reconcile import reconcile, settle
from extract.reconcile.channels import Belief, number_of
from extract.reconcile.decode import Search, one_and_two
from extract.reconcile.identities import evaluate, system_of
from extract.reconcile.parity import parity_of
from extract.reconcile.witness import heard_again

Readings = list[tuple[Reading, ...]]


@dataclass
class Tally:
    """Counts of one method at one noise level."""

    cells: int = 0
    before: int = 0
    right: int = 0
    silent: int = 0
    review: int = 0
    harmed: int = 0
    ranked: list[tuple[float, bool]] = field(default_factory=list)
    """Per cell, how sure the method is and whether it is right."""
    seconds: list[float] = field(default_factory=list)

    def add(
        self,
        printed: Printed,
        readings: Readings,
        verdicts: Iterable[tuple[Reading, bool, float]],
    ) -> None:
        for truth, seen, (reading, review, sure) in zip(
            printed.readings, readings, verdicts, strict=True
        ):
            right = same(reading, truth)
            before = same(seen[0], truth)
            self.cells += 1
            self.before += before
            self.right += right
            self.silent += not right and not review
            self.review += review
            self.harmed += before and not right
            self.ranked.append((sure - review, right))

    def silent_at(self, share: float) -> float:
        """Silent errors per 10,000 when the least sure `share` of the cells is reviewed."""
        self.ranked.sort()
        left = self.ranked[round(share * self.cells) :]
        return 1e4 * sum(not right for _, right in left) / self.cells

    def line(self, name: str) -> str:
        per = 1e4 / self.cells
        times = ""
        if self.seconds:
            ranked = sorted(self.seconds)
            median, late = statistics.median(ranked), ranked[int(0.95 * len(ranked))]
            times = f"{1e3 * median:.1f} / {1e3 * late:.1f} ms"
        return (
            f"| {name} | {self.before / self.cells:.4%} | {self.right / self.cells:.4%} "
            f"| {self.silent * per:.2f} | {self.review / self.cells:.2%} "
            f"| {self.harmed * per:.2f} | {times} |"
        )


def same(one: Reading, other: Reading) -> bool:
    return one.value == other.value and (one.mark == "number") == (other.mark == "number")


def as_read(cell: Cell) -> Reading:
    return Reading(cell.printed, cell.mark, cell.value)


def flagged(cell: Cell) -> bool:
    return cell.status in ("suspect", "missing")


def ours(
    printed: Printed, readings: Readings, rng: random.Random | None = None
) -> tuple[tuple[Cell, ...], tuple[Check, ...]]:
    """With `rng` the cells of failed identities are read again, as the pipeline does."""
    form, alternatives = PRINTED[printed.one]
    found = evidence(printed.system, readings)
    cells, checks = reconcile(form, alternatives, found, pixels=True, geometry=False)
    held = {c for check in checks if check.verdict == "fail" for c in check.cells}
    if rng is None or not held:
        return cells, checks
    found = [
        heard_again(one, second_reading(rng, truth, one.readings[0])) if name.code in held else one
        for name, one, truth in zip(printed.system.cells, found, printed.readings, strict=True)
    ]
    return reconcile(form, alternatives, found, pixels=True, geometry=False)


def fewest_changes(printed: Printed, readings: Readings) -> list[tuple[Reading, bool, float]]:
    """One cell, else two, changed to whatever balances; the first found; flagged if neither."""
    values = [number_of(one[0]) for one in readings]
    verdicts = [(one[0], False, one[0].probability) for one in readings]
    parity = parity_of(printed.system, values, ())
    flat = [Belief(v, {v: 1.0}, 1e-3) for v in values if v is not None]
    for rows in parity.components():
        syndrome = {r: parity.syndrome[r] for r in sorted(rows & parity.syndrome.keys())}
        search = Search(parity, flat, printed.system, rows, 0.0)
        one_and_two(search, syndrome)
        if search.found:
            for cell, asked in min(search.found, key=lambda moves: (len(moves), moves)):
                verdicts[cell] = (shown(int(asked)), False, 0.5)
        else:
            for row in syndrome:
                for cell, _ in parity.rows[row]:
                    verdicts[cell] = (verdicts[cell][0], True, 0.0)
    return verdicts


def methods(rng: random.Random, level: float, reports: int, planted: float) -> dict[str, Tally]:
    tallies = {
        name: Tally()
        for name in (
            "no repair",
            "threshold",
            "fewest changes",
            "two readers",
            "ours",
            "ours, two readers",
        )
    }
    blame: Counter[str] = Counter()
    again = random.Random(rng.random())
    for _ in range(reports):
        printed = printed_report(rng, planted)
        doubted = [rng.random() < level for _ in printed.readings]
        one, two = (
            [read(rng, truth, d) for truth, d in zip(printed.readings, doubted, strict=True)]
            for _ in range(2)
        )
        firsts = [(r[0], False, r[0].probability) for r in one]
        tallies["no repair"].add(printed, one, firsts)
        tallies["threshold"].add(printed, one, [(r, p < 0.98, p) for r, _, p in firsts])
        tallies["fewest changes"].add(printed, one, fewest_changes(printed, one))
        vote = [
            (a[0], not same(a[0], b[0]), min(a[0].probability, b[0].probability))
            for a, b in zip(one, two, strict=True)
        ]
        tallies["two readers"].add(printed, one, vote)
        both = [merged(a, b) for a, b in zip(one, two, strict=True)]
        for name, readings in (("ours", one), ("ours, two readers", both)):
            start = time.process_time()
            cells, checks = ours(printed, readings, again)
            tallies[name].seconds.append(time.process_time() - start)
            tallies[name].add(
                printed,
                one,
                [(as_read(c), flagged(c), c.confidence or 0) for c in cells],
            )
            if name == "ours":
                judge(printed, one, cells, checks, blame)
    print_blame(blame)
    return tallies


def judge(
    printed: Printed,
    readings: Readings,
    cells: tuple[Cell, ...],
    checks: tuple[Check, ...],
    blame: Counter[str],
) -> None:
    """Accusations against the truth, and whether culprits are named first."""
    marks, values = [r.mark for r in printed.readings], [r.value for r in printed.readings]
    truth = evaluate(printed.system, marks, values)
    planted = {printed.system.cells[i].code for i in printed.planted}
    misread = {
        c.code
        for c, r, t in zip(cells, readings, printed.readings, strict=True)
        if not same(r[0], t)
    }
    for check, true in zip(checks, truth, strict=True):
        broken, accused = true.verdict == "fail", check.cause == "publisher"
        blame["broken"] += broken
        blame["found"] += broken and check.verdict == "fail"
        blame["accused"] += accused
        blame["accused rightly"] += accused and broken
        blame["broken and accused"] += broken and accused
        if check.verdict == "fail" and not check.cells[0].endswith("?"):
            blame["failed"] += 1
            blame["first culprit right"] += check.cells[0] in planted | misread
    if printed.planted:
        for cell, seen, true_one in zip(cells, readings, printed.readings, strict=True):
            blame["unbalanced cells read right"] += same(seen[0], true_one)
            blame["of them altered"] += same(seen[0], true_one) and not same(
                as_read(cell), true_one
            )
    blame["reports"] += 1
    blame["unexplained"] += any((check.why or "").startswith("too many") for check in checks)
    for code in (c.code for c in cells if c.status == "repaired"):
        blame["repaired"] += 1
        blame["repaired rightly"] += code in misread
    blame["misread"] += len(misread)


def print_blame(blame: Counter[str]) -> None:
    print(
        f"broken identities {blame['broken']}: reported as failed {blame['found']}, "
        f"cause publisher {blame['broken and accused']} "
        f"(recall {blame['broken and accused'] / max(1, blame['broken']):.2%}, precision "
        f"{blame['accused rightly'] / max(1, blame['accused']):.2%}); "
        f"first culprit right {blame['first culprit right'] / max(1, blame['failed']):.2%} of "
        f"{blame['failed']}\nmisread cells {blame['misread']}, repaired {blame['repaired']} of "
        f"which misread {blame['repaired rightly']}; unbalanced reports: "
        f"{blame['of them altered']} of {blame['unbalanced cells read right']} rightly read "
        f"cells altered; unexplained {blame['unexplained']} of {blame['reports']} reports"
    )


def misread_in_table_3(rng: random.Random, wrong: int, trials: int) -> None:
    """One or two misread cells of table 3 of a balanced report, at every pixel probability."""
    counts: Counter[str] = Counter()
    for _ in range(trials):
        one = rng.randrange(len(PRINTED))
        code = system_of(*PRINTED[one])
        table = balanced(rng, one, rng.choice([9, 60, 900]), rng.uniform(0.2, 0.9))
        third = [i for i, name in enumerate(code.cells) if name.table == "t3"]
        readings: Readings = [(likely(shown(v), 0.9999),) for v in table]
        chances = {}
        for cell in rng.sample(third, wrong):
            truth = shown(table[cell])
            false = rival(rng, truth)
            while number_of(false) == table[cell]:
                false = rival(rng, truth)
            chance = 10 ** rng.uniform(-5, -0.5)
            first = likely(false, 1 - 1.05 * chance)
            readings[cell] = (first, likely(truth, chance)) if chance > 1e-4 else (first,)
            chances[cell] = chance
        cells, _ = ours(Printed(one, code, [shown(v) for v in table]), readings)
        for cell in chances:
            counts["wrong"] += 1
            right = cells[cell].value == table[cell]
            counts["silent"] += not right and not flagged(cells[cell])
            if min(chances.values()) >= 0.01:
                counts["supported"] += 1
                counts["repaired"] += right and cells[cell].status == "repaired"
        counts["others"] += sum(c.status != "ok" for i, c in enumerate(cells) if i not in chances)
        counts["silent elsewhere"] += sum(
            c.status in ("ok", "repaired") and c.value != table[i]
            for i, c in enumerate(cells)
            if i not in chances
        )
    print(
        f"{wrong} misread in table 3, {trials} trials: silent {counts['silent']} of "
        f"{counts['wrong']}, elsewhere {counts['silent elsewhere']}; right value with at least "
        f"1 %: {counts['repaired'] / max(1, counts['supported']):.2%} of {counts['supported']} "
        f"repaired; other cells flagged per trial {counts['others'] / trials:.2f}"
    )


def born_digital(seed: int, reports: int, planted: float) -> None:
    """Whole cells of a text layer: every failed identity is the publisher's; CPU time."""
    rng, blame, seconds = random.Random(seed), Counter[str](), []
    for _ in range(reports):
        printed = printed_report(rng, planted)
        form, alternatives = PRINTED[printed.one]
        readings: Readings = [(likely(one, 0.9998),) for one in printed.readings]
        found = evidence(printed.system, readings)
        start = time.process_time()
        cells, checks = reconcile(form, alternatives, found, pixels=False, geometry=True)
        seconds.append(1e3 * (time.process_time() - start))
        judge(printed, readings, cells, checks, blame)
        blame["not ok"] += sum(cell.status != "ok" for cell in cells)
    seconds.sort()
    print(f"\nborn digital, publisher errors in {planted:.0%} of {reports} reports:")
    print_blame(blame)
    print(
        f"cells not ok {blame['not ok']}; CPU {statistics.median(seconds):.2f} ms median, "
        f"{seconds[int(0.95 * reports)]:.2f} ms 95th percentile"
    )


def with_priors(factor: float) -> None:
    """Scales the publisher priors of all forms that the bench uses."""
    for place, (form, alternatives) in enumerate(PRINTED):
        base = BASE[place].priors
        scaled = Priors(min(0.5, base.part * factor), min(0.5, base.total * factor))
        PRINTED[place] = (replace(form, priors=scaled), alternatives)


def curve(seed: int, reports: int) -> None:
    """Silent errors against review share as the threshold of `ok` moves."""
    chosen = settle.OK_CONFIDENCE
    print("| level | threshold | silent / 10,000 | review |\n|---|---|---|---|")
    for level in ("light", "medium", "heavy"):
        for threshold in (0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999):
            settle.OK_CONFIDENCE = threshold
            rng, tally = random.Random(seed), Tally()
            for _ in range(reports):
                printed = printed_report(rng, 0.2)
                readings = [
                    read(rng, truth, rng.random() < LEVELS[level]) for truth in printed.readings
                ]
                cells, _ = ours(printed, readings)
                tally.add(printed, readings, [(as_read(c), flagged(c), 0.0) for c in cells])
            print(
                f"| {level} | {threshold} | {1e4 * tally.silent / tally.cells:.2f} "
                f"| {tally.review / tally.cells:.2%} |"
            )
    settle.OK_CONFIDENCE = chosen


BASE: list[Form] = [form for form, _ in PRINTED]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--trials", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--priors", action="store_true", help="only the prior sensitivity table")
    parser.add_argument("--levels", help="only the methods at these noise levels, with commas")
    parser.add_argument("--curve", action="store_true", help="only the thresholds' trade-off")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    if args.curve:
        curve(args.seed, args.reports)
        return
    if args.priors:
        for factor in (0.1, 0.3, 1.0, 3.0, 10.0):
            with_priors(factor)
            print(f"\npriors x {factor}, medium")
            for name, tally in methods(
                random.Random(args.seed), LEVELS["medium"], args.reports, 0.2
            ).items():
                if name == "ours":
                    print(tally.line(name))
        return
    if args.levels:
        for level in args.levels.split(","):
            methods(random.Random(args.seed), LEVELS[level], args.reports, 0.2)
        return
    for wrong in (1, 2):
        misread_in_table_3(rng, wrong, args.trials)
    for planted in (0.0, 1.0):
        born_digital(args.seed, args.reports, planted)
    for level, share in LEVELS.items():
        print(f"\n{level}: {share:.1%} of cells in doubt, {args.reports} reports, seed {args.seed}")
        tallies = methods(rng, share, args.reports, 0.2)
        print(
            "| method | right before | after | silent / 10,000 | review | harmed / 10,000 "
            "| median / p95 |"
        )
        print("|---|---|---|---|---|---|---|")
        for name, tally in tallies.items():
            print(tally.line(name))
        print("silent errors per 10,000 at equal review share:")
        for name, rivals in (
            ("ours", ("threshold", "fewest changes", "no repair")),
            ("ours, two readers", ("two readers",)),
        ):
            for other in rivals:
                share_ = tallies[other].review / tallies[other].cells
                print(
                    f"  at {share_:.2%}: {other} {tallies[other].silent_at(share_):.2f}, "
                    f"{name} {tallies[name].silent_at(share_):.2f}"
                )


if __name__ == "__main__":
    main()
