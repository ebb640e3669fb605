"""How another camera, angle, light and compression differ: the draws that every training engine shares."""

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]
Rng = np.random.Generator


class Reach(NamedTuple):
    """How far a view may differ: the sides of what is looked at against the picture's, its shift and its stretch."""

    smallest: float = 0.60
    largest: float = 1.10
    shift: float = 0.06
    stretch: float = 0.12


SQUARE = Reach()


def square(strength: float) -> Reach:
    """The usual reach, its nearest view less near where a recipe asks for gentler views."""
    return SQUARE._replace(smallest=1 - (1 - SQUARE.smallest) * strength)


WHOLE = Reach(largest=1.35, shift=0.12, stretch=0.40)  # squashed from any shape, the lesion anywhere in it
BLURRED, COMPRESSED = 0.30, 0.12


def damage(picture: Pixels, rng: Rng) -> Pixels:
    """Blurs at random, down to the softness of a picture a third as large, and compresses: sharpness says nothing."""
    blurred, compressed = rng.random() < BLURRED, rng.random() < COMPRESSED
    if not blurred and not compressed:
        return picture
    image = Image.fromarray(picture)
    if blurred:
        image = image.filter(ImageFilter.BoxBlur(float(rng.uniform(0.3, 1.6))))
    return np.asarray(_compressed(image, int(rng.integers(30, 90))) if compressed else image)


def _compressed(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out)


def transforms(number: int, side: int, size: int, rng: Rng, reach: Reach = SQUARE) -> NDArray[np.float32]:
    """Affine maps from the new picture's places to the old one's: any angle, a mirror, a crop, a shift, a stretch."""
    angle = rng.uniform(0, 2 * np.pi, number)
    scale = side / size * np.sqrt(rng.uniform(reach.smallest**2, reach.largest**2, number))
    stretch = np.exp(rng.uniform(-reach.stretch, reach.stretch, number) / 2)
    across, down = scale * stretch * rng.choice((-1.0, 1.0), number), scale / stretch
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([cos * across, -sin * down, sin * across, cos * down], axis=1).reshape(number, 2, 2)
    centre = side * (0.5 + rng.uniform(-reach.shift, reach.shift, (number, 2)))
    offset = centre - turn.sum(axis=2) * size / 2
    flat = [turn[:, 0, 0], turn[:, 0, 1], offset[:, 0], turn[:, 1, 0], turn[:, 1, 1], offset[:, 1]]
    return np.stack([*flat, np.zeros(number), np.zeros(number)], axis=1).astype(np.float32)


def lights(
    number: int, rng: Rng, strength: float = 1.0
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Another lamp and another sensor: saturation, contrast, white balance and offset, each a little."""

    def draw(low: float, high: float, channels: int = 1) -> NDArray[np.float32]:
        return rng.uniform(low, high, (number, 1, 1, channels)).astype(np.float32)

    def around(below: float, above: float, channels: int = 1) -> NDArray[np.float32]:
        return draw(1 - below * strength, 1 + above * strength, channels)

    offset = 8 * strength
    return around(0.18, 0.2), around(0.15, 0.18), around(0.13, 0.15) * around(0.05, 0.05, 3), draw(-offset, offset)
