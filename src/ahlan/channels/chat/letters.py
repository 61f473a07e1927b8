"""Verbs of what a chat sends by mail: what a visitor missed who has left, and a transcript on request."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.channels.chat.models import AWAY, Chat, Letter, Line, Side, Widget
from ahlan.channels.contract import Address, Outbound, Unsure
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.events.log import record

MOST_TRANSCRIPTS = 3  # of one chat: a form that mails anybody anything is a way to annoy people
IN_A_LETTER = 500  # lines


@transaction.atomic
def ask_transcript(chat: Chat, to: str) -> bool:
    """Mail the chat to somebody. False where it may not be (again): it goes to nobody before a person has answered."""
    held = Chat.objects.select_for_update().select_related("visitor").get(pk=chat.pk)
    asked = held.letters.filter(after=0).count()
    if held.answered_at is None or asked >= MOST_TRANSCRIPTS or _mail_inbox(held) is None:
        return False
    _write_letter(held, to, after=0)
    return True


@transaction.atomic
def mail_what_was_missed() -> int:
    """Whoever has left with something unread gets it by mail; returns how many were looked at."""
    due = Chat.objects.select_related("visitor").filter(mail_at__lte=now())
    found = list(due.select_for_update(of=("self",)).order_by("mail_at")[:100])
    for chat in found:
        visitor = chat.visitor
        after = max(visitor.read, chat.mailed)
        missed = chat.said.filter(side=Side.AGENT, seq__gt=after).exists()
        if visitor.is_here:
            chat.mail_at = visitor.seen_at + AWAY if missed else None
        else:
            chat.mail_at = None
            if missed and visitor.email and _mail_inbox(chat):
                _write_letter(chat, visitor.email, after=max(after, 1))
                chat.mailed = visitor.lines
        chat.save(update_fields=["mail_at", "mailed"])
    return len(found)


def _mail_inbox(chat: Chat) -> Inbox | None:
    widget = Widget.objects.select_related("mail_inbox").filter(inbox=chat.inbox_id).first()
    return widget.mail_inbox if widget else None


def _write_letter(chat: Chat, to: str, *, after: int) -> Letter:
    inbox = _mail_inbox(chat)
    assert inbox is not None
    letter = Letter.objects.create(
        chat=chat,
        to=to,
        after=after,
        upto=chat.visitor.lines,
        external_id=channel("email").new_id(inbox.address),
    )
    record("chat.mail_queued", chat, actor="system", ticket=chat.ticket, letter=letter.pk)
    return letter


def post_letter(letter_id: int) -> None:
    """Send one mail. Safe to repeat: before the point after which it may have arrived, that is noted."""
    letter = Letter.objects.select_related("chat__visitor", "chat__inbox").get(pk=letter_id)
    inbox = _mail_inbox(letter.chat)
    if letter.state not in (Letter.State.QUEUED, Letter.State.HANDING) or inbox is None:
        return
    wire, outbound = channel("email"), _outbound(letter, inbox)
    if letter.state == Letter.State.HANDING:
        _settle(letter, wire.was_sent(outbound))
        return
    try:
        wire.send(outbound, committing=lambda: _note(letter, Letter.State.HANDING))
    except Unsure:
        _settle(letter, wire.was_sent(outbound))
    except Exception:
        _note(letter, Letter.State.QUEUED)
        raise
    else:
        _note(letter, Letter.State.SENT)


@transaction.atomic
def fail_letter(letter_id: int) -> None:
    """Give up: the ticket shows it. One that may have left stays in doubt."""
    given_up = Letter.objects.filter(pk=letter_id, state=Letter.State.QUEUED).update(
        state=Letter.State.FAILED
    )
    letter = Letter.objects.select_related("chat").get(pk=letter_id)
    if given_up:
        record(
            "chat.mail_failed",
            letter.chat,
            actor="system",
            audience=letter.chat.audience,
            ticket=letter.chat.ticket,
        )


@transaction.atomic
def requeue_letter(letter_id: int) -> None:
    """Somebody lets the failed work run again."""
    Letter.objects.filter(pk=letter_id, state=Letter.State.FAILED).update(state=Letter.State.QUEUED)


def _settle(letter: Letter, found: bool | None) -> None:
    """One that may have left is never sent again on a guess: the chat itself still holds every word."""
    _note(letter, Letter.State.SENT if found else Letter.State.UNSURE)


def _note(letter: Letter, state: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=state)
    letter.state = state


def _outbound(letter: Letter, inbox: Inbox) -> Outbound:
    chat, visitor = letter.chat, letter.chat.visitor
    wire = channel("email")
    language = visitor.language or inbox.language
    with translation.override(language):
        said = chat.said.filter(seq__gt=letter.after, seq__lte=letter.upto).order_by("seq")[:IN_A_LETTER]
        if letter.after:
            text = "\n\n".join(_asked(one) for one in said if one.side == Side.AGENT)
            subject = _("Our answer to your chat")
        else:
            you, we = visitor.name or _("You"), chat.inbox.name
            text = "\n\n".join(
                f"{you if one.side == Side.VISITOR else one.author or we}: {_told(one)}" for one in said
            )
            subject = _("Your chat with us")
    return Outbound(
        external_id=letter.external_id,
        sender=Address("email", inbox.address, inbox.name),
        reply_to=wire.reply_address(inbox.address, chat.ticket) if chat.ticket else None,
        to=(Address("email", letter.to, visitor.name),),
        subject=subject,
        text=text,
        html=wire.render(text, language),
        in_reply_to=chat.first_id,
        references=(chat.first_id,),
        written_at=letter.made_at,
        language=language,
        settings=inbox.for_its_wire,
    )


def _asked(line: Line) -> str:
    """With the answers that stood below it as buttons, which no mail has."""
    return "\n\n".join(part for part in (line.text, " / ".join(line.choices)) if part)


def _told(line: Line) -> str:
    return "\n".join([_asked(line), *(f"[{one['name']}]" for one in line.files)]).strip()
