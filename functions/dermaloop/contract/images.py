"""The only road from bytes to pixels: header, limits, draft decode, square, resize, sRGB, upright.

Anything that changes a pixel here needs another name in `contract.preprocessing` and models trained anew.
"""

import io
import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, JpegImagePlugin

from dermaloop.contract import colours
from dermaloop.contract.preprocessing import Crop, ImageLimits
from dermaloop.contract.scans import count_scans
from dermaloop.errors import InvalidImage

Pixels = NDArray[np.uint8]

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
STORED_SIDE = 1600
_JPEGS = ("JPEG", "MPO")  # a JPEG with a second picture behind it, as many phones write them, opens as MPO
_JPEG_STARTS = b"\xff\xd8\xff"
_MOST_SCANS = 100  # ten are usual; every one makes the decoder go over the whole picture again
_LARGE_PIXELS = 3_000_000
_DECODING_LARGE = threading.Semaphore(max(2, os.cpu_count() or 1))  # more at once take memory and gain no time
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Blocks of this size go back to the system when a picture is done; smaller ones stay with the thread that had them.
Image.core.set_block_size(1 << 26)  # type: ignore[attr-defined]


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class Photo(msgspec.Struct, frozen=True):
    """A decoded picture: its upright size, the square that was looked at, and that square's pixels at each size.

    `whole` is the whole picture, squashed into a square of each size that was asked for.
    """

    width: int
    height: int
    frame: Crop
    side: int
    pixels: dict[int, Pixels]
    whole: dict[int, Pixels] = {}


def read(
    data: bytes,
    *,
    sizes: tuple[int, ...] = (224,),
    whole: tuple[int, ...] = (),
    crop: Crop | None = None,
    limits: ImageLimits | None = None,
) -> Photo:
    """Decodes once, at the smallest scale that serves every size, and returns the square's and the whole's pixels."""
    limits = limits or ImageLimits()
    with _decoding(_open(data, limits)) as image:
        orientation = _orientation(image)
        width, height = image.size if orientation < 5 else image.size[::-1]
        frame = _square(crop, width, height)
        side = round(frame.width * width)
        stored = _turn_back(frame, orientation)
        _draft(image, min(_scale(sizes, whole, frame.width * width, min(width, height)), _affordable(image, limits)))
        box = Box(
            stored.left * image.width,
            stored.top * image.height,
            stored.right * image.width,
            stored.bottom * image.height,
        )
        everything = Box(0, 0, *image.size)
        pixels = {size: _pixels(image, box, size, orientation) for size in set(sizes)}
        squashed = {size: _pixels(image, everything, size, orientation) for size in set(whole)}
    return Photo(width=width, height=height, frame=frame, side=side, pixels=pixels, whole=squashed)


def reencode(data: bytes, *, limits: ImageLimits | None = None, side: int = STORED_SIDE) -> bytes:
    """The picture as it may be stored: upright sRGB JPEG of a modest size, with no metadata at all."""
    with _decoding(_open(data, limits or ImageLimits())) as image:
        orientation = _orientation(image)
        size = stored_size(*image.size, side=side)
        _draft(image, min(1.0, side / max(image.size)))
        upright = _finish(image, Box(0, 0, *image.size), size, orientation)
        upright.info.clear()  # Pillow would write comments, profiles and more back out of it
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=92)
        return out.getvalue()


def stored_size(width: int, height: int, *, side: int = STORED_SIDE) -> tuple[int, int]:
    """What a picture of that size measures once it is stored."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


@contextmanager
def _decoding(image: ImageFile.ImageFile) -> Iterator[ImageFile.ImageFile]:
    """Few large pictures at once, their memory given back at the end, and every decoder's complaint as ours."""
    large = image.width * image.height > _LARGE_PIXELS
    with _DECODING_LARGE if large else nullcontext():
        try:
            yield image
        except Exception as error:  # decoders raise nearly anything on hostile bytes
            raise InvalidImage("The picture is damaged or incomplete. Please send it again.") from error
        finally:
            image.close()


