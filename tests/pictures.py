"""Pictures made for tests: drawn spots on skin, in every format and state people send them."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def lesion(width: int = 224, height: int | None = None, *, seed: int = 0) -> Image.Image:
    """A brown spot with an uneven border on mottled skin; the same seed draws the same picture."""
    height = height or width
    rng = np.random.default_rng(seed)
    skin = np.array([224, 178, 150]) + rng.normal(0, 5, (height, width, 3))
    image = Image.fromarray(skin.clip(0, 255).astype(np.uint8))
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = min(width, height) * 0.22 * (1 + 0.15 * rng.normal(size=40))
    outline = [(width / 2 + r * np.cos(a), height / 2 + r * np.sin(a)) for r, a in zip(radius, angles, strict=True)]
    spot = Image.new("L", image.size)
    ImageDraw.Draw(spot).polygon(outline, fill=255)
    brown = np.array([112, 70, 52]) + rng.normal(0, 12, (height, width, 3))
    image.paste(Image.fromarray(brown.clip(0, 255).astype(np.uint8)), mask=spot.filter(ImageFilter.GaussianBlur(2)))
    return image.filter(ImageFilter.GaussianBlur(0.6))


def encode(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The picture as file bytes."""
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 224, height: int | None = None, *, seed: int = 0) -> bytes:
    return encode(lesion(width, height, seed=seed), quality=92)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    import sys
    from pathlib import Path

    Path(sys.argv[1]).write_bytes(jpeg(640, 480))
