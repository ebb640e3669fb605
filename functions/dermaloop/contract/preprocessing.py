"""The name of the road from bytes to pixels, what part of a picture it takes, and what it refuses to read."""

from typing import Annotated

import msgspec

PREPROCESSING = "square-bilinear-1"
"""Names what `contract.images.read` does to a picture's square; it travels in every classifier's manifest."""

WHOLE = "whole-bilinear-1"
"""The whole picture squashed into a square: what a segmenter is given, since a lesion may lie anywhere in it."""

LESION_SHARE = 0.5
"""How much of the frame's side a lesion takes in a good crop, much as in the dermoscopic pictures of the training."""

Place = Annotated[float, msgspec.Meta(ge=0, le=1)]
Extent = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Crop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rectangle in fractions of the upright picture."""

    x: Place
    y: Place
    width: Extent
    height: Extent

    def __post_init__(self) -> None:
        if self.x + self.width > 1 + 1e-6 or self.y + self.height > 1 + 1e-6:
            raise ValueError("the crop reaches beyond the picture: x + width and y + height may be 1 at most")


class ImageLimits(msgspec.Struct, frozen=True):
    """What a picture may cost before it is refused from its header alone."""

    max_bytes: int = 16 * 2**20
    max_pixels: int = 80_000_000
    max_pixels_undraftable: int = 26_000_000  # PNG, WebP, HEIC and progressive JPEG cannot be decoded at a fraction
    min_side: int = 32
