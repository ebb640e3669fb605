"""Asks whether an explanation points at the lesion: does the winning class's map peak inside the lesion's mask?"""

import io
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from model_export.evaluate import Run
from model_export.metrics import Judged
from model_export.readers.archives import index_tar

MASKS = "ham10000_masks_600x450.tar"
SIDE = 56
WIDER = 9  # of 56: a map has seven cells a side, so a peak is known to a cell only


def pointing(judged: Judged, run: Run, root: Path) -> dict[str, Any] | None:
    """Shares of pictures whose peak lies inside the mask; None where there are no masks."""
    if not (root / MASKS).exists():
        return None
    masks = index_tar(root, MASKS)
    hits: dict[str, list[bool]] = defaultdict(list)
    covered: list[float] = []
    for sample, peak, answer in zip(run.samples, run.answers.peaks, judged.probabilities.argmax(axis=1), strict=True):
        if sample.picture in masks:
            mask = lesion_mask(masks[sample.picture].read(root))
            row, column = (peak * SIDE).astype(int)
            hits[judged.codes[int(answer)]].append(bool(mask[row, column]))
            covered.append(float(mask.mean()))
    everywhere = [hit for group in hits.values() for hit in group]
    return {
        "pictures": len(everywhere),
        "inside": _share(everywhere),
        "chance": round(float(np.mean(covered)), 5),
        "by_answer": {code: _share(hits[code]) for code in judged.codes if code in hits},
    }


def lesion_mask(data: bytes) -> NDArray[np.bool_]:
    """The centre square of a mask, a little wider than the lesion."""
    with Image.open(io.BytesIO(data)) as image:
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
        square = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, box=box)
    return np.asarray(square.filter(ImageFilter.MaxFilter(WIDER))) > 127


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 5)
