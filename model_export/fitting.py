"""One training loop for whole networks and for heads alone: AdamW, warm-up and cosine, masked multi-task loss, EMA."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model_export.network import Model, Tensor
from model_export.recipe import Recipe
from model_export.writing import replacing

Truths = dict[str, NDArray[np.intp]]


class Fitting:
    """A network on its way: step by step, with a state that can be saved and taken up again."""

    def __init__(self, model: Model, recipe: Recipe, weights: dict[str, NDArray[np.float32]], steps: int) -> None:
        self.model = model
        self.step = 0
        self._recipe = recipe
        self._weights = {task: tf.constant(table) for task, table in weights.items()}
        schedule = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=recipe.rate / 25,
            decay_steps=max(1, steps - round(steps * recipe.warm_up)),
            alpha=0.01,
            warmup_target=recipe.rate,
            warmup_steps=max(1, round(steps * recipe.warm_up)),
        )
        self._optimizer = keras.optimizers.AdamW(
            schedule,
            weight_decay=recipe.weight_decay,
            global_clipnorm=1.0,
            use_ema=recipe.averaging > 0,
            ema_momentum=recipe.averaging or 0.99,
            ema_overwrite_frequency=None,
        )
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(model.trainable_variables)
        self._learn: Callable[..., Any] = tf.function(self._one_step)

    def learn(self, pictures: NDArray[Any], truths: Truths) -> float:
        """One step on one batch; returns the loss."""
        inputs = tf.constant(pictures, dtype=tf.float32)
        loss = self._learn(inputs, {task: tf.constant(truth, tf.int32) for task, truth in truths.items()})
        self.step += 1
        return float(loss)

    def averaged(self) -> None:
        """Puts the average of the weights over the last steps in their place, if the recipe keeps one."""
        if self._recipe.averaging > 0:
            self._optimizer.finalize_variable_values(self.model.trainable_variables)

    def save(self, path: Path) -> None:
        """Writes the whole state beside its old version, then takes its place: a kill leaves one of the two whole."""
        variables = [*self.model.variables, *self._optimizer.variables]
        arrays = {"step": np.array(self.step), **{str(i): np.asarray(v) for i, v in enumerate(variables)}}
        with replacing(path) as part:
            np.savez(part, allow_pickle=False, **arrays)

    def resume(self, path: Path) -> bool:
        """Takes up a saved state, if there is one."""
        if not path.exists():
            return False
        with np.load(path) as state:
            for index, variable in enumerate([*self.model.variables, *self._optimizer.variables]):
                variable.assign(state[str(index)])
            self.step = int(state["step"])
        return True

    def _one_step(self, inputs: Tensor, truths: dict[str, Tensor]) -> Tensor:
        with tf.GradientTape() as tape:
            loss = self._loss(self.model(inputs, training=True), truths)
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self._optimizer.apply_gradients(zip(gradients, self.model.trainable_variables, strict=True))
        return loss

    def _loss(self, logits: dict[str, Tensor], truths: dict[str, Tensor]) -> Tensor:
        """Each task counts only the pictures whose label it knows, each class by its weight."""
        total = 0.0
        for task in self._recipe.tasks:
            truth = truths[task.name]
            known = tf.cast(truth >= 0, tf.float32)
            index = tf.maximum(truth, 0)
            classes = self._weights[task.name].shape[0]
            smooth = self._recipe.label_smoothing
            wanted = tf.one_hot(index, classes) * (1 - smooth) + smooth / classes
            each = tf.nn.softmax_cross_entropy_with_logits(wanted, logits[task.name])
            each = each * known * tf.gather(self._weights[task.name], index)
            total += task.weight * tf.reduce_sum(each) / tf.cast(tf.shape(truth)[0], tf.float32)
        return total
