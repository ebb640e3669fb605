"""Dermaloop: looks at a skin photo, says what to do next and why, and learns from the doctors who check it."""
