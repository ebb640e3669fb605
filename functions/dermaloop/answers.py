"""What a client is told, as typed structs: the JSON of the API and its OpenAPI schemas are made from these."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dermaloop.advice import RedFlag, SevenPoint, Understood
from dermaloop.contract.labels import Tier
from dermaloop.contract.preprocessing import Crop, Place
from dermaloop.records import ModelVersion, Status

Probability = Annotated[float, Meta(ge=0, le=1)]
Share = Probability
Heatmap = Annotated[
    str,
    Meta(description="A data: URL of a PNG: the looked-at square with the regions that spoke for the label in colour."),
]

ReasonCode = Annotated[
    str,
    Meta(
        description="malignant_plausible, models_disagree, uncertain, poor_quality, not_skin, likely, benign_likely,"
        " risk_raised, story_differs, or the code of a red flag."
    ),
]
IssueCode = Literal[
    "blurred", "too_dark", "too_bright", "clipped", "low_contrast", "too_small", "lesion_small", "cut_off", "off_centre"
]


class RankedLabel(msgspec.Struct, frozen=True):
    """One label with its name in the caller's language and its calibrated probability."""

    label: str
    name: str
    probability: Probability


class Reason(msgspec.Struct, frozen=True):
    """Why the next step is what it is."""

    code: ReasonCode
    text: str


class NextStep(msgspec.Struct, frozen=True):
    """What to do and how soon: the same findings always give the same step."""

    tier: Tier
    within_days: Annotated[int, Meta(ge=0)]
    text: str
    reasons: Annotated[list[Reason], Meta(description="Gravest first.")]
    where: Annotated[str, Meta(description="Whom to see.")] = ""
    watch_for: Annotated[list[str], Meta(description="What to look out for; any of it means to be seen sooner.")] = []


class QualityIssue(msgspec.Struct, frozen=True):
    """Something wrong with the photo, and how to take a better one."""

    code: IssueCode
    tip: str


class Quality(msgspec.Struct, frozen=True):
    """Whether the photo can be relied on; issues of framing are tips and do not make it unacceptable."""

    acceptable: bool
    issues: list[QualityIssue]


DermoscopicColour = Literal["white", "red", "light_brown", "dark_brown", "blue_grey", "black"]
Rgb = tuple[int, int, int]
OutlineStatus = Literal["outlined", "uncertain", "not_found", "not_skin", "unavailable"]
Point = tuple[Place, Place]


class LesionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The A, B, C and D that the outline gives; `services.describing` says how each is computed and after whom."""

    area: Annotated[Share, Meta(description="The lesion's share of the picture.")]
    diameter: Annotated[float, Meta(ge=0, description="The longest way across, where the picture's longer side is 1.")]
    diameter_mm: Annotated[float | None, Meta(description="Given only where the request tells the scale.")] = None
    asymmetry: Annotated[Share, Meta(description="0 where each half mirrors the other about both principal axes.")]
    border: Annotated[Share, Meta(description="0 for a circle, higher the longer and more ragged the border.")]
    colours: Annotated[
        list[DermoscopicColour], Meta(description="Which of dermoscopy's six colours cover 5 % of it or more.")
    ]
    colour_spread: Annotated[float, Meta(ge=0, description="How far its places differ from its mean colour (CIELAB).")]
    colour: Annotated[Rgb, Meta(description="The lesion's mean colour.")]
    skin_colour: Annotated[Rgb, Meta(description="The mean colour of what surrounds it.")]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """Where the lesion lies in the upright picture; what is not `outlined` has no figures."""

    status: OutlineStatus
    points: Annotated[
        list[Point], Meta(description="Corners of the border, x and y, in fractions of the picture.")
    ] = []
    certainty: Annotated[Share, Meta(description="How sure the model is of the outline.")] = 0.0
    crop: Annotated[Crop | None, Meta(description="A good crop: a square of pixels with the lesion in its middle.")] = (
        None
    )
    figures: LesionFigures | None = None
    width: Annotated[int, Meta(ge=0, description="Pixels of the upright picture.")] = 0
    height: Annotated[int, Meta(ge=0, description="Pixels of the upright picture.")] = 0
    model: ModelVersion | None = None


class OutlineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The outline alone, before anything is predicted or kept."""

    outline: Outline
    quality: Quality
    locale: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer about a case carries."""

    id: Annotated[str, Meta(description="The case's id, for /api/cases/{id}.")]
    token: Annotated[
        str | None,
        Meta(
            description="The case's secret, given once, at creation: send it as X-Case-Token to see or delete the case."
            " Given with kept=false where the store was lost in the midst: the case may have been kept after all."
        ),
    ] = None
    kept: Annotated[
        bool,
        Meta(description="False where the store could not be reached: the answer stands, but may not have been kept."),
    ] = True
    created_at: str
    locale: str


class Answer(Kept, frozen=True, kw_only=True):
    """What one model says of one photo."""

    status: Status
    label: str
    probabilities: list[RankedLabel]
    malignant_probability: Probability | None
    next_step: NextStep
    quality: Quality
    model: ModelVersion
    frame: Annotated[Crop, Meta(description="The square that was looked at, in fractions of the upright picture.")]
    heatmap: Heatmap | None = None
    outline: Annotated[Outline | None, Meta(description="Given where the request asks for it.")] = None
    disclaimer: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one model says of one of several photos."""

    model: ModelVersion
    status: Status
    label: str
    probabilities: list[RankedLabel]
    malignant_probability: Probability | None


class PhotoReadings(msgspec.Struct, frozen=True, kw_only=True):
    """One photo of an assessment, with what each model says of it."""

    status: Status
    quality: Quality
    frame: Crop
    readings: list[Reading]
    heatmap: Heatmap | None = None
    outline: Outline | None = None


class Risk(msgspec.Struct, frozen=True):
    """The calibrated risk that the spot is malignant or a precursor, from the photo together with age, sex and site."""

    probability: Probability
    threshold: Annotated[Probability, Meta(description="From here on a doctor should look at it.")]
    used: Annotated[list[str], Meta(description="The answers it rests on.")]


class Assessment(Kept, frozen=True, kw_only=True):
    """One answer from all photos of one lesion and both models: the most worrying photo leads."""

    status: Status
    label: str
    probabilities: list[RankedLabel]
    malignant_probability: Probability
    models_agree: bool
    next_step: NextStep
    seven_point: Annotated[SevenPoint | None, Meta(description="Where answers were given.")] = None
    red_flags: list[RedFlag] = []
    risk: Annotated[Risk | None, Meta(description="Photo and answers as one risk, where that was fitted.")] = None
    understood: Annotated[Understood | None, Meta(description="Where a story was sent: to be confirmed.")] = None
    photos: list[PhotoReadings]
    disclaimer: str
