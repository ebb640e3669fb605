"""The training step of a mask: every pixel's surprise and the whole mask's overlap, by the loop all networks share."""

import tensorflow as tf

from model_export.fitting import Fitting
from model_export.masks.network import MASK
from model_export.network import Tensor

OVERLAP = 1.0
SMOOTH = 16.0  # pixels: keeps a nearly empty mask's overlap from jumping


class MaskFitting(Fitting):
    """Binary cross-entropy plus soft Dice (Milletari 2016, arXiv:1606.04797) against masks of 0 to 255."""

    def _loss(self, logits: Tensor, truths: dict[str, Tensor]) -> Tensor:
        wanted = tf.cast(truths[MASK], tf.float32)[..., None] / 255.0
        wanted = tf.nn.avg_pool2d(wanted, 2, 2, "VALID")
        surprise = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(wanted, logits))
        inside = tf.sigmoid(logits)
        both = tf.reduce_sum(inside * wanted, axis=[1, 2, 3])
        either = tf.reduce_sum(inside + wanted, axis=[1, 2, 3])
        dice = (2 * both + SMOOTH) / (either + SMOOTH)
        return surprise + OVERLAP * tf.reduce_mean(1 - dice)
