"""Two pictures of the findings: where a request's time goes, and what many clients get."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

mpl.use("svg")
from matplotlib import pyplot as plt

from tests.benchmarks.figures import Section, median, quantile

STAGES = ("read", "wait", "decode", "quality", "infer", "keep", "total", "client", "interpreter alone")
_BLUE, _ORANGE = "#2b6cb0", "#c05621"


def draw(sections: Mapping[str, Section], folder: Path) -> list[str]:
    """Draws what the sections allow and returns the files' names."""
    mpl.rcParams.update({"svg.hashsalt": "dermaloop", "font.size": 9, "axes.spines.top": False})
    drawn = []
    if "request" in sections:
        drawn.append(_stages(sections["request"], folder / "stages.svg"))
    if "crowd" in sections:
        drawn.append(_crowds(sections["crowd"], folder / "clients.svg"))
    return drawn


def _stages(section: Section, path: Path) -> str:
    named = [name for name in STAGES if name in section.series]
    figure, axes = plt.subplots(figsize=(7, 3.2))
    axes.boxplot(
        [section.series[name] for name in named], orientation="horizontal", tick_labels=named, whis=(1, 99), sym=""
    )
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds (box: quartiles; whiskers: 1st and 99th percentile)")
    axes.set_title("One 224x224 JPEG: where the time goes")
    return _save(figure, path)


def _crowds(section: Section, path: Path) -> str:
    rates = {f.name.rsplit("with ", 1)[1]: f.value for f in section.figures if f.unit == "/s"}
    figure, axes = plt.subplots(figsize=(7, 3.2))
    bars = axes.bar(list(rates), list(rates.values()), color=_BLUE, width=0.5)
    axes.bar_label(bars, fmt="%.0f/s", padding=2)
    axes.set_ylabel("requests per second")
    late = axes.twinx()
    for share, style in ((0.5, "o-"), (0.99, "^--")):
        values = [quantile(section.series[_plural(name)], share) for name in rates]
        late.plot(list(rates), values, style, color=_ORANGE, label="median" if share == 0.5 else "99th percentile")
    late.set_ylabel("milliseconds")
    late.set_ylim(bottom=0)
    late.legend(loc="upper left", frameon=False)
    axes.set_ylim(top=1.3 * max(rates.values()))
    axes.set_title(f"Throughput and latency (median at one client: {median(section.series['1 clients']):.1f} ms)")
    return _save(figure, path)


def _plural(name: str) -> str:
    return name if name.endswith("s") else f"{name}s"


def _save(figure: Drawing, path: Path) -> str:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path.name
