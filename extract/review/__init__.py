"""Local pages to look at a dataset and settle what is in doubt."""
