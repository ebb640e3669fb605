"""Photos as people send them: every format, turned every way, whole or cropped, large or small."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from dermaloop.contract import images
from dermaloop.contract.images import read, reencode
from dermaloop.contract.preprocessing import Crop, ImageLimits
from dermaloop.errors import InvalidImage
from tests.contract.scenes import ORIENTATION, difference, oriented, plain, scene
from tests.pictures import encode, lesion

OWNER, GPS = 0x013B, 0x8825
_LANDSCAPE = scene(1800, 900)
CROPS = [None, Crop(0.1, 0.2, 0.5, 0.6), Crop(0.55, 0.0, 0.45, 0.3)]


@pytest.fixture(scope="module")
def large() -> Image.Image:
    """Twelve megapixels, smooth as skin is, with a little grain."""
    image = scene(1000, 750).resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((500, 500), 12).resize(image.size, Image.Resampling.NEAREST)
    return Image.blend(image, grain.convert("RGB"), 0.08)


@pytest.mark.parametrize("crop", CROPS)
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(320, 200), (200, 320), (256, 256)])
def test_every_orientation_comes_out_upright(size: tuple[int, int], orientation: int, crop: Crop | None) -> None:
    data = oriented(scene(*size), orientation)
    photo = read(data, crop=crop)
    assert (photo.width, photo.height) == ImageOps.exif_transpose(Image.open(io.BytesIO(data))).size
    off = difference(photo.pixels[224], plain(data, crop=crop))
    assert off.mean() < 0.1
    assert off.max() <= 2


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIF"])
def test_every_format_is_turned_upright(kind: str) -> None:
    data = oriented(scene(320, 200), 6, kind, quality=95)
    photo = read(data)
    assert (photo.width, photo.height) == (200, 320)
    assert difference(photo.pixels[224], plain(oriented(scene(320, 200), 6))).mean() < 3


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"quality": 95, "progressive": True}),
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"quality": 95}),
        ("HEIF", {"quality": 95}),
    ],
)
def test_every_format_shows_the_same_picture(kind: str, options: dict[str, Any]) -> None:
    image = scene(300, 240)
    got = read(encode(image, kind, **options)).pixels[224]
    assert difference(got, plain(encode(image, "PNG"))).mean() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_twelve_megapixels_are_drafted_within_two_grey_levels(large: Image.Image, orientation: int) -> None:
    data = oriented(large, orientation, "JPEG", quality=90)
    crop = Crop(0.2, 0.1, 0.7, 0.6) if orientation % 2 else None
    off = difference(read(data, crop=crop).pixels[224], plain(data, crop=crop))
    assert off.mean() < 1
    assert off.max() <= 6


def test_a_large_photo_is_never_decoded_whole(large: Image.Image, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    resize = Image.Image.resize

    def watched(self: Image.Image, *args: Any, **kwargs: Any) -> Image.Image:
        decoded.append(self.size)
        return resize(self, *args, **kwargs)

    monkeypatch.setattr(Image.Image, "resize", watched)
    read(encode(large, quality=80))
    assert max(decoded[0]) <= 1000


def test_a_phone_s_jpeg_with_a_second_picture_is_read_as_a_jpeg() -> None:
    out = io.BytesIO()
    image = scene(1000, 800)
    image.save(out, "MPO", save_all=True, append_images=[scene(100, 100)], quality=92)
    assert Image.open(io.BytesIO(out.getvalue())).format == "MPO"
    photo = read(out.getvalue(), limits=ImageLimits(max_pixels_undraftable=300_000))
    assert (photo.width, photo.height) == (1000, 800)
    assert difference(photo.pixels[224], plain(encode(image, "PNG"))).mean() < 2


@pytest.mark.parametrize("damage", [lambda data: data, lambda data: data[: len(data) // 2], lambda data: data[:3]])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_is_opened_as_pillow_opens_it(
    options: dict[str, Any], damage: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = damage(encode(scene(400, 300), **options))
    opened = _read_or_refused(data)
    monkeypatch.setattr(images, "_identified", lambda data: Image.open(io.BytesIO(data), formats=images.FORMATS))
    assert _read_or_refused(data) == opened


def _read_or_refused(data: bytes) -> bytes | str:
    try:
        return read(data).pixels[224].tobytes()
    except InvalidImage as error:
        return error.detail


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_frame_counts(kind: str) -> None:
    frames = [scene(120, 120), Image.new("RGB", (120, 120), "green"), Image.new("RGB", (120, 120), "red")]
    lossless = {"lossless": True} if kind == "WEBP" else {}
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=50, **lossless)
    assert getattr(Image.open(io.BytesIO(data)), "n_frames", 1) == 3
    assert difference(read(data).pixels[224], plain(encode(frames[0], "PNG"))).max() <= 1


@pytest.mark.parametrize("side", [32, 100, 224, 225, 449, 1000])
def test_any_size_becomes_the_models_size(side: int) -> None:
    data = encode(scene(side, side), "PNG")
    photo = read(data, sizes=(224, 160))
    assert set(photo.pixels) == {224, 160}
    assert photo.side == side
    for size, pixels in photo.pixels.items():
        assert pixels.shape == (size, size, 3)
        assert pixels.dtype == np.uint8
        assert difference(pixels, plain(data, size)).mean() < 1


def test_a_picture_of_the_models_size_is_left_as_it_is() -> None:
    image = lesion(224)
    assert np.array_equal(read(encode(image, "PNG")).pixels[224], np.asarray(image))


@pytest.mark.parametrize(
    ("crop", "square"),
    [
        (None, (0.2, 0.0, 0.6, 1.0)),
        (Crop(0.0, 0.0, 1.0, 1.0), (0.2, 0.0, 0.6, 1.0)),
        (Crop(0.4, 0.4, 0.12, 0.2), (0.4, 0.4, 0.12, 0.2)),
        (Crop(0.0, 0.4, 0.12, 0.6), (0.0, 0.4, 0.36, 0.6)),  # a square around it would leave the picture: moved in
        (Crop(0.9, 0.0, 0.1, 0.5), (0.7, 0.0, 0.3, 0.5)),
    ],
)
def test_the_looked_at_square_is_told_in_fractions_of_the_upright_picture(
    crop: Crop | None, square: tuple[float, float, float, float]
) -> None:
    photo = read(oriented(scene(300, 500), 6), crop=crop)
    assert (photo.width, photo.height) == (500, 300)
    assert (photo.frame.x, photo.frame.y, photo.frame.width, photo.frame.height) == pytest.approx(square)
    assert photo.side == round(square[2] * 500)


@pytest.mark.parametrize("crop", [Crop(0.5, 0.5, 1e-9, 1e-9), Crop(1.0, 1.0, 5e-324, 5e-324), Crop(0, 0, 1, 1e-300)])
def test_a_crop_of_nearly_nothing_is_at_least_a_pixel(crop: Crop) -> None:
    photo = read(encode(scene(300, 200), "PNG"), crop=crop)
    assert photo.side >= 1
    assert photo.frame.x + photo.frame.width <= 1 + 1e-9
    assert photo.pixels[224].shape == (224, 224, 3)


def test_reading_twice_gives_the_same_pixels() -> None:
    data = encode(lesion(700, 500), quality=85)
    assert np.array_equal(read(data).pixels[224], read(data).pixels[224])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_stored_is_upright_and_of_a_modest_size(orientation: int) -> None:
    data = oriented(_LANDSCAPE, orientation, "JPEG", quality=95)
    stored = Image.open(io.BytesIO(reencode(data)))
    assert stored.format == "JPEG"
    assert stored.mode == "RGB"
    assert stored.size == ((1600, 800) if orientation < 5 else (800, 1600))
    assert difference(plain(reencode(data)), plain(data)).mean() < 2


def test_what_is_stored_is_never_enlarged() -> None:
    assert Image.open(io.BytesIO(reencode(encode(scene(100, 80), "PNG")))).size == (100, 80)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_but_the_picture_is_stored(kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[OWNER] = "SECRET-OWNER"
    exif.get_ifd(GPS).update({1: "N", 2: (25.0, 2.0, 1.0), 29: "2026:11:20"})
    comment = {"comment": b"SECRET-COMMENT"} if kind == "JPEG" else {}
    data = encode(
        scene(200, 150), kind, exif=exif.tobytes(), icc_profile=b"SECRET-PROFILE" * 9, xmp=b"<SECRET-XMP/>", **comment
    )
    assert b"SECRET" in data
    assert b"2026:11:20" in data
    stored = reencode(data)
    for told in (b"SECRET", b"2026:11:20", b"Exif", b"ICC_PROFILE", b"adobe"):
        assert told not in stored
    again = Image.open(io.BytesIO(stored))
    assert not dict(again.getexif())
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_whole_picture_is_squashed_upright(orientation: int) -> None:
    data = oriented(scene(300, 200), orientation)
    photo = read(data, sizes=(), whole=(96,))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert (photo.width, photo.height) == upright.size
    assert not photo.pixels
    assert difference(photo.whole[96], np.asarray(upright.resize((96, 96), Image.Resampling.BILINEAR))).max() <= 2


@pytest.mark.parametrize("crop", [None, Crop(0.3, 0.3, 0.2, 0.2)])
def test_asking_for_the_whole_besides_changes_no_pixel_of_the_square(crop: Crop | None) -> None:
    data = encode(scene(2400, 1800), "JPEG", quality=92)
    alone, both = read(data, sizes=(192,), crop=crop), read(data, sizes=(192,), whole=(192,), crop=crop)
    assert np.array_equal(alone.pixels[192], both.pixels[192])
    assert difference(both.whole[192], read(data, sizes=(), whole=(192,)).whole[192]).mean() < 1
