"""Authentication-Results (RFC 8601): what a mail server found out. Only our own are believed."""

import re

from ...contract import Authentication
from ..headers import Headers

COMMENT = re.compile(r"\([^()]*\)")
METHOD = re.compile(r"^\s*(spf|dkim|dmarc)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)


def stated(headers: Headers, authserv_ids: frozenset[str]) -> Authentication:
    """What headers with one of our ids say. The topmost decides for each method, since servers write above
    what was there; several DKIM results in it pass when one does."""
    found: dict[str, str] = {}
    for value in headers.all("authentication-results"):
        who, *clauses = COMMENT.sub(" ", value).split(";")
        if not who.split() or who.split()[0].lower() not in {each.lower() for each in authserv_ids}:
            continue
        for method, result in _results(clauses).items():
            found.setdefault(method, result)
    return Authentication(**found)


def _results(clauses: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for clause in clauses:
        match = METHOD.match(clause)
        if match and found.get(match[1].lower()) != "pass":
            found[match[1].lower()] = match[2].lower()
    return found
