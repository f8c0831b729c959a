"""Many files → a dataset."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extract.dataset.run import Progress as Progress
    from extract.dataset.run import Summary as Summary
    from extract.dataset.run import extract_dataset as extract

__all__ = ["Progress", "Summary", "extract"]


def __getattr__(name: str) -> object:
    # A process that only reads files imports this package and needs none of the ledger.
    if name in __all__:
        from extract.dataset import run

        return run.extract_dataset if name == "extract" else getattr(run, name)
    raise AttributeError(f"module 'extract.dataset' has no attribute '{name}'")
