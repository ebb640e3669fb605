"""Pictures that show no skin, made here or shipped with scikit-image: what a not-skin gate must refuse."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model_export.oddities import surfaces, things

Pixels = NDArray[np.uint8]
Rng = np.random.Generator

CROPS_PER_PHOTO = 6
PER_KIND = 40
KINDS: dict[str, Callable[[int, Rng], Image.Image]] = {
    "document": things.document,
    "screen": things.screen,
    "chart": things.chart,
    "gradient": surfaces.gradient,
    "noise": surfaces.noise,
    "grey noise": surfaces.grey_noise,
    "drawing": things.drawing,
    "plain": surfaces.plain,
    "pattern": surfaces.pattern,
    "shapes": things.shapes,
}
PHOTOS = (
    "astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "camera.png", "coins.png", "page.png", "text.png",
    "moon.png", "hubble_deep_field.jpg", "horse.png", "motorcycle_left.png", "color.png", "chessboard_RGB.png",
)  # fmt: skip
TEXTURES = ("brick.png", "grass.png", "gravel.png")
MICROSCOPY = ("ihc.png", "retina.jpg", "cell.png", "microaneurysms.png")


def oddities(side: int, seed: int = 7) -> Iterator[tuple[str, Pixels]]:
    """(kind, picture) for every picture of the set, always the same for the same seed."""
    for kind, make in KINDS.items():
        for number in range(PER_KIND):
            rng = np.random.default_rng([seed, number, *kind.encode()])
            yield kind, np.asarray(make(side, rng).convert("RGB"), dtype=np.uint8)
    for kind, names in {"photo": PHOTOS, "texture": TEXTURES, "microscopy": MICROSCOPY}.items():
        for name in names:
            yield from ((kind, crop) for crop in _crops(name, side, seed))


def _crops(name: str, side: int, seed: int) -> Iterator[Pixels]:
    """Squares of different sizes and places out of one of scikit-image's sample photographs."""
    import skimage.data

    with Image.open(Path(skimage.data.__file__).with_name(name)) as photo:
        image = photo.convert("RGB")
    for number in range(CROPS_PER_PHOTO):
        rng = np.random.default_rng([seed, number, *name.encode()])
        width = int(min(image.size) * rng.uniform(0.45, 1.0))
        left, top = (int(rng.integers(0, size - width + 1)) for size in image.size)
        square = image.crop((left, top, left + width, top + width))
        yield np.asarray(square.resize((side, side), Image.Resampling.BILINEAR), dtype=np.uint8)
