"""The features behind the queue's curve, and its report: a table, a plot, and what they mean."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.queue_curve import FIGURES, FIRST, ORDERS, READ, ROUNDS

BACKBONE = "weights/mobilenet_v2_1.0_224_imagenet_dequant_bnfolded_f32.npz"
SIDE = 192


def extract(data: Path, work: Path, target: Path) -> None:
    """Pooled ImageNet features of every small copy."""
    from model_export import network, readers
    from model_export.features import features_of, pooled
    from model_export.pixels import prepare

    samples = [one for one in readers.read(data, "disease", "archives") if one.source == "200x150"]
    prepared = prepare(samples, root=data, work=work / "pixels", side=SIDE)
    model = network.build({"disease": 7})
    network.load_imagenet(model, data / BACKBONE)
    found = features_of(pooled(model), prepared.pixels, list(range(len(samples))))
    labels, splits = [one.labels["disease"] for one in samples], [one.split for one in samples]
    np.savez(target, features=found.astype(np.float16), labels=np.array(labels), split=np.array(splits))


def write(found: dict[str, Any], folder: Path) -> None:
    (folder / "report.md").write_text(markdown(found), encoding="utf-8")
    _plot(found, folder / "curve.svg")


def markdown(found: dict[str, Any]) -> str:
    lines = [
        "# Does the doctors' queue pay?",
        "",
        f"HAM10000 (small copies), {found['pool']} training pictures that arrive in {ROUNDS} parts, {found['test']} "
        f"test pictures; {FIRST} labels to begin with, {READ} more after each part; heads on frozen ImageNet features; "
        f"{found['seeds']} lives, each with both orders over the same arrivals. The queue ranks with the product's own "
        "weights (`services/prioritizing.py`), a tenth of it at random. Brackets: 95 % bootstrap intervals of the "
        "difference over lives.",
        "",
        "`.venv-train/bin/python -m tests.benchmarks.queue_curve --data ../data`",
        "",
    ]
    for name in FIGURES:
        lines += [f"## {name}", "", "| labels | queue | random | queue less random |", "|---|---|---|---|"]
        lines += [_row(found, name, number) for number in range(ROUNDS + 1)]
        lines += ["", _meaning(found, name), ""]
    return "\n".join([*lines, "![Balanced accuracy and melanoma recall by number of labels](curve.svg)"]) + "\n"


def _row(found: dict[str, Any], name: str, number: int) -> str:
    queue, chance = (values(found, order, name)[:, number] for order in ORDERS)
    low, high = interval(queue - chance)
    labels = found["lives"]["queue"][0][number]["labels"]
    gap = float((queue - chance).mean())
    return f"| {labels} | {queue.mean():.3f} | {chance.mean():.3f} | {gap:+.3f} [{low:+.3f}, {high:+.3f}] |"


def _meaning(found: dict[str, Any], name: str) -> str:
    """Where the queue is ahead, where it is behind, and how many random labels its last ones are worth."""
    queue, chance = (values(found, order, name) for order in ORDERS)
    spans = [interval(queue[:, number] - chance[:, number]) for number in range(ROUNDS + 1)]
    labels = [int(each["labels"]) for each in found["lives"]["queue"][0]]
    ahead = [count for count, (low, _) in zip(labels, spans, strict=True) if low > 0]
    behind = [count for count, (_, high) in zip(labels, spans, strict=True) if high < 0]
    said = (
        f"Labels at which the queue is ahead: {_counts(ahead)}. Behind: {_counts(behind)}. Elsewhere nothing is clear."
    )
    last = float(chance[:, -1].mean())
    worth = next((count for count, mean in zip(labels, queue.mean(axis=0), strict=True) if mean >= last), labels[-1])
    if ahead and ahead[-1] == labels[-1] and worth < labels[-1]:
        said += f" The queue reaches with {worth} labels what random order reaches with {labels[-1]}."
    return said


def _counts(counts: list[int]) -> str:
    return ", ".join(map(str, counts)) or "none of these numbers"


def values(found: dict[str, Any], order: str, name: str) -> NDArray[np.float64]:
    """A row a life, a column a round."""
    return np.array([[each[name] for each in life] for life in found["lives"][order]])


def interval(gaps: NDArray[np.float64]) -> tuple[float, float]:
    drawn = np.random.default_rng(0).choice(gaps, (2000, len(gaps))).mean(axis=1)
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def _plot(found: dict[str, Any], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "queue"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    labels = [each["labels"] for each in found["lives"]["queue"][0]]
    for axis, name in zip(axes, ("balanced_accuracy", "mel.recall"), strict=True):
        for order, colour in zip(ORDERS, ("#0b6e4f", "#777777"), strict=True):
            rows = values(found, order, name)
            spans = np.array([interval(rows[:, number]) for number in range(rows.shape[1])])
            axis.plot(labels, rows.mean(axis=0), color=colour, label=order)
            axis.fill_between(labels, spans[:, 0], spans[:, 1], color=colour, alpha=0.2, linewidth=0)
        axis.set_xlabel("labels")
        axis.set_title(name.replace("_", " ").replace("mel.recall", "melanoma recall"))
    axes[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
