"""Trains a recipe: phase after phase, with checkpoints, progress bars and a history."""

import logging
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from model_export import network
from model_export.batches import Batches
from model_export.features import features_of, pooled
from model_export.feed import Feed
from model_export.fitting import Fitting
from model_export.history import Answering, HeadHistory, History
from model_export.pixels import Prepared
from model_export.recipe import WEIGHTS as FILES
from model_export.recipe import Recipe, step_sizes
from model_export.targets import all_truths, class_weights
from model_export.writing import replacing

log = logging.getLogger(__name__)

WEIGHTS, NATIVE = FILES["keras"], FILES["native"]
BATCH = 64
CHECKPOINT = "checkpoint.npz"
SAVE_EVERY = 100
NORM_PICTURES = 256
SETTLING_BATCHES = 60
LEAST_STEPS = 600  # of heads: they cost next to nothing, and few pictures must be seen often
LOOKS = 8  # at validation while heads are trained


def train(recipe: Recipe, prepared: Prepared, *, backbone: Path, work: Path) -> network.Model:
    """The trained network, also kept as `work/model.weights.h5`; a killed run continues at its last checkpoint."""
    work.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    model = fresh(recipe)
    if (work / WEIGHTS).exists():
        log.info("%s is trained already: %s", recipe.name, work / WEIGHTS)
        model.load_weights(work / WEIGHTS)
        return model
    begin(model, recipe, prepared, backbone, work)
    if all(phase.trainable == "head" for phase in recipe.phases):
        train_heads(model, recipe, prepared, work)
    else:
        train_network(model, recipe, prepared, work)
    with replacing(work / WEIGHTS) as part:
        model.save_weights(part)
    return model


def begin(model: network.Model, recipe: Recipe, prepared: Prepared, backbone: Path, work: Path) -> None:
    """Puts in the weights that the recipe starts from."""
    if recipe.start:
        model.load_weights(work.parent / recipe.start / WEIGHTS)
        return
    network.load_imagenet(model, backbone)
    if any(phase.trainable == "all" for phase in recipe.phases):
        chosen = np.random.default_rng(recipe.seed).choice(prepared.snapshot.where(split="train"), NORM_PICTURES)
        network.measure_norms(model, prepared.pixels[np.sort(chosen)])


def fresh(recipe: Recipe) -> network.Model:
    return network.build({task.name: len(recipe.codes(task.name)) for task in recipe.tasks}, dropout=recipe.dropout)


def load_trained(recipe: Recipe, work: Path) -> network.Model:
    """The Keras network with what training found, whichever engine trained it."""
    model = fresh(recipe)
    if recipe.engine == "native":
        network.load_imagenet(model, work / NATIVE)
        network.load_heads(model, work / NATIVE)
    else:
        model.load_weights(work / WEIGHTS)
    return model


def answering(model: network.Model) -> Answering:
    """The network as a plain function of what it reads."""

    def answer(pictures: NDArray[Any]) -> dict[str, NDArray[np.float32]]:
        parts = [
            model.predict_on_batch(pictures[at : at + BATCH].astype(np.float32))
            for at in range(0, len(pictures), BATCH)
        ]
        return {task: np.concatenate([part[task] for part in parts]) for task in parts[0]}

    return answer


def train_network(model: network.Model, recipe: Recipe, prepared: Prepared, work: Path) -> None:
    """Every layer from `frozen_until` on; averaged weights, where the recipe asks for them, settle their BatchNorm."""
    truths = all_truths(prepared.snapshot, recipe)
    feed = Feed(prepared.snapshot, recipe, truths[recipe.tasks[0].name])
    sizes = step_sizes(recipe, feed.steps_per_epoch)
    network.freeze(model, recipe.frozen_until)
    fitting = Fitting(model, recipe, weights_of(recipe, truths, prepared.snapshot.where(split="train")), len(sizes))
    if fitting.resume(work / CHECKPOINT):
        log.info("%s continues at step %d of %d", recipe.name, fitting.step, len(sizes))
    history = History(work / "history.jsonl", answering(model), recipe, prepared, truths)
    batches = Batches(feed, prepared.pixels, recipe.seed, recipe.strength)
    for pictures, positions in tqdm(
        batches.stream(sizes, fitting.step), desc=recipe.name, initial=fitting.step, total=len(sizes), mininterval=10
    ):
        loss = fitting.learn(pictures, {task: truth[positions] for task, truth in truths.items()})
        history.note(fitting.step, loss)
        if fitting.step % feed.steps_per_epoch == 0:
            history.validate(fitting.step, sizes[fitting.step - 1])
        if fitting.step % SAVE_EVERY == 0:
            fitting.save(work / CHECKPOINT)
    if recipe.averaging > 0:
        fitting.averaged()
        network.settle_norms(model, batches.pictures(feed, SETTLING_BATCHES, recipe.side))
    history.validate(fitting.step, recipe.side)


def train_heads(model: network.Model, recipe: Recipe, prepared: Prepared, work: Path) -> None:
    """The heads alone, on the pooled features of a backbone that stays as it is."""
    snapshot, pixels = prepared
    truths = all_truths(snapshot, recipe)
    everything = list(range(len(snapshot.samples)))
    features = features_of(pooled(model), pixels, everything, cache=work / f"features-{snapshot.digest[:12]}.npy")
    feed = Feed(snapshot, recipe, truths[recipe.tasks[0].name])
    steps = max(LEAST_STEPS, round(recipe.phases[-1].epochs * feed.steps_per_epoch))
    top = heads(model, recipe)
    fitting = Fitting(top, recipe, weights_of(recipe, truths, snapshot.where(split="train")), steps)
    history = HeadHistory(work / "history.jsonl", answering(top), recipe, prepared, truths, features)
    for step in tqdm(range(steps), desc="heads"):
        chosen = feed.positions(step)
        history.note(step + 1, fitting.learn(features[chosen], {task: truth[chosen] for task, truth in truths.items()}))
        if (step + 1) % max(feed.steps_per_epoch, steps // LOOKS) == 0 and step + 1 < steps:
            history.validate(step + 1, recipe.side)
    fitting.averaged()
    history.validate(steps, recipe.side)


def heads(model: network.Model, recipe: Recipe) -> network.Model:
    """The heads of a network, as a network of their own that shares their weights."""
    pooled = keras.Input((model.get_layer(network.POOLED).output.shape[-1],))
    dropped = model.get_layer("dropout")(pooled)
    return keras.Model(pooled, {task.name: model.get_layer(f"head_{task.name}")(dropped) for task in recipe.tasks})


def weights_of(
    recipe: Recipe, truths: dict[str, NDArray[np.intp]], positions: list[int]
) -> dict[str, NDArray[np.float32]]:
    """How much each class weighs, by the training split."""
    return {
        task.name: class_weights(truths[task.name][positions], len(codes), task.class_power, codes)
        for task in recipe.tasks
        for codes in (recipe.codes(task.name),)
    }
