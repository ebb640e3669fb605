"""Makes a candidate of a trained mask network: the int8 file, and a manifest fitted on validation alone."""

import logging

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from tqdm import tqdm

from dermaloop.contract.manifest import Manifest, MaskRule
from dermaloop.contract.measures import measure
from model_export import notskin
from model_export.candidate import Candidate, describing, unfitted, whitened
from model_export.export import CALIBRATION_PICTURES, to_int8
from model_export.interpreter import Exported
from model_export.masks.metrics import enlarged, figures, overlap
from model_export.masks.network import serving_model
from model_export.masks.outcome import ask, judged
from model_export.network import Model
from model_export.pixels import Prepared
from model_export.recipe import Recipe

log = logging.getLogger(__name__)

Masks = NDArray[np.uint8]

OUTPUTS = frozenset({"mask", "embedding"})
THRESHOLDS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
SMALLEST = 0.002  # of validation lesions are smaller than what is called a lesion, halved
ACCEPTED, ACCEPTED_RISK, MOST_UNSURE = 0.65, 0.02, 0.05


def export_candidate(model: Model, recipe: Recipe, prepared: Prepared, masks: Masks) -> Candidate:
    """Quantizes the network, then fits on validation what its manifest must say."""
    (task,) = recipe.models
    train = np.array(prepared.snapshot.where(split="train"))
    projection = whitened(model, prepared, describing(prepared, task, recipe.seed))
    network = serving_model(model, side=recipe.side, projection=projection)
    chosen = np.sort(np.random.default_rng(recipe.seed).permutation(train)[:CALIBRATION_PICTURES])
    log.info("%s: quantizing on %d pictures", task, len(chosen))
    file = to_int8(network, prepared.pixels[chosen], OUTPUTS)
    return Candidate(fit_manifest(file, recipe, prepared, masks), file)


def fit_manifest(file: bytes, recipe: Recipe, prepared: Prepared, masks: Masks) -> Manifest:
    """Everything serving must know, measured on the exported file itself."""
    (task,) = recipe.models
    runner = Exported(file)
    validation = np.array(prepared.snapshot.where(split="validation"))
    logits, embedding = _answers(runner, prepared, validation)
    _, lesions = _answers(runner, prepared, describing(prepared, task, recipe.seed))
    truths = masks[validation] >= 128
    measures = [measure(np.asarray(prepared.pixels[position])) for position in validation]
    temperature = fit_temperature(logits, truths)
    smallest = float(np.quantile(truths.mean(axis=(1, 2)), SMALLEST)) / 2
    warmth, one_kind = np.array([one.warmth for one in measures]), np.zeros(len(lesions), dtype=np.intp)
    manifest = replace(
        unfitted(task, file, recipe.vocabulary(task), "segmenter", measures),
        temperature=round(temperature, 5),
        not_skin=notskin.region(lesions, one_kind, 1, embedding, warmth),
        mask=MaskRule(threshold=fit_threshold(logits / temperature, truths), min_area=round(smallest, 5)),
    )
    return _measured(manifest, logits, truths)


def fit_temperature(logits: NDArray[np.float32], truths: NDArray[np.bool_]) -> float:
    """The temperature under which the validation masks are most likely, place by place."""
    side = logits.shape[1]
    inside = np.stack([enlarged(truth, side) for truth in truths])

    def surprise(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        return float((np.logaddexp(0, scaled) - inside * scaled).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2.0, 2.0), method="bounded").x))


def fit_threshold(calibrated: NDArray[np.float32], truths: NDArray[np.bool_]) -> float:
    """The threshold whose masks overlap the validation masks best."""

    def quality(threshold: float) -> float:
        cut = np.log(threshold / (1 - threshold))
        side = truths.shape[1]
        pairs = zip(calibrated[::3], truths[::3], strict=True)
        return figures([overlap(enlarged(one, side) > cut, truth) for one, truth in pairs])["iou"]

    return max(THRESHOLDS, key=quality)


def fit_uncertain_below(sure: NDArray[np.float64], iou: NDArray[np.float64]) -> float:
    """The certainty above which hardly an outline misses its lesion, unless that leaves too many out."""
    order = np.argsort(-sure, kind="stable")
    missed = np.cumsum((iou < ACCEPTED)[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(missed <= ACCEPTED_RISK)
    last = max(int(kept[-1]) if len(kept) else 0, int(len(order) * (1 - MOST_UNSURE)) - 1)
    return float(sure[order[last]])


def _measured(manifest: Manifest, logits: NDArray[np.float32], truths: NDArray[np.bool_]) -> Manifest:
    """With the figures of its outlines, and where they stop being sure."""
    pairs = [judged(one, truth, manifest) for one, truth in zip(logits, truths, strict=True)]
    overlaps, sure = [one for one, _ in pairs], np.array([certain for _, certain in pairs])
    below = fit_uncertain_below(sure, np.array([one.iou for one in overlaps]))
    headlines = {f"validation.{name}": round(value, 5) for name, value in figures(overlaps).items()}
    return replace(manifest, uncertain_below=round(below, 4), metrics=headlines)


def _answers(
    runner: Exported, prepared: Prepared, positions: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    pictures = (np.asarray(prepared.pixels[position]) for position in tqdm(positions, desc="answer", mininterval=5))
    logits, embedding = zip(*ask(runner, pictures), strict=True)
    return np.stack(logits), np.stack(embedding)
