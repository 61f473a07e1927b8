"""Verbs on canned replies and macros: save, delete, use, run, take back."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import F

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.rules import acts as register
from ahlan.rules.actions.running import RELATED, do_all
from ahlan.rules.acts import LONGEST, BadAct, By
from ahlan.rules.models import CannedReply, CannedText, Macro, Run, Shortcut, TicketTemplate
from ahlan.rules.shortcuts import CODE, MOST, text_for
from ahlan.rules.variables import About, filled, unknown_in
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.merge import CannotMerge, unmerge_tickets
from ahlan.tickets.fields import BadValue, given_of, values_of
from ahlan.tickets.models import Direction, Merge, Message, Removal, Ticket

WORDS = {CannedReply: "canned_reply", Macro: "macro", TicketTemplate: "ticket_template"}


class TooManyShortcuts(Exception):
    """The house has as many as a picker can search."""


def fill_in(found: Shortcut, name: str, code: str, owner: Agent | None, team: Team | None) -> None:
    """Raises ValueError for a code that could not be typed, TooManyShortcuts."""
    if found.pk is None and type(found)._default_manager.count() >= MOST:
        raise TooManyShortcuts
    if code and not CODE.fullmatch(code):
        raise ValueError("a short code is one word")
    found.name, found.code = clean(name)[:80], clean(code)
    found.owner, found.team = owner, team
    found.save()


def told_to(found: Shortcut) -> str:
    """Who hears of it live. What is one's own is nobody else's business."""
    return "" if found.owner_id else "everyone"


@transaction.atomic
def save_canned_reply(
    reply: CannedReply | None = None,
    *,
    name: str,
    texts: Mapping[str, str],
    code: str = "",
    owner: Agent | None = None,
    team: Team | None = None,
    actor: str,
) -> CannedReply:
    """Make one or change it. `texts`: by language, "" for all others. Raises ValueError, BadAct, TooManyShortcuts."""
    kept = {key: text for key, one in texts.items() if (text := clean(one).strip()[:LONGEST])}
    if not kept or not set(kept) <= {"", *INSTALLED}:
        raise ValueError("a canned reply says something, in a language we know")
    wrong = next((found for text in kept.values() if (found := unknown_in(text))), "")
    if wrong:
        raise BadAct(wrong)
    made = reply or CannedReply()
    fill_in(made, name, code, owner, team)
    made.texts.all().delete()
    CannedText.objects.bulk_create(
        CannedText(reply=made, language=key, text=text) for key, text in kept.items()
    )
    record(kind_of(made, "canned_reply.saved"), made, actor=actor, audience=told_to(made))
    return made


@transaction.atomic
def save_macro(
    macro: Macro | None = None,
    *,
    name: str,
    acts: Iterable[Mapping[str, Any]],
    code: str = "",
    owner: Agent | None = None,
    team: Team | None = None,
    actor: str,
) -> Macro:
    """Make a macro or change it. Raises ValueError, BadAct, TooManyShortcuts."""
    checked = register.check(acts, "macro")
    if not checked:
        raise ValueError("a macro does something")
    made = macro or Macro()
    made.acts = checked
    fill_in(made, name, code, owner, team)
    record(kind_of(made, "macro.saved"), made, actor=actor, audience=told_to(made))
    return made


@transaction.atomic
def delete_shortcut(found: CannedReply | Macro | TicketTemplate, *, actor: str) -> None:
    """Take it away; what was written or done with it stays."""
    kind = f"{WORDS[type(found)]}.deleted"
    record(kind_of(found, kind), found, actor=actor, audience=told_to(found))
    found.delete()


def kind_of(found: Shortcut, kind: str) -> str:
    """What is one's own is not for the audit log."""
    return f"own_{kind}" if found.owner_id else kind


@transaction.atomic
def use_canned_reply(reply: CannedReply, ticket: Ticket, *, agent: Agent) -> str:
    """Its words for this ticket, in the customer's language and filled in; counted as used."""
    _count(reply)
    return filled(text_for(reply, ticket), About(ticket, agent))


def _count(found: Shortcut) -> None:
    type(found)._default_manager.filter(pk=found.pk).update(uses=F("uses") + 1, used_at=now())


@transaction.atomic
def run_macro(macro: Macro, ticket: Ticket, *, agent: Agent) -> tuple[Run, list[list[str]]]:
    """Do a macro's acts as the agent; returns the run, and what could not be done, each with its reason."""
    work.locked(ticket)
    fresh = Ticket.objects.select_related(*RELATED).get(pk=ticket.pk)
    before, last = _standing(fresh), _last_message()
    failed = do_all(macro.acts, fresh, By(agent.actor, agent))
    _count(macro)
    done = Ticket.objects.get(pk=fresh.pk)  # merged by the macro, its words lie in the other ticket
    lies_in = done.merged_into_id or done.pk
    written = Message.objects.filter(ticket=lies_in, author=agent, pk__gt=last).order_by("id")
    run = Run.objects.create(
        macro=macro, ticket=fresh, agent=agent, before=before, messages=list(written.values_list("pk", flat=True)),
        after=_standing(done),
    )  # fmt: skip
    record("macro.ran", ticket, actor=agent.actor, audience=ticket.audience, macro=macro.pk, failed=failed)
    return run, failed


