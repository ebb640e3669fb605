"""The site as it is built, described and hosted; what it does in a browser is in tests/browser."""
