"""The picture of one simulated day; needs matplotlib, which only developers have."""

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

from infra.costs.simulation import Simulated

_EVERY = 600


def draw(days: dict[int, Simulated], path: Path) -> None:
    """Instances over the day, for each load, on a logarithmic scale."""
    mpl.rcParams.update(
        {"svg.hashsalt": "dermaloop", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    figure, axes = plt.subplots(figsize=(7, 3.4))
    for daily, day in days.items():
        hours = [second / 3600 for second in range(0, len(day.instances), _EVERY)]
        most = [max(day.instances[start : start + _EVERY]) for start in range(0, len(day.instances), _EVERY)]
        axes.plot(hours, [max(count, 0.7) for count in most], label=f"{daily:,} a day")
    axes.set_yscale("log")
    axes.set_xlabel("hour of the day")
    axes.set_ylabel("instances (0.7: none)")
    axes.set_xticks(range(0, 25, 3))
    axes.legend(frameon=False, ncols=2, loc="upper left", fontsize=8)
    axes.set_ylim(top=axes.get_ylim()[1] * 6)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
