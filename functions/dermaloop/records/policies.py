"""What admins decide about the loop and about keeping: one record that the sweep and the services read."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dermaloop.records.documents import Kind, Record

Days = Annotated[int, Meta(ge=0, le=36500)]
PolicyName = Literal["by_hand", "when_green"]


class TrainingPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a training starts by itself, of what, and who promotes."""

    threshold: Annotated[int, Meta(ge=0, le=1_000_000, description="New annotations that start a run; 0: never.")] = 50
    every_days: Annotated[int, Meta(ge=0, le=3650, description="A run every so many days; 0: never.")] = 0
    recipe: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "loop"
    models: Annotated[
        tuple[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")], ...], Meta(min_length=1, max_length=8)
    ] = ("disease", "malignancy")
    promotion: Annotated[
        PolicyName, Meta(description="`when_green`: a candidate whose gate is green is promoted at once.")
    ] = "by_hand"


class RetentionPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long things are kept; 0 is for ever. The audit trail always is."""

    case_days: Annotated[Days, Meta(description="Cases with their pictures, from the day they were sent.")] = 0
    dead_letter_days: Days = 90


class Policies(Record, frozen=True, kw_only=True):
    """All of it; the id is always `policies`."""

    training: TrainingPolicy = TrainingPolicy()
    retention: RetentionPolicy = RetentionPolicy()


POLICIES = Kind("policies", Policies)
