"""The one shape in which every reader hands over what it found, and how that becomes samples with splits."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from dermaloop.contract.labels import VOCABULARIES, Vocabulary, read_vocabulary
from dermaloop.contract.preprocessing import Crop
from dermaloop.records.shapes import Shape
from model_export.dataset import Origin, Sample, Split
from model_export.errors import ExportError
from model_export.splits import Member, deal

log = logging.getLogger("model_export")

DISEASE = read_vocabulary(VOCABULARIES / "disease.json")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of a data set before it is dealt to a split; empty words mean that the publisher does not say."""

    name: str
    origin: Origin
    labels: dict[str, str]
    patient: str = ""
    lesion: str = ""
    published: Split | None = None
    attributes: dict[str, str] = {}
    crop: Crop | None = None
    shapes: tuple[Shape, ...] = ()


def to_samples(found: Iterable[Found], *, name: str, copy: str = "full", seed: int = 0) -> list[Sample]:
    """Grouped by patient, else by lesion, else by picture; those of which nothing is said are left out.

    `name` is the data set's, in keys and groups; `copy` is the kind of copy by which figures are reported.
    """
    everything = list(found)
    labelled = [one for one in everything if one.labels]
    if len(labelled) < len(everything):
        log.info("%s: %d pictures without a usable label are left out", name, len(everything) - len(labelled))
    if not labelled:
        raise ExportError(f"{name}: no picture has a label that any task knows")
    groups = _groups(labelled, name)
    strata = _strata(labelled)
    members = [Member(g, s, one.published) for one, g, s in zip(labelled, groups, strata, strict=True)]
    splits = deal(members, seed=seed)
    return [_sample(one, group, splits[group], name, copy) for one, group in zip(labelled, groups, strict=True)]


def disease_labels(code: str, vocabulary: Vocabulary = DISEASE) -> dict[str, str]:
    """What a diagnosis of the bundled vocabulary says to both bundled tasks."""
    return {"disease": code, "malignancy": malignancy(code, vocabulary)}


def malignancy(code: str, vocabulary: Vocabulary = DISEASE) -> str:
    return "malignant" if any(label.malignant for label in vocabulary.labels if label.code == code) else "benign"


def _groups(found: Sequence[Found], source: str) -> list[str]:
    """A lesion that is known to be a patient's goes with that patient, even where a row does not repeat it."""
    owners: dict[str, str] = {}
    for one in found:
        if one.lesion and one.patient and owners.setdefault(one.lesion, one.patient) != one.patient:
            raise ExportError(
                f"{source}: lesion {one.lesion} belongs to two patients, {owners[one.lesion]} and {one.patient} "
                f"(picture {one.name}); correct the table"
            )
    return [f"{source}/{_group(one, owners)}" for one in found]


def _group(one: Found, owners: dict[str, str]) -> str:
    if owner := one.patient or owners.get(one.lesion, ""):
        return f"patient/{owner}"
    return f"lesion/{one.lesion}" if one.lesion else f"picture/{one.name}"


def _strata(found: Sequence[Found]) -> list[str]:
    """The task with the most classes tells by what to stratify; a picture without it falls back on its other labels."""
    classes = Counter(task for task, _ in {item for one in found for item in one.labels.items()})
    order = sorted(classes, key=lambda task: (-classes[task], task))
    return [next(f"{task}={one.labels[task]}" for task in order if task in one.labels) for one in found]


def _sample(one: Found, group: str, split: Split, name: str, copy: str) -> Sample:
    return Sample(
        key=f"{name}/{one.name}",
        group=group,
        split=split,
        source=copy,
        labels=one.labels,
        origin=one.origin,
        picture=f"{name}/{one.name}",
        attributes=one.attributes,
        crop=one.crop,
        shapes=one.shapes,
    )
