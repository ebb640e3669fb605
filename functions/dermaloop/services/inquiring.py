"""Chooses what to ask next: only what was not said yet, and only where a yes would make it more pressing."""

from dermaloop.advice import Question
from dermaloop.contract.labels import TIERS, Tier
from dermaloop.contract.questions import EMERGENCY_SIGNS, WARNING_SIGNS, Answers
from dermaloop.knowledge import form_words
from dermaloop.services.language.alarming import pressed, worrying
from dermaloop.services.language.findings import Findings
from dermaloop.services.retrieving import Place

MOST = 3
RASHES = frozenset({"eczema", "psoriasis", "acne"})
OF_A_RASH = ("unwell_with_rash", "skin_peeling", "eye_involved", "breathing_or_swelling", "spreading_infection")
OF_A_SPOT = (
    "changed", "bleeding", "growing_fast", "not_healing", "over_7_mm", "site", "since", "weak_immunity",
    "past_skin_cancer",
)  # fmt: skip
OF_ANYTHING = ("unwell_with_rash", "breathing_or_swelling", "changed", "bleeding")
_SAID_BY = {
    "unwell_with_rash": ("fever", "unwell", "chills"),
    "breathing_or_swelling": ("breathing", "face_swelling", "throat"),
    "eye_involved": ("eye", "eye_near"),
    "skin_peeling": ("peeling", "blisters", "mouth_sores"),
    "spreading_infection": ("spreading", "spreading_fast", "severe_pain"),
}
_RASH_SIGNS = ("rash", "itch", "blisters", "eczema", "acne", "pus", "spreading", "fever", "peeling")


def questions(
    found: Findings, answers: Answers, *, tier: Tier, place: Place, locale: str, most: int = MOST
) -> list[Question]:
    """The few that matter most; none once it is an emergency."""
    if tier == "emergency":
        return []
    fields = [field for field in _about(found, place) if _open(field, found, answers) and _raises(field, tier)]
    return [Question(field, form_words(locale).questions[field]) for field in fields[:most]]


def _about(found: Findings, place: Place) -> tuple[str, ...]:
    if worrying(found) or pressed(found):
        return OF_A_RASH
    if "spot" in found.present or place.code not in (*RASHES, "warning_signs", "normal"):
        return (*OF_A_SPOT, *OF_A_RASH[:1])
    if place.code in RASHES or any(sign in found.present for sign in _RASH_SIGNS):
        return OF_A_RASH
    return OF_ANYTHING


def _open(field: str, found: Findings, answers: Answers) -> bool:
    if field in _SAID_BY:
        return not any(sign in found.present or sign in found.denied for sign in _SAID_BY[field])
    return getattr(answers, field) is None


def _raises(field: str, tier: Tier) -> bool:
    """Emergencies raise anything; an answer about a spot makes it urgent at most."""
    if field in EMERGENCY_SIGNS:
        return True
    return TIERS.index(tier) < TIERS.index("urgent") and (field in WARNING_SIGNS or field in ("site", "since"))
