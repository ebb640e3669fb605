"""The product's own reviewed annotations, frozen: the format of a snapshot, and the reader of one.

    snapshot.json          {"format": "dermaloop-reviewed-1", "id": "<sha256>", "namespaces": {"disease": "ham10000"}}
    reviewed.jsonl         one picture a line, see `Reviewed`
    pictures/<image>.jpg   as the store keeps them: upright, sRGB, no metadata
    masks/...png           where a doctor painted

`id` is a digest of all lines in the order of their images, and each line holds the digest of its picture: the same
id is the same pictures with the same labels, shapes and splits. `namespaces` says which closed vocabulary each task's
codes belong to (elsewhere `mel` may be a naevus). How a diagnosis was confirmed is said in the words of the ISIC
Archive (https://github.com/ImageMarkup/isic-metadata). `freezing.py` writes snapshots.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from dermaloop.contract.images import read
from model_export.dataset import Origin, Sample, Split
from model_export.errors import ExportError
from model_export.readers.found import Found, malignancy, to_samples
from model_export.readers.tables import read_lines
from model_export.regions import Mask, Shape, crop_of, mask_of
from model_export.vocabulary import read_labels

SOURCE = "reviewed"
FORMAT = "dermaloop-reviewed-1"
HEADER, LINES = "snapshot.json", "reviewed.jsonl"

Confirmation = Literal[
    "histopathology",
    "serial imaging showing no change",
    "confocal microscopy with consensus dermoscopy",
    "single image expert consensus",
    "single contributor clinical assessment",
]
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]


class Reviewed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One picture that a doctor confirmed for training; `case` groups pictures where no patient is known."""

    image: Key
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    case: str
    patient: str = ""
    labels: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    confirmed_by: Confirmation
    readers: Annotated[int, msgspec.Meta(ge=1)] = 1
    split: Split
    shapes: tuple[Shape, ...] = ()
    attributes: dict[str, str] = {}

    @property
    def file(self) -> str:
        return f"pictures/{self.image}.jpg"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a snapshot is, before its lines."""

    format: str
    id: str
    namespaces: dict[str, str]


def fits(root: Path) -> bool:
    return (root / LINES).is_file()


def read_reviewed(root: Path, *, seed: int = 0) -> list[Sample]:  # noqa: ARG001 - a snapshot holds its own splits
    """Every picture of the snapshot, cropped to what the doctors framed, in the split that was frozen with it."""
    return to_samples([_found(one, root) for one in read_snapshot(root)], name=SOURCE, copy="reviewed")


def read_snapshot(root: Path) -> list[Reviewed]:
    """The lines of a snapshot whose id, labels and pictures are the ones that were frozen."""
    header, lines = read_header(root), read_reviews(root / LINES)
    if header.id != snapshot_id(lines):
        raise ExportError(
            f"{root / LINES} was changed after it was frozen: its id is not {header.id[:12]}; freeze anew"
        )
    codes = {task: set(read_labels(task).codes) for task in header.namespaces}
    for number, one in enumerate(lines, 1):
        _check(one, codes, root, f"{root / LINES}, line {number}")
    return lines


def read_header(root: Path) -> Header:
    path = root / HEADER
    try:
        header = msgspec.json.decode("\n".join(read_lines(path)), type=Header)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ExportError(f"{path}: {error}; freeze the snapshot again") from error
    if header.format != FORMAT:
        raise ExportError(f"{path}: format {header.format!r} is not {FORMAT!r}; freeze the snapshot with this version")
    for task, namespace in header.namespaces.items():
        if (ours := read_labels(task).namespace) != namespace:
            raise ExportError(f"{path}: the codes of {task} are {namespace}'s, this code's are {ours}'s; freeze anew")
    return header


def read_reviews(path: Path) -> list[Reviewed]:
    found: dict[str, Reviewed] = {}
    for number, line in enumerate(read_lines(path), 1):
        if not line:
            continue
        try:
            one = msgspec.json.decode(line, type=Reviewed)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise ExportError(f"{path}, line {number}: {error}; freeze the snapshot again") from error
        if found.setdefault(one.image, one) is not one:
            raise ExportError(f"{path}, line {number}: image {one.image} stands there twice; freeze the snapshot again")
    return list(found.values())


def snapshot_id(reviews: Iterable[Reviewed]) -> str:
    """One digest for pictures, labels, shapes and splits together, whatever their order."""
    lines = sorted(msgspec.json.encode(one, order="sorted") for one in reviews)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def lesion_mask(one: Reviewed, root: Path, side: int) -> Mask | None:
    """The lesion in the very square, at `side` pixels, that the prepared pixels of this picture show."""
    photo = read((root / one.file).read_bytes(), sizes=(side,), crop=crop_of(one.shapes, root))
    return mask_of(one.shapes, photo.frame, side, root)


def _check(one: Reviewed, codes: dict[str, set[str]], root: Path, where: str) -> None:
    for task, code in one.labels.items():
        if task not in codes:
            raise ExportError(f"{where}: task {task} has no vocabulary in {HEADER}; freeze the snapshot again")
        if code not in codes[task]:
            raise ExportError(f"{where}: {code!r} is no label of {task} ({', '.join(sorted(codes[task]))})")
    try:
        data = (root / one.file).read_bytes()
    except OSError as error:
        raise ExportError(f"{where}: {root / one.file} cannot be read ({error.strerror}); export it again") from error
    if hashlib.sha256(data).hexdigest() != one.sha256:
        raise ExportError(f"{where}: {root / one.file} is not the picture that was reviewed (sha256); export it again")


def _found(one: Reviewed, root: Path) -> Found:
    labels = dict(one.labels)
    if "disease" in labels:
        labels.setdefault("malignancy", malignancy(labels["disease"]))
    return Found(
        name=one.image,
        origin=Origin(one.file),
        labels=labels,
        patient=one.patient,
        lesion=one.case,
        published=one.split,
        attributes={**one.attributes, "confirmation": one.confirmed_by, "readers": str(one.readers)},
        crop=crop_of(one.shapes, root),
        shapes=one.shapes,
    )
