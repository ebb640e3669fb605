"""Where the lesion lies in each prepared picture, as the mask that was drawn by hand, squashed as the picture is."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from dermaloop.contract.preprocessing import Crop
from model_export.dataset import MaskFile, Sample
from model_export.errors import ExportError
from model_export.pixels import Prepared
from model_export.regions import mask_of
from model_export.writing import open_block, write_whole

Grey = NDArray[np.uint8]

MASKS = "masks.npy"
MEASURED_SIDE = 450  # masks are measured at the height they were drawn at, in a square
EVERYTHING = Crop(0.0, 0.0, 1.0, 1.0)


def prepare_masks(prepared: Prepared, *, root: Path, work: Path) -> None:
    """All masks in one block beside the pixels, 0 to 255; made once for a list of samples."""
    samples, side = prepared.snapshot.samples, prepared.pixels.shape[1]
    path, part, made_for = work / MASKS, work / "masks.part.npy", work / "masks.txt"
    if path.exists() and made_for.exists() and made_for.read_text() == prepared.snapshot.digest:
        return
    made_for.unlink(missing_ok=True)
    block = open_block(part, (len(samples), side, side))
    for position, sample in enumerate(tqdm(samples, desc="masks", mininterval=5)):
        block[position] = draw(sample, root, side)
    block.flush()  # type: ignore[attr-defined]
    part.replace(path)
    write_whole(made_for, prepared.snapshot.digest.encode())


def load_masks(work: Path) -> Grey:
    try:
        return np.asarray(np.load(work / MASKS, mmap_mode="r"))
    except FileNotFoundError as error:
        raise ExportError(f"{work} holds no masks; run `python -m model_export prepare` first") from error


def draw(sample: Sample, root: Path, side: int) -> Grey:
    """The mask of one sample as a square of grey: 255 inside the lesion, between along its edge."""
    if sample.mask is not None:
        return _resized(sample.mask, root, side)
    drawn = mask_of(sample.shapes, EVERYTHING, side)
    if drawn is None:
        raise ExportError(f"{sample.key} has no outline; prepare the data set again")
    return np.asarray(drawn, dtype=np.uint8) * np.uint8(255)


def _resized(mask: MaskFile, root: Path, side: int) -> Grey:
    part = mask.part or EVERYTHING
    try:
        with Image.open(io.BytesIO(mask.origin.read(root))) as image:
            wide, high = image.size
            box = (part.x * wide, part.y * high, (part.x + part.width) * wide, (part.y + part.height) * high)
            grey = image.convert("L").resize((side, side), Image.Resampling.BILINEAR, box=box)
            return np.asarray(grey, dtype=np.uint8)
    except (OSError, ValueError) as error:
        raise ExportError(f"the mask {mask.origin.path} cannot be read: {error}; fetch it again") from error
