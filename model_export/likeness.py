"""Fits how far two photos of one lesion agree, on lesions that were photographed twice, and says what that is worth.

Genuine pairs are two pictures of one HAM10000 lesion; impostors are pictures of two lesions of the same diagnosis. The
weights come from the training split; each of the two limits lets one impostor in a hundred of the validation split
pass; the test split says what holds.
"""

import datetime
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from dermaloop.contract import images
from dermaloop.contract.images import Pixels
from dermaloop.contract.likeness import SIGNS, Likeness, Look, View, probability, signs, view
from dermaloop.contract.manifest import read_manifest
from dermaloop.contract.outlines import Found, find
from dermaloop.contract.preprocessing import ImageLimits
from model_export.errors import ExportError
from model_export.fusion.facts import Flags, Floats
from model_export.fusion.fitting import logistic
from model_export.interpreter import Exported
from model_export.metrics import auc, share_of
from model_export.readers.archives import COPIES, index_tar
from model_export.readers.tables import read_rows

COLUMNS = ("image_id", "lesion_id", "dx", "split")
LESIONS = 500  # of a split at most: seven weights need no more
IMPOSTORS = 8  # for each lesion
DETAIL = SIGNS.index("detail")
PASSING = 0.01  # of the impostors of validation


class Pairs(NamedTuple):
    """What is compared of each pair, and whether it is one lesion."""

    found: Floats
    genuine: Flags


class Eye:
    """The bundled outline model, as serving asks it about one picture."""

    def __init__(self, folder: Path) -> None:
        self._model = Exported((folder / "model.tflite").read_bytes())
        self.manifest = read_manifest((folder / "manifest.json").read_bytes())

    def view(self, data: bytes) -> View | None:
        """None where the outline cannot be relied on, as in serving."""
        side = self.manifest.input_size
        photo = images.read(data, sizes=(), whole=(side,), limits=ImageLimits())
        pixels, frame = photo.whole[side], photo.frame
        border = self._border(pixels, (frame.x + frame.width / 2, frame.y + frame.height / 2))
        if border is None or border.certainty < self.manifest.uncertain_below:
            return None
        return view(Look(border.points, pixels, photo.width, photo.height))

    def _border(self, pixels: Pixels, focus: tuple[float, float]) -> Found | None:
        rule = self.manifest.mask
        if rule is None:
            raise ExportError(f"{self.manifest.name} outlines nothing")
        logits = self._model.answer(pixels)["mask"][0, ..., 0]
        return find(logits, temperature=self.manifest.temperature, rule=rule, focus=focus)


def fit(models: Path, root: Path) -> tuple[Likeness, dict[str, Any]]:
    """The likeness, and the report of what it confirms, rightly and wrongly."""
    eye = Eye(models / "lesion_mask")
    train, validation, test = ((split, *pairs(eye, root, split)) for split in ("train", "validation", "test"))
    plain, seen = weighed(train[1]), validation[1]
    fitted = msgspec.structs.replace(
        plain,
        threshold=passing(judged(plain, seen), seen.genuine),
        least_detail=passing(seen.found[:, DETAIL], seen.genuine),
    )
    report = {
        "outlines": {"version": eye.manifest.version, "sha256": eye.manifest.sha256},
        "threshold": fitted.threshold,
        "least_detail": fitted.least_detail,
        "weights": fitted.weights,
    }
    for split, some, lost in (train, validation, test):
        report[split] = {"not_outlined": lost} | figures(fitted, some)
    report["alone"] = {name: round(_apart(test[1], place), 3) for place, name in enumerate(SIGNS)}
    return fitted, report


def weighed(some: Pairs) -> Likeness:
    """The weights, for signs as they come; the limits are not set yet."""
    scales = some.found.std(axis=0)
    weights = logistic(some.found / scales, some.genuine)
    return Likeness(
        fitted=datetime.datetime.now(datetime.UTC).date().isoformat(),
        intercept=round(float(weights[0]), 5),
        weights={name: round(float(one), 5) for name, one in zip(SIGNS, weights[1:] / scales, strict=True)},
        threshold=0.5,
        least_detail=0.5,
    )


def pairs(eye: Eye, root: Path, split: str) -> tuple[Pairs, int]:
    """Every lesion of a split with two pictures, beside itself and beside others of its diagnosis."""
    members = index_tar(root, COPIES["200x150"])
    taken: dict[str, list[str]] = defaultdict(list)
    for row in read_rows(root / "ham10000.csv", COLUMNS):
        if row["split"] == split:
            taken[f"{row['dx']} {row['lesion_id']}"].append(row["image_id"])
    several = sorted(lesion for lesion, found in taken.items() if len(found) > 1)
    chosen = np.random.default_rng(0).permutation(several)[:LESIONS].tolist()
    twice = {lesion: taken[lesion][:2] for lesion in sorted(chosen)}
    views = {lesion: [eye.view(members[one].read(root)) for one in found] for lesion, found in twice.items()}
    usable = {lesion: [one for one in found if one] for lesion, found in views.items() if all(found)}
    return _paired(usable), len(twice) - len(usable)


def _paired(views: dict[str, list[View]]) -> Pairs:
    rng, lesions = np.random.default_rng(0), list(views)
    found, genuine = [], []
    for lesion in lesions:
        like = [other for other in lesions if other != lesion and other.split()[0] == lesion.split()[0]]
        others = [like[one] for one in rng.permutation(len(like))[:IMPOSTORS]]
        for second in (views[lesion][1], *(views[other][0] for other in others)):
            found.append(list(signs(views[lesion][0], second).values()))
            genuine.append(second is views[lesion][1])
    return Pairs(np.array(found), np.array(genuine))


def judged(fitted: Likeness, some: Pairs) -> Floats:
    return np.array([probability(fitted, dict(zip(SIGNS, row, strict=True))) for row in some.found.tolist()])


def passing(values: Floats, genuine: Flags) -> float:
    """From where on no more impostors pass than may."""
    return round(float(np.quantile(values[~genuine], 1 - PASSING)), 5)


def figures(fitted: Likeness, some: Pairs) -> dict[str, Any]:
    odds = judged(fitted, some)
    passed = (odds >= fitted.threshold) & (some.found[:, DETAIL] >= fitted.least_detail)
    return {
        "genuine": int(some.genuine.sum()),
        "impostors": int((~some.genuine).sum()),
        "confirmed": _share(passed[some.genuine]),
        "wrongly_confirmed": _share(passed[~some.genuine]),
        "auc": round(auc(odds, some.genuine, np.ones(len(odds))), 4),
    }


def _share(passed: Flags) -> list[float]:
    return [round(one, 4) for one in share_of(int(passed.sum()), len(passed))]


def _apart(some: Pairs, place: int) -> float:
    """How well one sign alone tells genuine pairs from impostors."""
    found = auc(some.found[:, place], some.genuine, np.ones(len(some.genuine)))
    return float(max(found, 1 - found))
