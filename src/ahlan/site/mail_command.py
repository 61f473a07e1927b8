"""`ahlan mail receive`: mail from a pipe, a file, an mbox or a Maildir, by the same verb as the door."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.db import DatabaseError, transaction

from ahlan.channels.actions import keep
from ahlan.channels.models import Inbox
from ahlan.tickets.actions.intake import Receipt, receive_raw

TRY_AGAIN = 75  # sysexits.h EX_TEMPFAIL: a mail server that pipes to us keeps the mail and tries again
NO_INPUT = 66


def receive_all(source: str, *, inbox: str, as_json: bool) -> int:
    """Receive every mail of the source; returns the exit code. A mail that cannot be stored now is exit 75."""
    into = Inbox.objects.filter(channel="email", address__iexact=inbox).first() if inbox else None
    if inbox and into is None:
        print(f"There is no inbox {inbox}. Make it under Settings, or leave --inbox out.", file=sys.stderr)  # noqa: T201
        return NO_INPUT
    try:
        for name, content in _mails(source):
            for receipt in receive_one(content, into):
                print(_line(name, receipt, as_json=as_json), flush=True)  # noqa: T201 -- the command's result
    except FileNotFoundError as error:
        print(f"There is no {error.filename}.", file=sys.stderr)  # noqa: T201
        return NO_INPUT
    except (DatabaseError, OSError) as error:
        print(f"Could not be stored, try again: {type(error).__name__}", file=sys.stderr)  # noqa: T201
        return TRY_AGAIN
    return 0


def receive_one(content: bytes, into: Inbox | None) -> list[Receipt]:
    """Keep and understand one mail in one transaction; where understanding fails, it is kept for a worker."""
    facts: dict[str, Any] = {"rcpt_tos": [into.address] if into else []}
    try:
        with transaction.atomic():
            raw = keep(content, channel="email", door="pipe", inbox=into, envelope=facts, announce=False)
            return receive_raw(raw)
    except (DatabaseError, OSError):
        raise
    except Exception:  # noqa: BLE001 -- whatever it was, the mail is not lost: it waits, and the failure is shown
        keep(content, channel="email", door="pipe", inbox=into, envelope=facts)
        return []


def _mails(source: str) -> Iterator[tuple[str, bytes]]:
    """Each mail's name and bytes, one at a time."""
    if source == "-":
        yield "-", sys.stdin.buffer.read()
        return
    path = Path(source)
    if path.is_dir():
        yield from _maildir(path)
    elif path.open("rb").read(5) == b"From ":
        box = mailbox.mbox(path, create=False)
        for key in box.iterkeys():
            yield f"{path.name}:{key}", box.get_bytes(key)
    else:
        yield path.name, path.read_bytes()


def _maildir(path: Path) -> Iterator[tuple[str, bytes]]:
    """A Maildir, or a folder of .eml files, in the order of their names."""
    folders = [path / part for part in ("cur", "new") if (path / part).is_dir()] or [path]
    files = sorted(one for folder in folders for one in folder.iterdir() if one.is_file())
    for file in files:
        yield file.name, file.read_bytes()


def _line(name: str, receipt: Receipt, *, as_json: bool) -> str:
    ticket = receipt.ticket.pk if receipt.ticket else None
    message = str(receipt.message.pk) if receipt.message else None
    if as_json:
        return orjson.dumps({"ticket": ticket, "message": message, "decision": receipt.decision}).decode()
    return f"{name}: {receipt.decision}" + (f", ticket #{ticket}" if ticket else "")
