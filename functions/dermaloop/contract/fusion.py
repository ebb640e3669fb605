"""One risk from the photo and what the person said of age, sex and site: a small logistic model, as data."""

import math
from typing import Annotated, Literal

import msgspec

from dermaloop.contract.questions import Answers, Site

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]

PLACES: dict[Site, str] = {
    "scalp": "scalp", "face": "face", "eyelid": "face", "lip": "face", "ear": "ear", "neck": "neck",
    "chest": "chest", "back": "back", "abdomen": "abdomen", "arm": "upper extremity", "hand": "hand",
    "leg": "lower extremity", "foot": "foot", "sole": "foot", "palm": "hand", "genital": "genital",
}  # fmt: skip
"""Our sites in HAM10000's words; nails and mucous membranes are not in that data set."""


class Fusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was fitted for exactly one model file: log odds = intercept + photo x the photo's log odds + weights."""

    model: str
    sha256: Sha256
    fitted: str
    intercept: float
    photo: float
    age_known: float
    age: float  # per decade from fifty
    age_squared: float
    sex: dict[Literal["female", "male"], float]
    site: dict[str, float]
    threshold: Annotated[float, msgspec.Meta(gt=0, lt=1)]


def known(answers: Answers) -> list[str]:
    """Which of the answers the fusion can use."""
    usable = {
        "age": answers.age is not None,
        "sex": answers.sex in ("female", "male"),
        "site": answers.site in PLACES,
    }
    return [name for name, given in usable.items() if given]


def fused(fusion: Fusion, malignant_probability: float, answers: Answers) -> float:
    """The calibrated risk; what was not answered adds nothing, as for the average person of the data set."""
    clipped = min(max(malignant_probability, 1e-6), 1 - 1e-6)
    odds = fusion.intercept + fusion.photo * math.log(clipped / (1 - clipped))
    if answers.age is not None:
        decades = (min(answers.age, 85) - 50) / 10  # the data set knows no one older
        odds += fusion.age_known + fusion.age * decades + fusion.age_squared * decades**2
    if answers.sex == "female" or answers.sex == "male":
        odds += fusion.sex.get(answers.sex, 0.0)
    if answers.site is not None and answers.site in PLACES:
        odds += fusion.site.get(PLACES[answers.site], 0.0)
    return 1 / (1 + math.exp(-odds))
