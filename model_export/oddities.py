"""Pictures that show no skin, made here or shipped with scikit-image: what a not-skin gate must refuse."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Pixels = NDArray[np.uint8]
Rng = np.random.Generator

CROPS_PER_PHOTO = 6
PER_KIND = 40
WORDS = [
    "the",
    "patient",
    "was",
    "seen",
    "in",
    "clinic",
    "on",
    "monday",
    "with",
    "a",
    "spot",
    "on",
    "her",
    "back",
    "dose",
    "take",
    "daily",
    "total",
    "amount",
    "invoice",
    "page",
    "form",
]


def oddities(side: int, seed: int = 7) -> Iterator[tuple[str, Pixels]]:
    """(kind, picture) for every picture of the set, always the same for the same seed."""
    for kind, make in KINDS.items():
        for number in range(PER_KIND):
            rng = np.random.default_rng([seed, number, *kind.encode()])
            yield kind, np.asarray(make(side, rng).convert("RGB"), dtype=np.uint8)
    for kind, names in {"photo": PHOTOS, "texture": TEXTURES, "microscopy": MICROSCOPY}.items():
        for name in names:
            yield from ((kind, crop) for crop in _crops(name, side, seed))


def _crops(name: str, side: int, seed: int) -> Iterator[Pixels]:
    """Squares of different sizes and places out of one of scikit-image's sample photographs."""
    import skimage.data

    with Image.open(Path(skimage.data.__file__).with_name(name)) as photo:
        image = photo.convert("RGB")
    for number in range(CROPS_PER_PHOTO):
        rng = np.random.default_rng([seed, number, *name.encode()])
        width = int(min(image.size) * rng.uniform(0.45, 1.0))
        left, top = (int(rng.integers(0, size - width + 1)) for size in image.size)
        square = image.crop((left, top, left + width, top + width))
        yield np.asarray(square.resize((side, side), Image.Resampling.BILINEAR), dtype=np.uint8)


def _document(side: int, rng: Rng) -> Image.Image:
    """Lines of print on paper, a little turned."""
    paper = tuple(int(c) for c in rng.integers(215, 256, 3))
    page = Image.new("RGB", (2 * side, 2 * side), paper)
    draw, size = ImageDraw.Draw(page), int(rng.integers(14, 34))
    ink = tuple(int(c) for c in rng.integers(0, 90, 3))
    for top in range(10, 2 * side, int(size * rng.uniform(1.2, 1.8))):
        line = " ".join(rng.choice(WORDS, int(rng.integers(4, 14))))
        draw.text((int(rng.integers(8, 60)), top), line, fill=ink, font=ImageFont.load_default(size))
    turned = page.rotate(float(rng.uniform(-12, 12)), Image.Resampling.BICUBIC, fillcolor=paper)
    return turned.resize((side, side), Image.Resampling.BILINEAR)


