"""What the servers are asked: the same pictures for every contender, made in code."""

import json
from functools import lru_cache

import numpy as np
from PIL import Image, ImageFilter

from tests.pictures import b64, encode, jpeg

ROUTES = {"disease": "/api/disease", "malignancy": "/api/malignancy"}


@lru_cache(maxsize=8)
def small_request(seed: int = 0) -> bytes:
    """The body of a prediction request with a 224x224 JPEG."""
    return json.dumps({"image": b64(jpeg(224, seed=seed))}).encode()


@lru_cache(maxsize=4)
def twelve_megapixels(orientation: int = 1) -> bytes:
    """A phone's photo: 4000x3000, smooth skin with a lesion, hairs and a little sensor noise, about 3 MB of JPEG."""
    rng = np.random.default_rng(12)
    width, height = 4000, 3000
    light = Image.fromarray(rng.integers(150, 235, (6, 8), dtype=np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    mottled = rng.normal(0, 9, (height // 16, width // 16)).astype(np.float32)
    texture = np.asarray(Image.fromarray(mottled).resize((width, height), Image.Resampling.BILINEAR))
    y, x = np.ogrid[:height, :width]
    lesion = np.clip(1.4 - np.hypot((x - 2050) / 420, (y - 1450) / 330), 0, 1)
    hairs = (np.abs((x + 0.37 * y) % 910 - 400) < 4) & (y > 500)
    shade = np.asarray(light, dtype=np.float32) + texture
    shade = shade * (1 - 0.55 * lesion) * (1 - 0.6 * hairs) + rng.normal(0, 5, (height, width))
    colours = shade[..., None] * np.array([1.05, 0.82, 0.7], dtype=np.float32)
    picture = Image.fromarray(colours.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encode(picture, quality=92, exif=exif)
