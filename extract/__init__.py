"""gouji: published disclosure reports → checked, normalized tables.

`read_report` reads one file, `extract` many files into a dataset; `explain` says why a report's
sums fail and its cells are in doubt.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extract.dataset import extract as extract
    from extract.explaining import Explanation as Explanation
    from extract.explaining import explain as explain
    from extract.report import Report as Report
    from extract.report import read_report as read_report

__all__ = ["Explanation", "Report", "explain", "extract", "read_report"]


def __getattr__(name: str) -> object:
    # Imported when first asked for: the command must answer --help at once.
    if name == "extract":
        from extract.dataset import extract

        return extract
    if name in ("Explanation", "explain"):
        from extract import explaining

        return getattr(explaining, name)
    if name in ("Report", "read_report"):
        from extract import report

        return getattr(report, name)
    raise AttributeError(f"module 'extract' has no attribute '{name}'")
