"""What an exported model's manifest refuses: real lesions as seldom as it may, pictures without skin and bad photos."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from dermaloop.contract.images import Pixels
from dermaloop.contract.manifest import Manifest, NotSkin
from dermaloop.contract.measures import measure
from model_export.calibrate import breaks
from model_export.candidate import Candidate
from model_export.evaluate import Run
from model_export.interpreter import Exported
from model_export.notskin import distances, refused_share
from model_export.oddities import oddities

BLURS = (2.0, 3.0, 4.0, 6.0)


def not_skin(candidate: Candidate, known: NotSkin, runs: dict[str, Run]) -> dict[str, Any]:
    """The share of the made set that is refused, by kind, beside the share of real lesions."""
    runner = Exported(candidate.model)
    made = list(oddities(runner.side))
    away = distances(runner.answer_all(picture for _, picture in made).embedding, known)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for (kind, _), distance in zip(made, away, strict=True):
        kinds[kind].append(bool(distance > known.limit))
    return {
        "pictures": len(made),
        "refused": _share(hit for hits in kinds.values() for hit in hits),
        "kinds": {kind: [len(hits), _share(hits)] for kind, hits in kinds.items()},
        "lesions_refused": {name: round(refused_share(run.answers.embedding, known), 5) for name, run in runs.items()},
    }


def quality(manifest: Manifest, pictures: list[Pixels]) -> dict[str, Any]:
    """How often each limit refuses a real photo, and whether it catches the same photos spoilt."""
    broken = [breaks(measure(picture), manifest.quality) for picture in pictures]
    counts = Counter(name for names in broken for name in names)
    spoilt = {
        f"blurred, sigma {sigma:g}": _caught(manifest, (_blurred(picture, sigma) for picture in pictures))
        for sigma in BLURS
    }
    for name, grey in (("black", 0), ("white", 255), ("grey", 128)):
        spoilt[name] = _caught(manifest, [np.full_like(pictures[0], grey)])
    return {
        "pictures": len(pictures),
        "refused_by_measure": {name: round(count / len(pictures), 5) for name, count in sorted(counts.items())},
        "caught": spoilt,
    }


def _caught(manifest: Manifest, pictures: Iterable[Pixels]) -> float:
    return _share(bool(breaks(measure(picture), manifest.quality)) for picture in pictures)


def _blurred(picture: Pixels, sigma: float) -> Pixels:
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(sigma)), dtype=np.uint8)


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return round(sum(found) / len(found), 5)
