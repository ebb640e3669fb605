"""Reads a snapshot of the product's own reviewed annotations, as `dermaloop.records.snapshots` says, in a folder.

Beside its header and its lines lie the pictures, `pictures/<image>.jpg`, as the store keeps them: upright, sRGB, no
metadata. The job collects them (`retraining/collecting.py`); whatever was changed since it was frozen is refused.
"""

import hashlib
from pathlib import Path

import msgspec

from dermaloop.records.snapshots import FORMAT, HEADER, LINES, Header, Reviewed, snapshot_id
from model_export.dataset import Origin, Sample
from model_export.errors import ExportError
from model_export.readers.found import Found, malignancy, to_samples
from model_export.readers.tables import read_lines
from model_export.regions import crop_of
from model_export.vocabulary import read_labels

SOURCE = "reviewed"


def fits(root: Path) -> bool:
    return (root / LINES).is_file()


def read_reviewed(root: Path, *, seed: int = 0) -> list[Sample]:  # noqa: ARG001 - a snapshot holds its own splits
    """Every picture of the snapshot, cropped to what the doctors framed, in the split that was frozen with it."""
    return to_samples([_found(one) for one in read_snapshot(root)], name=SOURCE, copy="reviewed")


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


def _found(one: Reviewed) -> Found:
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
        crop=crop_of(one.shapes),
        shapes=one.shapes,
    )
