"""A 12-megapixel JPEG: from bytes to pixels, against decoding it whole."""

import io
import time
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageOps

from dermaloop.contract import images
from dermaloop.contract.images import Pixels
from tests.benchmarks.figures import Figure, Section, median
from tests.benchmarks.stimuli import twelve_megapixels

ROUNDS = 15
SIZE = 224


def measure() -> Section:
    section = Section(key="photo", title="A 12-megapixel JPEG, from bytes to 224x224 pixels")
    for orientation, said in ((1, "as the sensor stands"), (6, "turned by its EXIF orientation")):
        data = twelve_megapixels(orientation)
        ours, plain = _interleaved(lambda data=data: _ours(data), lambda data=data: _plain(data))  # type: ignore[misc]
        gap = np.abs(_ours(data).astype(np.int16) - _plain(data).astype(np.int16))
        section.figures += [
            Figure(
                name=f"Faster than full decode, exif_transpose and resize ({said})",
                value=median([slow / fast for fast, slow in zip(ours, plain, strict=True)]),
                bar="at least",
                limit=3.5,
                detail=f"{median(ours):.0f} ms against {median(plain):.0f} ms for {len(data) / 1e6:.1f} MB",
            ),
            Figure(
                name=f"Largest difference of any pixel ({said})",
                value=float(gap.max()),
                unit="grey levels",
                bar="at most",
                limit=2,
                detail=f"{gap.mean():.2f} on average",
            ),
        ]
    return section


def _ours(data: bytes) -> Pixels:
    return images.read(data, sizes=(SIZE,)).pixels[SIZE]


def _plain(data: bytes) -> Pixels:
    """What one would write first: the same centre square, by way of every pixel of the photo."""
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    side = min(upright.size)
    left, top = (upright.width - side) / 2, (upright.height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(upright.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box=box))


def _interleaved(one: Callable[[], object], other: Callable[[], object]) -> tuple[list[float], list[float]]:
    took: tuple[list[float], list[float]] = ([], [])
    for round_ in range(ROUNDS + 1):
        for call, times in zip((one, other), took, strict=True):
            start = time.perf_counter()
            call()
            if round_:
                times.append((time.perf_counter() - start) * 1000)
    return took
