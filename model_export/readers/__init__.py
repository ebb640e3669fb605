"""One reader per layout in which skin pictures are published."""
