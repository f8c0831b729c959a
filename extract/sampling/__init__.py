"""How good an archive is: a sample to check by hand, and what the answers say of all of it."""

from extract.sampling.bound import Bound, bound_of
from extract.sampling.draw import Drawn, draw
from extract.sampling.files import judged, write_sample

__all__ = ["Bound", "Drawn", "bound_of", "draw", "judged", "write_sample"]
