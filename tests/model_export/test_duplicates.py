"""The same photo in two splits is found however it was saved, sized, mirrored or turned; different photos never are."""

import io
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from dermaloop.contract.images import read
from model_export.dataset import Origin, Sample, Split
from model_export.duplicates import across_splits, contradicted, guard, without_copies
from model_export.errors import ExportError
from model_export.fingerprints import KEPT, close_pairs, fingerprints, same_detail
from tests.pictures import encode, lesion

pytestmark = pytest.mark.training

SIDE = 112


def pixels(image: Image.Image, **options: object) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return read(encode(image, quality=options.get("quality", 90)), sizes=(SIDE,)).pixels[SIDE]


def sample(name: str, split: Split, label: str = "nv", picture: str = "") -> Sample:
    return Sample(name, f"group {name}", split, "x", {"disease": label}, Origin(name), picture)


def textured(seed: int) -> Image.Image:
    """A lesion with hairs and marks of its own, as photographs have."""
    rng = np.random.default_rng(seed)
    ground = Image.fromarray(rng.integers(0, 255, (12, 12, 3)).astype(np.uint8)).resize((224, 224))
    return Image.blend(lesion(224, seed=seed), ground, 0.25)


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved again": lambda image: Image.open(io.BytesIO(encode(image, quality=40))),
    "smaller": lambda image: image.resize((90, 90)),
    "larger": lambda image: image.resize((500, 500)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "turned left": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "turned right": lambda image: image.transpose(Image.Transpose.ROTATE_270),
    "turned over": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "transposed": lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    "transversed": lambda image: image.transpose(Image.Transpose.TRANSVERSE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_in_another_split_is_found(change: str) -> None:
    others = [textured(seed) for seed in range(1, 12)]
    block = np.stack([pixels(textured(0)), *map(pixels, others), pixels(CHANGES[change](textured(0)))])
    samples = [sample("first", "train"), *(sample(f"o{n}", "train") for n in range(11)), sample("copy", "test")]
    assert [(pair.first, pair.second) for pair in across_splits(samples, block)] == [(0, 12)]


def test_different_lesions_of_one_drawing_style_are_not_confused() -> None:
    block = np.stack([pixels(textured(seed)) for seed in range(60)])
    splits: tuple[Split, ...] = ("train", "validation", "test")
    assert across_splits([sample(str(n), splits[n % 3]) for n in range(60)], block) == []


def test_pictures_that_agree_only_from_afar_are_not_confused() -> None:
    """The same blots, but another grain: low frequencies agree, the detail does not."""
    blots = np.random.default_rng(0).integers(40, 215, (16, 16)).astype(np.uint8)
    ground = np.asarray(Image.fromarray(blots).resize((224, 224), Image.Resampling.BICUBIC), dtype=np.float64)
    grain = [np.random.default_rng(seed).normal(0, 25, (56, 56)).repeat(4, 0).repeat(4, 1) for seed in (1, 2)]
    images = [Image.fromarray((ground + one).clip(0, 255).astype(np.uint8)).convert("RGB") for one in grain]
    block = np.stack([pixels(image, quality=98) for image in images])
    prints, _ = fingerprints(block)
    assert list(close_pairs(prints, np.array([0]), np.array([1])))
    assert across_splits([sample("a", "train"), sample("b", "test")], block) == []


def test_the_round_rim_of_one_dermatoscope_does_not_make_two_lesions_alike() -> None:
    y, x = np.mgrid[:224, :224] - 111.5
    rim = np.hypot(x, y) > 105
    images = []
    for seed in (1, 2):
        photo = np.array(lesion(224, seed=seed))
        photo[rim] = 0
        images.append(Image.fromarray(photo))
    assert not same_detail(pixels(images[0]), pixels(images[1]))
    assert same_detail(pixels(images[0]), pixels(images[0].resize((90, 90))))


def test_copies_inside_one_split_and_flat_pictures_are_let_be() -> None:
    flat = np.full((SIDE, SIDE, 3), 128, dtype=np.uint8)
    block = np.stack([pixels(textured(0)), pixels(textured(0)), flat, flat])
    samples = [sample("a", "train"), sample("b", "train"), sample("c", "train"), sample("d", "test")]
    assert across_splits(samples, block) == []


def leak() -> tuple[list[Sample], "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", list[str]]:
    samples = [sample("a", "train"), sample("b", "test"), sample("c", "validation"), sample("d", "test")]
    block = np.stack([pixels(textured(n)) for n in (0, 0, 5, 6)])
    return samples, block, ["1", "2", "3", "3"]


def test_the_refusal_lists_the_pairs_and_the_way_out() -> None:
    with pytest.raises(ExportError) as refusal:
        guard(*leak())
    text = str(refusal.value)
    assert "(1 in test and train, 1 in test and validation)" in text
    assert "c (validation) = d (test), the same file" in text
    assert "a (train) = b (test), 0 of 256 bits differ" in text
    assert "--drop-duplicates" in text


def test_dropping_spares_the_test_set() -> None:
    assert [one.key for one in guard(*leak(), drop=True)] == ["b", "d"]


def test_every_copy_of_a_dropped_picture_goes() -> None:
    samples = [sample("small", "train", picture="p"), sample("sharp", "train", picture="p"), sample("t", "test")]
    block = np.stack([pixels(textured(n)) for n in (0, 3, 0)])
    assert [one.key for one in without_copies(samples, across_splits(samples, block))] == ["t"]


def test_one_file_under_two_diagnoses_is_refused() -> None:
    with pytest.raises(ExportError, match="a and b are the same file, but their disease is nv and mel; find out"):
        contradicted([sample("a", "train"), sample("b", "train", "mel")], ["1", "1"])


def test_thirty_thousand_pictures_are_looked_up_in_a_minute() -> None:
    """A third of it here, so a ninth of the pairs."""
    rng = np.random.default_rng(0)
    prints = rng.random((10_000, KEPT * KEPT)) < 0.5
    prints[9_999] = prints[5]
    begin = time.perf_counter()
    found = list(close_pairs(prints, np.arange(7_000), np.arange(7_000, 10_000)))
    assert found == [(9_999, 5, 0)]
    assert time.perf_counter() - begin < 60 / 9 * 2  # twice over, for a busy machine
