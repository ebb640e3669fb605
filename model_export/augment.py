"""Shows a whole batch as another camera, angle and light might have, inside TensorFlow, where that costs least."""

from typing import Any

import tensorflow as tf

from model_export.looks import Pixels, Rng, lights, transforms

Tensor = Any  # TensorFlow has no types


def view(pictures: Pixels, size: int, rng: Rng) -> Tensor:
    """A batch seen anew, `size` pixels wide: turned, mirrored, nearer or farther, in another light."""
    number, side = pictures.shape[:2]
    turned = tf.raw_ops.ImageProjectiveTransformV3(
        images=tf.cast(pictures, tf.float32),
        transforms=transforms(number, side, size, rng),
        output_shape=[size, size],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    return _relit(turned, *lights(number, rng))


@tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
def _relit(pictures: Tensor, saturation: Tensor, contrast: Tensor, balance: Tensor, offset: Tensor) -> Tensor:
    grey = tf.reduce_mean(pictures, axis=3, keepdims=True)
    coloured = grey + (pictures - grey) * saturation
    mean = tf.reduce_mean(coloured, axis=[1, 2], keepdims=True)
    return tf.clip_by_value(((coloured - mean) * contrast + mean) * balance + offset, 0.0, 255.0)
