"""A layout proposed from an example report, and faults found in one."""

from extract.drafting.draft import draft
from extract.drafting.lint import Finding, lint

__all__ = ["Finding", "draft", "lint"]
