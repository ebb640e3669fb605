"""Turns a trained network into a full int8 TFLite file that takes raw uint8 RGB."""

import logging
from collections.abc import Iterator, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_export.errors import ExportError
from model_export.interpreter import Exported

log = logging.getLogger(__name__)

OUTPUTS = frozenset({"logits", "activation", "embedding"})
CALIBRATION_PICTURES = 200
NEGLIGIBLE = 0.05  # of a logit

Model = Any  # a Keras network


def to_int8(model: Model, pictures: NDArray[np.uint8], outputs: Set[str] = OUTPUTS) -> bytes:
    """Post-training quantization, its ranges taken from these real pictures; outputs come back as float numbers."""
    import tensorflow as tf

    def representative() -> Iterator[list[NDArray[np.float32]]]:
        for picture in _spanning(pictures):
            yield [picture[None].astype(np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.float32
    exported = bytes(converter.convert())
    check_outputs(exported, outputs)
    return exported


def to_settled_int8(model: Model, pictures: NDArray[np.uint8]) -> bytes:
    """Quantizes, and once more where rounding moved the logits to one side: the second file's bias takes that back.

    Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction, arXiv:1906.04721, section 4.2.
    """
    first = to_int8(model, pictures)
    exported = Exported(first)
    gaps = [exported.answer(picture)["logits"][0] - _float_logits(model, picture) for picture in pictures]
    shift = np.mean(gaps, axis=0)
    if np.abs(shift).max() < NEGLIGIBLE:
        return first
    log.info("rounding moved the logits by up to %.3f; the bias takes it back", np.abs(shift).max())
    head = model.get_layer("logits")
    kernel, bias = head.get_weights()
    head.set_weights([kernel, bias - shift])
    settled = to_int8(model, pictures)
    head.set_weights([kernel, bias])
    return settled


def _float_logits(model: Model, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(model.predict_on_batch(picture[None].astype(np.float32))["logits"][0], dtype=np.float32)


def _spanning(pictures: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The pictures, the first with a black and a white pixel, so that the input's scale is exactly one grey level."""
    first = pictures[0].copy()
    first[0, 0], first[0, 1] = 0, 255
    yield first
    yield from pictures[1:]


def check_outputs(model: bytes, outputs: Set[str]) -> None:
    """Runs the file once: a conversion can go wrong without an error."""
    exported = Exported(model)
    out = exported.answer(np.full((exported.side, exported.side, 3), 128, np.uint8))
    if set(out) != outputs:
        raise ExportError(f"the exported file has the outputs {sorted(out)}, not {sorted(outputs)}")
    if not all(np.isfinite(value).all() for value in out.values()):
        raise ExportError("the exported file answers NaN")


def calibration_positions(truth: NDArray[np.intp], seed: int, count: int = CALIBRATION_PICTURES) -> NDArray[np.intp]:
    """As many pictures of each class as there are, up to an even share: quantization must know the rare ones too."""
    rng = np.random.default_rng(seed)
    classes = np.unique(truth)
    share = -(-count // len(classes))
    chosen = [rng.permutation(np.flatnonzero(truth == one))[:share] for one in classes]
    return np.sort(np.concatenate(chosen))
