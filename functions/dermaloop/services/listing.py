"""Lists the models that can be asked, as their manifests describe them."""

from contextlib import suppress

import msgspec

from dermaloop.contract.labels import Label
from dermaloop.contract.manifest import Kind, Manifest
from dermaloop.errors import ModelUnavailable, NotFound
from dermaloop.ports import World


class ModelSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One model that serves now."""

    name: str
    kind: Kind
    version: str
    sha256: str
    created: str
    namespace: str
    labels: tuple[Label, ...]
    input_size: int
    preprocessing: str
    malignant_threshold: float | None
    uncertain_below: float
    metrics: dict[str, float]


class ModelList(msgspec.Struct, frozen=True):
    """Every model that serves now, by name."""

    models: list[ModelSummary]


def list_models(*, world: World) -> ModelList:
    """A model that will not load is left out; its refusal is in the log."""
    found = []
    for name in names(world):
        with suppress(ModelUnavailable, NotFound):
            found.append(_summary(serving(name, world)))
    return ModelList(found)


def names(world: World) -> tuple[str, ...]:
    """Every model that can be asked, of whatever kind."""
    return tuple(sorted({*world.classifiers.names(), *world.segmenters.names()}))


def serving(name: str, world: World) -> Manifest:
    """What serves under a name now, of whatever kind; NotFound or ModelUnavailable as the registries say."""
    try:
        return world.classifiers.champion(name).manifest
    except NotFound:
        return world.segmenters.champion(name).manifest


def _summary(manifest: Manifest) -> ModelSummary:
    return ModelSummary(**{field: getattr(manifest, field) for field in ModelSummary.__struct_fields__})
