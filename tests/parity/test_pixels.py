"""Golden pixels: a picture that comes out otherwise needs another PREPROCESSING name, and models trained anew.

`python -m tests.parity.test_pixels` writes `pixels.json` afresh; where a pixel changed it refuses to, until
`contract.preprocessing.PREPROCESSING` has a new name. Decoders and resampling are pinned by functions/requirements.txt.
"""

import hashlib
import json
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from dermaloop.contract.images import read
from dermaloop.contract.measures import measure
from dermaloop.contract.preprocessing import PREPROCESSING, WHOLE, Crop
from tests.contract.scenes import DISPLAY_P3, oriented, rgb_profile
from tests.pictures import encode

GOLDEN = Path(__file__).with_name("pixels.json")


def pattern(width: int, height: int) -> Image.Image:
    """A spot on uneven ground, in whole numbers only, so that it is the same on every machine."""
    across, down = np.meshgrid(np.arange(width, dtype=np.int64), np.arange(height, dtype=np.int64))
    noise = (across * 7919 + down * 104729 + across * down * 31) % 23
    far = (5 * across - 2 * width) ** 2 * height**2 + (5 * down - 3 * height) ** 2 * width**2
    spot = np.where(far < width**2 * height**2, 90, 0)
    red, green, blue = 215 - spot + across * 20 // width, 170 - spot + down * 30 // height, 150 - spot
    return Image.fromarray(np.stack([plane + noise for plane in (red, green, blue)], axis=2).clip(0, 255).astype("u1"))


@lru_cache(maxsize=1)
def pictures() -> dict[str, tuple[bytes, Crop | None]]:
    image = pattern(300, 200)
    see_through = image.copy()
    see_through.putalpha(Image.linear_gradient("L").resize((300, 200), Image.Resampling.NEAREST))
    deep = np.asarray(image.convert("L")).astype(np.uint16) * 257
    whole: dict[str, bytes] = {
        "plain": encode(image, "PNG"),
        "of the models' size": encode(pattern(224, 224), "PNG"),
        "small": encode(pattern(100, 100), "PNG"),
        "large": encode(pattern(1500, 1100), "PNG"),
        "turned": oriented(image, 6),
        "mirrored": oriented(image, 5),
        "transparent": encode(see_through, "PNG"),
        "grey and transparent": encode(see_through.convert("LA"), "PNG"),
        "palette": encode(image.quantize(32, dither=Image.Dither.NONE), "PNG", transparency=3),
        "grey": encode(image.convert("L"), "PNG"),
        "16 bits": encode(Image.fromarray(deep), "PNG"),
        "1 bit": encode(image.convert("1", dither=Image.Dither.NONE), "PNG"),
        "wide colours": encode(image, "PNG", icc_profile=rgb_profile(DISPLAY_P3)),
        "webp": encode(image, "WEBP", lossless=True),
        "inks": encode(image.convert("CMYK"), "JPEG", quality=95),
        "drafted": encode(pattern(2100, 1400), "JPEG", quality=95),
    }
    cropped: dict[str, tuple[bytes, Crop | None]] = {
        "cropped": (whole["turned"], Crop(0.1, 0.3, 0.6, 0.2)),
        "cropped draft": (whole["drafted"], _CORNER),
    }
    return {**{name: (data, None) for name, data in whole.items()}, **cropped}


_CORNER = Crop(0.5, 0.5, 0.5, 0.5)


def found(data: bytes, crop: Crop | None) -> dict[str, Any]:
    photo = read(data, sizes=(224, 160), whole=(192,), crop=crop)
    pixels = photo.pixels
    measures = {name: round(value, 4) for name, value in msgspec.structs.asdict(measure(pixels[224])).items()}
    digests = {str(size): hashlib.sha256(pixels[size].tobytes()).hexdigest() for size in sorted(pixels)}
    whole = hashlib.sha256(photo.whole[192].tobytes()).hexdigest()
    return {"pixels": digests, "whole": whole, "measures": measures}


def golden() -> Any:
    return json.loads(GOLDEN.read_text())


@pytest.mark.parametrize("name", pictures())
def test_pixels_are_those_the_models_were_trained_on(name: str) -> None:
    assert found(*pictures()[name])["pixels"] == golden()["pictures"][name]["pixels"]


@pytest.mark.parametrize("name", pictures())
def test_whole_pictures_are_those_the_outlines_were_learnt_on(name: str) -> None:
    assert found(*pictures()[name])["whole"] == golden()["pictures"][name]["whole"]


@pytest.mark.parametrize("name", pictures())
def test_measures_are_those_the_limits_were_fitted_on(name: str) -> None:
    assert found(*pictures()[name])["measures"] == pytest.approx(golden()["pictures"][name]["measures"], abs=2e-3)


def test_the_golden_pixels_are_of_this_preprocessing() -> None:
    assert (golden()["preprocessing"], golden()["whole"]) == (PREPROCESSING, WHOLE)
    assert set(golden()["pictures"]) == set(pictures())


def _seen(one: dict[str, Any]) -> tuple[Any, Any]:
    return one["pixels"], one["whole"]


def refresh() -> None:
    fresh = {name: found(*picture) for name, picture in pictures().items()}
    if GOLDEN.exists() and golden()["preprocessing"] == PREPROCESSING:
        old = golden()["pictures"]
        changed = [name for name in fresh if name in old and _seen(fresh[name]) != _seen(old[name])]
        if changed:
            sys.exit(f"Pixels changed ({', '.join(changed)}): give PREPROCESSING a new name first, and train anew.")
    GOLDEN.write_text(json.dumps({"preprocessing": PREPROCESSING, "whole": WHOLE, "pictures": fresh}, indent=1) + "\n")


if __name__ == "__main__":
    refresh()
