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
from dermaloop.ports import Scores


def interpreter_class() -> Any:
    """The maintained runtime, or its predecessor where only that is installed."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        from tflite_runtime.interpreter import Interpreter
    return Interpreter


class LitertClassifier:
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

    def scores(self, pixels: Pixels) -> Scores:
        with self._borrow() as run:
            outputs = run(**{self._input: pixels[None]})
        return Scores(
            logits=outputs["logits"][0], activation=outputs["activation"][0], embedding=outputs["embedding"][0]
        )

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
        try:
            runner = self._take()
            self._input = _input_name(runner, self._manifest.input_size)
            self._free.put(runner)
            size = self._manifest.input_size
            found = self.scores(np.full((size, size, 3), 128, dtype=np.uint8))
        except (ValueError, RuntimeError, KeyError, TypeError) as error:
            raise BrokenModel(f"{self._manifest.name} {self._manifest.version} cannot run: {error}") from error
        classes = len(self._manifest.labels)
        if found.logits.shape != (classes,) or found.activation.shape[2:] != (classes,):
            raise BrokenModel(f"{self._manifest.name} answers {found.logits.shape[0]} classes, its manifest {classes}")
        known = self._manifest.not_skin
        if known and any(len(centre) != found.embedding.shape[0] for centre in known.centres):
            raise BrokenModel(f"{self._manifest.name}: the embedding does not fit the manifest's centres")
        if not np.isfinite(found.logits).all():
            raise BrokenModel(f"{self._manifest.name} answers with numbers that are not finite")


def _input_name(runner: Any, size: int) -> str:
    """The model's one input, which must take raw uint8 RGB as it comes."""
    ((name, details),) = runner.get_input_details().items()
    if details["dtype"] != np.uint8 or tuple(details["shape"]) != (1, size, size, 3):
        raise ValueError(f"the input is {details['dtype'].__name__} {tuple(details['shape'])}")
    if tuple(details["quantization"]) not in ((1.0, 0), (0.0, 0)):
        raise ValueError(f"the input is quantized as {details['quantization']}, so raw pixels would be misread")
    return str(name)
