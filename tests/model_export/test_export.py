"""What rounding does to every answer alike is taken back before a file is shipped."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model_export import export

PICTURES = np.zeros((4, 8, 8, 3), np.uint8)


class Head:
    """A last layer with nothing but its weights."""

    def __init__(self) -> None:
        self.weights = [np.zeros((2, 3)), np.array([1.0, 2.0, 3.0])]

    def get_weights(self) -> list[NDArray[np.float64]]:
        return list(self.weights)

    def set_weights(self, weights: list[NDArray[np.float64]]) -> None:
        self.weights = weights


class Network:
    """A network whose logits are the bias of its head."""

    def __init__(self) -> None:
        self.head = Head()

    def get_layer(self, name: str) -> Head:
        assert name == "logits"
        return self.head

    def predict_on_batch(self, pictures: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
        return {"logits": np.tile(self.head.weights[1], (len(pictures), 1))}


def quantize(monkeypatch: pytest.MonkeyPatch, moved: NDArray[np.float64]) -> list[bytes]:
    """Stands in for the converter: a file is the network's bias, and rounding moves it."""
    made: list[bytes] = []

    def to_int8(model: Network, pictures: NDArray[np.uint8]) -> bytes:
        made.append((model.head.weights[1] + moved).tobytes())
        return made[-1]

    class Exported:
        def __init__(self, file: bytes) -> None:
            self._logits = np.frombuffer(file)

        def answer(self, picture: NDArray[np.uint8]) -> dict[str, Any]:
            return {"logits": self._logits[None]}

    monkeypatch.setattr(export, "to_int8", to_int8)
    monkeypatch.setattr(export, "Exported", Exported)
    return made


def test_a_shift_that_rounding_causes_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quantize(monkeypatch, np.array([0.5, 0.0, -0.4]))
    network = Network()
    file = export.to_settled_int8(network, PICTURES)
    assert np.allclose(np.frombuffer(file), [1.0, 2.0, 3.0])
    assert len(made) == 2
    assert np.array_equal(network.head.weights[1], [1.0, 2.0, 3.0])  # the float network stays as it was trained


def test_a_file_that_is_right_at_once_is_not_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = quantize(monkeypatch, np.array([0.01, 0.0, -0.02]))
    export.to_settled_int8(Network(), PICTURES)
    assert len(made) == 1
