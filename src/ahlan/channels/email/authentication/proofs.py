"""SPF and DKIM checked by ourselves, through a resolver that is handed in."""

import logging
import warnings
from dataclasses import dataclass

import dkim

from .resolver import Lookup

with warnings.catch_warnings():
    # pyspf 2.0.14 has docstrings with backslashes that Python warns about when it first compiles the module.
    warnings.simplefilter("ignore")
    import spf

MAX_SIGNATURES = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a mail came to our server: the peer's address, its greeting, the envelope sender ("" for <>)."""

    remote_ip: str
    helo: str = ""
    mail_from: str = ""

    @property
    def domain(self) -> str:
        """The domain that SPF speaks for."""
        return (self.mail_from.rpartition("@")[2] or self.helo).lower().rstrip(".")


def spf_result(arrival: Arrival, lookup: Lookup) -> str:
    """ "pass", "fail", "softfail", "neutral", "none", "temperror" or "permerror"."""
    try:
        result, _code, _explanation = _Question(arrival, lookup).check()
    except TimeoutError:
        return "temperror"
    except Exception:  # the library raises anything at all on a broken record or address
        log.info("SPF could not be checked", exc_info=True)
        return "permerror"
    return str(result)


class _Question(spf.query):  # type: ignore[misc]
    """pyspf's question, asked through our resolver."""

    def __init__(self, arrival: Arrival, lookup: Lookup) -> None:
        super().__init__(i=arrival.remote_ip, s=arrival.mail_from, h=arrival.helo)
        self._lookup = lookup

    def dns(self, name: str, qtype: str, cnames: object = None, ignore_void: bool = False) -> list[object]:
        name = str(name).rstrip(".").lower()
        key = (name, qtype)
        if key not in self.cache:
            self.cache[key] = [_as_pyspf(qtype, answer) for answer in self._lookup(name, qtype)]
        found: list[object] = self.cache[key]
        if not found and not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"Void lookup limit of {spf.MAX_VOID_LOOKUPS} exceeded")
        return found


def _as_pyspf(kind: str, answer: str) -> object:
    if kind in {"TXT", "SPF"}:
        return (answer.encode(),)
    if kind == "MX":
        preference, _, host = answer.partition(" ")
        return int(preference), host.rstrip(".")
    return answer


def passing_domains(raw: bytes, lookup: Lookup) -> list[str]:
    """The domains whose DKIM signature on this mail holds, of at most MAX_SIGNATURES."""

    def key(name: bytes, timeout: float = 0) -> bytes | None:
        answers = lookup(name.decode("ascii", "replace").rstrip("."), "TXT")
        return answers[0].encode() if answers else None

    found = []
    try:
        letter = dkim.DKIM(raw)
        count = sum(1 for name, _value in letter.headers if name.lower() == b"dkim-signature")
    except dkim.DKIMException:
        return []
    for index in range(min(count, MAX_SIGNATURES)):
        try:
            if letter.verify(idx=index, dnsfunc=key):
                found.append(letter.domain.decode("ascii", "replace").lower())
        except Exception:  # the library raises anything at all on a broken signature
            log.info("A DKIM signature could not be checked", exc_info=True)
    return found
