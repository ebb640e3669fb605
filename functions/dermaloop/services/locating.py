"""Says where the lesion lies: its outline, a good crop around it, and figures about its shape and colours."""

import logging
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from dermaloop.answers import IssueCode, Outline, OutlineAnswer
from dermaloop.contract import decision, images
from dermaloop.contract.images import Photo, Pixels
from dermaloop.contract.manifest import Manifest
from dermaloop.contract.measures import measure
from dermaloop.contract.outlines import Points, find
from dermaloop.contract.preprocessing import LESION_SHARE, Crop
from dermaloop.errors import ModelUnavailable, NotFound
from dermaloop.knowledge import nearest_locale
from dermaloop.ports import MaskScores, Segmenter, Segmenters, World
from dermaloop.records import ModelVersion
from dermaloop.services import quality
from dermaloop.services.describing import describe
from dermaloop.services.reading import turn
from dermaloop.timing import stage

_log = logging.getLogger("dermaloop.locating")

MODEL = "lesion_mask"
UNAVAILABLE = Outline(status="unavailable")


@dataclass(frozen=True)
class Outliner:
    """Draws outlines with the champion, or says that none can be drawn: no prediction fails for want of one."""

    segmenter: Segmenter | None

    @classmethod
    def of(cls, segmenters: Segmenters) -> "Outliner":
        try:
            return cls(segmenters.champion(MODEL))
        except (ModelUnavailable, NotFound) as error:
            _log.warning("no outline: %s", error.detail)
            return cls(None)

    @property
    def sizes(self) -> tuple[int, ...]:
        """At which sizes the whole picture must be read."""
        return (self.segmenter.manifest.input_size,) if self.segmenter else ()

    def draw(self, photo: Photo, *, width_mm: float | None = None) -> Outline:
        """What the model makes of a photo that was read with its whole at these sizes."""
        if self.segmenter is None:
            return UNAVAILABLE
        pixels = photo.whole[self.segmenter.manifest.input_size]
        with stage("outline"):
            return _outline(photo, pixels, self.segmenter.mask(pixels), self.segmenter.manifest, width_mm)


@dataclass(frozen=True)
class Outlined:
    """One picture by itself: its outline, how good it is, and the pixels both were read from."""

    outline: Outline
    issues: tuple[IssueCode, ...]
    pixels: Pixels


def outline_picture(*, image: bytes, width_mm: float | None, locale: str, world: World) -> OutlineAnswer:
    """The outline of one picture by itself; nothing of it is kept."""
    found, nearest = outlined(image=image, width_mm=width_mm, world=world), nearest_locale(locale)
    return OutlineAnswer(outline=found.outline, quality=quality.describe(found.issues, locale=nearest), locale=nearest)


def outlined(*, image: bytes, width_mm: float | None, world: World) -> Outlined:
    """ModelUnavailable where no model can outline just now."""
    outliner = Outliner.of(world.segmenters)
    if outliner.segmenter is None:
        raise ModelUnavailable("No outline can be drawn just now. Please try again later.")
    manifest = outliner.segmenter.manifest
    with turn():
        with stage("decode"):
            photo = images.read(image, sizes=(), whole=outliner.sizes, limits=world.image_limits)
        with stage("quality"):
            measures = measure(photo.whole[manifest.input_size])
            issues = quality.issues(measures, photo.side, manifest.quality)
        drawn = outliner.draw(photo, width_mm=width_mm)
    return Outlined(drawn, issues, photo.whole[manifest.input_size])


def crop_around(points: Points, width: int, height: int) -> Crop:
    """A square of pixels in which the lesion takes about half the side; as much of it as the picture has."""
    size = np.array([width, height], dtype=np.float64)
    low, high = points.min(axis=0) * size, points.max(axis=0) * size
    side = min(float((high - low).max()) / LESION_SHARE, float(size.min()))
    start = np.clip((low + high) / 2 - side / 2, 0, size - side)
    (x, y), (wide, tall) = (start / size).tolist(), (side / size).tolist()
    return Crop(x, y, min(wide, 1 - x), min(tall, 1 - y))


def _outline(photo: Photo, pixels: Pixels, scores: MaskScores, manifest: Manifest, width_mm: float | None) -> Outline:
    version = ModelVersion(manifest.name, manifest.version, manifest.sha256)
    blank = Outline(status="not_found", width=photo.width, height=photo.height, model=version)
    if manifest.not_skin and decision.shows_no_skin(scores.embedding, measure(pixels), manifest.not_skin):
        return replace(blank, status="not_skin")
    frame, rule = photo.frame, manifest.mask
    focus = (frame.x + frame.width / 2, frame.y + frame.height / 2)
    found = find(scores.logits, temperature=manifest.temperature, rule=rule, focus=focus) if rule else None
    if found is None:
        return blank
    seen = replace(
        blank,
        points=[(round(x, 5), round(y, 5)) for x, y in found.points.tolist()],
        certainty=round(found.certainty, 4),
        crop=crop_around(found.points, photo.width, photo.height),
    )
    if found.certainty < manifest.uncertain_below:
        return replace(seen, status="uncertain")
    figures = describe(found.points, pixels, width=photo.width, height=photo.height, width_mm=width_mm)
    return replace(seen, status="outlined", figures=figures)
