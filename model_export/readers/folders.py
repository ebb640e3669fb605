"""Reads a tree of folders named after classes, with or without train, validation and test above them."""

import hashlib
import re
from pathlib import Path

from model_export.dataset import SPLITS, Origin, Sample, Split, assign_split
from model_export.errors import ExportError
from model_export.readers.tables import ENDINGS

WORDS: dict[str, Split] = {split: split for split in SPLITS} | {"val": "validation", "valid": "validation"}


def read_folders(root: Path, task: str) -> list[Sample]:
    """`acne/1.jpg`, `train/benign/3.jpg`: the folder is the label.

    A tree with a test but no validation folder gives part of its training pictures to validation. Pictures whose
    names differ only after a double underscore (`p12__2.jpg`) are taken for one lesion.
    """
    tree = {child.name.lower(): child for child in sorted(root.iterdir()) if child.is_dir()}
    splits = {name: WORDS[name] for name in tree if name in WORDS}
    if splits:
        has_validation = "validation" in splits.values()
        return _checked(
            [
                sample
                for name, split in splits.items()
                for sample in _classes(root, tree[name], task, split, has_validation=has_validation)
            ],
            root,
        )
    return _checked(list(_classes(root, root, task, None, has_validation=True)), root)


def _classes(root: Path, folder: Path, task: str, split: str | None, *, has_validation: bool) -> list[Sample]:
    return [
        _sample(root, path, task, label.name.lower(), split, has_validation=has_validation)
        for label in sorted(folder.iterdir())
        if label.is_dir()
        for path in sorted(label.rglob("*"))
        if path.suffix.lower() in ENDINGS
    ]


def _sample(root: Path, path: Path, task: str, label: str, split: str | None, *, has_validation: bool) -> Sample:
    name = path.relative_to(root).as_posix()
    group = f"{split or ''}/{label}/{re.split(r'__', path.stem)[0]}"
    return Sample(
        key=name,
        group=group,
        split=_split(group, split, has_validation=has_validation),
        source="full",
        labels={task: label},
        origin=Origin(name),
        picture=hashlib.sha256(name.encode()).hexdigest()[:16],
    )


def _split(group: str, given: str | None, *, has_validation: bool) -> Split:
    if given == "train" and not has_validation:
        return assign_split(group, test=0.0)
    for split in SPLITS:
        if given == split:
            return split
    return assign_split(group)


def _checked(samples: list[Sample], root: Path) -> list[Sample]:
    if not samples:
        raise ExportError(f"{root} has no pictures in folders named after classes")
    return samples
