"""One reader per layout in which skin pictures are published, and the choice among them by what a folder holds."""

from collections.abc import Callable
from pathlib import Path

from model_export.dataset import Sample
from model_export.errors import ExportError
from model_export.readers.archives import read_archives
from model_export.readers.challenge import read_challenge
from model_export.readers.folders import read_folders
from model_export.readers.ham import read_ham
from model_export.readers.pad import read_pad
from model_export.readers.reviewed import read_reviewed
from model_export.readers.synthetic import read_synthetic

Reader = Callable[[Path, str], list[Sample]]
"""Samples of a folder; the second argument is the task to which bare labels belong."""

READERS: dict[str, Reader] = {
    "archives": read_archives,
    "ham10000": read_ham,
    "isic": read_challenge,
    "folders": read_folders,
    "pad-ufes-20": read_pad,
    "reviewed": read_reviewed,
    "synthetic": read_synthetic,
}

SIGNS = {
    "archives": "ham10000.csv",
    "ham10000": "HAM10000_metadata*",
    "isic": "*[Gg]round[Tt]ruth*.csv",
    "pad-ufes-20": "metadata.csv",
    "reviewed": "reviewed.jsonl",
    "synthetic": "synthetic.json",
}


def read(root: Path, task: str, layout: str = "auto") -> list[Sample]:
    """Reads a data folder in the given layout, or in the one it looks like."""
    if not root.is_dir():
        raise ExportError(f"there is no data folder {root}")
    chosen = detect(root) if layout == "auto" else layout
    if chosen not in READERS:
        raise ExportError(f"there is no layout {chosen}; these are known: auto, {', '.join(READERS)}")
    return READERS[chosen](root, task)


def detect(root: Path) -> str:
    """The first layout whose sign lies in the folder; a tree of folders is the last guess."""
    for layout, sign in SIGNS.items():
        if any(root.glob(sign)):
            return layout
    if any(path.is_dir() for path in root.iterdir()):
        return "folders"
    raise ExportError(f"{root} looks like no data set; name its layout with --layout: {', '.join(READERS)}")
