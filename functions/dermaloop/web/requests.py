"""What clients may send, as typed structs; a field that is not known is an error, so that no typo loses a consent."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.contract.preprocessing import Crop
from dermaloop.contract.questions import Answers
from dermaloop.services.keeping import Consent

LONGEST_STORY = 2000
PICTURE_FORMAT = "base64-picture"

Picture = Annotated[
    str,
    Meta(
        min_length=1,
        extra_json_schema={"format": PICTURE_FORMAT, "contentEncoding": "base64"},
        description="A JPEG, PNG, WebP or HEIC picture in base64, plain or URL-safe, with or without a data: prefix.",
    ),
]
CropField = Annotated[Crop | None, Meta(description="Look at this part only, in fractions of the upright picture.")]

Locale = Annotated[
    str, Meta(max_length=35, description="The language of all texts, as a BCP 47 tag; en, zh-TW and ko are there.")
]


class Options(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What goes with every picture that is sent."""

    explain: Annotated[bool, Meta(description="Return a heatmap of what spoke for the label.")] = False
    outline: Annotated[bool, Meta(description="Return where the lesion lies, with figures about it.")] = False
    store_image: Annotated[bool, Meta(description="Consent: keep the picture, without its metadata.")] = False
    train_consent: Annotated[bool, Meta(description="Consent: besides keeping it, train future models on it.")] = False
    locale: Locale = "en"

    def __post_init__(self) -> None:
        if self.train_consent and not self.store_image:
            raise ValueError("train_consent needs store_image: a picture that is not kept cannot be trained on")

    @property
    def consent(self) -> Consent:
        return Consent(store_image=self.store_image, train=self.train_consent)


class PredictRequest(Options, kw_only=True, forbid_unknown_fields=True):
    """One photo for one model."""

    image: Picture
    crop: CropField = None


class PhotoRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One of several photos of the same lesion."""

    image: Picture
    crop: CropField = None


class ScaledPhoto(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A photo, and how much skin it shows."""

    image: Picture
    width_mm: Annotated[
        Annotated[float, Meta(ge=1, le=1000)] | None,
        Meta(description="How many millimetres of skin the picture's width shows, where that is known."),
    ] = None


class OutlineRequest(ScaledPhoto, kw_only=True, forbid_unknown_fields=True):
    """One photo whose lesion is to be outlined; nothing of it is kept."""

    locale: Locale = "en"


class CompareRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Two photos of one lesion; nothing of them is kept."""

    earlier: ScaledPhoto
    later: ScaledPhoto
    locale: Locale = "en"


class AssessRequest(Options, kw_only=True, forbid_unknown_fields=True):
    """One to three photos of one lesion for both models."""

    images: Annotated[list[PhotoRequest], Meta(min_length=1, max_length=3)]
    answers: Annotated[Answers | None, Meta(description="What the person ticked in the form.")] = None
    story: Annotated[
        str, Meta(max_length=LONGEST_STORY, description="What the person wrote; it fills the fields left open.")
    ] = ""
