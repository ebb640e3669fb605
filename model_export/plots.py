"""Draws what a table hides: confusion, ROC, reliability, risk against coverage, and how training went."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_export import metrics
from model_export.history import read_lines
from model_export.metrics import BINS, Judged

Axes = Any  # matplotlib is imported late: it is slow and only reports need it
SIZE = (5.0, 4.2)


def draw(judged: dict[str, Judged], folder: Path, history: Path | None = None, *, task: str = "") -> list[str]:
    """One SVG per figure; `judged` maps a source to its answers. Returns the file names."""
    style()
    first = max(judged.values(), key=lambda one: len(one.truth))
    wanted: dict[str, Callable[[Axes], None]] = {"confusion.svg": lambda axes: _confusion(axes, first)}
    if telling := {source: one for source, one in judged.items() if 0 < one.malignant[one.truth].mean() < 1}:
        wanted["roc.svg"] = lambda axes: _roc(axes, telling)
    wanted["reliability.svg"] = lambda axes: _reliability(axes, judged)
    wanted["risk_coverage.svg"] = lambda axes: _risk(axes, judged)
    if history is not None and history.exists():
        wanted["learning.svg"] = lambda axes: _learning(axes, history, task)
    for name, paint in wanted.items():
        save(folder / name, paint)
    return list(wanted)


def style() -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "dermaloop", "font.size": 9})  # the same picture gives the same bytes


def save(path: Path, paint: Callable[[Axes], None]) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
    paint(axes)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _confusion(axes: Axes, judged: Judged) -> None:
    number = len(judged.codes)
    flat = judged.truth * number + judged.probabilities.argmax(axis=1)
    counts = np.bincount(flat, minlength=number * number).reshape(number, number)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(number, number):
        colour = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
    axes.set_xticks(range(number), judged.codes)
    axes.set_yticks(range(number), judged.codes)
    axes.set(xlabel="answer", ylabel="truth", title="Confusion (colour: share of the row)")


def _roc(axes: Axes, judged: dict[str, Judged]) -> None:
    for source, one in judged.items():
        sick = one.malignant[one.truth]
        order = np.argsort(-one.malignant_probability, kind="stable")
        hits, alarms = np.cumsum(sick[order]) / sick.sum(), np.cumsum(~sick[order]) / (~sick).sum()
        area = metrics.auc(one.malignant_probability, sick, np.ones(len(sick)))
        axes.plot(alarms, hits, label=f"{source}: {area:.3f}")
    axes.axhline(0.95, color="grey", linewidth=0.5)
    axes.set(xlabel="1 - specificity", ylabel="sensitivity", title="Malignant against benign")
    axes.legend(loc="lower right")


def _reliability(axes: Axes, judged: dict[str, Judged]) -> None:
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.5)
    for source, one in judged.items():
        sure = one.probabilities.max(axis=1)
        right = one.probabilities.argmax(axis=1) == one.truth
        bins = np.minimum((sure * BINS).astype(int), BINS - 1)
        number = np.bincount(bins, minlength=BINS)
        full = number > 0
        axes.plot(_means(bins, sure)[full], _means(bins, right)[full], marker="o", markersize=3, label=source)
    axes.set(xlabel="confidence", ylabel="accuracy", title="Reliability", xlim=(0, 1), ylim=(0, 1))
    axes.legend(loc="lower right")


def _means(bins: NDArray[np.intp], values: NDArray[Any]) -> NDArray[np.float64]:
    number = np.bincount(bins, minlength=BINS)
    return np.asarray(np.bincount(bins, weights=values.astype(float), minlength=BINS) / np.maximum(number, 1))


def _risk(axes: Axes, judged: dict[str, Judged]) -> None:
    for source, one in judged.items():
        coverage, risk = metrics.risk_coverage(one)
        axes.plot(coverage, risk, label=source)
    axes.set(xlabel="share answered, the surest first", ylabel="share of them wrong", title="Risk against coverage")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left")


def _learning(axes: Axes, history: Path, task: str) -> None:
    lines = read_lines(history)
    losses = [(line["step"], line["loss"]) for line in lines if "loss" in line]
    if losses:
        axes.plot(*zip(*losses, strict=True), color="lightgrey", label="loss (training)")
    for name in ("balanced_accuracy", "malignant_auc"):
        told = [(line["step"], line["validation"].get(name)) for line in lines if line.get("task") == task]
        if found := [point for point in told if point[1] is not None]:
            axes.plot(*zip(*found, strict=True), marker="o", markersize=3, label=f"{name} (validation)")
    axes.set(xlabel="step", title="Learning")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="center right")
