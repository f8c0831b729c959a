"""The Frictionless data package of a dataset: its files, their columns, types, words and keys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.columns import Column
from extract.tables import TABLES

_TYPES = {"text": "string", "integer": "integer", "number": "number"}
_KEYS = {
    "reports": ["report_id"],
    "cells": ["report_id", "code"],
    "checks": ["report_id", "check"],
    "claims": ["report_id", "claim", "text"],
}
_MAY_BE_EMPTY = ("printed", "warnings", "reader", "cells", "like", "sources")
"""Texts that are never null and yet may be empty, which CSV cannot tell apart."""
_TITLES = {
    "reports": "一行一份文件 one row per input file",
    "cells": "一行一个单元格 one row per cell of the form",
    "checks": "一行一项勾稽 one row per identity",
    "claims": "一行一处正文数字 one row per number in the text",
    "codebook": "代码与列的含义 what codes and columns mean",
}


def package(formats: Sequence[str], bom: bool) -> dict[str, Any]:
    """The descriptor: of the CSV files where there are any, else of the Parquet files."""
    form = "csv" if "csv" in formats else "parquet"
    resources = [
        resource(name, f"{name}.{form}", columns, _TITLES[name], bom, _KEYS[name])
        for name, columns in TABLES.items()
    ]
    for one in resources[1:]:
        one["schema"]["foreignKeys"] = [
            {"fields": "report_id", "reference": {"resource": "reports", "fields": "report_id"}}
        ]
    from extract.dataset.codebook import Entry

    resources.append(
        {
            **_file("codebook", "codebook.csv", bom),
            "title": _TITLES["codebook"],
            "schema": {"fields": [{"name": name, "type": "string"} for name in Entry._fields]},
        }
    )
    return {
        "profile": "data-package",
        "name": "gouji-dataset",
        "title": "政府信息公开工作年度报告 Yearly reports on government information disclosure",
        "resources": resources,
    }


def resource(
    name: str,
    path: str,
    columns: Sequence[Column],
    title: str,
    bom: bool = False,
    key: Sequence[str] = (),
) -> dict[str, Any]:
    """One table as a tabular resource."""
    schema: dict[str, Any] = {"fields": [_field(one) for one in columns], "missingValues": [""]}
    if key:
        schema["primaryKey"] = list(key)
    return {**_file(name, path, bom), "title": title, "schema": schema}


def _file(name: str, path: str, bom: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "path": path, "format": path.rpartition(".")[2]}
    if path.endswith(".csv"):
        described |= {
            "profile": "tabular-data-resource",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig" if bom else "utf-8",
        }
    else:
        described["mediatype"] = "application/vnd.apache.parquet"
    return described


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "title": column.zh,
        "description": column.en,
    }
    constraints: dict[str, Any] = {}
    if column.required and column.name not in _MAY_BE_EMPTY:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if constraints:
        field["constraints"] = constraints
    return field


def write_package(path: Path, descriptor: Mapping[str, Any]) -> None:
    text = json.dumps(descriptor, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
