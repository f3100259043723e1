"""Evidence: redacted before it reaches disk, named by its hash, chained, and packed in a bundle."""
