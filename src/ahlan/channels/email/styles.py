"""CSS in style attributes: what cannot leave its place, cover anything or fetch anything."""

import re

ALLOWED = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width",
    "color", "direction", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight",
    "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "text-align", "text-decoration", "text-transform", "unicode-bidi", "vertical-align",
    "white-space", "width", "word-break", "overflow-wrap",
}  # fmt: skip
VALUE = re.compile(r"(?:[\w\s#.,%'\"/+-]|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\))*", re.IGNORECASE)
NEGATIVE = re.compile(r"(?:^|[\s,(])-\.?\d")
HUGE = re.compile(r"\d{5}")


def safe(style: str) -> str:
    """The harmless declarations of a style attribute, "" when there are none."""
    kept = []
    for declaration in style[:10_000].split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        if name in ALLOWED and value and _is_harmless(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def _is_harmless(value: str) -> bool:
    """No function but a colour, no escape, nothing that pulls the text out of its box."""
    return bool(VALUE.fullmatch(value)) and not NEGATIVE.search(value) and not HUGE.search(value)
