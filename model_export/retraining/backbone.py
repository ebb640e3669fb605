"""Reads the champion's convolutions out of its int8 file, in the form that a training starts from."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_export import network
from model_export.errors import ExportError
from model_export.writing import replacing

_KINDS = ("CONV_2D", "DEPTHWISE_CONV_2D")


def unpack(model: bytes, path: Path) -> None:
    """Kernels and biases by Keras layer, BatchNorm folded in, as `network.load_imagenet` reads them."""
    ours = [conv for conv, _ in network.convolutions(network.build({"any": 2}))]
    theirs = _convolutions(model)[: len(ours)]
    arrays: dict[str, NDArray[np.float32]] = {}
    for conv, (kernel, bias) in zip(ours, theirs, strict=False):
        shape = tuple(conv.get_weights()[0].shape)
        turned = kernel.transpose(1, 2, 3, 0)  # outputs come first in the file
        if turned.shape != shape:
            raise ExportError(f"the champion's layer {conv.name} is {turned.shape}, this network's {shape}")
        arrays |= {f"{conv.name}/kernel": turned, f"{conv.name}/bias": bias}
    if len(theirs) < len(ours):
        raise ExportError(f"the champion has {len(theirs)} convolutions, this network {len(ours)}")
    with replacing(path) as part:
        np.savez(part, allow_pickle=False, **arrays)


def _convolutions(model: bytes) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """In the order in which they run, as float numbers."""
    from ai_edge_litert import schema_py_generated as schema

    root = schema.Model.GetRootAs(bytearray(model), 0)
    graph = root.Subgraphs(0)
    named = {getattr(schema.BuiltinOperator, kind): kind for kind in _KINDS}
    found = []
    for number in range(graph.OperatorsLength()):
        operator = graph.Operators(number)
        if named.get(root.OperatorCodes(operator.OpcodeIndex()).BuiltinCode()) in _KINDS:
            kernel, bias = (_float(root, graph.Tensors(operator.Inputs(place))) for place in (1, 2))
            found.append((kernel, bias))
    return found


def _float(root: object, tensor: object) -> NDArray[np.float32]:
    """Kernels have a scale for each output: the first axis, or the last one of a depthwise kernel."""
    kinds = {9: np.int8, 2: np.int32}
    shape = tensor.ShapeAsNumpy()  # type: ignore[attr-defined]
    quantization = tensor.Quantization()  # type: ignore[attr-defined]
    raw = root.Buffers(tensor.Buffer()).DataAsNumpy().view(kinds[tensor.Type()])  # type: ignore[attr-defined]
    scales = quantization.ScaleAsNumpy()
    spread = np.ones(len(shape), dtype=np.intp)
    spread[quantization.QuantizedDimension()] = len(scales)
    return np.asarray(raw.reshape(shape) * scales.reshape(spread), dtype=np.float32)
