"""Shows a whole batch as another camera, angle and light might have, inside TensorFlow, where that costs least."""

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model_export.looks import WHOLE, Pixels, Rng, lights, square, transforms

Tensor = Any  # TensorFlow has no types


def view(pictures: Pixels, size: int, rng: Rng, strength: float = 1.0) -> Tensor:
    """A batch seen anew, `size` pixels wide: turned, mirrored, nearer or farther, in another light."""
    number, side = pictures.shape[:2]
    turned = _turned(pictures, transforms(number, side, size, rng, square(strength)), size)
    return _relit(turned, *lights(number, rng, strength))


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


@tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
def _relit(pictures: Tensor, saturation: Tensor, contrast: Tensor, balance: Tensor, offset: Tensor) -> Tensor:
    grey = tf.reduce_mean(pictures, axis=3, keepdims=True)
    coloured = grey + (pictures - grey) * saturation
    mean = tf.reduce_mean(coloured, axis=[1, 2], keepdims=True)
    return tf.clip_by_value(((coloured - mean) * contrast + mean) * balance + offset, 0.0, 255.0)
