"""Colours as people send them: profiles, printers' inks, palettes, greys of any depth, and transparency on white."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from dermaloop.contract import colours
from dermaloop.contract.images import read, reencode
from tests.contract.scenes import (
    ADOBE_LIKE,
    DISPLAY_P3,
    chunk,
    cmyk_profile,
    difference,
    plain,
    rgb_profile,
    scene,
)
from tests.pictures import encode

SKIN, WHITE = (224, 178, 150), (255, 255, 255)
SRGB_TO_XYZ = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.7141]])


def flat(colour: Any, mode: str = "RGB", side: int = 64) -> Image.Image:
    return Image.new(mode, (side, side), colour)


def colour(data: bytes) -> Any:
    """The one colour of a picture that has only one."""
    pixels = read(data).pixels[224]
    assert np.ptp(pixels.reshape(-1, 3), axis=0).max() <= 1
    return [int(value) for value in pixels[112, 112]]


def by_hand(rgb: tuple[int, int, int], colorants: Any) -> NDArray[np.float64]:
    """What the colour is in sRGB, by the textbook's matrices."""
    share = np.array(rgb) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    there = np.linalg.inv(SRGB_TO_XYZ) @ np.array(colorants).T @ linear
    return np.asarray(255 * np.where(there <= 0.0031308, 12.92 * there, 1.055 * there.clip(0) ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "HEIF"])
@pytest.mark.parametrize("colorants", [DISPLAY_P3, ADOBE_LIKE])
def test_a_wide_profile_is_brought_to_srgb(kind: str, colorants: Any) -> None:
    options: dict[str, Any] = {"PNG": {}, "WEBP": {"lossless": True}}.get(kind, {"quality": 100})
    data = encode(flat((200, 140, 110)), kind, icc_profile=rgb_profile(colorants), **options)
    assert np.abs(np.array(colour(data)) - by_hand((200, 140, 110), colorants)).max() <= (1.5 if kind == "PNG" else 4)
    assert np.abs(np.array(colour(data)) - (200, 140, 110)).max() >= 6  # and it makes a difference


@pytest.mark.parametrize("colorants", [DISPLAY_P3, ADOBE_LIKE])
def test_profiles_agree_with_converting_the_whole_picture_first(colorants: Any) -> None:
    image, profile = Image.blend(scene(300, 240), flat(SKIN).resize((300, 240)), 0.5), rgb_profile(colorants)
    there = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert there is not None
    off = difference(read(encode(image, "PNG", icc_profile=profile)).pixels[224], plain(encode(there, "PNG")))
    assert off.max() <= 2


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert colour(encode(flat(SKIN), "PNG", icc_profile=profile)) == list(SKIN)


def test_a_stored_picture_has_the_converted_colours() -> None:
    data = encode(flat((200, 140, 110)), "PNG", icc_profile=rgb_profile(DISPLAY_P3))
    assert np.abs(np.array(colour(reencode(data))) - by_hand((200, 140, 110), DISPLAY_P3)).max() <= 3


@pytest.mark.parametrize(
    "profile",
    [b"no profile at all", b"", rgb_profile(DISPLAY_P3)[:200], cmyk_profile(), bytes(1 << 17), bytes(5 << 20)],
    ids=["rubbish", "empty", "cut off", "for other channels", "large", "huge"],
)
def test_a_profile_that_cannot_be_used_is_ignored(profile: bytes) -> None:
    assert np.abs(np.array(colour(encode(flat(SKIN), "WEBP", lossless=True, icc_profile=profile))) - SKIN).max() <= 1


def test_large_profiles_are_not_kept_in_memory() -> None:
    colours._cached_transform.cache_clear()
    for number in range(3):
        read(encode(flat(SKIN), "JPEG", icc_profile=bytes([number]) * (1 << 17)))
    assert colours._cached_transform.cache_info().currsize == 0
    read(encode(flat(SKIN), "PNG", icc_profile=rgb_profile(DISPLAY_P3)))
    assert colours._cached_transform.cache_info().currsize == 1


def test_many_threads_convert_alike() -> None:
    pictures = [
        encode(scene(256, 256), "PNG", icc_profile=rgb_profile(colorants, f"Wide gamut {number:02}"))
        for number in range(3)
        for colorants in (DISPLAY_P3, ADOBE_LIKE)
    ]
    colours._cached_transform.cache_clear()
    alone = [read(data).pixels[224] for data in pictures]
    colours._cached_transform.cache_clear()
    with ThreadPoolExecutor(16) as threads:
        together = list(threads.map(lambda number: read(pictures[number % 6]).pixels[224], range(120)))
    assert all(np.array_equal(pixels, alone[number % 6]) for number, pixels in enumerate(together))


