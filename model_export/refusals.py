"""What an exported model's manifest refuses: real lesions as seldom as it may, pictures without skin and bad photos."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from dermaloop.contract.images import Pixels
from dermaloop.contract.manifest import Manifest, NotSkin
from dermaloop.contract.measures import Measures, measure
from model_export.calibrate import breaks
from model_export.candidate import Candidate
from model_export.interpreter import Exported
from model_export.notskin import distances, refused
from model_export.oddities import oddities

BLURS = (2.0, 3.0, 4.0, 6.0)


class Seen(NamedTuple):
    """What tells whether pictures show skin."""

    embedding: NDArray[np.float32]
    measures: list[Measures]


def not_skin(candidate: Candidate, known: NotSkin, lesions: dict[str, Seen]) -> dict[str, Any]:
    """The share of the made set that is refused, by kind, beside the share of real lesions; and by which part."""
    runner = Exported(candidate.model)
    made = list(oddities(runner.side))
    embedding = runner.embeddings(picture for _, picture in made)
    measures = [measure(picture) for _, picture in made]
    kinds: dict[str, list[bool]] = defaultdict(list)
    for (kind, _), hit in zip(made, refused(embedding, measures, known).tolist(), strict=True):
        kinds[kind].append(hit)
    return {
        "pictures": len(made),
        "refused": _share(hit for hits in kinds.values() for hit in hits),
        "parts": _parts(embedding, measures, known),
        "kinds": {kind: [len(hits), _share(hits)] for kind, hits in kinds.items()},
        "lesions_refused": {
            name: _share(refused(seen.embedding, seen.measures, known).tolist()) for name, seen in lesions.items()
        },
        "lesions_parts": {name: _parts(seen.embedding, seen.measures, known) for name, seen in lesions.items()},
    }


def _parts(embedding: NDArray[np.float32], measures: list[Measures], known: NotSkin) -> dict[str, float]:
    """What the distance alone and the colours alone refuse."""
    return {
        "distance": _share((distances(embedding, known) > known.limit).tolist()),
        "warmth": _share(one.warmth < known.min_warmth for one in measures),
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
