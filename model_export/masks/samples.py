"""Turns the samples of any reader into samples of a mask task: those of whose lesion an outline is known."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from dermaloop.contract.preprocessing import Crop
from dermaloop.records.shapes import Box
from model_export.dataset import MaskFile, Origin, Sample
from model_export.errors import ExportError
from model_export.readers.archives import index_tar
from model_export.readers.pictures import index_zip

LESION = "lesion"
"""The label of every sample here: its picture has a lesion with a known outline."""

ENDINGS = ("_segmentation", "_mask")
WORDS = ("mask", "segmentation")
CENTRES = {"224crop": Crop(0.125, 0.0, 0.75, 1.0)}  # the centre square of 600x450


def masked(samples: Sequence[Sample], root: Path, task: str) -> list[Sample]:
    """The samples with an outline, each labelled for the task; what it was diagnosed as becomes an attribute."""
    files = {} if all(sample.mask for sample in samples) else find_masks(root)
    known = [one for sample in samples if (one := _masked(sample, files, task))]
    if not known:
        raise ExportError(
            f"{root} has no masks for its pictures; put NAME{ENDINGS[0]}.png beside NAME.jpg, or an archive of them "
            "with 'mask' or 'segmentation' in its name"
        )
    return known


def find_masks(root: Path) -> dict[str, Origin]:
    """Every mask below a folder by its picture's name: loose PNGs, and those in tar and zip archives."""
    found: dict[str, Origin] = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        for stem, origin in _masks_in(path, root):
            if found.setdefault(_picture(stem), origin) != origin:
                raise ExportError(f"{path}: there is another mask for {_picture(stem)} below {root}; keep one of them")
    return found


def _masks_in(path: Path, root: Path) -> Iterator[tuple[str, Origin]]:
    name = path.relative_to(root).as_posix()
    if path.suffix == ".tar" and _about_masks(name):
        yield from index_tar(root, name).items()
    elif path.suffix == ".zip" and _about_masks(name):
        yield from ((PurePosixPath(inner).stem, origin) for inner, origin in index_zip(root, name, wanted=_is_png))
    elif path.suffix.lower() == ".png" and path.stem.endswith(ENDINGS):
        yield path.stem, Origin(name)


def _masked(sample: Sample, files: dict[str, Origin], task: str) -> Sample | None:
    drawn = tuple(shape for shape in sample.shapes if not isinstance(shape, Box))
    name = PurePosixPath(sample.picture or sample.key).name
    mask = sample.mask or (MaskFile(files[name], CENTRES.get(sample.source)) if name in files else None)
    if not drawn and mask is None:
        return None
    said = sample.labels.get("disease") or next(iter(sample.labels.values()), "unknown")
    attributes = {**sample.attributes, "diagnosis": said}
    return msgspec.structs.replace(
        sample, labels={task: LESION}, attributes=attributes, mask=mask, shapes=() if mask else drawn, crop=None
    )


def _about_masks(name: str) -> bool:
    return any(word in name.lower() for word in WORDS)


def _is_png(name: str) -> bool:
    return name.lower().endswith(".png") and "__macosx" not in name.lower()


def _picture(stem: str) -> str:
    for ending in ENDINGS:
        stem = stem.removesuffix(ending)
    return stem
