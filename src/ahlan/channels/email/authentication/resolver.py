"""How the checks ask DNS: a function, so that tests answer for themselves."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.resolver import Resolver

# (name, "TXT" | "A" | "AAAA" | "MX" | "PTR") -> answers as text, MX as "10 mx.example.org"; [] when there are
# none. Raises TimeoutError when nobody answers.
Lookup = Callable[[str, str], list[str]]

TIMEOUT = 5.0  # seconds for one question


def resolver(found: "Resolver | None" = None) -> Lookup:
    """The real DNS of this machine."""
    import dns.exception  # noqa: PLC0415 -- slow to start, and only workers ask
    import dns.resolver  # noqa: PLC0415

    asked = found or dns.resolver.Resolver()

    def lookup(name: str, kind: str) -> list[str]:
        try:
            answer = asked.resolve(name, kind, lifetime=TIMEOUT)
        except (
            dns.resolver.NXDOMAIN,
            dns.resolver.NoAnswer,
            dns.exception.SyntaxError,
            dns.name.LabelTooLong,
        ):
            return []
        except dns.exception.DNSException as error:
            raise TimeoutError(str(error)) from error
        if kind == "TXT":
            return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
        return [record.to_text().rstrip(".") for record in answer]

    return lookup
