"""Verbs of the clock: tell of a deadline that is near, and of one that was missed."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.core.numerals import long_day
from ahlan.events.log import record
from ahlan.feedback.register.models import State, Step, StepKind
from ahlan.feedback.register.queries import GONE
from ahlan.tickets.actions.automatic import note_by_itself
from ahlan.tickets.actions.work import current

AT_ONCE = 50
ACTOR = "system"


def next_look() -> datetime | None:
    found = Step.objects.filter(look_at__isnull=False).order_by("look_at")
    return found.values_list("look_at", flat=True).first()


def notice_due() -> int:
    """Tell of all that is near or over; returns how many steps were looked at."""
    found = Step.objects.filter(look_at__lte=now()).order_by("look_at")
    keys = list(found.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        notice(key)
    return len(keys)


@transaction.atomic
def notice(key: int) -> None:
    """A note on the ticket, and whoever has it is told. Once for each of the two moments."""
    related = ("complaint__ticket__inbox", "complaint__ticket__team", "complaint__ticket__assignee")
    step = Step.objects.select_for_update(of=("self",)).select_related(*related).get(pk=key)
    if step.look_at is None or step.look_at > now() or step.due_at is None:
        return
    missed = step.due_at <= now()
    step.look_at = None if missed else step.due_at
    step.save(update_fields=["look_at"])
    complaint = step.complaint
    if step.done_at is not None or complaint.state == State.CLOSED or complaint.ticket.removal in GONE:
        return
    ticket = current(complaint.ticket)
    note_by_itself(ticket, text=_told(step, missed), actor=ACTOR)
    lead = ticket.team.lead_id if ticket.team else None
    record(
        "complaint.overdue" if missed else "complaint.near", ticket, actor=ACTOR, audience=ticket.audience,
        complaint=complaint.pk, step=step.kind, agents=sorted({ticket.assignee_id or 0, lead or 0} - {0}),
    )  # fmt: skip


def _told(step: Step, missed: bool) -> str:
    """What the note says, in the language of the inbox."""
    with translation.override(step.complaint.ticket.inbox.language):
        told = {
            "number": step.complaint.told,
            "day": long_day(step.due_on) if step.due_on else "",
            "rule": step.rule,
        }
        answer = step.kind == StepKind.ANSWER
        if missed and answer:
            text = _("The answer to complaint %(number)s was due by %(day)s and is overdue.")
        elif missed:
            text = _("Complaint %(number)s was to be acknowledged by %(day)s, which is over.")
        elif answer:
            text = _("Complaint %(number)s must be answered by %(day)s.")
        else:
            text = _("Complaint %(number)s must be acknowledged by %(day)s.")
        return text % told + (f" ({step.rule})" if step.rule else "")
