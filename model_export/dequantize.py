"""Reads the weights back out of an int8 model file, so that a further training can begin where a champion stands."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_export.errors import ExportError

Arrays = dict[str, NDArray[np.float32]]

KINDS = ("CONV_2D", "DEPTHWISE_CONV_2D")
PARTS = ("expand", "depthwise", "project")
BACKBONE = (
    "Conv1",
    "expanded_conv_depthwise",
    "expanded_conv_project",
    *(f"block_{number}_{part}" for number in range(1, 17) for part in PARTS),
    "Conv_1",
)


def dequantized(model: bytes) -> Arrays:
    """Kernels and biases of the backbone by their Keras names; its convolutions come first, and in order."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    found = [op for op in interpreter._get_ops_details() if op["op_name"] in KINDS]
    if len(found) < len(BACKBONE):
        raise ExportError(f"the model has {len(found)} convolutions, not the {len(BACKBONE)} of a MobileNetV2")
    arrays: Arrays = {}
    for name, op in zip(BACKBONE, found, strict=False):
        kernel, bias = (_widened(interpreter, index) for index in op["inputs"][1:3])
        deep = op["op_name"] == "DEPTHWISE_CONV_2D"
        arrays[f"{name}/kernel"] = kernel.transpose(1, 2, 3, 0)  # both kinds keep what Keras writes last at the front
        arrays[f"{name}/bias"] = bias
        if deep != name.endswith("depthwise"):
            raise ExportError(f"where {name} should be, the model has a {op['op_name']}")
    return arrays


def _widened(interpreter: Any, index: int) -> NDArray[np.float32]:
    detail = interpreter._get_tensor_details(index, 0)
    quantized, shape = detail["quantization_parameters"], [1] * len(detail["shape"])
    shape[quantized["quantized_dimension"]] = -1
    return np.asarray(interpreter.get_tensor(index) * quantized["scales"].reshape(shape), dtype=np.float32)
