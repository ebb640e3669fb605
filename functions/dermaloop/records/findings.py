"""What a doctor says of one image, in closed words."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from dermaloop.records.shapes import Polygon, RunLengths, Shape

Diagnosis = Literal[
    "akiec", "bcc", "bkl", "df", "mel", "nv", "vasc",
    "actinic_keratosis", "bowen_disease", "squamous_cell_carcinoma", "keratoacanthoma", "merkel_cell_carcinoma",
    "dermatofibrosarcoma", "kaposi_sarcoma", "cutaneous_lymphoma", "cutaneous_metastasis",
    "lentigo_maligna", "dysplastic_naevus", "blue_naevus", "spitz_naevus",
    "seborrhoeic_keratosis", "solar_lentigo", "lichenoid_keratosis",
    "haemangioma", "angiokeratoma", "pyogenic_granuloma", "haemorrhage",
    "viral_wart", "molluscum", "skin_tag", "epidermal_cyst", "lipoma", "neurofibroma", "sebaceous_hyperplasia",
    "scar_or_keloid", "adnexal_tumour",
    "acne", "rosacea", "atopic_dermatitis", "contact_dermatitis", "seborrhoeic_dermatitis", "psoriasis",
    "lichen_planus", "urticaria", "tinea", "impetigo", "herpes", "cellulitis", "scabies", "vitiligo", "melasma",
    "normal_skin", "other", "cannot_tell", "not_skin",
]  # fmt: skip
DIAGNOSES: tuple[Diagnosis, ...] = get_args(Diagnosis)
SEVEN = DIAGNOSES[:7]
"""What the disease model tells apart; the others are for what it does not know, or knows under a wider name."""

Certainty = Literal["certain", "probable", "possible"]

Confirmation = Literal[
    "histopathology",
    "serial imaging showing no change",
    "confocal microscopy with consensus dermoscopy",
    "single image expert consensus",
    "single contributor clinical assessment",
]
"""The ISIC Archive's words (https://github.com/ImageMarkup/isic-metadata), strongest first."""
CONFIRMATIONS: tuple[Confirmation, ...] = get_args(Confirmation)

Site = Literal[
    "unknown",
    "head/neck",
    "upper extremity",
    "lower extremity",
    "anterior torso",
    "posterior torso",
    "lateral torso",
    "palms/soles",
    "oral/genital",
    "nail",
]
"""The ISIC Archive's general body sites, with the nail apart, since a streak under it is read differently."""

MOST_SHAPES, MOST_RUNS_IN_ALL, MOST_POINTS_IN_ALL = 500, 60_000, 3_000
"""All of it, kept twice (as it counts and as it was said blind), stays under the mebibyte of a Firestore document."""


class Findings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a doctor says of one image; a draft may leave the diagnosis open."""

    diagnosis: Diagnosis | None = None
    certainty: Certainty | None = None
    confirmed_by: Confirmation = "single contributor clinical assessment"
    site: Site = "unknown"
    notes: Annotated[str, Meta(max_length=4000)] = ""
    shapes: Annotated[tuple[Shape, ...], Meta(max_length=MOST_SHAPES)] = ()

    def __post_init__(self) -> None:
        runs = sum(len(shape.counts) for shape in self.shapes if isinstance(shape, RunLengths))
        if runs > MOST_RUNS_IN_ALL:
            raise ValueError(f"the masks have {runs} runs, and {MOST_RUNS_IN_ALL} at most are kept: paint them coarser")
        points = sum(len(shape.points) for shape in self.shapes if isinstance(shape, Polygon))
        if points > MOST_POINTS_IN_ALL:
            raise ValueError(f"the polygons have {points} corners, and {MOST_POINTS_IN_ALL} at most are kept")
