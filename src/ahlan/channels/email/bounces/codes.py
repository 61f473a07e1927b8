"""The codes in what a server answers: "550 5.1.1 User unknown"."""

import re

ENHANCED = re.compile(r"(?<![\d.])[245]\.\d\.\d{1,3}(?![\d.])")
REPLY = re.compile(r"(?<![\d.:#@/_-])[45]\d\d(?=[\s\-#:]|$)(?!\s*(?:bytes|kb|messages|seconds|hours|days))")
VAGUE = re.compile(r"\d\.0\.0|\d\.5\.0")


def enhanced(stated: str, said: str) -> str:
    """The enhanced status: the stated one unless it says nothing and the answer itself says more."""
    if stated and not VAGUE.fullmatch(stated):
        return stated
    told = [found for found in ENHANCED.findall(said) if not VAGUE.fullmatch(found)]
    return told[0] if told else stated or next(iter(ENHANCED.findall(said)), "")


def reply(said: str) -> str:
    """The three digits of the SMTP reply, "" when there are none."""
    found = REPLY.search(said)
    return found[0] if found else ""
