"""Verbs that make two tickets one, and take them apart again for a day."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.core.text import excerpt
from ahlan.events.log import record
from ahlan.tickets.actions.fields import carry_fields, return_fields
from ahlan.tickets.actions.work import FieldsMissing, close_ticket, move, reopen_ticket
from ahlan.tickets.models import (
    Attachment,
    Direction,
    Draft,
    Follow,
    Mention,
    Merge,
    Message,
    Participant,
    Removal,
    State,
    Ticket,
)
from ahlan.tickets.tallies import place_of, tally

UNDOABLE = timedelta(days=1)
ALONG = (
    "tags",
    "participants",
    "followers",
    "fields",
)  # what goes along with the words, by ids in `Merge.took`


class CannotMerge(ValueError):
    """Why these two cannot be made one, or not be taken apart; its text says so to a person."""


@transaction.atomic
def merge_tickets(source: Ticket, target: Ticket, *, actor: str) -> Merge:
    """Put all that was said in `source` into `target`; its number leads there from now on. Raises CannotMerge.

    An open source opens a closed target: its need is not met yet.
    """
    source, target = _held(source, target)
    merge = Merge.objects.create(source=source, target=target)
    merge.took = {
        "tags": _tags(source, target),
        "participants": _participants(source, target),
        "followers": _followers(source, target),
        "fields": carry_fields(source, target, actor=actor),
    }
    merge.save(update_fields=["took"])
    _drafts(source, target)
    _mentions(source, target)
    asks_at = None if source.is_closed else _waits_since(source)
    said = list(source.messages.values_list("pk", flat=True))
    Merge.messages.through.objects.bulk_create(
        Merge.messages.through(merge_id=merge.pk, message_id=pk) for pk in said
    )
    Message.objects.filter(ticket=source).update(ticket=target)
    Attachment.objects.filter(ticket=source).update(ticket=target)
    Ticket.objects.filter(merged_into=source).update(merged_into=target)
    was_closed = source.is_closed
    facts: dict[str, object] = {"into": target.pk, "merge": merge.pk}
    move(
        source, "ticket.merged", actor=actor, facts=facts,
        removal=Removal.MERGED.value, merged_into_id=target.pk, snoozed=False, wakes_at=None,
    )  # fmt: skip
    retell(target)
    record(
        "ticket.took_in", target, actor=actor, audience=target.audience, source=source.pk, merge=merge.pk,
        opened_at=source.opened_at.isoformat(), asks_at=asks_at.isoformat() if asks_at else None,
    )  # fmt: skip
    if target.state == State.CLOSED and not was_closed:
        reopen_ticket(target, actor=actor)
        merge.took["opened"] = True
        merge.save(update_fields=["took"])
    return merge


@transaction.atomic
def unmerge_tickets(merge: Merge, *, actor: str) -> Ticket:
    """Take a merged ticket out again: each of its messages that still lies where it went goes back.

    What was said since stays where it came. A ticket that the merge opened is closed again while nobody has spoken in it
    since. Raises CannotMerge after a day, or when the other one is in the bin.
    """
    merge, source, target = _held_merge(merge)
    merge.undone_at = now()
    merge.save(update_fields=["undone_at"])
    below = _below(source)
    Ticket.objects.filter(pk__in=below).update(merged_into=source)
    came = merge.messages.filter(ticket=target).values_list("pk", flat=True)
    back = Message.objects.filter(pk__in=list(came))
    back.update(ticket=source)
    further = Merge.messages.through.objects.filter(message__in=back, merge__undone_at=None)
    further.exclude(merge__source__in=below).delete()  # they have left those it went on with
    Attachment.objects.filter(ticket=target, message__ticket=source).update(ticket=source)
    Mention.objects.filter(ticket=target, message__ticket=source).update(ticket=source)
    for one, came_along in _way(merge, target):
        Follow.objects.filter(ticket=one, agent__in=came_along["followers"]).delete()
        Participant.objects.filter(ticket=one, customer__in=came_along["participants"]).delete()
        one.tags.remove(*came_along["tags"])
        return_fields(source, one, came_along["fields"], actor=actor)
    before = place_of(source)
    source.removal, source.merged_into = Removal.NONE, None
    source.save(update_fields=["removal", "merged_into"])
    tally([(before, place_of(source))])
    for one in (source, target):
        retell(one)
    record("ticket.unmerged", source, actor=actor, audience=source.audience, into=target.pk, merge=merge.pk)
    record(
        "ticket.gave_back", target, actor=actor, audience=target.audience, source=source.pk, merge=merge.pk
    )
    if merge.took.get("opened") and _untouched_since(merge, target):
        with suppress(FieldsMissing):  # they were not required when it was closed: then it stays open
            close_ticket(target, actor=actor)
    return source


def _waits_since(ticket: Ticket) -> datetime | None:
    """When a person first said something that no person has answered; None where nobody waits."""
    spoken = ticket.messages.filter(automatic="")
    answered = spoken.filter(direction=Direction.OUT).order_by("-id").values_list("pk", flat=True).first()
    waits = spoken.filter(direction=Direction.IN, pk__gt=answered or 0).order_by("id")
    return waits.values_list("at", flat=True).first()


def _untouched_since(merge: Merge, target: Ticket) -> bool:
    """Whether the ticket is open only because of the merge: nobody has said anything in it since."""
    since = Message.objects.filter(ticket=target, at__gt=merge.merged_at).exclude(direction=Direction.NOTE)
    return target.state == State.OPEN and not since.exists()


def retell(ticket: Ticket) -> None:
    """Bring what a ticket shows of its last word up to what it holds now."""
    last = ticket.messages.exclude(direction=Direction.NOTE).order_by("-id").first()
    ticket.last_message_at = last.at if last else ticket.last_message_at
    ticket.last_from_customer = bool(last and last.direction == Direction.IN)
    ticket.preview = excerpt(last.text, 200) if last else ""
    ticket.save(update_fields=["last_message_at", "last_from_customer", "preview"])


def _held(source: Ticket, target: Ticket) -> tuple[Ticket, Ticket]:
    """Both as they stand, locked in the order of their numbers, so that two who merge crosswise follow one another."""
    if source.pk == target.pk:
        raise CannotMerge(_("A ticket cannot be merged into itself."))
    rows = Ticket.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk")
    held = {one.pk: one for one in rows}
    for one in held.values():
        if one.merged_into_id:
            raise CannotMerge(
                _("Ticket #%(number)s is merged into #%(into)s already.")
                % {"number": one.pk, "into": one.merged_into_id}
            )
        if one.removal:
            raise CannotMerge(_("Ticket #%(number)s is in the bin or among spam.") % {"number": one.pk})
    return held[source.pk], held[target.pk]


def _held_merge(merge: Merge) -> tuple[Merge, Ticket, Ticket]:
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at or merge.merged_at < now() - UNDOABLE:
        raise CannotMerge(_("A merge can be undone once, and within a day."))
    lies_in = Ticket.objects.filter(pk=merge.source_id).values("merged_into")
    rows = Ticket.objects.select_for_update().filter(pk__in=[merge.source_id]) | (
        Ticket.objects.select_for_update().filter(pk__in=lies_in)
    )
    held = {one.pk: one for one in rows.order_by("pk")}
    source = held[merge.source_id]
    target = held[source.merged_into_id or 0]
    if target.removal == Removal.DELETED:
        raise CannotMerge(_("Ticket #%(number)s is in the bin. Bring it back first.") % {"number": target.pk})
    return merge, source, target


def _below(ticket: Ticket) -> set[int]:
    """The tickets whose words came by way of this one."""
    found: set[int] = set()
    step = {ticket.pk}
    while step:
        rows = Merge.objects.filter(target__in=step, undone_at=None)
        step = set(rows.values_list("source", flat=True)) - found
        found |= step
    return found


def _way(merge: Merge, end: Ticket) -> Iterator[tuple[Ticket, dict[str, set[int]]]]:
    """Each ticket that the words of a merge went to, with what came along to it: never what it had already."""
    came = {key: set(merge.took.get(key, [])) for key in ALONG}
    yield merge.target, came
    while merge.target_id != end.pk:
        merge = Merge.objects.select_related("target").get(source=merge.target_id, undone_at=None)
        came = {key: ids & set(merge.took.get(key, [])) for key, ids in came.items()}
        yield merge.target, came


def _tags(source: Ticket, target: Ticket) -> list[int]:
    """Give the target the source's tags; returns those it had not."""
    had = target.tags.values("pk")
    new = list(source.tags.exclude(pk__in=had).values_list("pk", flat=True))
    target.tags.add(*new)
    return new


