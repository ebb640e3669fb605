"""One answer from one to three photos of a lesion and both models: the worst plausible wins."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from dermaloop.answers import Assessment, Outline, PhotoReadings, Reading
from dermaloop.contract.preprocessing import Crop
from dermaloop.contract.questions import Answers
from dermaloop.knowledge import nearest_locale, words
from dermaloop.ports import World
from dermaloop.records import Status
from dermaloop.services.advising import next_step
from dermaloop.services.fusing import fuse, raised
from dermaloop.services.hearing import Heard, hear
from dermaloop.services.keeping import Request, keep, new_id
from dermaloop.services.moments import now
from dermaloop.services.questioning import seven_point, told
from dermaloop.services.reading import ModelReading, PhotoReading, outliner, read_photo
from dermaloop.services.triaging import disagree, flagged

MODELS = ("malignancy", "disease")
"""Asked in this order; the last one names the lesion."""


@dataclass(frozen=True)
class Picture:
    data: bytes
    crop: Crop | None = None


def assess(
    *,
    pictures: Sequence[Picture],
    explain: bool,
    locale: str,
    request: Request,
    world: World,
    answers: Answers | None = None,
    story: str = "",
    outline: bool = False,
) -> Assessment:
    """Reads every photo with both models, lets the most worrying one lead, and keeps it all as one case."""
    classifiers = [world.classifiers.champion(name) for name in MODELS]
    outlining = outliner(outline, world.segmenters)
    whole = outlining.sizes if outlining else ()
    readings = [
        read_photo(picture.data, crop=picture.crop, classifiers=classifiers, limits=world.image_limits, whole=whole)
        for picture in pictures
    ]
    heard = hear(answers, story)
    assessment = _assessment(readings, heard, locale=nearest_locale(locale))
    if outlining:
        assessment = _outlined(assessment, [outlining.draw(reading.photo) for reading in readings])
    pairs = [(picture.data, reading) for picture, reading in zip(pictures, readings, strict=True)]
    kept = keep(
        assessment, request=msgspec.structs.replace(request, answers=heard.answers), pictures=pairs, world=world
    )
    return _explained(kept, readings) if explain else kept


def _outlined(assessment: Assessment, drawn: Sequence[Outline]) -> Assessment:
    photos = [msgspec.structs.replace(photo, outline=one) for photo, one in zip(assessment.photos, drawn, strict=True)]
    return msgspec.structs.replace(assessment, photos=photos)


def photo_status(reading: PhotoReading) -> Status:
    """Not skin only where every model says so; where they differ, the photo is uncertain."""
    statuses = {model.status for model in reading.models}
    if len(statuses) == 1:
        return statuses.pop()
    return "uncertain"


def _assessment(readings: list[PhotoReading], heard: Heard, *, locale: str) -> Assessment:
    leading = max(readings, key=_worry)
    status, counted = photo_status(leading), _counted(readings)
    risk = fuse(counted, heard.answers)
    return Assessment(
        id=new_id(),
        created_at=now(),
        locale=locale,
        status=status,
        label=leading.models[-1].label.code,
        probabilities=leading.models[-1].ranked(locale),
        malignant_probability=_malignancy(leading),
        models_agree=not disagree(counted),
        next_step=next_step(
            counted, status=status, locale=locale, flags=heard.flags, grounds=[*heard.grounds, *raised(risk)]
        ),
        seven_point=seven_point(heard.answers, locale=locale) if heard.answers else None,
        red_flags=told(heard.flags, locale=locale),
        risk=risk,
        understood=heard.understood,
        photos=[_photo(reading, locale) for reading in readings],
        disclaimer=words(locale).disclaimer,
    )


def _counted(readings: list[PhotoReading]) -> list[ModelReading]:
    """Usable photos count in full, the others only where they raise a suspicion; if none is usable, all count."""
    usable = [reading for reading in readings if _usable(reading)]
    spoilt = [model for reading in readings if not _usable(reading) for model in reading.models]
    if not usable:
        return spoilt
    return [model for model in spoilt if flagged(model)] + [model for reading in usable for model in reading.models]


def _worry(reading: PhotoReading) -> tuple[bool, float]:
    return _usable(reading), _malignancy(reading)


def _usable(reading: PhotoReading) -> bool:
    return photo_status(reading) in ("answered", "uncertain")


def _malignancy(reading: PhotoReading) -> float:
    return max(model.malignant_probability or 0.0 for model in reading.models)


def _photo(reading: PhotoReading, locale: str) -> PhotoReadings:
    return PhotoReadings(
        status=photo_status(reading),
        quality=reading.quality(locale),
        frame=reading.photo.frame,
        readings=[
            Reading(
                model=model.version,
                status=model.status,
                label=model.label.code,
                probabilities=model.ranked(locale),
                malignant_probability=model.malignant_probability,
            )
            for model in reading.models
        ],
    )


def _explained(assessment: Assessment, readings: list[PhotoReading]) -> Assessment:
    photos = [
        msgspec.structs.replace(photo, heatmap=reading.heatmap(reading.models[-1]))
        for photo, reading in zip(assessment.photos, readings, strict=True)
    ]
    return msgspec.structs.replace(assessment, photos=photos)
