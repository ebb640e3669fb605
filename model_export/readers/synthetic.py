"""Lesions drawn by arithmetic, small and quick, so that the whole road can be walked in a test."""

import io
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from model_export.dataset import Origin, Sample, Split
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
            path.write_bytes(lesion(rng, drawn.side, code_number, len(drawn.codes)))
    (folder / "synthetic.json").write_bytes(msgspec.json.encode(drawn))


def lesion(rng: Rng, side: int, kind: int, kinds: int) -> bytes:
    """A blot on skin whose hue and edge tell its class, with the noise of a sensor."""
    skin = np.array([224, 180, 160]) + rng.normal(0, 8, 3)
    hue = np.array([60 + 150 * kind / max(kinds - 1, 1), 60, 150 - 130 * kind / max(kinds - 1, 1)]) + rng.normal(
        0, 6, 3
    )
    image = Image.new("RGB", (side, side), tuple(int(c) for c in skin))
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = side * rng.uniform(0.2, 0.3) * (1 + (0.05 + 0.2 * kind / kinds) * rng.normal(0, 1, 24))
    centre = side * (0.5 + rng.uniform(-0.06, 0.06, 2))
    outline = [(centre[0] + r * np.cos(a), centre[1] + r * np.sin(a)) for a, r in zip(angles, radius, strict=True)]
    ImageDraw.Draw(image).polygon(outline, fill=tuple(int(c) for c in hue))
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(side / 96)), dtype=np.float64)
    noisy = np.clip(soft + rng.normal(0, 5, soft.shape), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=92)
    return out.getvalue()


def read_synthetic(root: Path, task: str = "") -> list[Sample]:  # noqa: ARG001 - it says its task itself
    """The drawn lesions; of every five the fourth goes to validation and the fifth to test."""
    try:
        drawn = msgspec.json.decode((root / "synthetic.json").read_bytes(), type=Drawn)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ExportError(f"{root / 'synthetic.json'}: {error}") from error
    return [_sample(drawn, code, number) for code in drawn.codes for number in range(drawn.lesions)]


def _sample(drawn: Drawn, code: str, number: int) -> Sample:
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
    )
