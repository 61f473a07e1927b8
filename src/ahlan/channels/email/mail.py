"""The typed value that the rules about mail look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..contract import Address
from . import addresses, parts
from .bodies import charset_hints
from .headers import Headers
from .parts import Part, Tree


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail taken apart. `recipients`: to whom the mail server delivered it."""

    tree: Tree
    headers: Headers
    sender: Address | None
    recipients: tuple[str, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    text: str = field(default="", repr=False)

    @property
    def root(self) -> Part:
        return self.tree.root

    @property
    def octets(self) -> bytes:
        """The whole mail as it came."""
        return self.tree.raw

    @property
    def content_type(self) -> str:
        return self.tree.root.content_type

    def says(self, header: str) -> str:
        """A header in lower case, "" when there is none."""
        return self.headers.get(header).lower()


def take_apart(raw: bytes) -> tuple[Tree, Headers]:
    """The parts of a raw mail and its headers, which know the charsets of its parts. Never raises."""
    tree = parts.read(raw)
    return tree, Headers(tree.root.headers.fields, charset_hints(tree))


def sender(headers: Headers) -> Address | None:
    """Who wrote: From, else Sender, else Return-Path."""
    for name in ("from", "sender", "return-path"):
        found = addresses.parse(headers, name)
        if found:
            return found[0]
    return None


def reply_to(headers: Headers, own_addresses: Iterable[str]) -> Address | None:
    """Where an answer is wanted, when that is elsewhere than From and not at our own door."""
    own = set(own_addresses)
    return next((found for found in addresses.parse(headers, "reply-to") if found.value not in own), None)
