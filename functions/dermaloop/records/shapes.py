"""What doctors draw: boxes, polygons and painted masks, in fractions of the upright picture."""

from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.contract.preprocessing import Extent, Place

WIDEST = 2048
MOST_POINTS, MOST_RUNS = 2_000, 30_000

Named = Annotated[str, Meta(pattern="^[a-z][a-z0-9_ -]{0,39}$", description="What the shape surrounds.")]
Side = Annotated[int, Meta(ge=1, le=WIDEST)]


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="box"):
    """Where the lesion lies, but not its outline: good for a crop, never a mask."""

    x: Place
    y: Place
    width: Extent
    height: Extent
    label: Named = "lesion"


class Polygon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="polygon"):
    """An outline of three corners or more, each as x and y."""

    points: Annotated[tuple[tuple[Place, Place], ...], Meta(min_length=3, max_length=MOST_POINTS)]
    label: Named = "lesion"


class RunLengths(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="rle"):
    """A mask as COCO's uncompressed run lengths: columns from the left, outside first; stretched over the picture."""

    width: Side
    height: Side
    counts: Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(min_length=1, max_length=MOST_RUNS)]
    label: Named = "lesion"

    def __post_init__(self) -> None:
        if sum(self.counts) != self.width * self.height:
            raise ValueError(f"run lengths add up to {sum(self.counts)}, not to {self.width} x {self.height}")


Shape = Box | Polygon | RunLengths
