"""What the text of a report says of its tables' numbers."""

from extract.claims.find import find_claims
from extract.claims.witness import said_of

__all__ = ["find_claims", "said_of"]
