"""Writes a snapshot of reviewed annotations: same reviews, same files; patients known before keep their split."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from model_export.dataset import Split
from model_export.errors import ExportError
from model_export.readers.reviewed import (
    FORMAT,
    HEADER,
    LINES,
    Confirmation,
    Header,
    Key,
    Reviewed,
    read_reviews,
    snapshot_id,
)
from model_export.regions import Painted, Shape
from model_export.splits import Member, deal
from model_export.vocabulary import read_labels

ReadBytes = Callable[[str], bytes]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A reviewed picture before it is frozen: where its bytes lie in the store, and what the doctors agreed on."""

    image: Key
    blob: str
    case: str
    patient: str = ""
    labels: dict[str, str]
    confirmed_by: Confirmation
    readers: int = 1
    shapes: tuple[Shape, ...] = ()
    attributes: dict[str, str] = {}


def freeze(
    reviews: Iterable[Review], *, read: ReadBytes, folder: Path, earlier: Path | None = None, seed: int = 0
) -> str:
    """Writes the snapshot into an empty folder and returns its id; the header is written last.

    A patient or case of the `earlier` snapshot stays in its split, so that a test set never leaks into training.
    """
    ordered = sorted(reviews, key=lambda review: review.image)
    if not ordered:
        raise ExportError("there are no reviewed annotations to freeze")
    if (folder / HEADER).exists():
        raise ExportError(f"{folder} holds a snapshot already; freeze into a new folder")
    splits = _deal(ordered, _splits_of(earlier) if earlier else {}, seed)
    lines = [_keep(review, splits[_group(review)], read, folder) for review in ordered]
    encoded = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    _write(folder / LINES, encoded)
    tasks = sorted({task for line in lines for task in line.labels})
    header = Header(FORMAT, snapshot_id(lines), {task: read_labels(task).namespace for task in tasks})
    _write(folder / HEADER, msgspec.json.encode(header))
    return header.id


def _deal(reviews: list[Review], earlier: Mapping[str, Split], seed: int) -> dict[str, Split]:
    """New groups are dealt by themselves, so that the old ones neither move nor are moved."""
    known = {_group(review): earlier[_group(review)] for review in reviews if _group(review) in earlier}
    fresh = [Member(_group(review), _stratum(review)) for review in reviews if _group(review) not in known]
    return known | deal(fresh, seed=seed)


def _splits_of(folder: Path) -> dict[str, Split]:
    return {line.patient or line.case: line.split for line in read_reviews(folder / LINES)}


def _group(review: Review) -> str:
    return review.patient or review.case


def _stratum(review: Review) -> str:
    return " ".join(f"{task}={code}" for task, code in sorted(review.labels.items()))


def _keep(review: Review, split: Split, read: ReadBytes, folder: Path) -> Reviewed:
    """Copies one picture and its painted masks, and returns its line."""
    data = read(review.blob)
    shapes = tuple(
        _copy_mask(shape, f"masks/{review.image}-{number}.png", read, folder)
        for number, shape in enumerate(review.shapes)
    )
    line = Reviewed(
        image=review.image,
        sha256=hashlib.sha256(data).hexdigest(),
        case=review.case,
        patient=review.patient,
        labels=review.labels,
        confirmed_by=review.confirmed_by,
        readers=review.readers,
        split=split,
        shapes=shapes,
        attributes=review.attributes,
    )
    _write(folder / line.file, data)
    return line


def _copy_mask(shape: Shape, name: str, read: ReadBytes, folder: Path) -> Shape:
    if not isinstance(shape, Painted):
        return shape
    _write(folder / name, read(shape.file))
    return msgspec.structs.replace(shape, file=name)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
