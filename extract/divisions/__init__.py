"""Administrative divisions of GB/T 2260, with the years in which each code and name holds."""

from extract.divisions.find import Place, place_of
from extract.divisions.load import Division, Divisions, load_divisions

__all__ = ["Division", "Divisions", "Place", "load_divisions", "place_of"]
