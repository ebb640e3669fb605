"""What the champion sees in a picture, read out of its own int8 file: exactly what its head gets when it serves."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.images import Pixels
from model_export.retraining.flat import Floats, HeadedFile


class Seen(NamedTuple):
    """One row a picture: pooled features, and the features of every cell of the last map."""

    pooled: Floats
    cells: Floats


class Looker:
    """Runs a file up to its head."""

    def __init__(self, model: bytes, file: HeadedFile) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self._file = file
        self._interpreter = Interpreter(
            model_content=model,
            num_threads=1,
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        self._interpreter.allocate_tensors()
        (detail,) = self._interpreter.get_input_details()
        self._input = detail["index"]

    def look(self, pictures: Iterable[Pixels]) -> Seen:
        rows = [self._one(picture) for picture in pictures]
        pooled, cells = zip(*rows, strict=True)
        return Seen(np.concatenate(pooled), np.concatenate(cells))

    def _one(self, picture: Pixels) -> tuple[Floats, Floats]:
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        pooled = self._inner(self._file.logits.source)
        cells = self._inner(self._file.activation.source)
        return pooled.reshape(1, -1), cells.reshape(-1, cells.shape[-1])

    def _inner(self, tensor: int) -> Floats:
        values: NDArray[np.int8] = self._interpreter.get_tensor(tensor)
        return self._file.dequantized(tensor, values)
