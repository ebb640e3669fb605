"""Compares the float network with its exported file by the outlines both draw: what quantization cost."""

from typing import Any

import numpy as np

from model_export.candidate import Candidate, describing, whitened
from model_export.interpreter import Exported
from model_export.masks.candidate import Masks
from model_export.masks.metrics import Overlap, enlarged, figures, overlap
from model_export.masks.network import MASK, serving_model
from model_export.masks.outcome import ask, judged
from model_export.network import Model
from model_export.pixels import Prepared
from model_export.recipe import Recipe

PICTURES = 400
FIGURES = ("iou", "dice")


def compare_candidate(
    model: Model, candidate: Candidate, recipe: Recipe, prepared: Prepared, masks: Masks
) -> dict[str, Any]:
    """On validation pictures spread over the whole split."""
    (task,) = recipe.models
    positions = np.array(prepared.snapshot.where(split="validation"))
    positions = positions[:: max(1, len(positions) // PICTURES)]
    projection = whitened(model, prepared, describing(prepared, task, recipe.seed))
    network, runner = serving_model(model, side=recipe.side, projection=projection), Exported(candidate.model)
    ours: list[Overlap] = []
    theirs: list[Overlap] = []
    agreement: list[float] = []
    for position in positions:
        picture, truth = np.asarray(prepared.pixels[position]), masks[position] >= 128
        exact = np.asarray(network.predict_on_batch(picture[None].astype(np.float32))[MASK])[0, ..., 0]
        (rough,) = ask(runner, [picture])
        ours.append(judged(exact, truth, candidate.manifest)[0])
        theirs.append(judged(rough.logits, truth, candidate.manifest)[0])
        one, other = (enlarged(logits, recipe.side) > 0 for logits in (exact, rough.logits))
        agreement.append(overlap(one, other).iou)
    return {
        "pictures": len(positions),
        "agreement": round(float(np.mean(agreement)), 5),
        "float": _shown(ours),
        "int8": _shown(theirs),
    }


def _shown(overlaps: list[Overlap]) -> dict[str, float]:
    found = figures(overlaps)
    return {name: round(found[name], 5) for name in FIGURES}
