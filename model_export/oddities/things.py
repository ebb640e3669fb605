"""Things people make, as arithmetic draws them: print, screens, charts, drawings and toys."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Rng = np.random.Generator

WORDS = [
    "the", "patient", "was", "seen", "in", "clinic", "on", "monday", "with", "a", "spot", "on", "her", "back", "dose",
    "take", "daily", "total", "amount", "invoice", "page", "form",
]  # fmt: skip


def document(side: int, rng: Rng) -> Image.Image:
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


def screen(side: int, rng: Rng) -> Image.Image:
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


def chart(side: int, rng: Rng) -> Image.Image:
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


def drawing(side: int, rng: Rng) -> Image.Image:
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


def shapes(side: int, rng: Rng) -> Image.Image:
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
