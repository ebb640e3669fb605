"""Tells which emergencies the signs of a text make up: some by one sign, some only together."""

from dermaloop.contract.questions import EMERGENCY_SIGNS, EmergencySign
from dermaloop.services.language.recognising import Findings

SKIN = (
    "rash", "spreading", "blisters", "ulcer", "peeling", "pus", "wound", "whole_body_red", "face_swelling",
    "purple", "burn", "shingles", "acne", "eczema", "hot", "inflammation", "sting", "animal_bite",
)  # fmt: skip
"""Something on the skin that, with a fever, needs to be seen the same day."""

RULES: dict[EmergencySign, tuple[tuple[str, ...], ...]] = {
    "breathing_or_swelling": (("breathing",), ("face_swelling",), ("throat",), ("dizzy", "rash"), ("dizzy", "sting")),
    "unwell_with_rash": (
        *(("fever", sign) for sign in SKIN),
        *(("unwell", sign) for sign in ("rash", "spreading", "blisters", "peeling", "pus", "wound", "purple")),
        *(("chills", sign) for sign in ("rash", "spreading", "wound", "pus", "whole_body_red", "blisters", "ulcer")),
        *(("vomiting", sign) for sign in ("rash", "burn", "purple", "blisters")),
        ("acne", "ulcer", "joint_pain"),
    ),
    "sepsis_sign": (("confusion",), ("faint",), ("drowsy",), ("stiff_neck",), ("mottled",), ("seizure",)),
    "rash_not_fading": (("nonblanch",), ("purple", "fever"), ("purple", "chills"), ("purple", "unwell")),
    "skin_peeling": (
        ("peeling_sheets",),
        *(("peeling", sign) for sign in ("medicine", "blisters", "fever", "mouth_sores", "whole_body_red", "eye")),
        *(("mouth_sores", sign) for sign in ("rash", "blisters", "medicine", "eye", "fever")),
        ("medicine", "blisters"),
    ),
    "eczema_blisters": (("eczema", "blisters"), ("punched",)),
    "eye_involved": (
        ("eye",),
        *(("eye_near", sign) for sign in ("blisters", "shingles", "fever")),
        ("chemical_burn", "eye_near"),
    ),
    "whole_body": (("whole_body_red",), ("pustules_all",), ("large_area", "pus", "rash")),
    "spreading_infection": (
        ("spreading_fast",),
        ("streaks",),
        ("severe_pain",),
        *(("spreading", sign) for sign in ("wound", "hot", "animal_bite", "diabetes")),
    ),
    "bleeding_not_stopping": (("bleed_nonstop",),),
    "severe_burn": (
        ("chemical_burn",),
        ("electric_burn",),
        ("burn_grave",),
        ("burn", "large_area", "blisters"),
        *(("burn", sign) for sign in ("child", "newborn", "peeling", "black_tissue", "numb")),
    ),
    "tissue_dying": (("black_tissue",), *(("foul", sign) for sign in ("wound", "ulcer", "diabetes", "blisters"))),
    "bite_or_sting": (
        ("snake",),
        *(("sting", sign) for sign in ("throat", "faint", "breathing", "unwell", "face_swelling", "vomiting")),
        *(("animal_bite", sign) for sign in ("pus", "rash", "inflammation")),
    ),
    "newborn_ill": tuple(("newborn", sign) for sign in ("fever", "blisters", "not_feeding", "drowsy", "pus")),
    "self_harm": (("self_harm",),),
}
"""Any of these sets of signs is the emergency; more signs can only add emergencies."""


def emergencies(found: Findings) -> tuple[EmergencySign, ...]:
    """In the order of the form."""
    return tuple(sign for sign in EMERGENCY_SIGNS if any(found.has(*together) for together in RULES[sign]))
