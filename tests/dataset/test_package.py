"""The data package validates, and fails to where the files do not hold what it says."""

from __future__ import annotations

import json
from pathlib import Path

from extract.dataset.write import write_dataset
from extract.tables import TABLES, tables_of
from tests.dataset.readers import report


def test_the_data_package_validates(tmp_path: Path) -> None:
    from frictionless import Package

    made = report(agency="=某县自然资源局")
    write_dataset(tmp_path, tables_of([made], "v"), ("parquet", "csv"), csv_bom=True)
    checked = Package(str(tmp_path / "datapackage.json")).validate()
    assert checked.valid, checked.flatten(["type", "note"])
    assert [task.name for task in checked.tasks] == [*TABLES, "codebook"]
    cells = tmp_path / "cells.csv"
    cells.write_text(cells.read_text(encoding="utf-8").replace('"suspect"', '"doubtful"'), "utf-8")
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_without_csv_the_package_tells_of_the_parquet_files(tmp_path: Path) -> None:
    write_dataset(tmp_path, tables_of([report()], "v"), ("parquet",))
    told = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    for one in told["resources"]:
        assert (tmp_path / one["path"]).exists()
    cells = next(one for one in told["resources"] if one["name"] == "cells")
    assert [field["name"] for field in cells["schema"]["fields"]] == [
        c.name for c in TABLES["cells"]
    ]
    assert all(field["title"] and field["description"] for field in cells["schema"]["fields"])