def _screen(side: int, rng: Rng) -> Image.Image:
    """A window of an app: bars, buttons, words."""
    dark = rng.random() < 0.4
    ground = (24, 26, 30) if dark else (246, 247, 250)
    image = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, side, side // 9), fill=_colour(rng))
    for _ in range(int(rng.integers(4, 12))):
        left, top = (int(v) for v in rng.integers(0, side * 4 // 5, 2))
        box = (left, top, left + int(rng.integers(20, side // 2)), top + int(rng.integers(10, side // 4)))
        draw.rounded_rectangle(box, radius=5, fill=_colour(rng), outline=_colour(rng))
        font = ImageFont.load_default(int(rng.integers(9, 18)))
        draw.text(
            (left + 4, top + 2),
            " ".join(rng.choice(WORDS, 2)),
            fill=(255, 255, 255) if dark else (20, 20, 20),
            font=font,
        )
    return image


def _chart(side: int, rng: Rng) -> Image.Image:
    """Bars and a curve on a white ground."""
    image = Image.new("RGB", (side, side), (255, 255, 255))
    draw, colour = ImageDraw.Draw(image), _colour(rng)
    number = int(rng.integers(4, 14))
    for index in range(number):
        left, width = side * (index + 0.5) / (number + 1), side / (number + 1) * 0.7
        draw.rectangle((left, side - 12 - rng.uniform(10, side * 0.8), left + width, side - 12), fill=colour)
    points = [(x, side / 2 + side / 3 * np.sin(x / rng.uniform(8, 40))) for x in range(0, side, 4)]
    draw.line(points, fill=_colour(rng), width=2)
    draw.line([(6, 0), (6, side - 8), (side, side - 8)], fill=(0, 0, 0), width=2)
    return image


def _gradient(side: int, rng: Rng) -> Image.Image:
    """One colour running into another."""
    across = np.linspace(0, 1, side)
    mix = np.cos(rng.uniform(0, np.pi)) * across[None, :] + np.sin(rng.uniform(0, np.pi)) * across[:, None]
    mix = (mix - mix.min()) / max(float(np.ptp(mix)), 1e-6)
    first, last = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    return Image.fromarray((first + mix[..., None] * (last - first)).astype(np.uint8))


def _noise(side: int, rng: Rng) -> Image.Image:
    """Random pixels, from single ones to soft clouds."""
    grain = int(rng.choice((1, 1, 2, 4, 8, 16)))
    cells = rng.integers(0, 256, (side // grain + 1, side // grain + 1, 3)).astype(np.uint8)
    return Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)


def _grey_noise(side: int, rng: Rng) -> Image.Image:
    """Random light and dark without colour, from single grains to clouds."""
    grain = int(rng.choice((1, 2, 3, 6, 12)))
    cells = rng.integers(0, 256, (side // grain + 1, side // grain + 1)).astype(np.uint8)
    return Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)


def _drawing(side: int, rng: Rng) -> Image.Image:
    """A flat cartoon: a face, a house or scribbles in outline on one colour, skin-like ones among them."""
    skin = (int(rng.integers(170, 240)), int(rng.integers(130, 190)), int(rng.integers(100, 170)))
    image = Image.new("RGB", (side, side), skin if rng.random() < 0.4 else _colour(rng))
    draw, middle = ImageDraw.Draw(image), side / 2
    size, ink = side * rng.uniform(0.2, 0.45), _colour(rng)
    draw.ellipse((middle - size, middle - size, middle + size, middle + size), outline=ink, width=4, fill=_colour(rng))
    for offset in (-0.4, 0.4):
        x, y = middle + offset * size, middle - 0.3 * size
        draw.ellipse((x - 6, y - 6, x + 6, y + 6), fill=ink)
    draw.arc((middle - size / 2, middle - size / 3, middle + size / 2, middle + size / 1.5), 20, 160, fill=ink, width=4)
    draw.line([tuple(end) for end in rng.uniform(0, side, (4, 2))], fill=_colour(rng), width=5)
    return image


def _plain(side: int, rng: Rng) -> Image.Image:
    """A wall, a covered lens, an empty sheet: one colour and a little sensor noise."""
    colour = rng.choice((rng.uniform(0, 255, 3), np.full(3, rng.uniform(0, 255))))
    return Image.fromarray(np.clip(colour + rng.normal(0, 2, (side, side, 3)), 0, 255).astype(np.uint8))


def _pattern(side: int, rng: Rng) -> Image.Image:
    """Cloth, tiles and grids: stripes in two directions."""
    rows, columns = np.mgrid[0:side, 0:side]
    angle, period = rng.uniform(0, np.pi), rng.uniform(5, 40)
    wave = np.sin((rows * np.cos(angle) + columns * np.sin(angle)) * 2 * np.pi / period)
    if rng.random() < 0.5:
        wave = wave * np.sin((columns * np.cos(angle) - rows * np.sin(angle)) * 2 * np.pi / period)
    hard = np.sign(wave) if rng.random() < 0.5 else wave
    first, last = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    return Image.fromarray((first + (hard[..., None] + 1) / 2 * (last - first)).astype(np.uint8))


def _shapes(side: int, rng: Rng) -> Image.Image:
    """Toys, signs, clip art: coloured discs and boxes, softened as a lens would."""
    image = Image.new("RGB", (side, side), _colour(rng))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(3, 12))):
        left, top = (int(v) for v in rng.integers(-20, side, 2))
        box = (left, top, left + int(rng.integers(10, side // 2)), top + int(rng.integers(10, side // 2)))
        (draw.ellipse if rng.random() < 0.5 else draw.rectangle)(box, fill=_colour(rng))
    return image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, 1.5))))


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = (int(c) for c in rng.integers(0, 256, 3))
    return red, green, blue


KINDS: dict[str, Callable[[int, Rng], Image.Image]] = {
    "document": _document,
    "screen": _screen,
    "chart": _chart,
    "gradient": _gradient,
    "noise": _noise,
    "grey noise": _grey_noise,
    "drawing": _drawing,
    "plain": _plain,
    "pattern": _pattern,
    "shapes": _shapes,
}
PHOTOS = (
    "astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "camera.png", "coins.png", "page.png", "text.png",
    "moon.png", "hubble_deep_field.jpg", "horse.png", "motorcycle_left.png", "color.png", "chessboard_RGB.png",
)  # fmt: skip
TEXTURES = ("brick.png", "grass.png", "gravel.png")
MICROSCOPY = ("ihc.png", "retina.jpg", "cell.png", "microaneurysms.png")
