"""Why cells and identities got their verdicts: in words, as tables, and as pictures."""

from extract.explaining.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
