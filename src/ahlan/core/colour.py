"""Colours that a house chooses, held to what can be read (WCAG 2.2)."""

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
READABLE = 4.5


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: str) -> str:
    """White or near black, whichever stands out better."""
    return max("#ffffff", "#111111", key=lambda ink: contrast(ink, ground))


def readable(colour: str, ground: str) -> str:
    """The colour itself where it can be read on the ground, else moved towards black or white until it can."""
    towards = "#000000" if luminance(ground) > 0.179 else "#ffffff"
    steps = (_mixed(colour, towards, n / 20) for n in range(21))
    return next(one for one in steps if contrast(one, ground) >= READABLE)


def _mixed(colour: str, other: str, share: float) -> str:
    parts = (
        round(int(colour[n : n + 2], 16) * (1 - share) + int(other[n : n + 2], 16) * share) for n in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)
