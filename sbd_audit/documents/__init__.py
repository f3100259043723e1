"""Reading documents: pure functions from page to text, and from text to what it states."""
