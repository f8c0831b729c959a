"""Files that mean harm, made by a program: `python -m tests.hostile.make DIR`."""
