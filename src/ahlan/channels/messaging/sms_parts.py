"""How many parts an SMS takes: 160 signs of the old alphabet, or 153 in each of several; 70 or 67 of any other script."""

from typing import NamedTuple

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = "\f^{}\\[~]|€"  # each is written as two


class Parts(NamedTuple):
    """`left`: signs that still fit into the last one."""

    parts: int
    left: int
    unicode: bool


def parts_of(text: str) -> Parts:
    """What a text costs. Signs beyond the first 65,536 of Unicode count twice, and none is torn between two parts."""
    if all(sign in _BASIC or sign in _TWICE for sign in text):
        return _filled([2 if sign in _TWICE else 1 for sign in text], 160, 153, False)
    return _filled([2 if ord(sign) > 0xFFFF else 1 for sign in text], 70, 67, True)


def _filled(widths: list[int], alone: int, each: int, is_unicode: bool) -> Parts:
    total = sum(widths)
    if total <= alone:
        return Parts(1, alone - total, is_unicode)
    count, used = 1, 0
    for width in widths:
        if used + width > each:
            count, used = count + 1, 0
        used += width
    return Parts(count, each - used, is_unicode)
