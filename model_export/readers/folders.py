"""Reads trees with one folder per class: `acne/1.jpg`, or `train/benign/3.jpg` and `test/malignant/7.jpg`.

So are published the 3,297 pictures of https://www.kaggle.com/datasets/fanconic/skin-cancer-malignant-vs-benign (2,637
in `train`, 660 in `test`, no validation, `benign` and `malignant` in each; its archive repeats both below `data/`) and
most sets of phone photos. A folder is named after a label's code or its English name, in any case and with spaces,
hyphens or underscores alike. Published splits are kept; validation is cut out of train.

Such trees say nothing of patients. Where they are known, `groups.csv` beside the folders names them (`picture,group`,
the picture as a path below the root); pictures whose names differ only after a double underscore (`p12__2.jpg`) are of
one lesion anyway.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from dermaloop.contract.labels import Vocabulary
from model_export.dataset import Origin, Sample, Split
from model_export.errors import ExportError
from model_export.readers.found import Found, to_samples
from model_export.readers.pictures import is_photo
from model_export.readers.tables import read_rows, unique

SOURCE = "folders"
GROUPS = "groups.csv"
SPLIT_WORDS: dict[str, Split] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}


def fits(root: Path) -> bool:
    tops = _split_folders(root) or {root: None}
    return sum(any(_photos(folder)) for top in tops for folder in _folders(top)) >= 2


def read_folders(root: Path, task: str, vocabulary: Vocabulary | None = None, *, seed: int = 0) -> list[Sample]:
    """The folder is the label of the task; with a vocabulary, a folder that is none of its labels is refused."""
    tops = _split_folders(root) or {root: None}
    groups = _read_groups(root / GROUPS) if (root / GROUPS).exists() else {}
    found = [
        _found(root, path, task, label, split, groups)
        for top, split in tops.items()
        for folder, label in _labels(top, vocabulary).items()
        for path in _photos(folder)
    ]
    if unknown := groups.keys() - {one.name for one in found}:
        raise ExportError(f"{root / GROUPS} names {min(unknown)}, which is no picture below {root}; correct its path")
    if not found:
        raise ExportError(f"{root} has no pictures in folders named after classes, such as {root / 'benign' / '1.jpg'}")
    return to_samples(found, name=SOURCE, seed=seed)


def _split_folders(root: Path) -> dict[Path, Split | None]:
    return {folder: SPLIT_WORDS[folder.name.lower()] for folder in _folders(root) if folder.name.lower() in SPLIT_WORDS}


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "__")))


def _photos(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if is_photo(path.name) and path.is_file())


def _labels(top: Path, vocabulary: Vocabulary | None) -> dict[Path, str]:
    folders = [folder for folder in _folders(top) if any(_photos(folder))]
    if vocabulary is None:
        return {folder: _plain(folder.name) for folder in folders}
    codes = {_plain(word): label.code for label in vocabulary.labels for word in (label.code, label.names["en"])}
    if strange := [folder for folder in folders if _plain(folder.name) not in codes]:
        raise ExportError(
            f"{strange[0]} is named after no label of {vocabulary.namespace} ({', '.join(vocabulary.codes)}); "
            "rename or move the folder, or add the label to the label file"
        )
    return {folder: codes[_plain(folder.name)] for folder in folders}


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def _found(root: Path, path: Path, task: str, label: str, split: Split | None, groups: Mapping[str, str]) -> Found:
    name = path.relative_to(root).as_posix()
    stem, mark, _ = path.stem.partition("__")
    lesion = f"{path.relative_to(root).parent.as_posix()}/{stem}" if mark else ""
    return Found(
        name=name,
        origin=Origin(name),
        labels={task: label},
        patient=groups.get(name, ""),
        lesion=lesion,
        published=split,
    )


def _read_groups(path: Path) -> dict[str, str]:
    rows = read_rows(path, ("picture", "group"))
    unique(rows, "picture")
    return {row["picture"]: row["group"] for row in rows}
