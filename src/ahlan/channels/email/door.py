"""The desk's own mail door: an SMTP server that says 250 only when what it took cannot be lost any more."""

import asyncio
import ssl
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections

from ahlan.channels.actions import keep
from ahlan.channels.email.channel import bare
from ahlan.channels.models import Inbox

log = structlog.get_logger(__name__)

MOST_RECIPIENTS = 100
FULL = b"421 4.7.0 Too many connections at once, please try again in a minute\r\n"
SECONDS = 600  # for each step of a dialogue; RFC 5321 4.5.3.2.7 asks for five minutes at least
KNOWN_FOR = 5.0  # seconds; how long the list of inboxes is trusted


class Doorkeeper:
    """Who may bring what: known recipients only, so many at once and a minute from one place, at most so large."""

    def __init__(self) -> None:
        self._inside: dict[SMTP, str] = {}
        self._known: dict[str, int] = {}
        self._known_at = -KNOWN_FOR
        self._visits: Counter[str] = Counter()
        self._minute = 0

    def let_in(self, visitor: SMTP, peer: str) -> bool:
        """Whether there is room; one who is inside already (and has just begun TLS) stays."""
        if visitor in self._inside:
            return True
        of_his = sum(other == peer for other in self._inside.values())
        if len(self._inside) >= settings.MAIL_CONNECTIONS or of_his >= settings.MAIL_CONNECTIONS_EACH:
            return False
        self._inside[visitor] = peer
        return True

    def see_out(self, visitor: SMTP) -> bool:
        """Whether he had been let in."""
        return self._inside.pop(visitor, None) is not None

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._too_often(str(session.peer[0]) if session.peer else ""):
            return "450 4.7.1 Too many messages from here, please try again in a minute"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await self._inboxes()
        except (DatabaseTrouble, OSError):
            return "451 4.3.0 Temporarily unable to look up the recipient"
        if bare(address) not in known:
            return "550 5.1.1 No such recipient here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        sender = envelope.mail_from or ""
        facts = {
            "mail_from": "" if sender == "<>" else sender,  # what a delivery report comes from
            "rcpt_tos": list(envelope.rcpt_tos),
            "peer": str(session.peer[0]) if session.peer else "",
            "helo": str(session.host_name or ""),
            "tls": session.ssl is not None,
        }
        inbox_id = self._known.get(bare(envelope.rcpt_tos[0]))
        try:
            await asyncio.to_thread(_keep, content, inbox_id, facts)
        except (DatabaseTrouble, OSError) as error:
            log.warning("mail refused for now", error=type(error).__name__)
            return "451 4.3.0 Could not store the message, please try again"
        return "250 2.0.0 OK, it is safe with us"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever it was, "try again": aiosmtpd would say 500, and the sender would give the mail up."""
        log.error("the mail door stumbled", error=type(error).__name__, exc_info=error)
        return "451 4.3.0 Something went wrong here, please try again"

    async def _inboxes(self) -> dict[str, int]:
        if time.monotonic() - self._known_at > KNOWN_FOR:
            self._known = await asyncio.to_thread(_known_inboxes)
            self._known_at = time.monotonic()
        return self._known

    def _too_often(self, peer: str) -> bool:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._visits.clear()
        self._visits[peer] += 1
        return self._visits[peer] > int(settings.MAIL_PER_MINUTE)


def _keep(content: bytes, inbox_id: int | None, facts: dict[str, Any]) -> None:
    close_old_connections()
    try:
        inbox = Inbox(pk=inbox_id) if inbox_id else None
        keep(content, channel="email", door="smtp", inbox=inbox, envelope=facts)
    finally:
        close_old_connections()


def _known_inboxes() -> dict[str, int]:
    close_old_connections()
    try:
        return {
            bare(address): pk
            for pk, address in Inbox.objects.filter(channel="email", is_active=True).values_list(
                "pk", "address"
            )
        }
    finally:
        close_old_connections()


class Door(SMTP):
    """aiosmtpd refuses lines of over 1,001 octets; real mail has them, so only the whole size counts here."""

    line_length_limit = settings.MAIL_SIZE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = str((transport.get_extra_info("peername") or [""])[0])
        if self.event_handler.let_in(self, peer):
            super().connection_made(transport)
        else:  # RFC 5321 3.1: instead of a greeting; the sender keeps its mail and comes again
            cast(asyncio.WriteTransport, transport).write(FULL)
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.event_handler.see_out(self):
            super().connection_lost(error)


def tls_context() -> ssl.SSLContext | None:
    """From AHLAN_MAIL_CERT and AHLAN_MAIL_KEY (PEM files); without them STARTTLS is not offered."""
    if not settings.MAIL_CERT:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(settings.MAIL_CERT), Path(settings.MAIL_KEY or settings.MAIL_CERT))
    return context


async def open_door(host: str, port: int) -> asyncio.Server:
    """Listen for mail in the running event loop. Raises OSError when the port is taken."""
    keeper, context = Doorkeeper(), tls_context()
    loop = asyncio.get_running_loop()

    def visitor() -> Door:
        return Door(
            keeper,
            data_size_limit=settings.MAIL_SIZE,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_HOSTNAME,
            ident="Ahlan",
            tls_context=context,
            timeout=SECONDS,
            loop=loop,
        )

    return await loop.create_server(visitor, host, port)
