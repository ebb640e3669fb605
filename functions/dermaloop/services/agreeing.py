"""How far the doctors agree: on diagnoses, by class and by doctor, on outlines, and how long they took."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import msgspec
import numpy as np

from dermaloop.knowledge.review_words import review_words
from dermaloop.ports import Documents
from dermaloop.records.documents import Query
from dermaloop.records.findings import DIAGNOSES, Diagnosis
from dermaloop.records.reviewing import ANNOTATIONS, REVIEWS, Annotation, Review
from dermaloop.records.shapes import Shape
from dermaloop.services.kappa import Kappa, cohen, fleiss
from dermaloop.services.outlining import overlap, union

_PAGE = 500
_GRID = 256
_LESION = "lesion"

Readings = Mapping[str, Sequence[Annotation]]
"""By image, the blind readings of it: what was said with the other readings in sight would prove nothing."""


class ClassAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement on one diagnosis against all others."""

    diagnosis: Diagnosis
    name: str
    readings: int
    kappa: Kappa


class PairAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Two doctors who read the same images."""

    first: str
    second: str
    kappa: Kappa


class DoctorFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One doctor: how much they read and how fast, and how far others and the references agree with them."""

    annotator: str
    name: str
    readings: int
    seconds: tuple[float, float, float] | None
    with_others: Kappa
    with_reference: float | None


class Overlaps(msgspec.Struct, frozen=True, kw_only=True):
    """Intersection over union of the lesions that two doctors outlined on the same image."""

    pairs: int
    mean: float | None
    low: float | None
    high: float | None
    median: float | None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far the doctors agree. Seconds are the lower quartile, the median and the upper quartile."""

    images: int
    readings: int
    kappa: Kappa
    classes: list[ClassAgreement]
    pairs: list[PairAgreement]
    doctors: list[DoctorFigures]
    outlines: Overlaps
    seconds: tuple[float, float, float] | None


def agreement(documents: Documents, *, locale: str, since: str | None = None, until: str | None = None) -> Agreement:
    """Over the readings submitted between two times."""
    annotations = list(submitted(documents, since=since, until=until))
    by_image: dict[str, list[Annotation]] = defaultdict(list)
    for each in annotations:
        if each.part != "adjudication":
            by_image[each.review_id].append(each)
    return Agreement(
        images=len({each.review_id for each in annotations}),
        readings=len(annotations),
        kappa=fleiss(_table(by_image)),
        classes=_classes(by_image, locale),
        pairs=_pairs(by_image),
        doctors=_doctors(annotations, by_image, documents),
        outlines=_outlines(by_image),
        seconds=_quartiles([each.seconds for each in annotations]),
    )


def submitted(documents: Documents, *, since: str | None = None, until: str | None = None) -> Iterator[Annotation]:
    """Every submitted reading, oldest first."""
    query, after = Query(ANNOTATIONS, {"submitted": True}, order="submitted_at", at_least=since, below=until), ""
    while True:
        page = documents.find(query, after=after, limit=_PAGE)
        yield from page.records
        if not (after := page.after):
            return


def said(annotation: Annotation) -> Diagnosis:
    """The diagnosis before the model's answer was seen."""
    return (annotation.blind or annotation.findings).diagnosis or "cannot_tell"


def _table(by_image: Readings) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    table = np.zeros((len(by_image), len(DIAGNOSES)))
    place = {code: number for number, code in enumerate(DIAGNOSES)}
    for row, readings in enumerate(by_image.values()):
        for each in readings:
            table[row, place[said(each)]] += 1
    return table


def _classes(by_image: Readings, locale: str) -> list[ClassAgreement]:
    """Those that somebody named where two read."""
    table, found, names = _table(by_image), [], review_words(locale).diagnoses
    table = table[table.sum(axis=1) >= 2]
    for column, code in enumerate(DIAGNOSES):
        if named := int(table[:, column].sum()):
            one = table[:, column]
            kappa = fleiss(np.stack([one, table.sum(axis=1) - one], axis=1))
            found.append(ClassAgreement(diagnosis=code, name=names[code], readings=named, kappa=kappa))
    return found


def _pairs(by_image: Readings) -> list[PairAgreement]:
    both: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for readings in by_image.values():
        for one, other in combinations(sorted(readings, key=lambda each: each.annotator), 2):
            both[one.annotator, other.annotator].append((said(one), said(other)))
    return [
        PairAgreement(first=first, second=second, kappa=cohen(*zip(*codes, strict=True)))
        for (first, second), codes in sorted(both.items())
    ]


def _doctors(annotations: Sequence[Annotation], by_image: Readings, documents: Documents) -> list[DoctorFigures]:
    references = {review.id: review for review in _reviewed(documents)}
    own: dict[str, list[Annotation]] = defaultdict(list)
    for each in annotations:
        own[each.annotator].append(each)
    return [_doctor(readings, by_image, references) for _, readings in sorted(own.items())]


def _doctor(readings: Sequence[Annotation], by_image: Readings, references: Mapping[str, Review]) -> DoctorFigures:
    mine = [each for each in readings if each.part != "adjudication"]
    beside = [
        (said(each), said(other))
        for each in mine
        for other in by_image[each.review_id]
        if other.annotator != each.annotator
    ]
    first, second = zip(*beside, strict=True) if beside else ((), ())
    judged = [
        said(each) == review.diagnosis
        for each in mine
        if (review := references.get(each.review_id)) and len(by_image[each.review_id]) > 1
    ]
    return DoctorFigures(
        annotator=readings[0].annotator,
        name=readings[-1].name,
        readings=len(readings),
        seconds=_quartiles([each.seconds for each in readings]),
        with_others=cohen(first, second),
        with_reference=sum(judged) / len(judged) if judged else None,
    )


def _reviewed(documents: Documents) -> Iterator[Review]:
    """Those with a reference; it says something of a reader only where others read too."""
    query, after = Query(REVIEWS, {"state": "reviewed"}, order="created_at", descending=True), ""
    while True:
        page = documents.find(query, after=after, limit=_PAGE)
        yield from page.records
        if not (after := page.after):
            return


def _outlines(by_image: Readings) -> Overlaps:
    found = []
    for readings in by_image.values():
        drawn = [shapes for each in readings if (shapes := _lesion(each))]
        masks = [union(shapes, _GRID, _GRID) for shapes in drawn] if len(drawn) > 1 else []
        found += [overlap(one, other) for one, other in combinations(masks, 2)]
    if not found:
        return Overlaps(pairs=0, mean=None, low=None, high=None, median=None)
    values = np.array(found)
    drawn_anew = np.random.default_rng(0).choice(values, (1000, len(values))).mean(axis=1)
    low, high = np.quantile(drawn_anew, (0.025, 0.975))
    return Overlaps(
        pairs=len(values),
        mean=float(values.mean()),
        low=float(low),
        high=float(high),
        median=float(np.median(values)),
    )


def _lesion(annotation: Annotation) -> list[Shape]:
    findings = annotation.blind or annotation.findings
    return [shape for shape in findings.shapes if shape.label == _LESION]


def _quartiles(seconds: Sequence[float]) -> tuple[float, float, float] | None:
    if not seconds:
        return None
    low, middle, high = np.quantile(np.array(seconds), (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)
