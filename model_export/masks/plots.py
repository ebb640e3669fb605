"""Draws how overlaps are spread, what certainty is worth, and how training went."""

from pathlib import Path

import numpy as np

from model_export.history import read_lines
from model_export.masks.metrics import ACCEPTED
from model_export.masks.outcome import MaskRun
from model_export.plots import Axes, save, style


def draw(runs: dict[str, MaskRun], folder: Path, history: Path | None = None) -> list[str]:
    """One SVG per figure; returns the file names."""
    style()
    save(folder / "overlap.svg", lambda axes: _overlap(axes, runs))
    save(folder / "certainty.svg", lambda axes: _certainty(axes, runs))
    names = ["overlap.svg", "certainty.svg"]
    if history is not None and history.exists():
        save(folder / "learning.svg", lambda axes: _learning(axes, history))
        names.append("learning.svg")
    return names


def _overlap(axes: Axes, runs: dict[str, MaskRun]) -> None:
    for source, run in runs.items():
        iou = np.sort([one.iou for one in run.overlaps])
        shares = np.linspace(0, 1, 101)  # few points draw the same line in a smaller file
        axes.plot(np.quantile(iou, shares), shares, label=f"{source} (mean {iou.mean():.3f})")
    axes.axvline(ACCEPTED, color="grey", linestyle=":")
    axes.set(xlabel="IoU", ylabel="share of pictures below", title="How outlines overlap with masks")
    axes.legend()


def _certainty(axes: Axes, runs: dict[str, MaskRun]) -> None:
    for source, run in runs.items():
        iou = np.array([one.iou for one in run.overlaps])
        order = np.argsort(-run.certainty, kind="stable")
        shares = np.arange(1, len(order) + 1) / len(order)
        chosen = np.unique(np.linspace(len(order) // 20, len(order) - 1, 100).astype(int))
        axes.plot(shares[chosen], (np.cumsum(iou[order]) / np.arange(1, len(order) + 1))[chosen], label=source)
    axes.set(
        xlabel="share of outlines that are shown, surest first", ylabel="mean IoU", title="What certainty is worth"
    )
    axes.legend()


def _learning(axes: Axes, history: Path) -> None:
    lines = read_lines(history)
    losses = [(line["step"], line["loss"]) for line in lines if "loss" in line]
    overlaps = [(line["step"], line["validation"]["iou"]) for line in lines if "validation" in line]
    if losses:
        axes.plot(*zip(*losses[:: max(1, len(losses) // 150)], strict=True), color="grey", label="loss")
    axes.set(xlabel="step", ylabel="training loss", title="Learning")
    if overlaps:
        right = axes.twinx()
        right.plot(*zip(*overlaps, strict=True), "o-", label="validation IoU")
        right.set_ylabel("validation IoU")
