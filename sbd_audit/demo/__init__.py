"""The practice platform, and the demonstration audit of it."""
