"""Which code walks a recipe's road: the steps are the same for every kind of model, what each does is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from dermaloop.contract.manifest import SEEN, Kind
from model_export.candidate import Candidate
from model_export.dataset import Sample, Snapshot
from model_export.pixels import Prepared
from model_export.recipe import Recipe


class Assess(Protocol):
    def __call__(
        self, folder: Path, recipe: Recipe, snapshot: Snapshot, root: Path, *, history: Path | None = None
    ) -> None: ...


class Place(NamedTuple):
    """A prepared data set and the folder it lies in, where a kind of model may keep more about it."""

    prepared: Prepared
    folder: Path


class Road(NamedTuple):
    """The steps of one kind of model, in their order. `select` picks the samples that can teach it anything."""

    preprocessing: str
    select: Callable[[list[Sample], Path, str], list[Sample]]
    accompany: Callable[[Place, Path], None]
    train: Callable[[Recipe, Place, Path, Path], None]
    export: Callable[[Recipe, Place, Path, str], Candidate]
    recalibrate: Callable[[Candidate, Recipe, Place, str], Candidate]
    compare: Callable[[Candidate, Recipe, Place, Path, str], dict[str, Any]]
    assess: Assess
    reproduce: Callable[[Path, Path, Snapshot, Path], list[str]]
    renew: Callable[[Path, Path, Snapshot, Path], None]


def road(kind: Kind) -> Road:
    return _segmenter() if kind == "segmenter" else _classifier()


def _classifier() -> Road:
    from model_export import assessment
    from model_export.candidate import export_candidate, recalibrate
    from model_export.compare import compare_candidate
    from model_export.train import load_trained

    return Road(
        preprocessing=SEEN["classifier"],
        select=lambda samples, _root, _task: samples,
        accompany=lambda _place, _root: None,
        train=_train_classifier,
        export=lambda recipe, place, work, task: export_candidate(
            load_trained(recipe, work), recipe, task, place.prepared
        ),
        recalibrate=lambda candidate, recipe, place, task: recalibrate(candidate, recipe, task, place.prepared),
        compare=lambda candidate, recipe, place, work, task: compare_candidate(
            load_trained(recipe, work), candidate, recipe, task, place.prepared
        ),
        assess=assessment.assess,
        reproduce=assessment.reproduce,
        renew=assessment.renew,
    )


def _train_classifier(recipe: Recipe, place: Place, start: Path, work: Path) -> None:
    if recipe.engine == "native":
        from model_export.native.training import train as fit_natively

        fit_natively(recipe, place.prepared, start=start, work=work)
    else:
        from model_export.train import train as fit

        fit(recipe, place.prepared, backbone=start, work=work)


def _segmenter() -> Road:
    from model_export.masks import assessment
    from model_export.masks.candidate import export_candidate, fit_manifest
    from model_export.masks.compare import compare_candidate
    from model_export.masks.samples import masked
    from model_export.masks.train import load_trained, train
    from model_export.masks.truth import load_masks, prepare_masks

    return Road(
        preprocessing=SEEN["segmenter"],
        select=masked,
        accompany=lambda place, root: prepare_masks(place.prepared, root=root, work=place.folder),
        train=lambda recipe, place, backbone, work: train(
            recipe, place.prepared, load_masks(place.folder), backbone=backbone, work=work
        ),
        export=lambda recipe, place, work, _task: export_candidate(
            load_trained(recipe, work), recipe, place.prepared, load_masks(place.folder)
        ),
        recalibrate=lambda candidate, recipe, place, _task: Candidate(
            fit_manifest(candidate.model, recipe, place.prepared, load_masks(place.folder)), candidate.model
        ),
        compare=lambda candidate, recipe, place, work, _task: compare_candidate(
            load_trained(recipe, work), candidate, recipe, place.prepared, load_masks(place.folder)
        ),
        assess=assessment.assess,
        reproduce=assessment.reproduce,
        renew=assessment.renew,
    )
