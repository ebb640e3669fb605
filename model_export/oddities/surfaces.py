"""Surfaces without a thing on them, as arithmetic makes them: one colour, gradients, noise and patterns."""

import numpy as np
from PIL import Image

Rng = np.random.Generator


def gradient(side: int, rng: Rng) -> Image.Image:
    """One colour running into another."""
    across = np.linspace(0, 1, side)
    mix = np.cos(rng.uniform(0, np.pi)) * across[None, :] + np.sin(rng.uniform(0, np.pi)) * across[:, None]
    mix = (mix - mix.min()) / max(float(np.ptp(mix)), 1e-6)
    first, last = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    return Image.fromarray((first + mix[..., None] * (last - first)).astype(np.uint8))


def noise(side: int, rng: Rng) -> Image.Image:
    """Random pixels, from single ones to soft clouds."""
    grain = int(rng.choice((1, 1, 2, 4, 8, 16)))
    cells = rng.integers(0, 256, (side // grain + 1, side // grain + 1, 3)).astype(np.uint8)
    return Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)


def grey_noise(side: int, rng: Rng) -> Image.Image:
    """Random light and dark without colour, from single grains to clouds."""
    grain = int(rng.choice((1, 2, 3, 6, 12)))
    cells = rng.integers(0, 256, (side // grain + 1, side // grain + 1)).astype(np.uint8)
    return Image.fromarray(cells).resize((side, side), Image.Resampling.BICUBIC)


def plain(side: int, rng: Rng) -> Image.Image:
    """A wall, a covered lens, an empty sheet: one colour and a little sensor noise."""
    colour = rng.choice((rng.uniform(0, 255, 3), np.full(3, rng.uniform(0, 255))))
    return Image.fromarray(np.clip(colour + rng.normal(0, 2, (side, side, 3)), 0, 255).astype(np.uint8))


def pattern(side: int, rng: Rng) -> Image.Image:
    """Cloth, tiles and grids: stripes in two directions."""
    rows, columns = np.mgrid[0:side, 0:side]
    angle, period = rng.uniform(0, np.pi), rng.uniform(5, 40)
    wave = np.sin((rows * np.cos(angle) + columns * np.sin(angle)) * 2 * np.pi / period)
    if rng.random() < 0.5:
        wave = wave * np.sin((columns * np.cos(angle) - rows * np.sin(angle)) * 2 * np.pi / period)
    hard = np.sign(wave) if rng.random() < 0.5 else wave
    first, last = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    return Image.fromarray((first + (hard[..., None] + 1) / 2 * (last - first)).astype(np.uint8))
