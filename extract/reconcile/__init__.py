"""What the arithmetic says of the readings: evidence per cell → decoded cells and checks."""

from extract.reconcile.verdicts import reconcile

__all__ = ["reconcile"]
