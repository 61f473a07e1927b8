"""What can be done to any ticket: the verbs of the desk, as acts."""

from collections.abc import Iterable, Sequence

from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.core.reached import house_address
from ahlan.rules.acts import By, CannotDo, Values, Words, act
from ahlan.rules.models import CannedReply
from ahlan.rules.own_acts import set_status
from ahlan.rules.shortcuts import shared, text_for
from ahlan.rules.variables import About, filled
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions import answer, automatic, merge, work
from ahlan.tickets.facets import MOST_OPTIONS
from ahlan.tickets.lists import number_in
from ahlan.tickets.models import Priority, State, Tag, Ticket
from ahlan.tickets.policies import inboxes_of, tickets_of

NOBODY = "nobody"
ASSIGNEE = "assignee"
MOST_TOLD = 50  # people one act sends mail to


def _agents() -> Sequence[tuple[str, Words]]:
    found = Agent.objects.active()[:MOST_OPTIONS]
    return [(NOBODY, _("Nobody")), *((str(one.pk), str(one)) for one in found)]


def _teams() -> Sequence[tuple[str, Words]]:
    return [(str(one.pk), one.name) for one in Team.objects.all()[:MOST_OPTIONS]]


def _priorities() -> Sequence[tuple[str, Words]]:
    return [(str(value), label) for value, label in Priority.choices]


def _hearers() -> Sequence[tuple[str, Words]]:
    agents = Agent.objects.active()[:MOST_OPTIONS]
    teams = Team.objects.all()[:MOST_OPTIONS]
    return [
        (ASSIGNEE, _("the assignee")),
        *((f"team-{one.pk}", gettext("team %(name)s") % {"name": one.name}) for one in teams),
        *((f"agent-{one.pk}", str(one)) for one in agents),
    ]


def sees(agent: Agent, ticket: Ticket) -> bool:
    return inboxes_of(agent).filter(pk=ticket.inbox_id).exists()


def _assign(ticket: Ticket, values: Values, by: By) -> None:
    agent = None
    if values[0] != NOBODY:
        agent = Agent.objects.active().filter(pk=values[0]).first()
        if agent is None:
            raise CannotDo("gone")
        if not sees(agent, ticket):
            raise CannotDo("hidden")
    work.assign_ticket(ticket, agent, actor=by.actor)


def _is_assigned(ticket: Ticket, values: Values) -> bool:
    return str(ticket.assignee_id or NOBODY) == values[0]


def _take(ticket: Ticket, values: Values, by: By) -> None:
    if by.agent is None:
        raise CannotDo("gone")
    work.assign_ticket(ticket, by.agent, actor=by.actor)


def _transfer(ticket: Ticket, values: Values, by: By) -> None:
    team = Team.objects.filter(pk=values[0]).first()
    if team is None:
        raise CannotDo("gone")
    if not team.inboxes.filter(pk=ticket.inbox_id).exists():
        raise CannotDo("hidden")
    work.transfer_ticket(ticket, team, actor=by.actor)


def names_in(line: str) -> list[str]:
    """The tags in a line: they stand between commas."""
    return [" ".join(one.split()) for one in line.replace("،", ",").split(",") if one.strip()]


def _tags_of(ticket: Ticket) -> list[str]:
    return list(Tag.objects.filter(tickets=ticket).values_list("name", flat=True))


def _add_tags(ticket: Ticket, values: Values, by: By) -> None:
    held = work.locked(ticket)
    work.tag_ticket(held, [*_tags_of(held), *names_in(values[0])], actor=by.actor)


def _remove_tags(ticket: Ticket, values: Values, by: By) -> None:
    held, gone = work.locked(ticket), set(names_in(values[0]))
    work.tag_ticket(held, [name for name in _tags_of(held) if name not in gone], actor=by.actor)


def _merge(ticket: Ticket, values: Values, by: By) -> None:
    """Into the ticket of that number, which the agent must see; the ticket itself, among those chosen, stays as it is."""
    seen = tickets_of(by.agent) if by.agent else Ticket.objects.none()
    into = seen.filter(pk=number_in(values[0]) or 0).first()
    if into is None:
        raise CannotDo("gone")
    if into.pk == ticket.pk:
        return
    try:
        merge.merge_tickets(ticket, into, actor=by.actor)
    except merge.CannotMerge as error:
        raise CannotDo("merged" if into.merged_into_id else "removed") from error


def _is_no_number(values: Values) -> str:
    return (
        "" if number_in(values[0]) else gettext("“%(value)s” is no ticket’s number.") % {"value": values[0]}
    )


