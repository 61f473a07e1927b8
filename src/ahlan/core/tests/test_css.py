"""The style sheets keep their promises: every contrast is computed, no side is named."""

import itertools
import math
import re
from pathlib import Path

import pytest

from ahlan.core import fonts, text

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core" / "static" / "core" / "css"
TOKENS = (CORE / "tokens.css").read_text()
SHEETS = sorted(ROOT.rglob("static/**/*.css"))
NAMED_SIDE = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-\w+)*"
    r"|left|right|top|bottom|width|height|(?:min|max)-(?:width|height)|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)

Colour = tuple[float, float, float]


def tokens() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", TOKENS)
    return {name: (light, dark) for name, light, dark in found}


def linear(colour: str) -> Colour:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)  # type: ignore[return-value]


def linear_oklch(lightness: float, chroma: float, hue: float) -> Colour:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, c)) for c in rgb)  # type: ignore[return-value]


def contrast(one: Colour, other: Colour) -> float:
    lights = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


SURFACES = ("desk", "shelf", "sheet", "paper", "raised", "note", "accent-tint")
READ_ANYWHERE = ("ink", "ink-soft", "ink-faint", "accent", "danger")
PAIRS = [
    *itertools.product(READ_ANYWHERE, SURFACES),
    ("caution", "caution-tint"), ("caution", "paper"), ("caution", "sheet"), ("caution", "note"),
    ("danger", "danger-tint"), ("good", "good-tint"), ("good", "paper"), ("good", "sheet"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-danger", "danger"),
    ("accent-tint-ink", "accent-tint"), ("accent-strong", "paper"),
]  # fmt: skip


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(ink: str, ground: str, theme: int) -> None:
    found = tokens()

    assert contrast(linear(found[ink][theme]), linear(found[ground][theme])) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["sheet", "paper", "raised"])
def test_the_outline_of_a_field_can_be_seen(ground: str, theme: int) -> None:
    found = tokens()

    assert contrast(linear(found["outline"][theme]), linear(found[ground][theme])) >= 3


def test_initials_can_be_read_on_every_tint() -> None:
    hues = [float(hue) for hue in re.findall(r"\.hue-\d+ \{ --hue: (\d+); \}", TOKENS)]
    tint, ink = (
        re.search(
            rf"--{name}: light-dark\(oklch\(([\d.]+) ([\d.]+) var\(--hue\)\), oklch\(([\d.]+) ([\d.]+)",
            TOKENS,
        )
        for name in ("tint", "tint-ink")
    )
    assert tint and ink and len(hues) == text.HUES
    for hue, (lightness, chroma) in itertools.product(hues, [(1, 2), (3, 4)]):
        ground = linear_oklch(float(tint[lightness]), float(tint[chroma]), hue)
        letters = linear_oklch(float(ink[lightness]), float(ink[chroma]), hue)
        assert contrast(ground, letters) >= 4.5


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_sheet_names_a_side(sheet: Path) -> None:
    css = re.sub(r"/\*.*?\*/|@media[^{]*", "", sheet.read_text(), flags=re.S)

    assert [found.group() for found in NAMED_SIDE.finditer(css)] == []


def test_every_sheet_of_the_core_is_imported_into_a_layer() -> None:
    entry = (CORE / "ahlan.css").read_text()
    imported = set(re.findall(r'@import "([\w-]+\.css)" layer\(\w+\);', entry))

    assert imported == {path.name for path in CORE.glob("*.css")} - {"ahlan.css"}


def test_every_custom_property_that_is_used_exists() -> None:
    css = "".join(sheet.read_text() for sheet in SHEETS)
    scripts = "".join(path.read_text() for path in ROOT.rglob("static/**/*.js"))
    drawn = "".join(
        path.read_text() for path in [*ROOT.rglob("views.py"), *ROOT.rglob("views/*.py")]
    )  # a company's own colours
    defined = set(re.findall(r"(--[\w-]+)\s*:", css + drawn)) | set(re.findall(r'"(--[\w-]+)"', scripts))
    used = set(re.findall(r"var\((--[\w-]+)\)", css))

    assert used - defined == set()


def test_the_fonts_are_declared_for_the_ranges_they_were_made_for() -> None:
    css = (CORE / "fonts.css").read_text()
    declared = re.findall(r"rubik-(\w+)\.woff2.*?unicode-range: ([^;]+);", css, flags=re.S)

    assert {script: ranges.replace(" ", "") for script, ranges in declared} == fonts.SCRIPTS


def test_templates_carry_no_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*(?:src=|application/json))|hx-on")
    found = [path.name for path in ROOT.rglob("templates/**/*.html") if inline.search(path.read_text())]

    assert found == []
