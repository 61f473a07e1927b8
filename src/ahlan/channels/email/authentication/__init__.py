"""Whether a mail is from whom it says: by our own mail server's word, else by our own check."""

from dataclasses import replace

from ...contract import Authentication
from ..mail import Mail
from .alignment import dmarc
from .proofs import Arrival, passing_domains, spf_result
from .resolver import Lookup, resolver
from .results import stated

__all__ = ["Arrival", "Lookup", "authenticate", "resolver", "stated"]


def authenticate(
    mail: Mail, *, authserv_ids: frozenset[str], arrival: Arrival | None = None, dns: Lookup | None = None
) -> Authentication:
    """SPF, DKIM and DMARC of a mail.

    authserv_ids: names under which our own mail servers write Authentication-Results; a header of any other
    name may be forged and is ignored. What they do not say is checked when `dns` is given, SPF only when
    `arrival` is too.
    """
    found = stated(mail.headers, authserv_ids)
    if dns is None or (found.dmarc and found.dkim and found.spf):
        return found
    spf = found.spf or (spf_result(arrival, dns) if arrival else "")
    signers = passing_domains(mail.octets, dns)
    dkim = found.dkim or _dkim_word(mail, signers)
    checked = replace(found, spf=spf, dkim=dkim)
    if found.dmarc:
        return checked
    envelope = arrival.domain if arrival and spf == "pass" else ""
    return replace(checked, dmarc=dmarc(mail, [*signers, envelope], [envelope], dns))


def _dkim_word(mail: Mail, signers: list[str]) -> str:
    if "dkim-signature" not in mail.headers:
        return "none"
    return "pass" if signers else "fail"
