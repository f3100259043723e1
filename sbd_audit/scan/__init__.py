"""A look at what a site shows to anybody: found, judged and reported without an account or a platform file."""

from sbd_audit.scan.audit import ScanRequest, scan

__all__ = ["ScanRequest", "scan"]
