"""Takes in what a doctor annotated elsewhere as drafts of theirs, under the same rules as their own saves."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import PurePosixPath, PureWindowsPath

import msgspec

from dermaloop.errors import DermaloopError, InvalidRequest
from dermaloop.ports import World
from dermaloop.records.findings import DIAGNOSES, Diagnosis, Findings
from dermaloop.records.people import Person
from dermaloop.records.shapes import Shape
from dermaloop.services import coco, labelme
from dermaloop.services.annotating import own, save_draft
from dermaloop.services.coco import CocoFile
from dermaloop.services.labelme import LabelmeFile

Brought = tuple[str, Findings | str]
"""An image's id and what was said of it, or why that cannot be used."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one image's annotations: saved as a draft, or why not."""

    image: str
    saved: bool
    reason: str = ""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was saved and what was not."""

    saved: int
    refused: int
    images: list[Taken]


def save_all(brought: Iterator[Brought], person: Person, world: World) -> ImportReport:
    """Each by itself: one that is refused keeps no other from being saved. A draft still has to be submitted."""
    taken = [_save(image, said, person, world) for image, said in brought]
    saved = sum(each.saved for each in taken)
    return ImportReport(saved=saved, refused=len(taken) - saved, images=taken)


def from_labelme(files: Sequence[LabelmeFile]) -> Iterator[Brought]:
    """The diagnosis is the flag that is set, or else what a shape is called."""
    for file in files:
        yield _stem(file.imagePath), _tried(file)


def from_coco(file: CocoFile) -> Iterator[Brought]:
    """The diagnosis is the image's own, or else its annotations' category."""
    names = {category.id: category.name for category in file.categories}
    by_image: dict[int, list[coco.CocoAnnotation]] = defaultdict(list)
    for annotation in file.annotations:
        by_image[annotation.image_id].append(annotation)
    for image in file.images:
        yield _stem(image.file_name), _tried_coco(image, by_image[image.id], names)


def _save(image: str, said: Findings | str, person: Person, world: World) -> Taken:
    if isinstance(said, str):
        return Taken(image=image, saved=False, reason=said)
    try:
        before = own(image, person, world.documents)
        kept = before.record.findings if before else Findings()
        merged = msgspec.structs.replace(kept, diagnosis=said.diagnosis or kept.diagnosis, shapes=said.shapes)
        save_draft(image, merged, version=before.version if before else 0, person=person, documents=world.documents)
    except DermaloopError as error:
        return Taken(image=image, saved=False, reason=error.detail)
    return Taken(image=image, saved=True)


def _tried(file: LabelmeFile) -> Findings | str:
    flagged = [name for name, on in (file.flags or {}).items() if on]
    try:
        shapes = [labelme.shape_in(each, file.imageWidth, file.imageHeight) for each in file.shapes]
        return _findings(shapes, flagged)
    except (InvalidRequest, ValueError, ZeroDivisionError) as error:
        return _why(error)


def _tried_coco(
    image: coco.CocoImage, annotations: Sequence[coco.CocoAnnotation], names: Mapping[int, str]
) -> Findings | str:
    said = [image.diagnosis] if image.diagnosis else []
    try:
        shapes = [shape for each in annotations for shape in coco.shapes_in(each, image)]
        return _findings(shapes, said or [names.get(each.category_id, "") for each in annotations])
    except (InvalidRequest, ValueError, ZeroDivisionError) as error:
        return _why(error)


def _findings(shapes: Sequence[Shape], said: Sequence[str]) -> Findings:
    """A shape called by a diagnosis surrounds the lesion; what is checked here is what a client's own JSON must be."""
    known = {str(code) for code in DIAGNOSES}
    named = dict.fromkeys(name for name in (*said, *(shape.label for shape in shapes)) if name in known)
    if len(named) > 1:
        raise InvalidRequest(f"It names {len(named)} diagnoses: {', '.join(named)}.")
    ours = [msgspec.structs.replace(each, label=_called(each, known)) for each in shapes]
    code: Diagnosis | None = next((code for code in DIAGNOSES if code in named), None)
    return msgspec.convert(msgspec.to_builtins(Findings(diagnosis=code, shapes=tuple(ours))), Findings)


def _called(shape: Shape, known: Set[str]) -> str:
    return "lesion" if shape.label in known else shape.label.strip().lower()


def _why(error: Exception) -> str:
    return error.detail if isinstance(error, DermaloopError) else str(error)[:200] or "A shape cannot be read."


def _stem(path: str) -> str:
    """The image's id out of a file's name, wherever it lay."""
    return PurePosixPath(PureWindowsPath(path).as_posix()).stem
