"""Pictures whose every corner differs, colour profiles, and JPEGs and PNGs written by hand."""

import io
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from dermaloop.contract.images import Pixels
from dermaloop.contract.preprocessing import Crop
from tests.pictures import encode

ORIENTATION = 0x0112
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_LIKE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def scene(width: int, height: int) -> Image.Image:
    """A smooth picture that no turning or mirroring leaves alike, with a dark spot off its middle."""
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    spot = np.exp(-((across - 0.35) ** 2 + (down - 0.6) ** 2) / 0.02)
    planes = [90 + 150 * across - 60 * spot, 60 + 170 * down - 40 * spot, 120 + 90 * across * down - 90 * spot]
    return Image.fromarray(np.stack(planes, axis=2).clip(0, 255).astype(np.uint8))


def oriented(image: Image.Image, orientation: int, kind: str = "PNG", **options: object) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encode(image, kind, exif=exif.tobytes(), **options)


def plain(data: bytes, size: int = 224, crop: Crop | None = None) -> Pixels:
    """The slow, obvious road: decode everything, turn upright, cut the square out, resize."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    width, height = image.size
    crop = crop or Crop(0.0, 0.0, 1.0, 1.0)
    side = min(max(crop.width * width, crop.height * height), width, height)
    left = min(max((crop.x + crop.width / 2) * width - side / 2, 0), width - side)
    top = min(max((crop.y + crop.height / 2) * height - side / 2, 0), height - side)
    small = image.resize((size, size), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side))
    return np.asarray(small)


def difference(one: Pixels, other: Pixels) -> NDArray[np.int16]:
    return np.asarray(np.abs(one.astype(np.int16) - other.astype(np.int16)))


def rgb_profile(colorants: tuple[tuple[float, float, float], ...], name: str = "Wide gamut 01") -> bytes:
    """An RGB profile with sRGB's curve and other primaries; the name has sRGB's length, so that offsets stay."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for tag, colorant in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True):
        place = struct.unpack(">I", profile[(at := profile.index(tag)) + 4 : at + 8])[0] + 8
        profile[place : place + 12] = struct.pack(">3i", *(round(value * 65536) for value in colorant))
    return bytes(profile).replace("sRGB built-in".encode("utf-16-be"), name.encode("utf-16-be"))


def cmyk_profile() -> bytes:
    """A printer's profile of a strange ink: its cyan is green, its magenta brown."""
    clut = bytearray()
    for corner in range(16):
        cyan, magenta, yellow, black = (corner >> 3 & 1, corner >> 2 & 1, corner >> 1 & 1, corner & 1)
        light = max(0, 255 - 90 * cyan - 110 * magenta - 20 * yellow - 200 * black)
        clut += bytes((light, 128 - 70 * cyan + 30 * magenta, 128 + 50 * cyan + 40 * yellow - 20 * magenta))
    ramp = bytes(range(256))
    unit = struct.pack(">9i", *(65536 * value for value in (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + unit + ramp * 4 + bytes(clut) + ramp * 3
    text = b"Strange ink\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    tags = [(b"desc", described), (b"cprt", b"text\0\0\0\0free\0"), (b"wtpt", white), (b"A2B0", table)]
    directory, body, place = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags:
        padded = content + bytes(-len(content) % 4)
        directory += name + struct.pack(">II", place + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", place + len(body), b"\0\0\0\0", 0x02100000, b"prtr", b"CMYK", b"Lab ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + directory + body


def png_header(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds next to nothing."""
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"")))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in (*parts, (b"IEND", b"")))


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bare_jpeg(width: int, height: int, *, together: bool = True, refinements: int | None = None) -> bytes:
    """A grey JPEG written by hand: its colours in one scan or three, or progressive with repeated AC scans."""
    blocks = -(-width // 8) * -(-height // 8)
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"".join(bytes((c, 0x11, 0)) for c in (1, 2, 3))
    out = b"\xff\xd8" + _segment(0xDB, b"\0" + b"\1" * 64)
    out += _segment(0xC0 if refinements is None else 0xC2, frame) + _huffman(0x00, 0) + _huffman(0x10, 0)
    every = b"\3" + b"".join(bytes((c, 0)) for c in (1, 2, 3))
    if refinements is not None:
        out += _segment(0xDA, every + b"\0\0\0") + bytes(-(-blocks * 3 // 8)) + _huffman(0x10, 0xE0)
        bits = ("0" + "1" * 14) * -(-blocks // 32767)
        bits += "1" * (-len(bits) % 8)
        run = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
        return out + (_segment(0xDA, b"\1\1\0\1\x3f\0") + run) * refinements + b"\xff\xd9"
    if together:
        return out + _segment(0xDA, every + b"\0\x3f\0") + bytes(-(-blocks * 6 // 8)) + b"\xff\xd9"
    scans = (_segment(0xDA, bytes((1, c, 0, 0, 63, 0))) + bytes(-(-blocks * 2 // 8)) for c in (1, 2, 3))
    return out + b"".join(scans) + b"\xff\xd9"


def _segment(kind: int, content: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(content) + 2) + content


def _huffman(table: int, symbol: int) -> bytes:
    return _segment(0xC4, bytes((table, 1, *[0] * 15, symbol)))
