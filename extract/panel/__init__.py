"""One row per public body and year, harmonised over the forms."""

from extract.panel.make import Panel, make_panel, qualities_in
from extract.panel.write import FILES, write_panel

__all__ = ["FILES", "Panel", "make_panel", "qualities_in", "write_panel"]
