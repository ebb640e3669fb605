"""One reader per layout in which skin pictures are published, and the choice among them by what a folder holds."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dermaloop.contract.labels import Vocabulary
from model_export.dataset import Sample, check
from model_export.errors import ExportError
from model_export.readers import archives, folders, ham10000, isic, pad_ufes_20, reviewed, synthetic


class Layout(NamedTuple):
    """One way in which a data set lies in a folder. Only bare class folders need to be told their task."""

    sign: str
    fits: Callable[[Path], bool]
    read: Callable[[Path, str, Vocabulary | None, int], list[Sample]]


LAYOUTS = {
    "reviewed": Layout(
        "reviewed.jsonl, this product's own snapshot",
        reviewed.fits,
        lambda root, _task, _vocabulary, seed: reviewed.read_reviewed(root, seed=seed),
    ),
    "archives": Layout(
        "ham10000.csv beside tar archives",
        lambda root: (root / "ham10000.csv").is_file(),
        lambda root, _task, _vocabulary, _seed: archives.read_archives(root),
    ),
    "ham10000": Layout(
        "HAM10000_metadata.csv or .tab, from Kaggle or Dataverse",
        ham10000.fits,
        lambda root, _task, _vocabulary, seed: ham10000.read_ham10000(root, seed=seed),
    ),
    "isic": Layout(
        "*GroundTruth*.csv of an ISIC challenge, 2016 to 2020",
        isic.fits,
        lambda root, _task, _vocabulary, seed: isic.read_isic(root, seed=seed),
    ),
    "pad_ufes_20": Layout(
        "metadata.csv with a column diagnostic",
        pad_ufes_20.fits,
        lambda root, _task, _vocabulary, seed: pad_ufes_20.read_pad_ufes_20(root, seed=seed),
    ),
    "synthetic": Layout(
        "synthetic.json, drawn lesions for tests",
        lambda root: (root / "synthetic.json").is_file(),
        lambda root, task, _vocabulary, _seed: synthetic.read_synthetic(root, task),
    ),
    "folders": Layout(
        "a folder per class, with or without train and test above",
        folders.fits,
        lambda root, task, vocabulary, seed: folders.read_folders(root, task, vocabulary, seed=seed),
    ),
}


def read(
    root: Path, task: str, layout: str = "auto", *, vocabulary: Vocabulary | None = None, seed: int = 0
) -> list[Sample]:
    """Reads a data folder in the given layout, or in the one it looks like; `task` is what class folders answer."""
    if not root.is_dir():
        raise ExportError(f"there is no data folder {root}; name the folder that holds the pictures")
    chosen = detect(root) if layout == "auto" else layout
    if chosen not in LAYOUTS:
        raise ExportError(f"there is no layout {chosen!r}; these are known: auto, {', '.join(LAYOUTS)}")
    samples = LAYOUTS[chosen].read(root, task, vocabulary, seed)
    check(samples)
    return samples


def detect(root: Path) -> str:
    """The first layout that fits, or a refusal that says what was looked for and where it may lie instead."""
    for name, layout in LAYOUTS.items():
        if layout.fits(root):
            return name
    content = sorted(path.name for path in root.iterdir())
    known = "\n".join(f"  {name}: {layout.sign}" for name, layout in LAYOUTS.items())
    raise ExportError(
        f"no reader fits {root}; it holds {', '.join(content[:8]) or 'nothing'}{' ...' if len(content) > 8 else ''}\n"
        f"{_hint(root)}Known layouts:\n{known}"
    )


def _hint(root: Path) -> str:
    """Archives often unpack into one more folder."""
    for path in sorted(child for child in root.iterdir() if child.is_dir()):
        for name, layout in LAYOUTS.items():
            if layout.fits(path):
                return f"But {path} looks like {name}: name that folder.\n"
    return ""
