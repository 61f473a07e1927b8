"""Rubik as the browser wants it, one small variable WOFF2 for each script, and as a letter on paper wants it: one TTF for each weight.
All made at set-up out of the installed package.

Where they have not been built the pages fall back to the system's own type; the weights are then cut for the first letter.
"""

import secrets
import sys
from pathlib import Path

import fontpkg_rubik
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCE = fontpkg_rubik.ROOT / "files" / "Rubik[wght].ttf"
TARGET = Path(__file__).parent / "static" / "core" / "fonts"
PAPER = Path(__file__).parent / "paper_fonts"
WEIGHTS = (400, 600)

# The ranges stand in css/fonts.css too, as unicode-range; a test holds the two together.
SCRIPTS = {
    "latin": "U+0000-02FF,U+0300-036F,U+1E00-1EFF,U+2000-200A,U+2010-206F,U+20A0-20A9,U+20AB-20BC,U+20BE-20CF,"
    "U+2100-2115,U+2117-218F,U+2190-21FF,U+2200-22FF,U+2300-25FF",
    "cyrillic": "U+0400-052F,U+20BD,U+2116",
    "hebrew": "U+0590-05FF,U+20AA,U+FB1D-FB4F",
    "arabic": "U+0600-06FF,U+0750-077F,U+08A0-08FF,U+200B-200F,U+FB50-FDFF,U+FE70-FEFF",
}


def build_fonts(target: Path = TARGET) -> list[Path]:
    """Write the subsets into `target` (about five seconds). Returns the files. Raises OSError."""
    target.mkdir(parents=True, exist_ok=True)
    return [_build(script, ranges, target / f"rubik-{script}.woff2") for script, ranges in SCRIPTS.items()]


def cut_weight(weight: int, path: Path) -> Path:
    """Write one weight of the variable font (about four seconds): a PDF knows no axes. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(4)}")
    with TTFont(SOURCE) as font:
        instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.save(partial)
    partial.replace(path)
    return path


def cut_weights() -> list[Path]:
    """Both weights that letters are set in, where they are not there yet."""
    paths = {weight: paper_font(weight) for weight in WEIGHTS}
    return [path if path.exists() else cut_weight(weight, path) for weight, path in paths.items()]


def paper_font(weight: int, place: Path = PAPER) -> Path:
    return place / f"rubik-{weight}.ttf"


def _build(script: str, ranges: str, path: Path) -> Path:
    options = subset.Options(layout_features=["*"], flavor="woff2", notdef_outline=True, desubroutinize=True)
    font = subset.load_font(str(SOURCE), options)
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=subset.parse_unicodes(ranges.replace("U+", "")))
    chooser.subset(font)
    partial = path.with_suffix(".partial")
    subset.save_font(font, str(partial), options)
    partial.replace(path)
    font.close()
    return path


if __name__ == "__main__":
    for made in [*build_fonts(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET), *cut_weights()]:
        sys.stdout.write(f"{made}  {made.stat().st_size / 1000:.1f} kB\n")
