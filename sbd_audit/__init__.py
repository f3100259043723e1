"""sbd-audit: an auditor of safety by design for online platforms."""
