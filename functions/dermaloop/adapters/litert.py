"""One model version on the TFLite runtime, with interpreters that are never shared."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from dermaloop.contract.images import Pixels
from dermaloop.contract.manifest import Manifest, verify_model
from dermaloop.errors import BrokenModel
from dermaloop.ports import MaskScores, Scores


def interpreter_class() -> Any:
    """The maintained runtime, or its predecessor where only that is installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        from tflite_runtime.interpreter import Interpreter
    return Interpreter


class LitertModel:
    """One loaded model version. A shared interpreter silently gives wrong answers, so each call borrows its own."""

    def __init__(self, manifest: Manifest, model: bytes, *, interpreters: int) -> None:
        verify_model(manifest, model)
        self._manifest = manifest
        self._model = model
        self._free: queue.LifoQueue[Any] = queue.LifoQueue()
        self._left = threading.Semaphore(interpreters)
        self._check()

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def run(self, pixels: Pixels) -> dict[str, Any]:
        """Every output for one picture."""
        with self._borrow() as runner:
            return {name: value[0] for name, value in runner(**{self._input: pixels[None]}).items()}

    def fault(self, found: dict[str, Any]) -> str | None:
        """What is wrong with an answer, given the manifest; each kind of model knows its own outputs."""
        return None if found else "it answers nothing"

    @contextmanager
    def _borrow(self) -> Iterator[Any]:
        runner = self._take()
        try:
            yield runner
        finally:
            self._free.put(runner)

    def _take(self) -> Any:
        """A free interpreter; a new one while fewer than allowed exist; else the next to come free."""
        try:
            return self._free.get_nowait()
        except queue.Empty:
            return self._new() if self._left.acquire(blocking=False) else self._free.get()

    def _new(self) -> Any:
        return interpreter_class()(model_content=self._model, num_threads=1).get_signature_runner()

    def _check(self) -> None:
        """Refuses a file that does not do what its manifest says, before anyone is answered by it."""
        size, name = self._manifest.input_size, self._manifest.name
        try:
            runner = self._take()
            self._input = _input_name(runner, size)
            self._free.put(runner)
            found = self.run(np.full((size, size, 3), 128, dtype=np.uint8))
            fault = self.fault(found)
        except (ValueError, RuntimeError, KeyError, TypeError) as error:
            raise BrokenModel(f"{name} {self._manifest.version} cannot run: {error}") from error
        known = self._manifest.not_skin
        if known and any(len(centre) != found["embedding"].shape[0] for centre in known.centres):
            fault = "the embedding does not fit the manifest's centres"
        if not all(np.isfinite(value).all() for value in found.values()):
            fault = "it answers with numbers that are not finite"
        if fault:
            raise BrokenModel(f"{name}: {fault}")


class LitertClassifier(LitertModel):
    """The Classifier port."""

    def scores(self, pixels: Pixels) -> Scores:
        found = self.run(pixels)
        return Scores(logits=found["logits"], activation=found["activation"], embedding=found["embedding"])

    def fault(self, found: dict[str, Any]) -> str | None:
        classes = len(self._manifest.labels)
        if found["logits"].shape == (classes,) and found["activation"].shape[2:] == (classes,):
            return None
        return f"it answers {found['logits'].shape[0]} classes, its manifest says {classes}"


class LitertSegmenter(LitertModel):
    """The Segmenter port."""

    def mask(self, pixels: Pixels) -> MaskScores:
        found = self.run(pixels)
        return MaskScores(logits=found["mask"][..., 0], embedding=found["embedding"])

    def fault(self, found: dict[str, Any]) -> str | None:
        high, wide, layers = found["mask"].shape
        return None if high == wide and layers == 1 else f"its mask has the shape {high}x{wide}x{layers}"


def _input_name(runner: Any, size: int) -> str:
    """The model's one input, which must take raw uint8 RGB as it comes."""
    ((name, details),) = runner.get_input_details().items()
    if details["dtype"] != np.uint8 or tuple(details["shape"]) != (1, size, size, 3):
        raise ValueError(f"the input is {details['dtype'].__name__} {tuple(details['shape'])}")
    if tuple(details["quantization"]) not in ((1.0, 0), (0.0, 0)):
        raise ValueError(f"the input is quantized as {details['quantization']}, so raw pixels would be misread")
    return str(name)