@transaction.atomic
def undo_macro(run: Run, *, agent: Agent) -> bool:
    """Take back what a macro did: its reply if it has not left, and what nobody has changed since. Notes stay.

    False when it was taken back already.
    """
    if not Run.objects.filter(pk=run.pk, agent=agent, undone_at=None).update(undone_at=now()):
        return False
    _take_out(run, agent)
    ticket = work.locked(run.ticket)
    said = list(Message.objects.filter(pk__in=run.messages, direction=Direction.OUT))
    taken = [answer.unsend(one, agent=agent) for one in said]  # which opens the ticket
    unsent = bool(taken) and all(taken)
    moved = {key for key, value in run.after.items() if run.before[key] != value}
    if ticket.pk != run.ticket_id:  # its words lie in another ticket, which was not meant
        moved = set()
    standing = _standing(Ticket.objects.get(pk=ticket.pk))
    touched = {key for key in moved if standing[key] != run.after[key]} - (
        {"state", "status"} if unsent else set()
    )
    for key in (one for one in BACK if one in moved - touched):
        BACK[key](Ticket.objects.get(pk=ticket.pk), run.before[key], agent.actor)
    record("macro.undone", ticket, actor=agent.actor, audience=ticket.audience, macro=run.macro_id)
    return True


def _take_out(run: Run, agent: Agent) -> None:
    """Out of the ticket that the macro merged it into; after a day, or when that one is in the bin, it stays there."""
    if run.before["removal"] != Removal.MERGED and run.after["removal"] == Removal.MERGED:
        for one in Merge.objects.filter(source=run.ticket_id, undone_at=None):
            with suppress(CannotMerge):
                unmerge_tickets(one, actor=agent.actor)
        run.ticket.refresh_from_db()


def _last_message() -> int:
    """Of any ticket: what is written after it is newer."""
    return Message.objects.order_by("-id").values_list("pk", flat=True).first() or 0


def _standing(ticket: Ticket) -> dict[str, Any]:
    """What a macro may change, as it stands."""
    return {
        "removal": ticket.removal, "team": ticket.team_id, "assignee": ticket.assignee_id,
        "priority": ticket.priority, "state": ticket.state,
        "tags": sorted(ticket.tags.values_list("name", flat=True)),
        "type": ticket.type_id, "status": str(ticket.status_id or ticket.state),
        "fields": {str(pk): [given_of(row) for row in rows] for pk, rows in values_of(ticket).items()},
    }  # fmt: skip


def _restore(ticket: Ticket, value: str, actor: str) -> None:
    if value == Removal.NONE:
        work.restore_ticket(ticket, actor=actor)


def _to_team(ticket: Ticket, value: int | None, actor: str) -> None:
    """Back where it was, and to whom: a transfer takes the ticket from its assignee."""
    assignee = ticket.assignee
    work.transfer_ticket(ticket, Team.objects.filter(pk=value).first() if value else None, actor=actor)
    if assignee is not None and assignee.is_active:
        work.assign_ticket(ticket, assignee, actor=actor)


def _to_agent(ticket: Ticket, value: int | None, actor: str) -> None:
    work.assign_ticket(ticket, Agent.objects.active().filter(pk=value or 0).first(), actor=actor)


def _to_type(ticket: Ticket, value: int | None, actor: str) -> None:
    with suppress(ValueError):  # it was archived meanwhile
        work.set_type(ticket, value, actor=actor)


def _to_status(ticket: Ticket, value: str, actor: str) -> None:
    """A state or a status; where it was archived meanwhile, or required fields are empty, the ticket stays as it is."""
    with suppress(ValueError, work.FieldsMissing):
        work.go_to(ticket, value, actor=actor)


def _refill(ticket: Ticket, value: dict[str, list[str]], actor: str) -> None:
    """As it was; what cannot be put back any more (an archived field, a choice that is gone) stays."""
    for pk in {*value, *(str(one) for one in values_of(ticket))}:
        with suppress(BadValue), transaction.atomic():
            set_fields(ticket, {int(pk): value.get(pk, [])}, actor=actor)


BACK: dict[str, Callable[[Ticket, Any, str], object]] = {  # in the order in which it is taken back
    "removal": _restore,
    "team": _to_team,
    "assignee": _to_agent,
    "priority": lambda ticket, value, actor: work.set_priority(ticket, value, actor=actor),
    "tags": lambda ticket, value, actor: work.tag_ticket(ticket, value, actor=actor),
    "type": _to_type,
    "fields": _refill,
    "state": _to_status,
    "status": _to_status,
}