def _open(data: bytes, limits: ImageLimits) -> ImageFile.ImageFile:
    """Reads the header and refuses what would cost too much, before any pixel is decoded."""
    if len(data) > limits.max_bytes:
        raise InvalidImage(f"The picture has {len(data)} bytes; at most {limits.max_bytes} are read.")
    if not data:
        raise InvalidImage("The picture is empty.")
    if data[4:8] == b"ftyp":
        _register_heif()
    try:
        image = _identified(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidImage(f"The picture is too large; at most {limits.max_pixels} pixels are read.") from error
    except Exception as error:
        raise InvalidImage("This is not a JPEG, PNG, WebP or HEIC picture.") from error
    allowed = _allowed_pixels(image, data, limits)
    if image.width * image.height > allowed:
        raise InvalidImage(f"The picture is {image.width}x{image.height}; at most {allowed} pixels are read.")
    if min(image.size) < limits.min_side:
        raise InvalidImage(
            f"The picture is {image.width}x{image.height}; each side needs {limits.min_side} pixels or more."
        )
    return image


def _identified(data: bytes) -> ImageFile.ImageFile:
    """As Pillow does it, except that before a JPEG it would first import the plugins of four other formats."""
    if data.startswith(_JPEG_STARTS):
        return JpegImagePlugin.jpeg_factory(io.BytesIO(data))
    return Image.open(io.BytesIO(data), formats=FORMATS)


def _allowed_pixels(image: Image.Image, data: bytes, limits: ImageLimits) -> int:
    """As many as keep the decoder within a few hundred megabytes."""
    if image.format == "WEBP":  # its decoder holds the picture four times over
        return limits.max_pixels_undraftable // 2
    if image.format not in _JPEGS:
        return limits.max_pixels_undraftable
    scans = count_scans(data)
    if scans.number > _MOST_SCANS:
        raise InvalidImage(f"The picture has {scans.number} scans; at most {_MOST_SCANS} are read.")
    return limits.max_pixels if scans.draftable else limits.max_pixels_undraftable


@lru_cache(maxsize=1)
def _register_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # a broken EXIF block is no reason to refuse the picture
        return 1
    return value if value in _UPRIGHT else 1


def _square(crop: Crop | None, width: int, height: int) -> Crop:
    """The smallest square around the crop that still lies in the picture; without a crop, the centre square."""
    crop = crop or Crop(0.0, 0.0, 1.0, 1.0)
    side = min(max(crop.width * width, crop.height * height, 1.0), width, height)
    left = min(max((crop.x + crop.width / 2) * width - side / 2, 0.0), width - side)
    top = min(max((crop.y + crop.height / 2) * height - side / 2, 0.0), height - side)
    return Crop(left / width, top / height, side / width, side / height)


def _turn_back(frame: Crop, orientation: int) -> Box:
    """Where the upright frame lies in the picture as it is stored, still in fractions."""
    left, top, right, bottom = frame.x, frame.y, frame.x + frame.width, frame.y + frame.height
    if orientation >= 5:
        left, top, right, bottom = top, left, bottom, right
    if orientation in (2, 3, 7, 8):
        left, right = 1 - right, 1 - left
    if orientation in (3, 4, 6, 7):
        top, bottom = 1 - bottom, 1 - top
    return Box(max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0))


def _scale(sizes: tuple[int, ...], whole: tuple[int, ...], side: float, shorter: int) -> float:
    """Twice what the squares need: asking for the whole besides must not change a pixel of theirs."""
    if not sizes:
        return 2 * max(whole) / shorter
    return max(2 * max(sizes) / side, max(whole, default=0) / shorter)


def _affordable(image: Image.Image, limits: ImageLimits) -> float:
    """The scale at which a JPEG is no larger than what other formats may be."""
    scale = 1.0
    while image.width * image.height * scale**2 > limits.max_pixels_undraftable:
        scale /= 2
    return scale


def _draft(image: Image.Image, scale: float) -> None:
    """Lets the JPEG decoder skip detail that no size needs; other formats ignore it."""
    if scale < 1:
        image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))


def _pixels(image: Image.Image, box: Box, size: int, orientation: int) -> Pixels:
    return np.asarray(_finish(image, box, (size, size), orientation), dtype=np.uint8)


def _finish(image: Image.Image, box: Box, size: tuple[int, int], orientation: int) -> Image.Image:
    """Resize first, so that colour and rotation work on few pixels."""
    small = colours.averageable(image).resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=3.0)
    small = colours.srgb(small, image.info.get("icc_profile"))
    return small.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else small
