"""Adds the forms, which stand outside the package in the checkout, to the packages."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["extract", "extract.*"]), "extract._layouts"],
    package_dir={"extract._layouts": "layouts"},
)
