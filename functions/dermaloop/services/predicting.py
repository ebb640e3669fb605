"""Answers one photo with one model: next step first, label second."""

import msgspec

from dermaloop.answers import Answer
from dermaloop.contract.preprocessing import Crop
from dermaloop.knowledge import nearest_locale, words
from dermaloop.ports import World
from dermaloop.services.advising import next_step
from dermaloop.services.keeping import Request, keep, new_id
from dermaloop.services.moments import now
from dermaloop.services.reading import PhotoReading, outliner, read_photo


def predict(
    *,
    image: bytes,
    model: str,
    crop: Crop | None,
    explain: bool,
    locale: str,
    request: Request,
    world: World,
    outline: bool = False,
) -> Answer:
    """Reads the photo, decides the next step, and keeps both."""
    classifier = world.classifiers.champion(model)
    outlining = outliner(outline, world.segmenters)
    whole = outlining.sizes if outlining else ()
    reading = read_photo(image, crop=crop, classifiers=[classifier], limits=world.image_limits, whole=whole)
    answer = _answer(reading, locale=nearest_locale(locale))
    if outlining:
        answer = msgspec.structs.replace(answer, outline=outlining.draw(reading.photo))
    kept = keep(answer, request=request, pictures=[(image, reading)], world=world)
    return msgspec.structs.replace(kept, heatmap=reading.heatmap(reading.models[0])) if explain else kept


def _answer(reading: PhotoReading, *, locale: str) -> Answer:
    found = reading.models[0]
    return Answer(
        id=new_id(),
        created_at=now(),
        locale=locale,
        status=found.status,
        label=found.label.code,
        probabilities=found.ranked(locale),
        malignant_probability=found.malignant_probability,
        next_step=next_step([found], status=found.status, locale=locale),
        quality=reading.quality(locale),
        model=found.version,
        frame=reading.photo.frame,
        disclaimer=words(locale).disclaimer,
    )
