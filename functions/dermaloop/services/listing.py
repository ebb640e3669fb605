"""Lists the models that can be asked, as their manifests describe them."""

import msgspec

from dermaloop.contract.labels import Label
from dermaloop.contract.manifest import Manifest
from dermaloop.errors import ModelUnavailable
from dermaloop.ports import Classifiers


class ModelSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One model that serves now."""

    name: str
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


def list_models(*, classifiers: Classifiers) -> ModelList:
    """A model that will not load is left out; its refusal is in the log."""
    found = []
    for name in classifiers.names():
        try:
            found.append(_summary(classifiers.champion(name).manifest))
        except ModelUnavailable:
            continue
    return ModelList(found)


def _summary(manifest: Manifest) -> ModelSummary:
    return ModelSummary(**{field: getattr(manifest, field) for field in ModelSummary.__struct_fields__})
