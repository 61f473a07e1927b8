"""Address lists as people's programs write them: names in any script, commas in names, groups, no quotes."""

import re
from collections.abc import Iterable

from ..contract import Address
from . import charsets
from .headers import Headers, decode_words, one_line, without_overrides

MAX_ADDRESSES = 500
TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"\\]|\\.)*(?:"|$))|(?P<angle><[^<>]*>|<[^<>,;]*)|(?P<comment>\((?:[^()\\]|\\.)*\)?)"""
    r"""|(?P<stop>[,;])|(?P<word>[^",;<(]+)""",
    re.DOTALL,
)
COMMENT_OR_SPACE = re.compile(r"\([^()]*\)|\s+")
ADDRESS = re.compile(r"""[^\s<>"'(),;:@]+@[^\s<>"'(),;:@]+""")
QUOTED_NAME = re.compile(r"^(['\"])(.*)\1$")
GROUP = re.compile(r"^[^\"<@(,]{0,200}:(?!//)")


def parse(headers: Headers, name: str) -> tuple[Address, ...]:
    """Every usable address in all headers of that name, each once, at most MAX_ADDRESSES."""
    found: dict[str, Address] = {}
    for raw in headers.raws(name):
        for address in split(charsets.decode(raw, "", headers.hints)[0]):
            found.setdefault(address.value, address)
            if len(found) == MAX_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def split(value: str) -> Iterable[Address]:
    """The usable addresses of one header value, encoded words undone after the commas are understood."""
    name, comment, angle = "", "", ""
    for match in TOKEN.finditer(value + ","):
        kind, text = match.lastgroup, match[0]
        if kind == "stop":
            address = _address(name, comment, angle)
            if address:
                yield address
            name, comment, angle = "", "", ""
        elif kind == "quoted":
            name += re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'))
        elif kind == "angle":
            angle = COMMENT_OR_SPACE.sub("", text.strip("<>"))
        elif kind == "comment":
            comment = text.strip("()")
        else:
            name = GROUP.sub("", name + text) if not name else name + text


def _address(name: str, comment: str, angle: str) -> Address | None:
    bare = "" if angle else next(iter(ADDRESS.findall(name)), "")
    value = normalise(angle or bare)
    if not value:
        return None
    spoken = name.replace(bare, "", 1) if bare else name
    shown = without_overrides(one_line(decode_words(one_line(spoken) or comment)))
    shown = QUOTED_NAME.sub(r"\2", shown).strip()
    return Address("email", value, "" if normalise(shown) == value else shown[:200])


def normalise(value: str) -> str:
    """One spelling of an address: lower case, the domain in ASCII; "" when it is no address."""
    value = decode_words(value).strip().strip("<>'\" ").removeprefix("mailto:").lower().rstrip(".")
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or len(value) > 320 or re.search(r"[\s<>(),;:\x00-\x1f\x7f]", value):
        return ""
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return f"{local}@{domain}"
