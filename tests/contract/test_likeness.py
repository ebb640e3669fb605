"""What two photos of one lesion have in common, however the camera was held, and what two lesions have not."""

import numpy as np

from dermaloop.contract.images import Pixels
from dermaloop.contract.likeness import SIGNS, Likeness, Look, confirmed, probability, signs, view
from dermaloop.contract.outlines import Points

SIDE = 192
LIKE = Likeness(fitted="", intercept=0.0, weights={"detail": 1.0}, threshold=0.5, least_detail=0.4)


def speckled(seed: int) -> Pixels:
    """A patch of skin with a spot whose inside has a pattern of its own."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(size=(12, 12)).repeat(8, axis=0).repeat(8, axis=1) * 28
    picture = np.full((SIDE, SIDE, 3), (214.0, 172.0, 150.0))
    inner = picture[48:144, 48:144]
    inner[_disc(96)] = ((120.0, 80.0, 60.0) + coarse[..., None])[_disc(96)]
    return picture.clip(0, 255).astype(np.uint8)


def _disc(side: int) -> np.typing.NDArray[np.bool_]:
    away = np.arange(side) - (side - 1) / 2
    return np.asarray(np.hypot(away[:, None], away[None]) < side / 2 - 1)


def circle() -> Points:
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * 0.24 + 0.5


def look(pixels: Pixels) -> Look:
    return Look(circle(), pixels, 400, 400)


def test_a_turned_photo_agrees_with_the_first_one_and_another_spot_does_not() -> None:
    first = view(look(speckled(1)))
    same = signs(first, view(look(np.rot90(speckled(1)).copy())))
    other = signs(first, view(look(speckled(2))))
    assert same["detail"] > 0.9
    assert other["detail"] < same["detail"] - 0.3  # both are round, so their borders agree
    assert same["pattern"] > other["pattern"]
    assert probability(LIKE, same) > probability(LIKE, other)
    assert confirmed(LIKE, same)
    assert not confirmed(LIKE, same | {"detail": 0.39})


def test_it_does_not_matter_which_photo_is_the_earlier() -> None:
    one, other = view(look(speckled(1))), view(look(speckled(3)))
    assert signs(one, other) == signs(other, one)
    assert tuple(signs(one, other)) == SIGNS


def test_a_spot_at_the_edge_and_an_even_picture_break_nothing() -> None:
    even = np.full((SIDE, SIDE, 3), 128, dtype=np.uint8)
    found = signs(view(look(even)), view(Look(circle() - 0.25, even, 300, 400)))
    assert all(np.isfinite(value) for value in found.values())
    assert 0 <= probability(LIKE, found) <= 1
