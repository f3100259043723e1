"""The same results in the forms other tools read: views of results.json, one module each, listed in `formats`.

Each gives every finding with its outcome and reason, the same bytes for the same results, and recorded text that
is inert where the format is shown.
"""
