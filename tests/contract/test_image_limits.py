"""What is refused, how cheaply, and what is tolerated: bombs, damage, formats that are not photos."""

import io
import time
import tracemalloc
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dermaloop.contract.images import read, reencode
from dermaloop.contract.preprocessing import Crop, ImageLimits
from dermaloop.contract.scans import count_scans
from dermaloop.errors import InvalidImage
from tests.contract.scenes import bare_jpeg, difference, oriented, plain, png_header, scene
from tests.pictures import encode, jpeg

SMALL = ImageLimits(max_pixels=40_000, max_pixels_undraftable=10_000, max_bytes=50_000)


def refused(data: bytes, limits: ImageLimits | None = None) -> str:
    """Why both roads refuse the picture, at next to no cost."""
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(InvalidImage) as said:
        read(data, limits=limits)
    took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 0.5
    assert peak < len(data) + 2**22
    with pytest.raises(InvalidImage):
        reencode(data, limits=limits)
    return said.value.detail


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [5100, 10_100, 13_500, 40_000, 2**31 - 1])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    assert "pixels are read" in refused(png_header(side, side))


def test_a_bomb_that_really_unpacks_is_not_unpacked() -> None:
    assert "9400x9400" in refused(encode(Image.new("1", (9400, 9400)), "PNG"))


@pytest.mark.parametrize(
    ("kind", "options", "side", "fits"),
    [
        ("JPEG", {}, 200, True),
        ("JPEG", {}, 201, False),
        ("JPEG", {"progressive": True}, 100, True),
        ("JPEG", {"progressive": True}, 101, False),
        ("PNG", {}, 100, True),
        ("PNG", {}, 101, False),
        ("WEBP", {}, 70, True),
        ("WEBP", {}, 71, False),
        ("HEIF", {}, 100, True),
        ("HEIF", {}, 102, False),
    ],
)
def test_what_cannot_be_drafted_may_have_fewer_pixels(
    kind: str, options: dict[str, Any], side: int, fits: bool
) -> None:
    data = encode(scene(side, side), kind, **options)
    if fits:
        assert read(data, limits=SMALL).width == side
    else:
        assert f"{side}x{side}" in refused(data, SMALL)


def test_a_jpeg_with_a_scan_for_each_colour_counts_as_undraftable() -> None:
    together, apart = bare_jpeg(160, 160), bare_jpeg(160, 160, together=False)
    assert read(together, limits=SMALL).width == read(apart).width == 160
    assert "160x160" in refused(apart, SMALL)
    assert "26000000" in refused(bare_jpeg(8900, 8900, together=False))


def test_a_progressive_jpeg_of_endless_scans_is_refused() -> None:
    assert read(bare_jpeg(64, 64, refinements=90)).width == 64
    assert "scans" in refused(bare_jpeg(4000, 4000, refinements=2000))


@pytest.mark.parametrize(
    ("data", "number", "draftable"),
    [
        (encode(scene(64, 64)), 1, True),
        (encode(scene(64, 64).convert("L")), 1, True),
        (encode(scene(64, 64), progressive=True), 10, False),
        (bare_jpeg(64, 64, together=False), 3, False),
        (b"", 0, False),
        (b"\xff\xd8\xff", 0, False),
        (b"\xff\xd8\xff\xda", 1, False),
    ],
)
def test_scans_are_told_from_the_markers(data: bytes, number: int, draftable: bool) -> None:
    assert count_scans(data) == (number, draftable)


def test_a_thumbnail_in_the_metadata_is_no_scan() -> None:
    thumbnail = encode(scene(32, 32), progressive=True)
    data = encode(scene(64, 64), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0" + bytes(8) + thumbnail)
    assert count_scans(data) == (1, True)


def test_a_small_crop_of_a_very_large_jpeg_is_drafted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    resize = Image.Image.resize

    def watched(self: Image.Image, *args: Any, **kwargs: Any) -> Image.Image:
        decoded.append(self.width * self.height)
        return resize(self, *args, **kwargs)

    monkeypatch.setattr(Image.Image, "resize", watched)
    read(bare_jpeg(8800, 8800), crop=Crop(0.5, 0.5, 0.01, 0.01))
    assert decoded[0] <= 26_000_000


@pytest.mark.parametrize("side", [1, 8, 31])
def test_a_picture_needs_some_pixels(side: int) -> None:
    assert "32 pixels or more" in refused(encode(scene(side, 100), "PNG"))


def test_bytes_are_counted_first() -> None:
    assert "60000 bytes" in refused(bytes(60_000), SMALL)
    assert "empty" in refused(b"")


@pytest.mark.parametrize(
    "data",
    [
        *(encode(scene(64, 64), kind) for kind in ("GIF", "TIFF", "BMP", "ICO", "PPM", "TGA", "PCX")),
        b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>',
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n",
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1" + bytes(64),
        b"\0\0\0\x18ftypmp42" + bytes(64),
        b"PK\x03\x04" + bytes(64),
        b"no picture",
    ],
)
def test_other_formats_are_refused(data: bytes) -> None:
    assert refused(data) == "This is not a JPEG, PNG, WebP or HEIC picture."


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_truncated_picture_is_refused(kind: str, share: float) -> None:
    data = encode(Image.effect_noise((200, 150), 60).convert("RGB"), kind)
    cut = data[: int(len(data) * share)]
    with pytest.raises(InvalidImage):
        read(cut)
    with pytest.raises(InvalidImage):
        reencode(cut)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0rubbish",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\x02\0\0\0\x04abc\0\0\0\0\0",  # an orientation in letters
        b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\x03\0\0\0\1\0\x63\0\0\0\0\0\0",  # orientation 99
    ],
)
def test_broken_metadata_is_no_reason_to_refuse(kind: str, exif: bytes) -> None:
    data = encode(scene(100, 80), kind, exif=exif)
    photo = read(data)
    assert (photo.width, photo.height) == (100, 80)
    assert difference(photo.pixels[224], plain(encode(scene(100, 80), "PNG"))).mean() < 3


def test_an_orientation_that_only_xmp_tells_is_followed() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    data = encode(scene(100, 80), xmp=packet, quality=95)
    assert difference(read(data).pixels[224], read(oriented(scene(100, 80), 6)).pixels[224]).mean() < 3


def test_bytes_behind_the_picture_do_no_harm() -> None:
    data = jpeg()
    assert np.array_equal(read(data + bytes(5000)).pixels[224], read(data).pixels[224])
    assert Image.open(io.BytesIO(reencode(data + b"SECRET"))).size == (224, 224)
    assert b"SECRET" not in reencode(data + b"SECRET")
