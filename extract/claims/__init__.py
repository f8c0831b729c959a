"""What the text of a report says of its tables' numbers."""

from extract.claims.find import find_claims

__all__ = ["find_claims"]
