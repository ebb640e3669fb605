"""What the training job knows of each picture: where its bytes lie, its lesion, its split and its labels."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec

from dermaloop.contract.preprocessing import Crop
from dermaloop.records.shapes import Shape
from model_export.errors import ExportError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)


class Origin(msgspec.Struct, frozen=True):
    """A file under the data folder, or the stretch of an archive that holds one."""

    path: str
    offset: int = 0
    size: int | None = None
    deflated: bool = False  # as zip archives hold most files

    def read(self, root: Path) -> bytes:
        try:
            with (root / self.path).open("rb") as file:
                file.seek(self.offset)
                data = file.read() if self.size is None else file.read(self.size)
            return zlib.decompress(data, -zlib.MAX_WBITS) if self.deflated else data
        except (OSError, zlib.error) as error:
            raise ExportError(f"{root / self.path} cannot be read: {error}; copy or download it anew") from error


class MaskFile(msgspec.Struct, frozen=True):
    """A picture that is white where the lesion is, and which part of it the copy beside it shows (none: all)."""

    origin: Origin
    part: Crop | None = None


class Sample(msgspec.Struct, frozen=True):
    """One copy of one picture. `group` is the lesion or patient: no group may lie on both sides of a split.

    `picture` names the photograph of which this is one copy: a data set may hold it small and whole, and sharp.
    `labels` maps a task to a label code; a task that is absent says nothing about this picture. `aspect` is the
    width over height of the original where a copy was squashed into a square. `crop` is what a doctor framed.
    `mask` or `shapes` say where the lesion lies, for the tasks that ask it.
    """

    key: str
    group: str
    split: Split
    source: str
    labels: dict[str, str]
    origin: Origin
    picture: str = ""
    attributes: dict[str, str] = {}
    aspect: float = 1.0
    crop: Crop | None = None
    mask: MaskFile | None = None
    shapes: tuple[Shape, ...] = ()


class Snapshot(msgspec.Struct, frozen=True):
    """A frozen list of samples; its digest names exactly this data."""

    samples: tuple[Sample, ...]
    digests: tuple[str, ...] = ()  # sha256 of each picture's bytes, in the order of the samples

    @property
    def digest(self) -> str:
        lines = (
            f"{d} {s.key} {s.split} {sorted(s.labels.items())}"
            + (f" {s.crop}" if s.crop else "")
            + (f" {s.mask or s.shapes}" if s.mask or s.shapes else "")
            for s, d in zip(self.samples, self.digests, strict=True)
        )
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def where(self, *, split: Split | None = None, source: str | None = None, task: str | None = None) -> list[int]:
        """The positions of the samples that fit."""
        return [
            position
            for position, sample in enumerate(self.samples)
            if split in (None, sample.split)
            and source in (None, sample.source)
            and (task is None or task in sample.labels)
        ]


def check(samples: Sequence[Sample]) -> None:
    """Refuses a data set that would make any figure a lie."""
    if not samples:
        raise ExportError("the data set holds no pictures")
    if repeated := _repeated(sample.key for sample in samples):
        raise ExportError(f"these pictures are listed twice: {', '.join(repeated[:5])}")
    sides: dict[str, set[str]] = {}
    for sample in samples:
        sides.setdefault(sample.group, set()).add(sample.split)
    if leaking := [group for group, splits in sides.items() if len(splits) > 1]:
        raise ExportError(f"{len(leaking)} lesions lie in more than one split, for example {', '.join(leaking[:5])}")


def _repeated(keys: Iterable[str]) -> list[str]:
    return [key for key, count in Counter(keys).items() if count > 1]
