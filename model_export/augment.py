"""Shows a whole batch as another camera, angle and light might have, inside TensorFlow, where that costs least."""

<<<<<<< HEAD
from typing import Any
=======
`damage` works on single pictures in worker threads, `view` on whole batches inside TensorFlow, where it costs least.
"""

import io
from typing import Any, NamedTuple
>>>>>>> main

import tensorflow as tf

from model_export.looks import Pixels, Rng, lights, transforms

Tensor = Any  # TensorFlow has no types

<<<<<<< HEAD
=======

class Reach(NamedTuple):
    """How far a view may differ: the sides of what is looked at against the picture's, its shift and its stretch."""

    smallest: float = 0.60
    largest: float = 1.10
    shift: float = 0.06
    stretch: float = 0.12


SQUARE = Reach()
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

>>>>>>> main

def view(pictures: Pixels, size: int, rng: Rng) -> Tensor:
    """A batch seen anew, `size` pixels wide: turned, mirrored, nearer or farther, in another light."""
    number, side = pictures.shape[:2]
    turned = _turned(pictures, transforms(number, side, size, rng), size)
    return _relit(turned, *lights(number, rng))


def view_masked(pictures: Pixels, masks: Pixels, size: int, rng: Rng) -> tuple[Tensor, Tensor]:
    """Whole pictures seen anew, and their masks, turned alike, as whole numbers of 0 to 255."""
    number, side = pictures.shape[:2]
    maps = transforms(number, side, size, rng, WHOLE)
    turned = _relit(_turned(pictures, maps, size), *lights(number, rng))
    return turned, tf.cast(tf.round(_turned(masks[..., None], maps, size)[..., 0]), tf.int32)


def _turned(pictures: Pixels, maps: NDArray[np.float32], size: int) -> Tensor:
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.cast(pictures, tf.float32),
        transforms=maps,
        output_shape=[size, size],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )


<<<<<<< HEAD
=======
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
    number: int, rng: Rng
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Another lamp and another sensor: saturation, contrast, white balance and offset, each a little."""

    def draw(low: float, high: float, channels: int = 1) -> NDArray[np.float32]:
        return rng.uniform(low, high, (number, 1, 1, channels)).astype(np.float32)

    return draw(0.82, 1.2), draw(0.85, 1.18), draw(0.87, 1.15) * draw(0.95, 1.05, 3), draw(-8, 8)


>>>>>>> main
@tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
def _relit(pictures: Tensor, saturation: Tensor, contrast: Tensor, balance: Tensor, offset: Tensor) -> Tensor:
    grey = tf.reduce_mean(pictures, axis=3, keepdims=True)
    coloured = grey + (pictures - grey) * saturation
    mean = tf.reduce_mean(coloured, axis=[1, 2], keepdims=True)
    return tf.clip_by_value(((coloured - mean) * contrast + mean) * balance + offset, 0.0, 255.0)
