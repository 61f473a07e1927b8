"""Delivery reports in words only: which address failed, and what is said about it."""

import logging
import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes

from flufl.bounce import all_failures

from ..addresses import ADDRESS, normalise
from ..headers import Headers
from ..mail import Mail
from . import original
from .reports import MAX_RECIPIENTS, Report

MAX_NOTICE = 20_000
MAX_SAID = 1_500
MAX_FOR_LIBRARY = 200_000
ANY_ADDRESS = r"[^\s<>\"'(),;:@\[\]]+@[\w.-]+\.\w+"
RETURNED = re.compile(
    r"^[ \t>|]*[-=*_# ]*[ \t]*(?:"
    r"(?:this|below this line|the following|here) is (?:a )?(?:the )?copy|a copy of (?:the|your)"
    r"|(?:the )?(?:original|returned|unsent|failed) message"
    r"|(?:original )?message (?:headers?|text|body|contents?) (?:follow|below|is|are)"
    r"|headers? of (?:the|your)|your message (?:reads|follows)"
    r"|original mail|copy of your message|returned mail follows|the header of|(?:full )?headers follow"
    r")|^(?:return-path:\s*<|received:\s*(?:from|by)\s|message-id:\s*<)",
    re.IGNORECASE | re.MULTILINE,
)
PLACES = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"^[ \t>]*<?({ANY_ADDRESS})>?[ \t]*:",
        rf"^[ \t>*-]*<({ANY_ADDRESS})>[ \t]*$",
        rf"^[ \t]*(?:rfc822;)?({ANY_ADDRESS})[ \t]*(?:;|\(|\[|\.{{2,}}|-|$)",
        rf"\b(?:could not be delivered|not delivered|unable to deliver|delivery|delivering|failed"
        rf"|deliver(?:ed|ing)? (?:your )?(?:mail|message))"
        rf".{{0,40}}? to:?\s+<?({ANY_ADDRESS})",
        rf"\b(?:recipients?|address(?:es)?|mailbox|user|account|to|rcpt to"
        rf"|for)\s*(?:is)?\s*[:=]?\s*[\"'(]*(?:smtp:)?<?({ANY_ADDRESS})",
        rf"<({ANY_ADDRESS})>",
        rf"({ANY_ADDRESS})",
    )
)

log = logging.getLogger(__name__)


def notice(mail: Mail) -> str:
    """What the server says, without the mail it sends back."""
    text = mail.text[:MAX_NOTICE]
    found = RETURNED.search(text)
    return text[: found.start()] if found and found.start() > 20 else text


def reports(mail: Mail) -> tuple[Report, ...]:
    """One report for each address the words speak of; the mail that came back is asked last."""
    words = notice(mail)
    recipients = list(dict.fromkeys(_recipients(mail, words)))[:MAX_RECIPIENTS]
    return tuple(Report(each, said=said_about(each, words, recipients)) for each in recipients)


def said_about(recipient: str, words: str, recipients: Iterable[str] = ()) -> str:
    """The words from an address on to the next one; all of them when the address is not in them."""
    lower = words.lower()
    start = lower.find(recipient)
    if start < 0:
        return words[:MAX_SAID].strip()
    others = (lower.find(each, start + len(recipient)) for each in recipients if each != recipient)
    end = min((position for position in others if position > 0), default=len(words))
    return words[start + len(recipient) : end][:MAX_SAID].strip(">:) \n") or words[:MAX_SAID].strip()


def _recipients(mail: Mail, words: str) -> Iterator[str]:
    """The first kind of place that names somebody other than ourselves decides."""
    ours = {
        found[0].lower()
        for name in ("to", "delivered-to")
        for found in ADDRESS.finditer(mail.headers.get(name))
    }
    named = [normalise(each) for each in re.split(r"[,\s]+", mail.headers.get("x-failed-recipients"))]
    if any(named):
        yield from (each for each in named if each)
        return
    for place in PLACES:
        found = [address for match in place.finditer(words) if (address := normalise(match[1].rstrip(".")))]
        found = [address for address in found if address not in ours and not _is_reporter(address, mail)]
        if found:
            yield from found
            return
    yield from _by_library(mail) or _written_to(original.headers(mail)) or _written_in_text(mail, ours)


def _is_reporter(address: str, mail: Mail) -> bool:
    is_sender = mail.sender is not None and address == mail.sender.value
    return is_sender or address.startswith(("postmaster@", "mailer-daemon@", "abuse@"))


def _by_library(mail: Mail) -> list[str]:
    """What flufl.bounce knows of old and rare mail servers."""
    octets = mail.octets
    if len(octets) > MAX_FOR_LIBRARY:
        return []
    try:
        temporary, permanent = all_failures(message_from_bytes(octets))
    except Exception:  # its detectors raise anything at all on mail they did not expect
        log.info("flufl.bounce could not read a report", exc_info=True)
        return []
    found = [each.decode("ascii", "replace") for each in sorted(temporary | permanent)]
    return [address for each in found if (address := normalise(each))]


def _written_to(returned: Headers) -> list[str]:
    return [address for found in ADDRESS.finditer(returned.get("to")) if (address := normalise(found[0]))]


def _written_in_text(mail: Mail, ours: set[str]) -> list[str]:
    match = original.TO_IN_TEXT.search(mail.text[:MAX_NOTICE])
    found = ADDRESS.search(match[1]) if match else None
    address = normalise(found[0]) if found else ""
    return [address] if address and address not in ours else []
