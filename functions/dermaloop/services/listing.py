"""Lists the models that can be asked, as their manifests describe them."""

from contextlib import suppress

import msgspec

from dermaloop.contract.labels import Label
from dermaloop.contract.manifest import Kind, Manifest
from dermaloop.errors import ModelUnavailable, NotFound
from dermaloop.ports import Classifiers, Segmenters


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


def list_models(*, classifiers: Classifiers, segmenters: Segmenters) -> ModelList:
    """A model that will not load is left out; its refusal is in the log."""
    found = {}
    for registry in (classifiers, segmenters):
        for name in registry.names():
            with suppress(ModelUnavailable, NotFound):
                found[name] = _summary(registry.champion(name).manifest)
    return ModelList([found[name] for name in sorted(found)])


def _summary(manifest: Manifest) -> ModelSummary:
    return ModelSummary(**{field: getattr(manifest, field) for field in ModelSummary.__struct_fields__})
