"""Brings in pictures by the archive: each validated, told from those that are there, read by the models, and queued."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Literal

import msgspec
import numpy as np

from dermaloop.contract.fingerprints import (
    CLOSE,
    Bits,
    Words,
    fingerprints_of,
    positions_of,
    same_detail,
    words_of,
)
from dermaloop.contract.images import Pixels, read, reencode
from dermaloop.contract.questions import Answers
from dermaloop.errors import Conflict, DermaloopError, InvalidImage, NotFound, OutcomeUnknown
from dermaloop.ports import World
from dermaloop.records import AuditEntry, Case, LesionImage
from dermaloop.records.documents import Found, Put, Query
from dermaloop.records.gathering import FINGERPRINTS, PAGE, FingerprintPage
from dermaloop.records.people import Person
from dermaloop.services.assessing import MODELS
from dermaloop.services.disclosing import digest, new_id
from dermaloop.services.keeping import predictions_of
from dermaloop.services.moments import now
from dermaloop.services.queueing import enqueue_new
from dermaloop.services.reading import PhotoReading, read_photo
from dermaloop.services.unpacking import MOST_FILES, opened, pictures, row_of

COLUMNS = ("image", "age", "sex", "site")
"""What a CSV beside the pictures may tell of each."""
_TRIES = 5


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file."""

    file: str
    outcome: Literal["queued", "refused", "duplicate"]
    reason: str = ""
    image: str = ""


class UploadReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of every file, and which columns of the CSV are not known."""

    queued: int
    refused: int
    duplicates: int
    unknown_columns: tuple[str, ...]
    files: list[Gathered]


def gather(archive: bytes, *, source: str, person: Person, world: World) -> UploadReport:
    """Every file by itself: what is refused keeps nothing else out, and sending it all again brings in the rest."""
    found = opened(archive, columns=COLUMNS)
    book, told = _Book(world), []
    for packed in pictures(found, largest=world.image_limits.max_bytes):
        if packed.refused:
            told.append(Gathered(file=packed.name, outcome="refused", reason=packed.refused))
            continue
        try:
            answers = _answers(row_of(found, packed.name))
            told.append(_bring(packed.name, packed.data, answers, source, person, book, world))
        except (InvalidImage, ValueError) as error:
            reason = error.detail if isinstance(error, DermaloopError) else f"The CSV file says: {error}"
            told.append(Gathered(file=packed.name, outcome="refused", reason=reason))
    enqueue_new(world, most=MOST_FILES)
    counted = [each.outcome for each in told]
    return UploadReport(
        queued=counted.count("queued"),
        refused=counted.count("refused"),
        duplicates=counted.count("duplicate"),
        unknown_columns=found.unknown_columns,
        files=told,
    )


def _bring(
    name: str, data: bytes, answers: Answers | None, source: str, person: Person, book: "_Book", world: World
) -> Gathered:
    classifiers = [world.classifiers.champion(model) for model in MODELS]
    reading = read_photo(data, crop=None, classifiers=classifiers, limits=world.image_limits)
    pixels = next(iter(reading.photo.pixels.values()))
    if other := book.same(pixels):
        return Gathered(file=name, outcome="duplicate", reason=f"It shows the same photo as {other}.", image=other)
    case = _case(reading, answers, source)
    image = case.images[0]
    stored = reencode(data, limits=world.image_limits)
    book.add(f"{case.id}-{image.id}", pixels)  # first: what is in the book but was never kept counts as not there
    world.blobs.write(image.blob or "", stored, expected=0)
    line = AuditEntry(at=now(), actor=person.id, action=f"bring in from {source}", subject=f"case:{case.id}")
    _keep(case, line, world)
    return Gathered(file=name, outcome="queued", image=f"{case.id}-{image.id}")


def _keep(case: Case, line: AuditEntry, world: World) -> None:
    """Leaves no picture behind that no case names, as far as that can be told."""
    try:
        world.records.keep_case(case, audit=line)
    except OutcomeUnknown:
        raise
    except DermaloopError:
        with suppress(DermaloopError):
            world.blobs.delete(case.images[0].blob or "")
        raise


def _case(reading: PhotoReading, answers: Answers | None, source: str) -> Case:
    """A case that nobody holds a token of: whoever brought it in speaks for its owner."""
    case_id = new_id()
    image = LesionImage(
        id="1",
        sha256=reading.sha256,
        width=reading.photo.width,
        height=reading.photo.height,
        blob=f"images/{case_id}/1.jpg",
        train_consent=True,
    )
    return Case(
        id=case_id,
        created_at=now(),
        function="bulk",
        token_sha256=digest(secrets.token_hex(24)),
        images=(image,),
        predictions=tuple(predictions_of(image, reading)),
        answer={"source": source},
        answers=answers,
    )


def _answers(row: dict[str, str]) -> Answers | None:
    """The form's own words; an empty field says nothing."""
    said = {name: row[name] for name in COLUMNS[1:] if row.get(name)}
    return msgspec.convert(said, Answers, strict=False) if said else None


