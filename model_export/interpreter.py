"""Runs an exported model file as serving does: one signature, named outputs, one thread."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.images import Pixels
from model_export.errors import ExportError

SIGNATURE = "serving_default"


class Answers(NamedTuple):
    """What a model said about some pictures, one row each."""

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]
    peaks: NDArray[np.float64]  # where the winning class lights up most: row and column, as fractions of the picture


class Exported:
    """A model file in the interpreter; it refuses a file whose input is not raw uint8 RGB."""

    def __init__(self, model: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=model, num_threads=1)
        self._interpreter.allocate_tensors()
        self._runner = self._interpreter.get_signature_runner(SIGNATURE)
        (detail,) = self._runner.get_input_details().values()
        self.side = int(detail["shape"][1])
        if detail["dtype"] is not np.uint8 or tuple(detail["quantization"]) != (1.0, 0):
            raise ExportError(
                f"the exported input is {detail['dtype'].__name__} {detail['quantization']}, not uint8 (1.0, 0)"
            )
        self._input = next(iter(self._runner.get_input_details()))
        self._scales = {name: output["quantization"] for name, output in self._runner.get_output_details().items()}

    def answer(self, pixels: Pixels) -> dict[str, NDArray[np.float32]]:
        """Every output for one picture, as float numbers."""
        raw = self._runner(**{self._input: pixels[None]})
        return {name: self._as_float(name, value) for name, value in raw.items()}

    def answer_all(self, pictures: Iterable[Pixels]) -> Answers:
        rows = [(out["logits"][0], out["embedding"][0], _peak(out)) for out in map(self.answer, pictures)]
        logits, embedding, peaks = zip(*rows, strict=True)
        return Answers(np.stack(logits), np.stack(embedding), np.array(peaks))

    def embeddings(self, pictures: Iterable[Pixels]) -> NDArray[np.float32]:
        return np.stack([self.answer(picture)["embedding"][0] for picture in pictures])

    def _as_float(self, name: str, value: NDArray[np.generic]) -> NDArray[np.float32]:
        scale, zero = self._scales[name]
        return value.astype(np.float32) if scale == 0 else (value.astype(np.float32) - zero) * np.float32(scale)


def _peak(out: dict[str, NDArray[np.float32]]) -> tuple[float, float]:
    cells = out["activation"][0, :, :, int(out["logits"][0].argmax())]
    row, column = np.unravel_index(int(cells.argmax()), cells.shape)
    return (float(row) + 0.5) / cells.shape[0], (float(column) + 0.5) / cells.shape[1]
