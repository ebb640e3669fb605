"""Stand-ins for tests that are not about the network: their answers follow from the pixels by a rule one can see."""

import hashlib
from collections.abc import Mapping

import numpy as np

from dermaloop.contract.images import Pixels
from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.contract.manifest import Manifest, MaskRule, QualityLimits
from dermaloop.contract.preprocessing import PREPROCESSING, WHOLE
from dermaloop.errors import NotFound
from dermaloop.ports import Classifier, MaskScores, Scores, Segmenter

BUNDLED = ("disease", "malignancy", "lesion_mask")
QUALITY = QualityLimits(
    min_sharpness=0.5,
    min_brightness=45,
    max_brightness=225,
    max_clipped=0.5,
    min_contrast=4,
    min_lesion_area=0.01,
    max_border_touch=0.45,
    max_off_centre=0.7,
    min_side=90,
)


def manifest(name: str = "disease", version: str = "1", **changes: object) -> Manifest:
    vocabulary = read_vocabulary(VOCABULARIES / f"{name if name in BUNDLED else 'disease'}.json")
    fields: dict[str, object] = {
        "name": name,
        "version": version,
        "sha256": hashlib.sha256(f"{name} {version}".encode()).hexdigest(),
        "created": "2026-11-20T00:00:00Z",
        "preprocessing": PREPROCESSING,
        "input_size": 224,
        "namespace": vocabulary.namespace,
        "labels": vocabulary.labels,
        "temperature": 1.0,
        "malignant_threshold": 0.3,
        "uncertain_below": 0.4,
        "not_skin": None,
        "quality": QUALITY,
        "metrics": {},
    }
    return Manifest(**(fields | changes))  # type: ignore[arg-type]


class FixedClassifier:
    """Gives the same probabilities for every picture, so that a test can say what follows from them."""

    def __init__(self, probabilities: Mapping[str, float], made: Manifest | None = None) -> None:
        self._manifest = made or manifest("malignancy" if set(probabilities) & {"benign", "malignant"} else "disease")
        rest = 1 - sum(probabilities.values())
        silent = len(self._manifest.codes) - len(probabilities)
        shares = [probabilities.get(code, max(rest, 1e-9) / max(silent, 1)) for code in self._manifest.codes]
        self._logits = np.log(np.maximum(np.array(shares, dtype=np.float32), 1e-6))

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def scores(self, pixels: Pixels) -> Scores:
        side = 7
        brightness = pixels.mean(axis=2).reshape(side, pixels.shape[0] // side, side, -1).mean(axis=(1, 3))
        activation = np.repeat((255 - brightness)[..., None], len(self._logits), axis=2).astype(np.float32)
        return Scores(logits=self._logits, activation=activation, embedding=np.zeros(4, dtype=np.float32))


class FixedClassifiers:
    """A registry of such classifiers."""

    def __init__(self, *classifiers: Classifier) -> None:
        self._by_name = {classifier.manifest.name: classifier for classifier in classifiers}

    def champion(self, name: str) -> Classifier:
        if name not in self._by_name:
            raise NotFound("There is no such model.")
        return self._by_name[name]

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._by_name))


def outlining(**changes: object) -> Manifest:
    fields: dict[str, object] = {"kind": "segmenter", "preprocessing": WHOLE, "input_size": 192}
    fields |= {"malignant_threshold": None, "mask": MaskRule(threshold=0.5, min_area=0.005)}
    return manifest("lesion_mask", "1", **(fields | changes))


class FixedSegmenter:
    """Takes what is darker than middling for the lesion, so that a drawn spot is outlined as it was drawn."""

    def __init__(self, darker_than: float = 150.0, made: Manifest | None = None) -> None:
        self._manifest = made or outlining()
        self._darker_than = darker_than

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    def mask(self, pixels: Pixels) -> MaskScores:
        half = pixels.shape[0] // 2
        grey = pixels.mean(axis=2).reshape(half, 2, half, 2).mean(axis=(1, 3))
        return MaskScores(((self._darker_than - grey) / 4).astype(np.float32), np.zeros(4, dtype=np.float32))


class FixedSegmenters:
    """A registry of such segmenters; without one, no outline can be drawn."""

    def __init__(self, *segmenters: Segmenter) -> None:
        self._by_name = {segmenter.manifest.name: segmenter for segmenter in segmenters}

    def champion(self, name: str) -> Segmenter:
        if name not in self._by_name:
            raise NotFound("There is no such model.")
        return self._by_name[name]

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._by_name))
