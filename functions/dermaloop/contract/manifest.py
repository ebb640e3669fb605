"""The manifest that travels with a model file: all that serving must know, and nothing it could guess wrong."""

import hashlib
import re
from typing import Annotated, Literal

import msgspec

from dermaloop.contract.labels import Label
from dermaloop.contract.preprocessing import PREPROCESSING, WHOLE
from dermaloop.errors import BrokenModel

NAME = r"^[a-z][a-z0-9_]{0,39}$"
VERSION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

Kind = Literal["classifier", "segmenter"]
SEEN: dict[Kind, str] = {"classifier": PREPROCESSING, "segmenter": WHOLE}
"""Which pixels each kind of model is given by this code."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]


class NotSkin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The region of the model's embedding where real lesions lie: the Mahalanobis distance to the nearest centre.

    `precision` is the inverse covariance all centres share; a picture farther than `limit` shows no skin lesion,
    and neither does one with less than `min_warmth` of skin's colours.
    """

    centres: tuple[tuple[float, ...], ...]
    precision: tuple[tuple[float, ...], ...]
    limit: Positive
    min_warmth: Share = 0.0


class QualityLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the measures of `contract.measures` stop being those of a usable photo, as fitted on validation."""

    min_sharpness: float
    min_brightness: float
    max_brightness: float
    max_clipped: Share
    min_contrast: float
    min_lesion_area: Share
    max_border_touch: Share
    max_off_centre: float
    min_side: int


class MaskRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a map of logits to an outline: a place is lesion from `threshold` on, once the map is calibrated.

    Smaller areas than `min_area` of the picture are no lesion.
    """

    threshold: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    min_area: Share


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of one model, as serving reads it."""

    name: Annotated[str, msgspec.Meta(pattern=NAME)]
    version: Annotated[str, msgspec.Meta(pattern=VERSION)]
    kind: Kind = "classifier"
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    created: str
    preprocessing: str
    input_size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    namespace: str
    labels: Annotated[tuple[Label, ...], msgspec.Meta(min_length=2)]
    temperature: Positive
    malignant_threshold: Share | None
    uncertain_below: Share
    not_skin: NotSkin | None
    quality: QualityLimits
    mask: MaskRule | None = None
    metrics: dict[str, float]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(label.code for label in self.labels)


def read_manifest(data: bytes) -> Manifest:
    """Decodes a manifest and refuses one that this code could not serve truthfully."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BrokenModel(f"the manifest cannot be read: {error}") from error
    made = SEEN[manifest.kind]
    if manifest.preprocessing != made:
        raise BrokenModel(f"the model was made for pixels {manifest.preprocessing!r}; this code makes {made!r}")
    if (manifest.kind == "segmenter") != (manifest.mask is not None):
        raise BrokenModel("a segmenter, and no other model, needs a rule that makes its map a mask")
    if any(label.malignant for label in manifest.labels) and manifest.malignant_threshold is None:
        raise BrokenModel("a model with malignant labels needs a malignant_threshold")
    if len(set(manifest.codes)) != len(manifest.codes):
        raise BrokenModel("two labels share a code")
    return manifest


class Champion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pointer `models/<name>/champion.json`: which published version serves, and since when by whose word."""

    version: Annotated[str, msgspec.Meta(pattern=VERSION)]
    promoted_by: str
    promoted_at: str
    previous: str | None = None


def champion_key(name: str) -> str:
    """Where the pointer lies in the store; it is always written last."""
    return f"models/{name}/champion.json"


def model_key(name: str, version: str, file: str) -> str:
    """Where one file of a published version lies in the store."""
    return f"models/{name}/{version}/{file}"


def write_manifest(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def verify_model(manifest: Manifest, model: bytes) -> None:
    """Refuses a model file that is not the one the manifest was written for."""
    found = hashlib.sha256(model).hexdigest()
    if found != manifest.sha256:
        raise BrokenModel(f"{manifest.name} {manifest.version}: sha256 is {found[:12]}…, not {manifest.sha256[:12]}…")


def is_model_name(name: str) -> bool:
    return re.fullmatch(NAME, name) is not None
