"""Trains a mask recipe: the feed and checkpoints of the classifiers, with masks that turn as their pictures do."""

import logging
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model_export import network as networks
from model_export.augment import view_masked
from model_export.batches import Batches
from model_export.feed import Feed, Positions
from model_export.history import Log, resize
from model_export.looks import damage
from model_export.masks import network
from model_export.masks.fitting import MaskFitting
from model_export.masks.metrics import enlarged, overlap
from model_export.pixels import Prepared
from model_export.recipe import Recipe, step_sizes
from model_export.train import CHECKPOINT, NORM_PICTURES, SAVE_EVERY, SETTLING_BATCHES, WEIGHTS
from model_export.writing import replacing

log = logging.getLogger(__name__)

VALIDATED = 400
BATCH = 32


class MaskBatches(Batches):
    """Batches of pictures with their masks."""

    def __init__(self, feed: Feed, pixels: NDArray[np.uint8], masks: NDArray[np.uint8], seed: int) -> None:
        super().__init__(feed, pixels, seed)
        self._masks = masks

    def make(self, step: int, positions: Positions, size: int) -> tuple[Any, Positions]:
        rng = np.random.default_rng([self._seed, 1, step])
        pictures = np.stack([damage(self._pixels[position], rng) for position in positions])
        return view_masked(pictures, self._masks[positions], size, rng), positions


def train(recipe: Recipe, prepared: Prepared, masks: NDArray[np.uint8], *, backbone: Path, work: Path) -> Any:
    """The trained network, also kept as `work/model.weights.h5`; a killed run continues at its last checkpoint."""
    work.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    model = network.build(dropout=recipe.dropout)
    if (work / WEIGHTS).exists():
        log.info("%s is trained already: %s", recipe.name, work / WEIGHTS)
        model.load_weights(work / WEIGHTS)
        return model
    _begin(model, recipe, prepared, backbone, work)
    _fit(model, recipe, prepared, masks, work)
    with replacing(work / WEIGHTS) as part:
        model.save_weights(part)
    return model


def load_trained(recipe: Recipe, work: Path) -> Any:
    model = network.build(dropout=recipe.dropout)
    model.load_weights(work / WEIGHTS)
    return model


def _begin(model: Any, recipe: Recipe, prepared: Prepared, backbone: Path, work: Path) -> None:
    if recipe.start:
        model.load_weights(work.parent / recipe.start / WEIGHTS)
        return
    network.load_imagenet(model, backbone)
    train = prepared.snapshot.where(split="train")
    chosen = np.random.default_rng(recipe.seed).choice(train, min(NORM_PICTURES, len(train)), replace=False)
    networks.measure_norms(network.encoder(model), prepared.pixels[np.sort(chosen)])


def _fit(model: Any, recipe: Recipe, prepared: Prepared, masks: NDArray[np.uint8], work: Path) -> None:
    feed = Feed(prepared.snapshot, recipe, np.zeros(len(masks), dtype=np.intp))
    sizes = step_sizes(recipe, feed.steps_per_epoch)
    networks.freeze(model, recipe.frozen_until)
    fitting = MaskFitting(model, recipe, {}, len(sizes))
    if fitting.resume(work / CHECKPOINT):
        log.info("%s continues at step %d of %d", recipe.name, fitting.step, len(sizes))
    history = Log(work / "history.jsonl")
    batches = MaskBatches(feed, prepared.pixels, masks, recipe.seed)
    stream = batches.stream(sizes, fitting.step)
    bar = tqdm(stream, desc=recipe.name, initial=fitting.step, total=len(sizes), mininterval=10)
    for (pictures, wanted), _ in bar:
        history.note(fitting.step + 1, fitting.learn(pictures, {network.MASK: wanted}))
        if fitting.step % max(feed.steps_per_epoch, SAVE_EVERY) == 0:
            _validate(model, prepared, masks, fitting.step, sizes[fitting.step - 1], history)
        if fitting.step % SAVE_EVERY == 0:
            fitting.save(work / CHECKPOINT)
    if recipe.averaging > 0:
        fitting.averaged()
        number = min(SETTLING_BATCHES, 4 * feed.steps_per_epoch)
        networks.settle_norms(model, (pictures for pictures, _ in batches.pictures(feed, number, recipe.side)))
    _validate(model, prepared, masks, fitting.step, recipe.side, history)


def _validate(model: Any, prepared: Prepared, masks: NDArray[np.uint8], step: int, size: int, history: Log) -> None:
    """Overlap with the masks on some validation pictures, in float, at the size trained at."""
    positions = prepared.snapshot.where(split="validation")
    positions = positions[:: max(1, len(positions) // VALIDATED)]
    found: list[float] = []
    for start in range(0, len(positions), BATCH):
        chosen = positions[start : start + BATCH]
        pictures = np.stack([resize(prepared.pixels[p], size) for p in chosen]).astype(np.float32)
        logits = np.asarray(model(pictures, training=False))[..., 0]  # eager: sizes change from phase to phase
        answers = [enlarged(one, masks.shape[1]) > 0 for one in logits]
        found += [overlap(one, masks[p] >= 128).iou for one, p in zip(answers, chosen, strict=True)]
    history.write({"step": step, "size": size, "validation": {"iou": round(float(np.mean(found)), 4)}})
    log.info("step %d at %d: IoU %.4f", step, size, np.mean(found))
