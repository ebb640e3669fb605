"""Looks into an exported model file and changes its head in place: everything before it stays byte for byte."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_export.errors import ExportError

Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]

HEADROOM = 1.25  # how far beyond what was seen the new outputs may reach before they are cut off


class Layer(NamedTuple):
    """One layer of the file that multiplies by a kernel: the places of its tensors."""

    source: int
    kernel: int
    bias: int
    target: int


class Head(NamedTuple):
    """Kernel, one row a class, and bias."""

    kernel: Floats
    bias: Floats


class HeadedFile:
    """A full int8 file with the outputs that serving reads: `logits` from pooled features, `activation` from the map.

    What is written lies in the very bytes that were there, so sizes, order and alignment stay.
    """

    def __init__(self, model: bytes) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self._bytes = bytearray(model)
        self._schema = schema
        self._model = schema.Model.GetRootAs(self._bytes, 0)
        self._graph = self._model.Subgraphs(0)
        self._makers = {
            self._graph.Operators(n).Outputs(0): self._graph.Operators(n) for n in range(self._graph.OperatorsLength())
        }
        self.logits, self.activation = self._layer("logits"), self._layer("activation")
        self._check()

    @property
    def head(self) -> Head:
        """As float numbers."""
        layer = self.logits
        kernel = self._data(layer.kernel, np.int8).reshape(self._classes, -1)
        bias = self._data(layer.bias, np.int32)
        return Head(kernel * self._scale(layer.kernel)[:, None], bias * self._scale(layer.bias))

    def dequantized(self, tensor: int, values: Bytes) -> Floats:
        """What an inner tensor's bytes stand for."""
        found: Floats = (values.astype(np.float64) - self._zero(tensor)[0]) * self._scale(tensor)[0]
        return found

    def replace(self, head: Head, *, logits: Floats, cells: Floats) -> bytes:
        """The file with another head; `logits` and `cells` are examples of what it says, for the outputs' range."""
        for layer, bias, seen in ((self.logits, head.bias, logits), (self.activation, 0 * head.bias, cells)):
            scales = np.maximum(np.abs(head.kernel).max(axis=1), 1e-6) / 127
            grid = np.round(head.kernel / scales[:, None]).astype(np.int8)
            self._data(layer.kernel, np.int8)[:] = grid.reshape(-1)
            self._scale(layer.kernel)[:] = scales
            steps = self._scale(layer.source)[0] * scales
            self._scale(layer.bias)[:] = steps
            self._data(layer.bias, np.int32)[:] = np.round(bias / steps).astype(np.int32)
            self._widen(layer.target, seen)
        return bytes(self._bytes)

    def _widen(self, tensor: int, seen: Floats) -> None:
        """The output's range: what it was, or as far as the new head reaches."""
        scale, zero = self._scale(tensor), self._zero(tensor)
        low = min(float((-128 - zero[0]) * scale[0]), float(seen.min()) * HEADROOM)
        high = max(float((127 - zero[0]) * scale[0]), float(seen.max()) * HEADROOM)
        scale[0] = (high - low) / 255
        zero[0] = int(np.clip(round(-128 - low / float(scale[0])), -128, 127))

    def _layer(self, output: str) -> Layer:
        """The layer whose bytes become this output as float numbers."""
        signature = self._model.SignatureDefs(0)
        named = {
            signature.Outputs(n).Name().decode(): signature.Outputs(n).TensorIndex()
            for n in range(signature.OutputsLength())
        }
        maker = self._makers[named[output]]
        if maker.InputsLength() == 1:  # it only turns bytes into float numbers
            maker = self._makers[maker.Inputs(0)]
        if maker.InputsLength() != 3:
            raise ExportError(f"the champion's output {output} is made in a way that this code does not know")
        return Layer(maker.Inputs(0), maker.Inputs(1), maker.Inputs(2), maker.Outputs(0))

    def _check(self) -> None:
        """Only a head of its own bytes may be written over; its two kernels are the same and may lie in one place."""
        mine = {tensor for layer in (self.logits, self.activation) for tensor in (layer.kernel, layer.bias)}
        others = {self._buffer(tensor) for tensor in range(self._graph.TensorsLength()) if tensor not in mine}
        places = {self._buffer(tensor) for tensor in mine}
        biases = {self._buffer(layer.bias) for layer in (self.logits, self.activation)}
        if places & others or len(biases) < 2:
            raise ExportError("the champion's head shares its bytes with other layers, so it cannot be replaced")

    @property
    def _classes(self) -> int:
        return len(self._scale(self.logits.kernel))

    def _buffer(self, tensor: int) -> int:
        return int(self._graph.Tensors(tensor).Buffer())

    def _data(self, tensor: int, kind: type[Any]) -> NDArray[Any]:
        """A view: what is assigned to it is in the file."""
        raw: NDArray[np.uint8] = self._model.Buffers(self._buffer(tensor)).DataAsNumpy()
        return raw.view(kind)

    def _scale(self, tensor: int) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self._graph.Tensors(tensor).Quantization().ScaleAsNumpy()
        return found

    def _zero(self, tensor: int) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._graph.Tensors(tensor).Quantization().ZeroPointAsNumpy()
        return found
