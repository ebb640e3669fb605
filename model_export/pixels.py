"""Decodes each picture once, through the serving code, into one memory-mapped block that every later step reads."""

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from dermaloop.contract.images import Pixels, read
from dermaloop.contract.preprocessing import PREPROCESSING, WHOLE
from dermaloop.errors import InvalidImage
from model_export.dataset import Sample, Snapshot, check
from model_export.errors import ExportError
from model_export.writing import open_block, write_whole

SNAPSHOT, PIXELS = "snapshot.json", "pixels.npy"
SAVE_EVERY = 1000
REMEDY = "For training: replace the file or leave it out."


class Prepared(NamedTuple):
    """A frozen data set with its pixels: `pixels[i]` is `snapshot.samples[i]` as serving would see it."""

    snapshot: Snapshot
    pixels: NDArray[np.uint8]


def prepare(
    samples: list[Sample], *, root: Path, work: Path, side: int, preprocessing: str = PREPROCESSING
) -> Prepared:
    """Freezes the data set into `work`; a second call continues where a killed one stopped."""
    check(samples)
    work.mkdir(parents=True, exist_ok=True)
    start = _Frozen(preprocessing, side, tuple(samples), ())
    done = _resume(start, work)
    if done:
        block = np.load(work / PIXELS, mmap_mode="r+")
    else:
        (work / SNAPSHOT).unlink(missing_ok=True)  # an earlier list must not name what is written now
        block = open_block(work / PIXELS, (len(samples), side, side, 3))
    digests = list(done)
    for position in tqdm(range(len(done), len(samples)), desc="decode", initial=len(done), total=len(samples)):
        data = samples[position].origin.read(root)
        block[position] = decode(data, samples[position], side, preprocessing)
        digests.append(hashlib.sha256(data).hexdigest())
        if position % SAVE_EVERY == SAVE_EVERY - 1:
            _save(work, start, digests, block)
    _save(work, start, digests, block)
    return load(work, preprocessing)


def load(work: Path, preprocessing: str = PREPROCESSING) -> Prepared:
    """The data set that `prepare` froze."""
    try:
        frozen = msgspec.json.decode((work / SNAPSHOT).read_bytes(), type=_Frozen)
        pixels = np.load(work / PIXELS, mmap_mode="r")
    except FileNotFoundError as error:
        raise ExportError(f"{work} holds no prepared data set; run `python -m model_export prepare` first") from error
    if len(frozen.digests) != len(frozen.samples):
        raise ExportError(f"{work} is only half prepared; run `python -m model_export prepare` again, it continues")
    if frozen.preprocessing != preprocessing:
        raise ExportError(f"{work} was prepared for {frozen.preprocessing}, not {preprocessing}: prepare again")
    return Prepared(Snapshot(frozen.samples, frozen.digests), pixels)


def decode(data: bytes, sample: Sample, side: int, preprocessing: str = PREPROCESSING) -> Pixels:
    """The serving code's square or whole; only a copy that was squashed is first brought back to its aspect."""
    try:
        upright = _unsquashed(data, sample.aspect)
        if preprocessing == WHOLE:
            return read(upright, sizes=(), whole=(side,)).whole[side]
        return read(upright, sizes=(side,), crop=sample.crop).pixels[side]
    except InvalidImage as error:
        raise ExportError(f"{sample.key} ({sample.origin.path}): {error.detail} {REMEDY}") from error


def _unsquashed(data: bytes, aspect: float) -> bytes:
    if aspect == 1.0:
        return data
    with Image.open(io.BytesIO(data)) as image:
        wide = image.convert("RGB").resize((round(image.height * aspect), image.height), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    wide.save(out, "PNG", compress_level=1)
    return out.getvalue()


class _Frozen(msgspec.Struct, frozen=True):
    preprocessing: str
    side: int
    samples: tuple[Sample, ...]
    digests: tuple[str, ...]


def _resume(start: _Frozen, work: Path) -> tuple[str, ...]:
    """The digests of what an earlier run already decoded of the very same list."""
    path = work / SNAPSHOT
    if not path.exists():
        return ()
    frozen = msgspec.json.decode(path.read_bytes(), type=_Frozen)
    return frozen.digests if msgspec.structs.replace(frozen, digests=()) == start else ()


def _save(work: Path, start: _Frozen, digests: list[str], block: NDArray[np.uint8]) -> None:
    block.flush()  # type: ignore[attr-defined]
    write_whole(work / SNAPSHOT, msgspec.json.encode(msgspec.structs.replace(start, digests=tuple(digests))))
