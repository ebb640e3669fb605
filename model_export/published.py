"""Figures that others published, to lay beside ours, each with what is and what is not comparable."""

from typing import Any, NamedTuple

NAMESPACES = ("ham10000", "dermaloop")


class Published(NamedTuple):
    """One published result and why it can or cannot be compared."""

    system: str
    task: str
    result: str
    comparable: str


OTHERS = (
    Published(
        "The system this replaces",
        "benign/malignant; seven classes",
        "accuracy about 0.80; about 0.70",
        "Its split is not known; accuracy alone, and always saying nv scores 0.669 on ours.",
    ),
    Published(
        "dasoto/skincancer",
        "melanoma risk, 100 pictures",
        "AUC 0.9164 / 0.9496 / 0.9444 / 0.9612",
        "100 pictures: such an AUC is uncertain by about 0.05; other pictures, other question.",
    ),
    Published(
        "DenseNet121", "nine classes", "accuracy 0.677", "Two more classes and other pictures; only the order of size."
    ),
    Published(
        "DermaMNIST-E, ResNet-18 / 50 at 224",
        "seven classes",
        "accuracy 0.685 / 0.684, macro AUC 0.900 / 0.907",
        "Same training pictures and classes, but measured on ISIC 2018's own test: harder, other clinics.",
    ),
    Published(
        "Best entry of ISIC 2018 task 3",
        "seven classes",
        "balanced accuracy 0.885",
        "Ensembles of large networks with extra pictures, on ISIC 2018's own test; ours is one pass of 2.8 MB.",
    ),
)


def table(report: dict[str, Any], source: str) -> str:
    """Ours first, in the same units."""
    figures = report["test"][source]["figures"]
    ours = f"accuracy {figures['accuracy'][0]:.3f}, balanced {figures['balanced_accuracy'][0]:.3f}, "
    ours += f"macro AUC {figures['macro_auc'][0]:.3f}"
    if "malignant_auc" in figures:
        ours += f", malignant AUC {figures['malignant_auc'][0]:.3f}"
    rows = [Published("**Ours, int8, one pass**", f"{len(report['test'][source]['support'])} classes", ours, "")]
    lines = ["| system | task | result | comparable? |", "|---|---|---|---|"]
    lines += [f"| {one.system} | {one.task} | {one.result} | {one.comparable} |" for one in (*rows, *OTHERS)]
    return "\n".join(lines)
