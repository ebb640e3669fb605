"""Whether the photo with age, sex and site tells more than the photo alone, and how sure that is."""

from typing import Any

import numpy as np

from model_export.fusion.facts import Floats, Rows
from model_export.metrics import auc

ROUNDS = 1000


def compared(alone: Floats, both: Floats, some: Rows, limits: tuple[float, float]) -> dict[str, Any]:
    """Figures of both, and the gain with its interval over lesions drawn anew."""
    counts = np.ones(len(alone))
    drawn = []
    rng, number = np.random.default_rng(0), int(some.groups.max()) + 1
    for _ in range(ROUNDS):
        weights = rng.multinomial(number, np.full(number, 1 / number))[some.groups].astype(float)
        first, second = _figures(alone, some, limits[0], weights), _figures(both, some, limits[1], weights)
        drawn.append({name: second[name] - first[name] for name in first})
    plain, fused = _figures(alone, some, limits[0], counts), _figures(both, some, limits[1], counts)
    return {
        name: {
            "photo": round(plain[name], 4),
            "photo_and_answers": round(fused[name], 4),
            "difference": [
                round(fused[name] - plain[name], 4),
                *(round(float(np.quantile([one[name] for one in drawn], q)), 4) for q in (0.025, 0.975)),
            ],
        }
        for name in plain
    }


def _figures(risks: Floats, some: Rows, threshold: float, counts: Floats) -> dict[str, float]:
    clipped, bad = np.clip(risks, 1e-9, 1 - 1e-9), some.malignant
    surprise = -np.where(bad, np.log(clipped), np.log(1 - clipped))
    called = risks >= threshold
    return {
        "log_loss": float((surprise * counts).sum() / counts.sum()),
        "brier": float((((clipped - bad) ** 2) * counts).sum() / counts.sum()),
        "auc": auc(risks, bad, counts),
        "sensitivity": float((called & bad) @ counts / (bad @ counts)),
        "specificity": float((~called & ~bad) @ counts / (~bad @ counts)),
    }


def helps(found: dict[str, Any]) -> bool:
    """The rule of this package's opening, for one resolution."""
    return bool(found["log_loss"]["difference"][2] < 0 and found["sensitivity"]["difference"][0] >= 0)
