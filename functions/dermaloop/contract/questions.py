"""The form that may come with a photo: closed words for what a person knows and a picture does not show."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

Sex = Literal["female", "male", "other"]
Since = Literal["days", "weeks", "months", "years", "birth"]
Site = Literal[
    "scalp", "face", "eyelid", "lip", "mouth", "ear", "neck", "chest", "back", "abdomen", "arm", "hand", "palm",
    "leg", "foot", "sole", "nail", "genital", "elsewhere",
]  # fmt: skip
EmergencySign = Literal[
    "breathing_or_swelling",
    "unwell_with_rash",
    "sepsis_sign",
    "rash_not_fading",
    "skin_peeling",
    "eczema_blisters",
    "eye_involved",
    "whole_body",
    "spreading_infection",
    "bleeding_not_stopping",
    "severe_burn",
    "tissue_dying",
    "bite_or_sting",
    "newborn_ill",
    "self_harm",
]

SITES: tuple[Site, ...] = get_args(Site)
EMERGENCY_SIGNS: tuple[EmergencySign, ...] = get_args(EmergencySign)
ACRAL_OR_MUCOSAL: frozenset[Site] = frozenset({"palm", "sole", "nail", "mouth"})
DELICATE: frozenset[Site] = frozenset({"eyelid", "lip", "ear", "genital"})

WARNING_SIGNS = (
    "changed", "changed_size", "changed_shape", "changed_colour", "bleeding", "itch_or_pain", "over_7_mm",
    "inflammation", "past_skin_cancer", "weak_immunity", "growing_fast", "not_healing", "hard_crust",
)  # fmt: skip
"""The yes-or-no fields of which each yes counts against a calm answer."""

YesNo = bool | None
Region = Annotated[str, Meta(pattern="^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
"""Coarse on purpose: it is for counting, and says nothing of the spot."""


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the person says of the spot and of themselves. Every field may be left out; none means not asked."""

    age: Annotated[int, Meta(ge=0, le=120, description="In years.")] | None = None
    sex: Sex | None = None
    site: Annotated[Site | None, Meta(description="Where the spot is; `mouth` is any mucous membrane.")] = None
    since: Annotated[Since | None, Meta(description="For how long it has been there, in whole units.")] = None
    changed: Annotated[YesNo, Meta(description="It has changed, in whatever way.")] = None
    changed_size: Annotated[YesNo, Meta(description="It has grown or shrunk.")] = None
    changed_shape: Annotated[YesNo, Meta(description="Its shape has changed or is irregular.")] = None
    changed_colour: Annotated[YesNo, Meta(description="Its colour has changed or is uneven.")] = None
    bleeding: Annotated[YesNo, Meta(description="It bleeds or oozes.")] = None
    itch_or_pain: Annotated[YesNo, Meta(description="It itches, hurts or feels different.")] = None
    over_7_mm: Annotated[YesNo, Meta(description="It is 7 mm or more across.")] = None
    inflammation: Annotated[YesNo, Meta(description="It is red and inflamed.")] = None
    past_skin_cancer: Annotated[YesNo, Meta(description="The person has had skin cancer.")] = None
    weak_immunity: Annotated[YesNo, Meta(description="A transplant, a disease or a medicine weakens immunity.")] = None
    skin_type: Annotated[int, Meta(ge=1, le=6, description="Fitzpatrick: 1 always burns, 6 never.")] | None = None
    growing_fast: Annotated[YesNo, Meta(description="A lump that has grown within weeks.")] = None
    not_healing: Annotated[YesNo, Meta(description="A sore that does not heal, or heals and opens again.")] = None
    hard_crust: Annotated[YesNo, Meta(description="Over 1 cm, crusted and hard.")] = None
    region: Annotated[Region | None, Meta(description="Country or province, as in ISO 3166: TW, KR-11.")] = None
    emergency_signs: Annotated[
        tuple[EmergencySign, ...],
        Meta(max_length=len(EMERGENCY_SIGNS), description="Signs that need help the same day, whatever the spot is."),
    ] = ()

    @property
    def said(self) -> frozenset[str]:
        """The warning signs that were answered with yes."""
        return frozenset(name for name in WARNING_SIGNS if getattr(self, name))