def _note(ticket: Ticket, values: Values, by: By) -> None:
    text = filled(values[0], About(ticket, by.agent), translation.get_language() or "")
    if by.agent:
        answer.note(ticket, author=by.agent, text=text)
    else:
        automatic.note_by_itself(ticket, text=text, actor=by.actor)


def write(ticket: Ticket, text: str, by: By) -> None:
    """To the customer: an agent's reply, or a rule's mail marked as automatic. Raises CannotDo."""
    text = filled(text, About(ticket, by.agent))
    try:
        if by.agent:
            answer.reply(ticket, author=by.agent, text=text)
        else:
            automatic.write_by_itself(ticket, text=text, actor=by.actor)
    except automatic.Unwelcome as refusal:
        raise CannotDo(refusal.reason) from refusal
    except answer.Unanswerable as error:
        raise CannotDo("nobody") from error


def _canned(ticket: Ticket, values: Values, by: By) -> None:
    reply = CannedReply.objects.filter(pk=values[0]).first()
    text = text_for(reply, ticket) if reply else ""
    if not text:
        raise CannotDo("gone")
    write(ticket, text, by)


def _notify(ticket: Ticket, values: Values, by: By) -> None:
    """A mail to colleagues that tells them where to look; only to those who may."""
    told = {one.pk: one for one in _named(ticket, values) if sees(one, ticket)}
    if not told:
        raise CannotDo("hidden")
    address = f"{house_address()}{ticket.get_absolute_url()}"
    for agent in list(told.values())[:MOST_TOLD]:
        with translation.override(agent.language):
            about = {"number": ticket.number, "subject": ticket.subject or gettext("(no subject)")}
            subject = gettext("Ticket #%(number)s: %(subject)s") % about
            body = gettext("A rule wants you to look at this ticket:\n%(address)s\n") % {"address": address}
            send_mail(" ".join(subject.split()), body, None, [agent.email])


def _named(ticket: Ticket, values: Values) -> Iterable[Agent]:
    chosen = Agent.objects.active().select_related("role")
    for kind, _dash, key in (one.partition("-") for one in values):
        if kind == ASSIGNEE:
            yield from chosen.filter(pk=ticket.assignee_id or 0)
        elif kind == "team":
            yield from chosen.filter(teams=int(key))[:MOST_TOLD]
        else:
            yield from chosen.filter(pk=int(key))


act(
    "assign", _("Assign to"), "option", _assign, permission="tickets.assign", options=_agents, is_so=_is_assigned,
)  # fmt: skip
act(
    "take", _("Take the ticket"), "", _take, permission="tickets.assign", offered=frozenset({"macro"}),
)  # fmt: skip
act(
    "transfer", _("Transfer to the team"), "option", _transfer, permission="tickets.assign", options=_teams,
    is_so=lambda ticket, values: str(ticket.team_id) == values[0],
)  # fmt: skip
act(
    "priority", _("Set the priority"), "option",
    lambda ticket, values, by: work.set_priority(ticket, int(values[0]), actor=by.actor),
    permission="tickets.change", options=_priorities,
    is_so=lambda ticket, values: str(ticket.priority) == values[0],
)  # fmt: skip
act(
    "state", _("Set the state"), "option",
    set_status,
    permission="tickets.change", options=lambda: State.choices,
    is_so=lambda ticket, values: ticket.state == values[0],
)  # fmt: skip
act("add_tags", _("Add tags"), "line", _add_tags, permission="tickets.change")
act("remove_tags", _("Remove tags"), "line", _remove_tags, permission="tickets.change")
act(
    "merge", _("Merge into the ticket"), "number", _merge, permission="tickets.change", refuses=_is_no_number,
    is_so=lambda ticket, values: ticket.pk == number_in(values[0]), offered=frozenset({"macro"}),
)  # fmt: skip
act(
    "canned", _("Write a canned reply to the customer"), "option", _canned, permission="tickets.reply",
    options=lambda: [(str(one.pk), one.name) for one in shared(CannedReply)],
)  # fmt: skip
act("note", pgettext_lazy("action", "Write a note"), "text", _note, permission="tickets.note")
act(
    "write", pgettext_lazy("action", "Write to the customer"), "text",
    lambda ticket, values, by: write(ticket, values[0], by), permission="tickets.reply",
)  # fmt: skip
act(
    "notify", _("Tell by mail"), "options", _notify, permission="tickets.note", options=_hearers,
    offered=frozenset({"rule"}),
)  # fmt: skip
act(
    "spam", _("Mark as spam"), "", lambda ticket, values, by: work.mark_spam(ticket, actor=by.actor),
    permission="tickets.delete",
)  # fmt: skip
