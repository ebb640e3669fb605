"""Compares the float network with its exported file on the same pictures: what quantization cost."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dermaloop.contract.decision import probabilities
from model_export import metrics
from model_export.candidate import Candidate, describing, whitened
from model_export.interpreter import Exported
from model_export.network import Model, serving_model
from model_export.pixels import Prepared
from model_export.recipe import Recipe
from model_export.targets import truths

PICTURES = 600
FIGURES = ("accuracy", "balanced_accuracy", "macro_auc")


def compare_candidate(
    model: Model, candidate: Candidate, recipe: Recipe, task: str, prepared: Prepared
) -> dict[str, Any]:
    """On validation pictures spread over the whole split."""
    truth = truths(prepared.snapshot, recipe.codes(task), task)
    positions = np.array(prepared.snapshot.where(split="validation", task=task))
    positions = positions[:: max(1, len(positions) // PICTURES)]
    projection = whitened(model, prepared, describing(prepared, task, recipe.seed))
    network = serving_model(model, task, side=candidate.manifest.input_size, projection=projection)
    return compare(network, candidate.model, prepared, positions, truth[positions])


def compare(
    network: Model, file: bytes, prepared: Prepared, positions: NDArray[np.intp], truth: NDArray[np.intp]
) -> dict[str, Any]:
    """Agreement of the answers, correlation of each output, and the figures of both."""
    ours, theirs = _float(network, prepared, positions), _int8(Exported(file), prepared, positions)
    a, b = (probabilities(outputs["logits"], 1.0) for outputs in (ours, theirs))
    return {
        "pictures": len(positions),
        "agreement": _round((a.argmax(axis=1) == b.argmax(axis=1)).mean()),
        "largest_probability_gap": _round(np.abs(a - b).max()),
        "mean_probability_gap": _round(np.abs(a - b).mean()),
        **{f"{name}_correlation": _round(np.corrcoef(ours[name].ravel(), theirs[name].ravel())[0, 1]) for name in ours},
        "float": _figures(a, truth),
        "int8": _figures(b, truth),
    }


def _figures(answer: NDArray[np.float64], truth: NDArray[np.intp]) -> dict[str, float]:
    codes = tuple(str(index) for index in range(answer.shape[1]))
    found = metrics.figures(metrics.Judged(answer, truth, codes, np.zeros(len(codes), dtype=bool), None))
    return {name: _round(found[name]) for name in FIGURES}


def _float(network: Model, prepared: Prepared, positions: NDArray[np.intp]) -> dict[str, NDArray[np.float32]]:
    parts = [network.predict_on_batch(np.asarray(prepared.pixels[[p]], dtype=np.float32)) for p in positions]
    return {name: np.concatenate([np.asarray(part[name]) for part in parts]) for name in parts[0]}


def _int8(exported: Exported, prepared: Prepared, positions: NDArray[np.intp]) -> dict[str, NDArray[np.float32]]:
    parts = [exported.answer(np.asarray(prepared.pixels[p])) for p in positions]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _round(value: float | np.floating) -> float:
    return round(float(value), 5)
