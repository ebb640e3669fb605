"""The very network of a TFLite file as ONNX: the same int8 weights and scales, between QuantizeLinear pairs.

It knows the few operations of our networks and is checked by comparing answers, not by trust. Activations are
written as uint8, the form ONNX Runtime is quickest with on x86; strides and padding follow from the shapes, and
the bounds of ReLU6 are those of the quantized range.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Pads = list[int]


def convert(model: Path) -> bytes:
    """The ONNX model of a TFLite file with uint8 pictures in and named float outputs out."""
    interpreter = Interpreter(
        model_path=str(model), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter.allocate_tensors()
    return _Graph(interpreter).built()


class _Graph:
    def __init__(self, interpreter: Any) -> None:
        self._interpreter = interpreter
        self._tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._names: dict[int, str] = {}
        self._channels_first: set[int] = set()

    def built(self) -> bytes:
        runner = self._interpreter.get_signature_runner()
        ((given, first),) = runner.get_input_details().items()
        self._names[first["index"]] = given
        for operation in self._interpreter._get_ops_details():
            inputs = [int(index) for index in operation["inputs"] if index >= 0]
            getattr(self, "_" + operation["op_name"].lower())(inputs, int(operation["outputs"][0]))
        outputs = []
        for name, detail in runner.get_output_details().items():
            self._node("Identity", [self._as_stored(detail["index"])], name)
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, detail["shape"].tolist()))
        picture = helper.make_tensor_value_info(given, TensorProto.UINT8, first["shape"].tolist())
        graph = helper.make_graph(self._nodes, "network", [picture], outputs, list(self._constants.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())

    def _quantize(self, inputs: list[int], output: int) -> None:
        """From uint8 to the same numbers as int8: as uint8 they stay what they are."""
        self._names[output] = self._names[inputs[0]]

    def _dequantize(self, inputs: list[int], output: int) -> None:
        self._names[output] = self._real(inputs[0])
        if inputs[0] in self._channels_first:
            self._channels_first.add(output)

    def _mul(self, inputs: list[int], output: int) -> None:
        self._emit("Mul", [self._real(index) for index in inputs], output, like=inputs[0])

    def _add(self, inputs: list[int], output: int) -> None:
        self._emit("Add", [self._real(index) for index in inputs], output, like=inputs[0])

    def _conv_2d(self, inputs: list[int], output: int) -> None:
        self._convolve(inputs, output, weights=self._interpreter.get_tensor(inputs[1]).transpose(0, 3, 1, 2), groups=1)

    def _depthwise_conv_2d(self, inputs: list[int], output: int) -> None:
        weights = self._interpreter.get_tensor(inputs[1]).transpose(3, 0, 1, 2)
        self._convolve(inputs, output, weights=weights, groups=weights.shape[0])

    def _mean(self, inputs: list[int], output: int) -> None:
        self._emit("GlobalAveragePool", [self._real(inputs[0])], output)
        shape = self._constant("flat", np.array([1, -1], dtype=np.int64))
        self._names[output] = self._node("Reshape", [self._names[output], shape])
        self._channels_first.discard(output)

    def _fully_connected(self, inputs: list[int], output: int) -> None:
        weights = self._weights(inputs[1], self._interpreter.get_tensor(inputs[1]))
        self._emit("Gemm", [self._real(inputs[0]), weights, self._bias(inputs)], output, transB=1)
        self._channels_first.discard(output)

    def _concatenation(self, inputs: list[int], output: int) -> None:
        """Of flat vectors, as the averages of several maps are."""
        self._emit("Concat", [self._real(index) for index in inputs], output, axis=1)
        self._channels_first.discard(output)

    def _convolve(self, inputs: list[int], output: int, *, weights: NDArray[np.int8], groups: int) -> None:
        before, after = self._tensors[inputs[0]]["shape"], self._tensors[output]["shape"]
        strides = [round(before[axis] / after[axis]) for axis in (1, 2)]
        pads = _same(list(before[1:3]), list(after[1:3]), list(weights.shape[2:]), strides)
        if inputs[0] not in self._channels_first:
            self._names[inputs[0]] = self._node("Transpose", [self._names[inputs[0]]], perm=[0, 3, 1, 2])
            self._channels_first.add(inputs[0])
        arguments = [self._real(inputs[0]), self._weights(inputs[1], weights), self._bias(inputs)]
        self._emit("Conv", arguments, output, group=groups, strides=strides, pads=pads)

    def _emit(self, kind: str, arguments: list[str], output: int, like: int | None = None, **attributes: Any) -> None:
        """A float operation and the quantization of what it gives; the runtime fuses both with what comes before."""
        scale, zero = self._scale(output)
        self._names[output] = self._node("QuantizeLinear", [self._node(kind, arguments, **attributes), scale, zero])
        if like is None or like in self._channels_first:
            self._channels_first.add(output)

    def _real(self, index: int) -> str:
        if index not in self._names:
            values = self._interpreter.get_tensor(index).astype(np.int16) + 128
            self._names[index] = self._constant(f"constant{index}", values.astype(np.uint8))
        return self._node("DequantizeLinear", [self._names[index], *self._scale(index)])

    def _scale(self, index: int) -> tuple[str, str]:
        scale, zero = self._tensors[index]["quantization"]
        shift = 0 if self._tensors[index]["dtype"] == np.uint8 else 128
        return (
            self._constant(f"scale{index}", np.array(scale, dtype=np.float32)),
            self._constant(f"zero{index}", np.array(zero + shift, dtype=np.uint8)),
        )

    def _weights(self, index: int, values: NDArray[np.int8]) -> str:
        scales = self._tensors[index]["quantization_parameters"]["scales"]
        return self._fixed(f"weights{index}", np.ascontiguousarray(values), scales)

    def _bias(self, inputs: list[int]) -> str:
        scales = self._tensors[inputs[2]]["quantization_parameters"]["scales"]
        return self._fixed(f"bias{inputs[2]}", self._interpreter.get_tensor(inputs[2]), scales)

    def _fixed(self, name: str, values: NDArray[Any], scales: NDArray[np.float32]) -> str:
        zeros = np.zeros(len(scales), dtype=values.dtype)
        parts = [(name, values), (f"{name}.scale", scales), (f"{name}.zero", zeros)]
        return self._node("DequantizeLinear", [self._constant(*part) for part in parts], axis=0)

    def _as_stored(self, index: int) -> str:
        """Channels last, as TFLite gives its maps."""
        if index not in self._channels_first:
            return self._names[index]
        return self._node("Transpose", [self._names[index]], perm=[0, 2, 3, 1])

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants[name] = numpy_helper.from_array(values, name)
        return name

    def _node(self, kind: str, inputs: list[str], output: str | None = None, **attributes: Any) -> str:
        output = output or f"{kind}{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output


def _same(before: Pads, after: Pads, kernel: Pads, strides: Pads) -> Pads:
    """TensorFlow's "same" padding: what is odd goes to the end."""
    total = [max((a - 1) * s + k - b, 0) for b, a, k, s in zip(before, after, kernel, strides, strict=True)]
    starts = [int(each) // 2 for each in total]
    return [*starts, *(int(each) - start for each, start in zip(total, starts, strict=True))]
