"""The network: MobileNetV2's maps of five sizes, joined from coarse to fine into one map of the lesion."""

from pathlib import Path
from typing import Any

import keras
from numpy.typing import NDArray

from model_export import network
from model_export.network import Model, Tensor

MASK = "mask"
COARSEST = "block_16_project_BN"
SKIPS = (("block_12_add", 96), ("block_5_add", 64), ("block_2_add", 48), ("expanded_conv_project_BN", 24))
"""The last map before each halving, from 1/16 to 1/2 of the picture's side, and how many channels it is joined in."""
WIDEST = 128


def build(*, dropout: float) -> Model:
    """Raw RGB (0 to 255) of any size that 32 divides in; a map of logits of half its side out, positive inside."""
    image = keras.Input((None, None, 3), name="image")
    backbone = keras.Model(image, network.backbone(image))
    value = _pointwise(backbone.get_layer(COARSEST).output, WIDEST, "coarsest")
    value = keras.layers.Add(name="surround")([value, _surround(value)])
    for name, channels in SKIPS:
        value = _join(value, backbone.get_layer(name).output, channels, name)
    value = keras.layers.SpatialDropout2D(dropout, name="dropout")(value)
    return keras.Model(image, keras.layers.Conv2D(1, 1, name=MASK)(value), name="lesion_mask")


def encoder(model: Model) -> Model:
    """The part that comes with ImageNet weights."""
    return keras.Model(model.input, model.get_layer(COARSEST).output)


def load_imagenet(model: Model, path: Path) -> None:
    network.load_imagenet(encoder(model), path)


def serving_model(model: Model, *, side: int, projection: tuple[NDArray[Any], NDArray[Any]]) -> Model:
    """The network as serving reads it: `mask`, and the whitened `embedding` that tells whether there is skin at all."""
    image = keras.Input((side, side, 3), batch_size=1, name="image")
    mask, seen = keras.Model(model.input, [model.output, network.onlooker(model).output])(image)
    kernel, bias = projection
    dense = keras.layers.Dense(bias.shape[0], name="embedding")
    outputs = {MASK: keras.layers.Identity(name="mask_logits")(mask), "embedding": dense(seen)}
    dense.set_weights([kernel, bias])
    return keras.Model(image, outputs, name="lesion_mask")


def _surround(value: Tensor) -> Tensor:
    """What the whole picture shows, added everywhere: a lesion may be larger than what a cell sees."""
    channels = value.shape[-1]
    average = keras.layers.GlobalAveragePooling2D(keepdims=True, name="surround_average")(value)
    return keras.layers.Conv2D(channels, 1, name="surround_mix")(average)


def _join(coarse: Tensor, fine: Tensor, channels: int, name: str) -> Tensor:
    """A coarse map brought to the fine one's size, both added, then looked at in their neighbourhood."""
    narrow = _pointwise(coarse, channels, f"{name}_narrow", act=False)
    larger = keras.layers.UpSampling2D(2, interpolation="bilinear", name=f"{name}_larger")(narrow)
    side = _pointwise(fine, channels, f"{name}_side", act=False)
    both = keras.layers.ReLU(6.0, name=f"{name}_relu")(keras.layers.Add(name=f"{name}_both")([larger, side]))
    near = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"{name}_near")(both)
    return _pointwise(_normalised(near, f"{name}_near"), channels, f"{name}_mix")


def _pointwise(value: Tensor, channels: int, name: str, *, act: bool = True) -> Tensor:
    mixed = keras.layers.Conv2D(channels, 1, use_bias=False, name=name)(value)
    return _normalised(mixed, name, act=act)


def _normalised(value: Tensor, name: str, *, act: bool = True) -> Tensor:
    norm = keras.layers.BatchNormalization(momentum=network.BN_MOMENTUM, name=f"{name}_norm")(value)
    return keras.layers.ReLU(6.0, name=f"{name}_act")(norm) if act else norm
