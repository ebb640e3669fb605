"""The network: MobileNetV2 with one small head per task, and the three outputs that serving reads."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model_export.errors import ExportError

Model = Any  # keras has no types
Tensor = Any

FEATURES = "out_relu"  # the last feature map
POOLED = "pooled"
SEEN = ("block_5_add", "block_12_add")
"""Maps whose averages make the embedding. Measured with ImageNet weights at 2 % of validation lesions refused: the
last feature map alone lets 9 of 10 pictures without skin pass, block 5 and block 12 refuse practically all."""
BN_MOMENTUM = 0.98


def build(tasks: dict[str, int], *, dropout: float = 0.2) -> Model:
    """Raw RGB (0 to 255) of any size that 32 divides in; logits per task and the pooled features out."""
    image = keras.Input((None, None, 3), name="image")
    features = backbone(image)
    pooled = keras.layers.GlobalAveragePooling2D(name=POOLED)(features)
    dropped = keras.layers.Dropout(dropout, name="dropout")(pooled)
    outputs = {task: keras.layers.Dense(classes, name=f"head_{task}")(dropped) for task, classes in tasks.items()}
    return keras.Model(image, outputs, name="dermaloop")


def backbone(image: Tensor) -> Tensor:
    """Normalisation and MobileNetV2 1.0 without its top."""
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="normalise")(image)
    net = keras.applications.MobileNetV2(input_tensor=scaled, alpha=1.0, include_top=False, weights=None)
    for layer in net.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = BN_MOMENTUM
    return net.output


def load_imagenet(model: Model, path: Path) -> None:
    """Puts the ImageNet weights in; their BatchNorm was folded into the convolutions, so here it only adds the bias."""
    try:
        weights = np.load(path)
    except OSError as error:
        raise ExportError(
            f"{path} holds no backbone weights: {error}; name them with --backbone, or begin with a model made before: "
            "--backbone functions/models/disease/model.tflite"
        ) from error
    for conv, norm in convolutions(model):
        conv.set_weights([weights[f"{conv.name}/kernel"]])
        bias = weights[f"{conv.name}/bias"]
        norm.set_weights([np.full_like(bias, np.sqrt(1 + norm.epsilon)), bias, np.zeros_like(bias), np.ones_like(bias)])


def load_heads(model: Model, path: Path) -> None:
    """Puts the heads in that lie beside a trained backbone."""
    weights = np.load(path)
    for layer in model.layers:
        if layer.name.startswith("head_"):
            layer.set_weights([weights[f"{layer.name}/kernel"], weights[f"{layer.name}/bias"]])


def measure_norms(model: Model, pixels: NDArray[np.uint8], *, batch: int = 64) -> None:
    """Gives each BatchNorm these pictures' statistics without changing what the network computes, so it can train."""
    pairs = convolutions(model)
    probe = keras.Model(model.input, [conv.output for conv, _ in pairs])
    sums = [np.zeros((2, conv.output.shape[-1])) for conv, _ in pairs]
    counts = [0] * len(pairs)
    for start in range(0, len(pixels), batch):
        for index, maps in enumerate(probe.predict_on_batch(pixels[start : start + batch].astype(np.float32))):
            flat = maps.reshape(-1, maps.shape[-1]).astype(np.float64)
            sums[index] += np.stack([flat.sum(0), (flat**2).sum(0)])
            counts[index] += len(flat)
    for (_, norm), total, count in zip(pairs, sums, counts, strict=True):
        mean, square = total / count
        _renormalise(norm, mean, np.maximum(square - mean**2, 1e-6))


def _renormalise(norm: Model, mean: NDArray[np.float64], variance: NDArray[np.float64]) -> None:
    gamma, beta, old_mean, old_variance = (w.astype(np.float64) for w in norm.get_weights())
    slope = gamma / np.sqrt(old_variance + norm.epsilon)
    norm.set_weights([slope * np.sqrt(variance + norm.epsilon), beta + slope * (mean - old_mean), mean, variance])


def freeze(model: Model, until: str) -> None:
    """Keeps the layers before this one as they are, their BatchNorm included."""
    if not until:
        return
    names = [layer.name for layer in model.layers]
    if until not in names:
        raise ExportError(f"the network has no layer {until} to freeze up to")
    for layer in model.layers[: names.index(until)]:
        layer.trainable = False


def settle_norms(model: Model, batches: Iterable[Tensor]) -> None:
    """Measures the BatchNorm statistics anew, as plain averages over these batches: averaged weights need their own."""
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable]
    for number, batch in enumerate(batches):
        for norm in norms:
            norm.momentum = number / (number + 1)
        model(batch, training=True)
    for norm in norms:
        norm.momentum = BN_MOMENTUM


def convolutions(model: Model) -> list[tuple[Any, Any]]:
    """Each convolution of the backbone with its BatchNorm."""
    norms = {layer.input.name: layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)}
    kinds = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)
    return [
        (layer, norms[layer.output.name])
        for layer in model.layers
        if isinstance(layer, kinds) and layer.output.name in norms
    ]


def onlooker(model: Model) -> Model:
    """The part of the network whose averaged maps the embedding is made of."""
    maps = [model.get_layer(name).output for name in SEEN]
    averages = [keras.layers.GlobalAveragePooling2D()(one) for one in maps]
    return keras.Model(model.input, keras.layers.Concatenate()(averages))


def serving_model(model: Model, task: str, *, side: int, projection: tuple[NDArray[Any], NDArray[Any]]) -> Model:
    """One task as serving reads it: `logits`, `activation` (class activation maps) and a whitened `embedding`."""
    head = model.get_layer(f"head_{task}")
    kernel, bias = head.get_weights()
    image = keras.Input((side, side, 3), batch_size=1, name="image")
    trunk = keras.Model(model.input, [model.get_layer(FEATURES).output, onlooker(model).output])
    features, seen = trunk(image)
    pooled = keras.layers.GlobalAveragePooling2D(name=POOLED)(features)
    outputs = {
        "logits": _fixed(keras.layers.Dense(kernel.shape[1], name="logits"), pooled, kernel, bias),
        "activation": _fixed(
            keras.layers.Conv2D(kernel.shape[1], 1, use_bias=False, name="activation"), features, kernel[None, None]
        ),
        "embedding": _fixed(keras.layers.Dense(projection[1].shape[0], name="embedding"), seen, *projection),
    }
    return keras.Model(image, outputs, name=task)


def _fixed(layer: Model, value: Tensor, *weights: NDArray[np.floating]) -> Tensor:
    out = layer(value)
    layer.set_weights(list(weights))
    return out