class _Book:
    """The fingerprints of all that was brought in, read once and added to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pages = _pages(world)
        self._images = [image for page in self._pages for image in page.record.images]
        self._known = _parsed([text for page in self._pages for text in page.record.prints])

    def same(self, pixels: Pixels) -> str | None:
        """The image that shows the same photo, if one is there that does and was not deleted."""
        prints, told = fingerprints_of(pixels[None])
        if not told[0] or not self._images:
            return None
        asked = words_of(np.concatenate(list(positions_of(prints))))
        bits = np.bitwise_count(asked[:, None] ^ self._known[None]).sum(axis=2).min(axis=0)
        near = sorted(np.flatnonzero(bits <= CLOSE), key=lambda place: int(bits[place]))
        return next((self._images[n] for n in near if self._shows(self._images[n], pixels)), None)

    def add(self, image: str, pixels: Pixels) -> None:
        prints, _ = fingerprints_of(pixels[None])
        text = words_of(prints).tobytes().hex()
        for _ in range(_TRIES):
            last = self._pages[-1] if self._pages else Found(FingerprintPage(id="000000"), 0)
            if len(last.record.images) >= PAGE:
                last = Found(FingerprintPage(id=f"{int(last.record.id) + 1:06d}"), 0)
            grown = FingerprintPage(
                id=last.record.id, images=(*last.record.images, image), prints=(*last.record.prints, text)
            )
            try:
                self._world.documents.commit(Put(FINGERPRINTS, grown, expected=last.version))
            except Conflict:  # another upload wrote at the same time
                self._pages = _pages(self._world)
                continue
            self._pages = [*(p for p in self._pages if p.record.id != grown.id), Found(grown, last.version + 1)]
            break
        self._images.append(image)
        self._known = np.concatenate([self._known, words_of(prints)])

    def _shows(self, image: str, pixels: Pixels) -> bool:
        case_id, _, number = image.rpartition("-")
        try:
            self._world.records.case(case_id)
            data = self._world.blobs.read(f"images/{case_id}/{number}.jpg").data
        except NotFound:
            return False
        size = pixels.shape[0]
        return same_detail(pixels, read(data, sizes=(size,), limits=self._world.image_limits).pixels[size])


def _pages(world: World) -> list[Found[FingerprintPage]]:
    return list(world.documents.find(Query(FINGERPRINTS), limit=1000).found)


def _parsed(prints: Sequence[str]) -> Words:
    raw = bytes.fromhex("".join(prints))
    return np.frombuffer(raw, dtype=np.uint64).reshape(len(prints), -1) if prints else _none()


def _none() -> Words:
    empty: Bits = np.zeros((0, 256), dtype=np.bool_)
    return words_of(empty)
