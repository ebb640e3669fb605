"""Bodies that a careless or hostile client sends: the same for the same seed, several hundred of them."""

import base64
import json
import random
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image

from tests.contract.scenes import bare_jpeg, chunk, png_header
from tests.pictures import b64, encode, lesion

SEED = 20_261_120
FORMATS = {"JPEG": {"quality": 80}, "PNG": {}, "WEBP": {"quality": 80}, "HEIF": {"quality": 50}}


class Hostile(NamedTuple):
    """A body and what it is; `kind` groups them for the report."""

    kind: str
    body: bytes


def chances() -> list[Hostile]:
    """The part that chance makes."""
    chance = random.Random(SEED)
    return [*_base64(chance), *_damaged(chance)]


def corpus() -> Iterator[Hostile]:
    yield from _json()
    yield from _wrong_types()
    yield from chances()
    yield from _bombs()
    yield from _large()


def picture(data: bytes, **more: Any) -> bytes:
    return json.dumps({"image": b64(data), **more}).encode()


def _json() -> Iterator[Hostile]:
    good = json.dumps({"image": b64(encode(lesion(64)))})
    for code in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037", "utf-7"):
        yield Hostile("encoding", good.encode(code))
    for body in (b"", b" ", b"\0", b"{", b"}", b"null", b"true", b"0", b"-", b'"', b"[[]]", b"{}", b"\xff" * 100):
        yield Hostile("not json", body)
    for word in ("NaN", "Infinity", "-Infinity", "undefined", "01", "1.", ".5", "0x10", "1e", "'a'", "True"):
        yield Hostile("not json", f'{{"image": {word}}}'.encode())
    for opening in ("[", '{"image":', '{"a":', '{"image":"a","crop":[', '{"images":[{"image":['):
        for depth in (100, 10_000, 1_000_000):
            yield Hostile("deep", (opening * depth).encode())
            yield Hostile("deep", (opening * depth + "1" + "]" * depth).encode())
    for number in ("1e400", "-1e400", "9" * 4000, "9" * 400_000, "1e-99999", "0." + "1" * 400_000, "-0.0"):
        crop = f'{{"x": {number}, "y": 0, "width": {number}, "height": 1}}'
        yield Hostile("number", good.replace("}", f', "crop": {crop}}}').encode())
    yield Hostile("duplicate", good.replace("}", ', "image": 1}').encode())
    yield Hostile("duplicate", ("{" + '"explain": true, ' * 50_000 + '"image": ""}').encode())
    yield Hostile("name", json.dumps({"x" * 3_000_000: 1}).encode())
    yield Hostile("name", json.dumps({" - at `$.image" * 100_000: 1}).encode())
    yield Hostile("name", json.dumps({f"field {number}": number for number in range(50_000)}).encode())
    yield Hostile("escape", b'{"image": "' + b"\\u0041" * 500_000 + b'"}')
    yield Hostile("escape", b'{"image": "\\ud800"}')
    for place in range(1, len(good), max(1, len(good) // 12)):
        yield Hostile("cut json", good[:place].encode())


def _wrong_types() -> Iterator[Hostile]:
    values: list[Any] = [None, True, 7, -1.5, [], {}, [[]], {"image": "a"}, ["a"], ""]
    for field in ("image", "explain", "store_image", "train_consent", "locale", "crop", "images", "unknown"):
        for value in values:
            if (field, value) not in (("explain", True), ("store_image", True), ("crop", None), ("locale", "")):
                yield Hostile("type", json.dumps({"image": "AAAA", field: value}).encode())


def _base64(chance: random.Random) -> Iterator[Hostile]:
    good = b64(encode(lesion(64)))
    for sign in '!*%\\"é\0😀=:':
        place = chance.randrange(10, len(good) - 10)
        yield Hostile("base64", json.dumps({"image": good[:place] + sign + good[place:]}).encode())
    for length in (1, 5, 9, 401):
        yield Hostile("base64", json.dumps({"image": good[:length]}).encode())
    heads = ("data:", "data:,", "data:image/jpeg,", "data:image/jpeg;base64", "data:;base64;x,", "data:" * 1000)
    for head in heads:
        yield Hostile("base64", json.dumps({"image": head + good}).encode())
    for data in (
        b"",
        b"\xff\xd8\xff",
        b"GIF89a" + bytes(50),
        b"%PDF-1.4",
        b"<svg/>",
        bytes(5000),
        b"\x89PNG\r\n\x1a\n",
    ):
        yield Hostile("no picture", picture(data))
    for _ in range(10):
        yield Hostile("no picture", picture(chance.randbytes(chance.randrange(20, 5000))))
        yield Hostile("base64", json.dumps({"image": base64.b85encode(chance.randbytes(300)).decode()}).encode())


def _damaged(chance: random.Random) -> Iterator[Hostile]:
    for kind, options in FORMATS.items():
        data = encode(lesion(120, 90, seed=5), kind, **options)
        for share in (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.999):
            yield Hostile(f"cut {kind}", picture(data[: int(len(data) * share)]))
        for number in range(25):
            yield Hostile(f"flipped {kind}", picture(flipped(data, chance, within=(60, 400, len(data))[number % 3])))
        yield Hostile(f"doubled {kind}", picture(data[: len(data) // 2] + data))


def flipped(data: bytes, chance: random.Random, *, within: int) -> bytes:
    """The same bytes with some bits turned, near the beginning or anywhere."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        changed[chance.randrange(min(within, len(changed)))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _bombs() -> Iterator[Hostile]:
    fast: dict[str, Any] = {"lossless": True, "method": 0, "quality": 0}
    for side in (5200, 9000, 11_000, 20_000, 65_535, 2**31 - 1):
        yield Hostile("bomb", picture(png_header(side, side)))
    yield Hostile("bomb", picture(encode(Image.new("1", (9400, 9400)), "PNG")))
    for mode in ("1", "P", "L", "I;16", "RGBA"):
        yield Hostile("bomb", picture(encode(Image.new(mode, (5090, 5090)), "PNG", compress_level=1)))
    yield Hostile("bomb", picture(encode(Image.new("RGBA", (3600, 3600), (9, 8, 7, 6)), "WEBP", **fast)))
    yield Hostile("bomb", picture(encode(Image.new("RGB", (4000, 4000), (9, 8, 7)), "WEBP", **fast)))
    heic = encode(Image.new("RGB", (1500, 1500), (9, 8, 7)), "HEIF", quality=10)
    yield Hostile("bomb", picture(heic))
    small = {"crop": {"x": 0.5, "y": 0.5, "width": 0.01, "height": 0.01}}
    yield Hostile("bomb", picture(bare_jpeg(8900, 8900), **small))
    yield Hostile("bomb", picture(bare_jpeg(8900, 8900, together=False)))
    yield Hostile("bomb", picture(bare_jpeg(65_535, 65_535)[:2000]))
    yield Hostile("bomb", picture(bare_jpeg(5000, 5000, refinements=3000)))
    yield Hostile("bomb", picture(encode(Image.new("CMYK", (5000, 5000)), progressive=True, subsampling=0)))
    for width, height in ((100, 100), (65_535, 65_535), (0, 0), (2**32 - 1, 1)):
        place = heic.index(b"ispe") + 8
        yield Hostile("bomb", picture(heic[:place] + struct.pack(">II", width, height) + heic[place + 8 :]))
    png = encode(lesion(64), "PNG")
    for text in (
        chunk(b"zTXt", b"a\0\0" + bytes(9)),
        chunk(b"iCCP", b"a\0\0" + bytes(90)),
        chunk(b"tEXt", bytes(10**6)),
    ):
        yield Hostile("bomb", picture(png[:33] + text + png[33:]))
    yield Hostile("bomb", picture(encode(lesion(64), icc_profile=bytes(4_000_000))))


def _large() -> Iterator[Hostile]:
    for size in (15_000_000, 17_000_000, 25_000_000, 26_500_000):
        yield Hostile("large", b'{"image": "' + b"A" * size + b'"}')
        yield Hostile("large", b" " * size)
    yield Hostile("trailing", picture(encode(lesion(64)) + bytes(16_000_000)))
