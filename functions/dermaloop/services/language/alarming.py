"""Tells which emergencies the signs of a text make up: some by one sign, some only together."""

from dermaloop.contract.questions import EMERGENCY_SIGNS, EmergencySign
from dermaloop.services.language.findings import Findings

SKIN = (
    "rash", "spreading", "blisters", "ulcer", "peeling", "pus", "wound", "whole_body_red", "face_swelling",
    "purple", "burn", "sunburn", "shingles", "acne", "eczema", "hot", "inflammation", "sting", "animal_bite",
)  # fmt: skip
"""Something on the skin that, with a fever, needs to be seen the same day."""

RULES: dict[EmergencySign, tuple[tuple[str, ...], ...]] = {
    "breathing_or_swelling": (
        ("breathing",),
        ("face_swelling",),
        ("throat",),
        ("dizzy", "rash"),
        ("dizzy", "sting"),
        ("itch", "dizzy"),
        *((sign, "systemic", "acute") for sign in ("exposure", "itch", "medicine")),
        *(("medicine", "systemic", sign) for sign in ("itch", "rash")),
    ),
    "unwell_with_rash": (
        *(("fever", sign) for sign in SKIN),
        *(("unwell", sign) for sign in ("rash", "spreading", "blisters", "peeling", "pus", "wound", "purple")),
        *(("chills", sign) for sign in ("rash", "spreading", "wound", "pus", "whole_body_red", "blisters", "ulcer")),
        *(("vomiting", sign) for sign in ("rash", "burn", "sunburn", "purple", "blisters")),
        ("acne", "ulcer", "joint_pain"),
    ),
    "sepsis_sign": (
        ("confusion",),
        ("faint",),
        ("drowsy",),
        ("stiff_neck",),
        ("mottled",),
        ("seizure",),
        ("droop",),
        *(("no_urine", sign) for sign in ("rash", "wound", "fever", "blisters", "hot")),
    ),
    "rash_not_fading": (
        ("nonblanch",),
        ("purple", "fever"),
        ("purple", "chills"),
        ("purple", "unwell"),
        ("purple", "hot"),
    ),
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
        ("sunburn", "large_area", "blisters"),
        *(("burn", sign) for sign in ("child", "newborn", "peeling", "black_tissue", "numb")),
    ),
    "tissue_dying": (
        ("black_tissue",),
        *(("foul", sign) for sign in ("wound", "ulcer", "diabetes", "blisters", "chills", "fever", "blackened")),
        *(("blackened", sign) for sign in ("chills", "fever", "numb", "diabetes")),
    ),
    "bite_or_sting": (
        ("snake",),
        *(
            ("sting", sign)
            for sign in ("throat", "faint", "breathing", "unwell", "face_swelling", "vomiting", "systemic")
        ),
        *(("animal_bite", sign) for sign in ("pus", "rash", "inflammation")),
    ),
    "newborn_ill": (
        ("newborn_sick",),
        *(("newborn", sign) for sign in ("fever", "blisters", "not_feeding", "drowsy", "pus", "purple")),
    ),
    "self_harm": (("self_harm",),),
}
"""Any of these sets of signs is the emergency; more signs can only add emergencies."""

SET_ASIDE = frozenset(code for rule in RULES.values() for together in rule for code in together) - {"self_harm"}
"""Signs that count only where they are told of now; a wish to die is heard wherever it is told."""


WORRYING = (
    ("acute", "distress"), ("asking", "distress"), ("newborn", "distress"), ("newborn", "asking"),
    ("newborn", "vomiting"), ("newborn", "chills"), ("newborn", "unwell"), ("child_near", "unwell"),
    ("systemic", "rash"), ("systemic", "wound"), ("systemic", "acute"), ("exposure", "rash", "acute"),
)  # fmt: skip
"""Together these make no emergency known to us, but may be the words of one that we do not know."""

UNSETTLED = frozenset({
    "acute", "distress", "systemic", "no_urine", "fever", "chills", "unwell", "vomiting", "dizzy", "spreading",
    "purple", "large_area", "medicine", "sting", "animal_bite", "numb", "wound", "pus", "burn", "blisters",
    "mouth_sores", "eye_near", "foul",
})  # fmt: skip
"""Whoever speaks of any of these is not told that no appointment is needed."""


def emergencies(found: Findings) -> tuple[EmergencySign, ...]:
    """In the order of the form."""
    return tuple(sign for sign in EMERGENCY_SIGNS if any(found.has(*together) for together in RULES[sign]))


def evidence(found: Findings) -> list[str]:
    """The words that make up the emergencies, each once."""
    met = (together for sign in emergencies(found) for together in RULES[sign] if found.has(*together))
    return list(dict.fromkeys(found.present[code] for together in met for code in together))


def worrying(found: Findings) -> bool:
    """Whether the words around the signs sound like an emergency: how sudden, how afraid, what was done before."""
    return any(found.has(*together) for together in WORRYING)


def pressed(found: Findings) -> bool:
    """Whether someone asks what to do about something that came on within hours."""
    return found.has("acute", "asking")


def unsettled(found: Findings) -> bool:
    return any(code in found.present for code in UNSETTLED)
