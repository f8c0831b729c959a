"""What an auditor reads: which published sums are broken, and which readings are in doubt."""
