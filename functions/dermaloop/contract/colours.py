"""Brings any picture mode and colour profile to opaque sRGB."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from PIL import ImageCms

_MOST_PROFILE = 1 << 22
_CACHED_PROFILE = 1 << 16  # phones' profiles have 500 bytes; a cache of large ones could be filled on purpose


def averageable(image: Image.Image) -> Image.Image:
    """A mode whose pixels may be averaged: no palettes, no bitmaps, eight bits a channel."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
    if "transparency" in image.info and image.mode in ("1", "L", "RGB", "P"):
        return image.convert("RGBA")
    if image.mode in ("RGB", "L", "CMYK", "RGBA"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa"):
        return image.convert("RGBA")
    return image.convert("RGB")


def _opaque(image: Image.Image) -> Image.Image:
    """Lays transparent pictures on white."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Opaque sRGB by the embedded profile; a profile that is broken or meant for other channels is ignored."""
    image = _opaque(image)
    convert = _transform_for(profile, image.mode) if profile else None
    if convert is not None:
        return convert.apply(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _transform_for(profile: bytes, mode: str) -> "ImageCms.ImageCmsTransform | None":
    if len(profile) > _MOST_PROFILE:
        return None
    return _cached_transform(profile, mode) if len(profile) <= _CACHED_PROFILE else _transform(profile, mode)


def _transform(profile: bytes, mode: str) -> "ImageCms.ImageCmsTransform | None":
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", intent)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


_cached_transform = lru_cache(maxsize=32)(_transform)
