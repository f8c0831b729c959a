"""`python -m extract.forms` writes the JSON Schema of layouts beside them."""

from extract.forms.folders import layouts_folder
from extract.forms.schema import json_schema

(layouts_folder() / "schema.json").write_text(json_schema(), encoding="utf-8")
