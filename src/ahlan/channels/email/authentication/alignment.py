"""DMARC: whether the domain a reader sees is the one that SPF or DKIM proved.

The organisational domain is found by walking up the DNS tree, as the newer DMARC has it, so that no list of
public suffixes has to be kept fresh.
"""

from collections.abc import Iterable

from ..mail import Mail
from .resolver import Lookup

MAX_STEPS = 8


def dmarc(mail: Mail, proved: Iterable[str], by_spf: Iterable[str], lookup: Lookup) -> str:
    """ "pass", "fail", "none" (the domain has no policy) or "temperror".

    proved: domains that SPF or DKIM vouch for; by_spf: those of them that SPF does.
    """
    if mail.sender is None:
        return "none"
    domain = mail.sender.value.rpartition("@")[2]
    try:
        policy = _policy(domain, lookup)
        if not policy:
            return "none"
        if len(mail.headers.raws("from")) > 1:
            return "fail"
        spf_domains = set(by_spf)
        aligned = (
            _aligned(domain, each, _is_strict(policy, each in spf_domains), lookup) for each in proved if each
        )
        return "pass" if any(aligned) else "fail"
    except TimeoutError:
        return "temperror"


def _is_strict(policy: dict[str, str], by_spf: bool) -> bool:
    return policy.get("aspf" if by_spf else "adkim", "r").lower() == "s"


def _aligned(domain: str, proved: str, strict: bool, lookup: Lookup) -> bool:
    if domain == proved:
        return True
    return not strict and organisational_domain(domain, lookup) == organisational_domain(proved, lookup)


def _policy(domain: str, lookup: Lookup) -> dict[str, str]:
    """The DMARC record of a domain, else of its organisational domain."""
    return _record(domain, lookup) or _record(organisational_domain(domain, lookup), lookup)


def organisational_domain(domain: str, lookup: Lookup) -> str:
    """The domain under which an organisation names its hosts: shop.example.co.uk is example.co.uk's.

    The topmost parent with a DMARC record; one marked as a public suffix (psd=y) stands for the name below.
    """
    found = domain
    for parent in _upwards(domain):
        record = _record(parent, lookup)
        if record.get("psd") == "y":
            return _below(domain, parent) if parent != domain else domain
        if record:
            found = parent
        if record.get("psd") == "n":
            return parent
    return found


def _upwards(domain: str) -> list[str]:
    """The domain and its parents, the top-level domain last; a very long name skips to its last labels."""
    labels = domain.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels))]
    return [names[0], *names[1:][-(MAX_STEPS - 1) :]]


def _below(domain: str, parent: str) -> str:
    labels = domain.split(".")
    return ".".join(labels[-(parent.count(".") + 2) :])


def _record(domain: str, lookup: Lookup) -> dict[str, str]:
    """The tags of the one DMARC record of a name; two records are as good as none."""
    texts = [
        text
        for text in lookup(f"_dmarc.{domain}", "TXT")
        if text.replace(" ", "").lower().startswith("v=dmarc1")
    ]
    if len(texts) != 1:
        return {}
    pairs = (tag.partition("=") for tag in texts[0].split(";") if "=" in tag)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
