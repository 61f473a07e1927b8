"""Who may: the only ways to get at a ticket on somebody's behalf."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from ahlan.channels.models import Inbox
from ahlan.core.asking import kept
from ahlan.staff.models import Agent
from ahlan.tickets.models import Attachment, Message, Ticket


def inboxes_of(agent: Agent) -> QuerySet[Inbox]:
    """The inboxes whose tickets an agent may see: all for administrators, else those of the agent's teams."""
    if not agent.may("tickets.view"):
        return Inbox.objects.none()
    if agent.sees_all_inboxes():
        return Inbox.objects.all()
    return Inbox.objects.filter(teams__agents=agent).distinct()


def inbox_ids_of(agent: Agent) -> list[int]:
    if agent.may("tickets.view") and not agent.sees_all_inboxes():
        return _of_his_teams(agent.pk)
    return list(inboxes_of(agent).order_by("id").values_list("id", flat=True))


@kept
def _of_his_teams(agent: int) -> QuerySet[Inbox, int]:
    return Inbox.objects.filter(teams__agents=agent).distinct().order_by("id").values_list("id", flat=True)


def tickets_of(agent: Agent) -> QuerySet[Ticket]:
    """Every ticket an agent may see, whatever its state."""
    if agent.may("tickets.view") and agent.sees_all_inboxes():
        return Ticket.objects.all()
    return Ticket.objects.filter(inbox_id__in=inbox_ids_of(agent))


def ticket_for(agent: Agent, number: int, *permissions: str) -> Ticket:
    """The ticket of that number; a merged one leads to the ticket its words lie in.

    Raises Http404 when the agent may not know of it, PermissionDenied when he may see it but not do this to it.
    """
    ticket = _whole.first(number)
    if ticket is not None and ticket.merged_into_id:
        merged, ticket = ticket, _whole.first(ticket.merged_into_id)
        if not _sees(agent, merged):
            ticket = None
    if ticket is None or not _sees(agent, ticket):
        raise Http404("no such ticket")
    if not all(agent.may(permission) for permission in permissions):
        raise PermissionDenied
    return ticket


@kept
def _whole(number: int) -> QuerySet[Ticket]:
    related = ("inbox", "customer__organisation", "assignee__presence", "team")
    return Ticket.objects.select_related(*related).filter(pk=number)


def _sees(agent: Agent, ticket: Ticket) -> bool:
    """Whether `tickets_of` holds it."""
    if not agent.may("tickets.view"):
        return False
    return agent.sees_all_inboxes() or ticket.inbox_id in inbox_ids_of(agent)


def message_for(agent: Agent, number: int, message_id: int, *permissions: str) -> Message:
    """One message of a ticket the agent may see. Raises Http404, PermissionDenied."""
    ticket = ticket_for(agent, number, *permissions)
    message = (
        Message.objects.select_related("inbox", "author", "ticket")
        .filter(ticket=ticket, pk=message_id)
        .first()
    )
    if message is None:
        raise Http404("no such message")
    return message


def attachment_for(agent: Agent, number: int, attachment_id: int) -> Attachment:
    """One file of a ticket the agent may see; one not sent yet only for its uploader. Raises Http404."""
    ticket = ticket_for(agent, number)
    attachment = Attachment.objects.filter(ticket=ticket, pk=attachment_id).first()
    if attachment is None or (attachment.message_id is None and attachment.uploader_id != agent.pk):
        raise Http404("no such file")
    return attachment
