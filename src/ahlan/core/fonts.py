"""Rubik as the browser wants it: one small variable WOFF2 for each script, made out of the installed package.

Where they have not been built the pages fall back to the system's own type.
"""

import sys
from pathlib import Path

import fontpkg_rubik
from fontTools import subset

SOURCE = fontpkg_rubik.ROOT / "files" / "Rubik[wght].ttf"
TARGET = Path(__file__).parent / "static" / "core" / "fonts"

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
    for made in build_fonts(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET):
        sys.stdout.write(f"{made}  {made.stat().st_size / 1000:.1f} kB\n")
