"""From a Google project to a working address, and back: `python -m infra.ship --help`."""
