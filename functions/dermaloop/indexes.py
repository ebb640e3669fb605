"""Says what Firestore must index for our questions: `python -m dermaloop.indexes > infra/firestore.indexes.json`."""

import json

from dermaloop.adapters.firestore_layout import indexes
from dermaloop.kinds import KINDS


def text() -> str:
    """One index a line, so that a change can be read."""
    parts = [f'  "{name}": [{_lines(listed)}]' for name, listed in indexes(KINDS).items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(listed: list[object]) -> str:
    return "\n    " + ",\n    ".join(map(json.dumps, listed)) + "\n  " if listed else ""


if __name__ == "__main__":
    print(text(), end="")
