"""How fast and how small the server is, as ratios measured within one run: `make bench`."""