def test_inks_without_a_profile() -> None:
    assert np.abs(np.array(colour(encode(flat((0, 80, 100, 20), "CMYK"), quality=100))) - (235, 161, 143)).max() <= 3
    assert np.abs(np.array(colour(encode(flat((0, 0, 0, 0), "CMYK"), quality=100))) - WHITE).max() <= 2


def test_inks_with_a_profile() -> None:
    image, profile = flat((200, 40, 90, 10), "CMYK"), cmyk_profile()
    data = encode(image, "JPEG", icc_profile=profile, quality=100)
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    there = ImageCms.profileToProfile(
        image,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
    )
    assert there is not None
    wanted = np.array(there.getpixel((5, 5)))
    assert np.abs(np.array(colour(data)) - wanted).max() <= 3
    assert np.abs(np.array(colour(encode(image, "JPEG", quality=100))) - wanted).max() >= 20


@pytest.mark.parametrize(
    ("image", "options", "wanted"),
    [
        (flat((10, 20, 30, 0), "RGBA"), {}, WHITE),
        (flat((10, 20, 30, 255), "RGBA"), {}, (10, 20, 30)),
        (flat((55, 155, 205, 127), "RGBA"), {}, (155, 205, 230)),
        (flat((55, 127), "LA"), {}, (155, 155, 155)),
        (flat((55, 0), "LA"), {}, WHITE),
        (flat((1, 2, 3)), {"transparency": (1, 2, 3)}, WHITE),
        (flat(9, "L"), {"transparency": 9}, WHITE),
        (flat(0, "1"), {"transparency": 0}, WHITE),
        (flat((1, 2, 3)).quantize(4), {"transparency": 0}, WHITE),
        (flat(SKIN).quantize(4), {}, SKIN),
        (flat(77, "L"), {}, (77, 77, 77)),
        (flat(1, "1"), {}, WHITE),
        (flat(0, "1"), {}, (0, 0, 0)),
        (Image.fromarray(np.full((64, 64), 0x81FE, np.uint16)), {}, (0x81,) * 3),
    ],
)
def test_every_kind_of_png_shows_its_colour(image: Image.Image, options: dict[str, Any], wanted: Any) -> None:
    assert np.abs(np.array(colour(encode(image, "PNG", **options))) - wanted).max() <= 1


@pytest.mark.parametrize("kind", ["WEBP", "HEIF"])
def test_transparency_of_other_formats_lies_on_white_too(kind: str) -> None:
    options: dict[str, Any] = {"lossless": True, "exact": True} if kind == "WEBP" else {"quality": 100}
    assert np.abs(np.array(colour(encode(flat((10, 20, 30, 0), "RGBA"), kind, **options))) - WHITE).max() <= 2


def test_hidden_colours_do_not_bleed_over_a_transparent_edge() -> None:
    image = flat((0, 255, 0, 0), "RGBA", 448)
    image.paste((*SKIN, 255), (0, 0, 223, 448))
    pixels = read(encode(image, "PNG")).pixels[224].astype(int)
    between = pixels[100, 108:116]
    assert (between >= np.array(SKIN) - 2).all()
    assert (between[:, 1] <= 255).all()
    assert tuple(pixels[100, 5]) == SKIN
    assert tuple(pixels[100, 220]) == WHITE


def test_a_palette_is_averaged_by_colour_not_by_index() -> None:
    image = Image.new("P", (448, 448))
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255])
    image.paste(3, (0, 0, 448, 448))
    image.putdata([0 if (x + y) % 2 else 3 for y in range(448) for x in range(448)])
    pixels = read(encode(image, "PNG")).pixels[224][20:200, 20:200]
    assert np.abs(pixels.astype(int) - 127).max() <= 2


def test_sixteen_bits_a_channel() -> None:
    row = b"\0" + bytes((0xC8, 0x33, 0x64, 0x7F, 0x32, 0xEE)) * 64
    head = (64).to_bytes(4, "big") * 2 + bytes((16, 2, 0, 0, 0))
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 64)) + chunk(b"IEND", b"")
    assert np.abs(np.array(colour(b"\x89PNG\r\n\x1a\n" + data)) - (0xC8, 0x64, 0x32)).max() <= 1


def test_sixteen_bit_greys_keep_their_order() -> None:
    ramp = np.repeat(np.linspace(0, 65535, 256).astype(np.uint16)[None], 256, axis=0)
    pixels = read(encode(Image.fromarray(ramp), "PNG")).pixels[224][100, :, 0].astype(int)
    assert (np.diff(pixels) >= 0).all()
    assert pixels[0] <= 2
    assert pixels[-1] >= 253
