"""Chooses what leaves the house and packs it as it is sent: no export is ever whole in memory."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from dermaloop.contract.images import stored_size
from dermaloop.errors import NotFound
from dermaloop.ports import Documents, World
from dermaloop.records.findings import Diagnosis
from dermaloop.records.reviewing import ANNOTATIONS, Reference, Review
from dermaloop.records.shapes import Shape
from dermaloop.services.labelling import shapes_of
from dermaloop.services.searching import Wanted, count, search

_PAGE = 200


@dataclass(frozen=True)
class Exported:
    """A reviewed image with its reference diagnosis and outlines; `width` and `height` are the stored picture's."""

    review: Review
    reference: Reference
    shapes: tuple[Shape, ...]

    @property
    def id(self) -> str:
        return self.review.id

    @property
    def file_name(self) -> str:
        return f"{self.review.id}.jpg"

    @property
    def diagnosis(self) -> Diagnosis:
        return self.reference.diagnosis

    @property
    def size(self) -> tuple[int, int]:
        return stored_size(self.review.width, self.review.height)


def exported(wanted: Wanted, documents: Documents) -> Iterator[Exported]:
    """Reviewed images whose owners agreed to training, the newest first, fetched as they are asked for."""
    asked, after = _reviewed(wanted), ""
    while True:
        page = search(asked, documents, after=after, limit=_PAGE)
        for review in page.records:
            if review.train_consent and review.reference:
                yield Exported(review, review.reference, _shapes(review.reference, documents))
        if not (after := page.after):
            return


def total(wanted: Wanted, documents: Documents) -> int:
    """How many images are looked through, for showing progress."""
    return count(_reviewed(wanted), documents)


def picture(one: Exported, world: World) -> bytes | None:
    """None where its owner deleted it while the export was under way."""
    try:
        return world.blobs.read(one.review.blob).data
    except NotFound:
        return None


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A zip archive of the files, in pieces as they come."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, data in files:
            kind = zipfile.ZIP_STORED if name.endswith((".jpg", ".png")) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
            yield pipe.drain()
    yield pipe.drain()


class _Pipe(io.RawIOBase):
    """What was written since it was last drained."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = memoryview(data)  # type: ignore[arg-type]
        self._written += piece
        return piece.nbytes

    def drain(self) -> bytes:
        piece = bytes(self._written)
        self._written.clear()
        return piece


def _reviewed(wanted: Wanted) -> Wanted:
    return Wanted(
        state="reviewed", diagnosis=wanted.diagnosis, site=wanted.site, since=wanted.since, until=wanted.until
    )


def _shapes(reference: Reference, documents: Documents) -> tuple[Shape, ...]:
    readings = []
    for name in reference.annotations:
        try:
            readings.append(documents.get(ANNOTATIONS, name).record)
        except NotFound:  # withdrawn just now
            continue
    return shapes_of(sorted(readings, key=lambda each: each.submitted_at))


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One image as a line of JSON, in our own words and in fractions of the picture."""

    image: str
    case: str
    file_name: str
    width: int
    height: int
    site: str
    reference: Reference
    shapes: tuple[Shape, ...]


def lines(images: Iterable[Exported]) -> Iterator[bytes]:
    for one in images:
        width, height = one.size
        line = Line(
            image=one.id,
            case=one.review.case_id,
            file_name=one.file_name,
            width=width,
            height=height,
            site=one.review.site,
            reference=one.reference,
            shapes=one.shapes,
        )
        yield msgspec.json.encode(line) + b"\n"