def _participants(source: Ticket, target: Ticket) -> list[int]:
    """Who took part in the source takes part in the target, its customer as one copied in; returns who is new."""
    taking = dict(source.participants.values_list("customer", "copied"))
    taking[source.customer_id] = True
    family = {target.customer_id, target.customer.primary.pk}
    new = []
    for customer, copied in taking.items():
        if customer in family:
            continue
        row, made = Participant.objects.get_or_create(
            ticket=target, customer_id=customer, defaults={"copied": copied}
        )
        if made:
            new.append(customer)
        elif copied and not row.copied:
            Participant.objects.filter(pk=row.pk).update(copied=True)
    return new


def _followers(source: Ticket, target: Ticket) -> list[int]:
    """Who follows the source follows the target; returns who is new."""
    there = target.follows.values("agent")
    new = list(source.follows.exclude(agent__in=there).values_list("agent", flat=True))
    Follow.objects.bulk_create(Follow(ticket=target, agent_id=one) for one in new)
    return new


def _mentions(source: Ticket, target: Ticket) -> None:
    """Mentions go with their notes; of two of one person the one not seen, else the latest, stays."""
    there = {one.agent_id: one for one in Mention.objects.filter(ticket=target)}
    for one in Mention.objects.filter(ticket=source):
        other = there.get(one.agent_id)
        if other:
            stays, goes = sorted((one, other), key=lambda each: (each.seen_at is None, each.at), reverse=True)
            goes.delete()
            one = stays
        Mention.objects.filter(pk=one.pk).update(ticket=target)


def _drafts(source: Ticket, target: Ticket) -> None:
    """What somebody was typing goes along; below what he typed in the target."""
    there = {one.agent_id: one for one in Draft.objects.filter(ticket=target)}
    for draft in Draft.objects.filter(ticket=source):
        kept = there.get(draft.agent_id)
        if kept is None:
            draft.ticket = target
            draft.save(update_fields=["ticket"])
        else:
            kept.text = f"{kept.text}\n\n{draft.text}"
            kept.save(update_fields=["text"])
            draft.delete()
