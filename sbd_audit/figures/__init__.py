"""Transparency files: read strictly, held against their model, and judged by arithmetic. Pure."""
