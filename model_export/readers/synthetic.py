"""Lesions drawn by arithmetic, small and quick, so that the whole road can be walked in a test."""

import io
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from model_export.dataset import MaskFile, Origin, Sample, Split
from model_export.errors import ExportError

Rng = np.random.Generator


class Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`synthetic.json`: how many lesions of each class, for which task. Classes differ in colour and raggedness."""

    task: str
    codes: tuple[str, ...]
    lesions: int = 12
    side: int = 96
    malignant: tuple[str, ...] = ()
    seed: int = 1


def draw(folder: Path, drawn: Drawn) -> None:
    """Writes the pictures and the file that says what they are."""
    for code_number, code in enumerate(drawn.codes):
        for number in range(drawn.lesions):
            rng = np.random.default_rng([drawn.seed, code_number, number])
            path = folder / code / f"{number:03}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture, mask = lesion_and_mask(rng, drawn.side, code_number, len(drawn.codes))
            path.write_bytes(picture)
            path.with_name(f"{number:03}_segmentation.png").write_bytes(mask)
    (folder / "synthetic.json").write_bytes(msgspec.json.encode(drawn))


def lesion(rng: Rng, side: int, kind: int, kinds: int) -> bytes:
    return lesion_and_mask(rng, side, kind, kinds)[0]


def lesion_and_mask(rng: Rng, side: int, kind: int, kinds: int) -> tuple[bytes, bytes]:
    """A blot on skin, and its mask. Hue and edge tell its class; its place, shape, dots and hairs are its own."""
    skin = np.array([224, 180, 160]) + rng.normal(0, 8, 3)
    share = kind / max(kinds - 1, 1)
    hue = np.array([60 + 150 * share, 60, 150 - 130 * share]) + rng.normal(0, 6, 3)
    image = Image.new("RGB", (side, side), _colour(skin))
    pen = ImageDraw.Draw(image)
    outline = _outline(rng, side, ragged=0.05 + 0.2 * share)
    pen.polygon(outline, fill=_colour(hue))
    for _ in range(8):
        x, y, r = *rng.uniform(0, side, 2), side * rng.uniform(0.01, 0.05)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=_colour(skin * rng.uniform(0.5, 0.9)))
    for _ in range(3):
        pen.line([tuple(end) for end in rng.uniform(0, side, (2, 2))], fill=_colour(skin * 0.4))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(side / 96)), dtype=np.float64)
    noisy = np.clip(soft + rng.normal(0, 5, soft.shape), 0, 255).astype(np.uint8)
    mask = Image.new("1", image.size)
    ImageDraw.Draw(mask).polygon(outline, fill=1)
    return _encoded(Image.fromarray(noisy), "JPEG", quality=92), _encoded(mask, "PNG")


def _encoded(image: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _outline(rng: Rng, side: int, ragged: float) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = side * rng.uniform(0.15, 0.3) * (1 + ragged * rng.normal(0, 1, 24))
    (x, y), stretch = side * (0.5 + rng.uniform(-0.12, 0.12, 2)), rng.uniform(0.7, 1.4)
    return [(x + r * np.cos(a) * stretch, y + r * np.sin(a)) for a, r in zip(angles, radius, strict=True)]


def _colour(value: NDArray[np.float64]) -> tuple[int, int, int]:
    red, green, blue = (int(c) for c in np.clip(value, 0, 255))
    return red, green, blue


def read_synthetic(root: Path, task: str = "") -> list[Sample]:  # noqa: ARG001 - it says its task itself
    """The drawn lesions; of every five the fourth goes to validation and the fifth to test."""
    try:
        drawn = msgspec.json.decode((root / "synthetic.json").read_bytes(), type=Drawn)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ExportError(f"{root / 'synthetic.json'}: {error}") from error
    return [_sample(root, drawn, code, number) for code in drawn.codes for number in range(drawn.lesions)]


def _sample(root: Path, drawn: Drawn, code: str, number: int) -> Sample:
    mask = f"{code}/{number:03}_segmentation.png"
    splits: tuple[Split, ...] = ("train", "train", "train", "validation", "test")
    labels = {drawn.task: code}
    if drawn.malignant:
        labels["malignancy"] = "malignant" if code in drawn.malignant else "benign"
    return Sample(
        key=f"{code}/{number:03}",
        group=f"{code}/{number:03}",
        split=splits[number % len(splits)],
        source="drawn",
        labels=labels,
        origin=Origin(f"{code}/{number:03}.jpg"),
        picture=f"{code}/{number:03}",
        mask=MaskFile(Origin(mask)) if (root / mask).is_file() else None,
    )
