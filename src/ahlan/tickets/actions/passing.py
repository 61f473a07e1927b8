"""Verbs that pass a ticket on with a reason: to another team, to the next tier, to a lead. The reason is a note on the ticket."""

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions.answer import note
from ahlan.tickets.actions.work import assign_ticket, locked, transfer_ticket
from ahlan.tickets.models import Escalation, Ticket
from ahlan.tickets.policies import inboxes_of


class Nowhere(Exception):
    """The ticket's team has no next tier, or no lead, that sees the inbox of the ticket."""


@transaction.atomic
def pass_on(ticket: Ticket, team: Team | None, *, agent: Agent, reason: str = "") -> Ticket:
    """Hand a ticket to another team, and say why if there is something to say."""
    if clean(reason).strip():
        note(ticket, author=agent, text=reason)
    return transfer_ticket(ticket, team, actor=agent.actor, reason=reason)


@transaction.atomic
def escalate_ticket(ticket: Ticket, kind: str, *, agent: Agent, reason: str) -> Ticket:
    """Hand a ticket up: to its team's next tier, where it is nobody's yet, or to its team's lead, whether he is there or not.

    Raises Nowhere, and ValueError without a reason or for a kind nobody knows.
    """
    kind = Escalation(kind).value
    if not clean(reason).strip():
        raise ValueError("a reason is needed")
    locked(ticket)
    ticket.refresh_from_db(fields=["team", "assignee"])
    team, lead = targets_of(ticket)
    to = team if kind == Escalation.FUNCTIONAL else lead
    if to is None:
        raise Nowhere
    said = note(ticket, author=agent, text=reason)
    record(
        "ticket.escalated", ticket, actor=agent.actor, audience=ticket.audience, escalation=kind,
        before=ticket.team_id, note=said.pk, **{"team" if kind == Escalation.FUNCTIONAL else "agent": to.pk},
    )  # fmt: skip
    because = {"escalation": kind}
    if isinstance(to, Team):
        return transfer_ticket(ticket, to, actor=agent.actor, reason=reason, because=because)
    return assign_ticket(ticket, to, actor=agent.actor, because=because)


def targets_of(ticket: Ticket) -> tuple[Team | None, Agent | None]:
    """The next tier and the lead a ticket can be escalated to: None where there is none, or it would not see the ticket."""
    held = Team.objects.select_related("next_team", "lead__role").filter(pk=ticket.team_id or 0).first()
    team, lead = (held.next_team, held.lead) if held else (None, None)
    if team and not team.inboxes.filter(pk=ticket.inbox_id).exists():
        team = None
    if lead and not (lead.is_active and inboxes_of(lead).filter(pk=ticket.inbox_id).exists()):
        lead = None
    return team, lead
