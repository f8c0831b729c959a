"""Many files → a dataset."""

from extract.dataset.run import Progress, Summary
from extract.dataset.run import extract_dataset as extract

__all__ = ["Progress", "Summary", "extract"]
