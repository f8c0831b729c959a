"""What an auditor reads: which published sums are broken, and which readings are in doubt."""

from extract.audit.write import Audit, write_audit

__all__ = ["Audit", "write_audit"]
