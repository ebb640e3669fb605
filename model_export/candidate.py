"""A candidate is a folder with a model file, its manifest and its figures, made from a trained network."""

import datetime
import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from dermaloop.contract.decision import probabilities
from dermaloop.contract.labels import Vocabulary
from dermaloop.contract.manifest import SEEN, Kind, Manifest, read_manifest, verify_model, write_manifest
from dermaloop.contract.measures import Measures, measure
from model_export import calibrate, metrics, notskin
from model_export.errors import ExportError
from model_export.export import calibration_positions, to_settled_int8
from model_export.interpreter import Answers, Exported
from model_export.pixels import Prepared
from model_export.recipe import Recipe
from model_export.targets import truths
from model_export.writing import write_whole

log = logging.getLogger(__name__)

Model = Any  # a Keras network: whoever only reads candidates need not wait for TensorFlow
WHITENING_PICTURES = 1000
FITTING_PICTURES = 2000  # training pictures that describe where lesions lie in the embedding

MODEL, MANIFEST, CARD, QUANTIZATION = "model.tflite", "manifest.json", "card.json", "quantization.json"


class Candidate(NamedTuple):
    manifest: Manifest
    model: bytes


def export_candidate(model: Model, recipe: Recipe, task: str, prepared: Prepared) -> Candidate:
    """Quantizes one task of a trained network, then fits on validation what its manifest must say."""
    from model_export.network import serving_model

    truth = truths(prepared.snapshot, recipe.codes(task), task)
    train = np.array(prepared.snapshot.where(split="train", task=task))
    described = describing(prepared, task, recipe.seed)
    projection = whitened(model, prepared, described)
    calibration = train[calibration_positions(truth[train], recipe.seed)]
    network = serving_model(model, task, side=recipe.side, projection=projection)
    log.info("%s: quantizing on %d pictures", task, len(calibration))
    file = to_settled_int8(network, prepared.pixels[np.sort(calibration)])
    manifest = fit_manifest(file, task, recipe.vocabulary(task), prepared, truth=truth, described=described)
    return Candidate(manifest, file)


def recalibrate(candidate: Candidate, recipe: Recipe, task: str, prepared: Prepared) -> Candidate:
    """The same file with every fitted number fitted anew."""
    truth = truths(prepared.snapshot, recipe.codes(task), task)
    described = describing(prepared, task, recipe.seed)
    vocabulary = recipe.vocabulary(task)
    manifest = fit_manifest(candidate.model, task, vocabulary, prepared, truth=truth, described=described)
    return Candidate(manifest, candidate.model)


def whitened(
    model: Model, prepared: Prepared, described: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The projection that makes the embedding, measured on a part of the describing pictures."""
    from model_export.features import features_of
    from model_export.network import onlooker

    chosen = described[:: max(1, len(described) // WHITENING_PICTURES)]
    return notskin.whitening(features_of(onlooker(model), prepared.pixels, chosen.tolist()))


def describing(prepared: Prepared, task: str, seed: int) -> NDArray[np.intp]:
    """The training pictures that say where lesions lie in the embedding."""
    train = np.array(prepared.snapshot.where(split="train", task=task))
    return np.sort(np.random.default_rng(seed).permutation(train)[:FITTING_PICTURES])


def fit_manifest(
    file: bytes,
    task: str,
    vocabulary: Vocabulary,
    prepared: Prepared,
    *,
    truth: NDArray[np.intp],
    described: NDArray[np.intp],
) -> Manifest:
    """Everything serving must know, measured on the exported file itself."""
    runner = Exported(file)
    validation = np.array(prepared.snapshot.where(split="validation", task=task))
    seen, lesions = answers(runner, prepared, validation), answers(runner, prepared, described)
    measures = [measure(np.asarray(prepared.pixels[position])) for position in validation]
    temperature = calibrate.fit_temperature(seen.logits, truth[validation])
    calibrated = probabilities(seen.logits, temperature)
    malignant = np.array([label.malignant for label in vocabulary.labels])
    threshold = _threshold(calibrated, truth[validation], malignant)
    judged = metrics.Judged(calibrated, truth[validation], vocabulary.codes, malignant, threshold)
    warmth = np.array([one.warmth for one in measures])
    known = notskin.region(lesions.embedding, truth[described], len(vocabulary.labels), seen.embedding, warmth)
    return msgspec.structs.replace(
        unfitted(task, file, vocabulary, "classifier", measures),
        temperature=round(temperature, 5),
        malignant_threshold=None if threshold is None else round(threshold, 6),
        uncertain_below=round(calibrate.fit_uncertain_below(calibrated, truth[validation]), 4),
        not_skin=known,
        metrics={f"validation.{name}": round(value, 5) for name, value in headlines(judged).items()},
    )


def unfitted(name: str, file: bytes, vocabulary: Vocabulary, kind: Kind, measures: Sequence[Measures]) -> Manifest:
    """What a file is and which photos it takes, before anything is fitted to its answers."""
    digest, now = hashlib.sha256(file).hexdigest(), datetime.datetime.now(datetime.UTC)
    return Manifest(
        name=name,
        version=f"{now:%Y%m%d}-{digest[:8]}",
        kind=kind,
        sha256=digest,
        created=now.isoformat(timespec="seconds"),
        preprocessing=SEEN[kind],
        input_size=Exported(file).side,
        namespace=vocabulary.namespace,
        labels=vocabulary.labels,
        temperature=1.0,
        malignant_threshold=None,
        uncertain_below=0.0,
        not_skin=None,
        quality=calibrate.fit_quality(measures),
        metrics={},
    )


def _threshold(calibrated: NDArray[np.float64], truth: NDArray[np.intp], malignant: NDArray[np.bool_]) -> float | None:
    """None where no label is malignant."""
    if not malignant.any():
        return None
    return calibrate.fit_malignant_threshold(calibrated[:, malignant].sum(axis=1), malignant[truth])


def answers(runner: Exported, prepared: Prepared, positions: NDArray[np.intp]) -> Answers:
    pictures = (np.asarray(prepared.pixels[position]) for position in tqdm(positions, desc="answer", mininterval=5))
    return runner.answer_all(pictures)


def headlines(judged: metrics.Judged) -> dict[str, float]:
    """The figures that are not about one class, as far as they are numbers."""
    return {name: value for name, value in metrics.figures(judged).items() if "." not in name and np.isfinite(value)}


def write_candidate(candidate: Candidate, folder: Path) -> None:
    """What was measured of the one before goes first, the manifest comes last: a folder without one is no candidate."""
    folder.mkdir(parents=True, exist_ok=True)
    same = (folder / MODEL).exists() and (folder / MODEL).read_bytes() == candidate.model
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in folder.iterdir():
        if not (same and path.name in (MODEL, QUANTIZATION)):
            path.unlink()
    write_whole(folder / MODEL, candidate.model)
    write_whole(folder / MANIFEST, write_manifest(candidate.manifest))


def read_candidate(folder: Path) -> Candidate:
    """A model and its manifest, verified against each other."""
    try:
        manifest, model = read_manifest((folder / MANIFEST).read_bytes()), (folder / MODEL).read_bytes()
    except FileNotFoundError as error:
        raise ExportError(f"{folder} is no candidate: {error.filename} is missing") from error
    verify_model(manifest, model)
    return Candidate(manifest, model)
