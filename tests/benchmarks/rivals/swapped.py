"""Our own local server with another runtime under it: `python -m tests.benchmarks.rivals.swapped litert|onnx`.

Both run in the same environment, so that nothing but the runtime differs.
"""

import os
import sys
from pathlib import Path

import msgspec
import numpy as np
import onnxruntime

from dermaloop.adapters.litert import LitertClassifier
from dermaloop.contract.images import Pixels, read
from dermaloop.contract.manifest import Manifest, read_manifest
from dermaloop.devserver import serve
from dermaloop.errors import NotFound
from dermaloop.ports import Classifier, Scores
from dermaloop.wiring import Settings, build
from tests.benchmarks.rivals.onnx_graph import convert
from tests.pictures import jpeg

MODELS = Path(__file__).parents[3] / "functions" / "models"


class OnnxClassifier:
    """The Classifier port on ONNX Runtime: one session, which many threads may use, each on its own thread only."""

    def __init__(self, manifest: Manifest, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(convert(model), options, providers=["CPUExecutionProvider"])
        self._manifest = manifest

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def scores(self, pixels: Pixels) -> Scores:
        wanted = ["logits", "activation", "embedding"]
        logits, activation, embedding = self._session.run(wanted, {"image": pixels[None]})
        return Scores(logits=logits[0], activation=activation[0], embedding=embedding[0])


class OneClassifier:
    """A registry of a single model."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def champion(self, name: str) -> Classifier:
        if name != self._classifier.manifest.name:
            raise NotFound("There is no such model.")
        return self._classifier

    def names(self) -> tuple[str, ...]:
        return (self._classifier.manifest.name,)


def classifier(runtime: str, name: str = "disease") -> Classifier:
    manifest = read_manifest((MODELS / name / "manifest.json").read_bytes())
    ours = LitertClassifier(manifest, (MODELS / name / "model.tflite").read_bytes(), interpreters=os.cpu_count() or 1)
    if runtime == "litert":
        return ours
    other = OnnxClassifier(manifest, MODELS / name / "model.tflite")
    _compare(ours, other)
    return other


def _compare(ours: Classifier, other: Classifier) -> None:
    """A faster network that gives other answers would be no comparison."""
    size = ours.manifest.input_size
    for seed in range(8):
        pixels = read(jpeg(seed=seed), sizes=(size,)).pixels[size]
        one, two = ours.scores(pixels).logits, other.scores(pixels).logits
        if one.argmax() != two.argmax() or float(np.abs(one - two).max()) > 0.1 * float(np.ptp(one)):
            raise SystemExit(f"the converted network answers otherwise: {one} {two}")


def main(runtime: str) -> None:
    site = build(Settings.from_env(os.environ))
    world = msgspec.structs.replace(site.world, classifiers=OneClassifier(classifier(runtime)))
    serve(msgspec.structs.replace(site, world=world), os.environ["HOST"], int(os.environ["PORT"]))


if __name__ == "__main__":
    main(sys.argv[1])
