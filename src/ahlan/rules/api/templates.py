"""Ticket templates, and tickets that come again."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field, NaiveDatetime

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Ref, Text, listed
from ahlan.customers.actions import meet
from ahlan.rules.actions import recurring
from ahlan.rules.actions.shortcuts import delete_shortcut
from ahlan.rules.acts import LONGEST, BadAct
from ahlan.rules.api.room import shortcuts
from ahlan.rules.api.shortcuts import ShortcutGiven, ShortcutOut, at_hand, chosen, same
from ahlan.rules.models import Recurrence, TicketTemplate
from ahlan.rules.shortcuts import of
from ahlan.rules.variables import unknown_in
from ahlan.rules.views.shortcuts import one_for
from ahlan.rules.views.templates import zone_of
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.answers import Tags, team_seeing
from ahlan.tickets.api.listing import STATES
from ahlan.tickets.api.shapes import Priority
from ahlan.tickets.policies import inboxes_of

REPLY, MANAGE = "tickets.reply", "rules.manage"
LATEST = 2200  # the year a first time may lie in


class BeginsOut(Out):
    """The fields of the new ticket."""

    inbox: int
    subject: str
    text: str
    says: Annotated[str, Field(examples=["out"])]
    then: Annotated[str, Field(examples=["waiting"])]
    priority: int
    team: int | None
    tags: list[str]


class TemplateOut(ShortcutOut):
    fields: BeginsOut

    @classmethod
    def of(cls, one: TicketTemplate) -> "TemplateOut":
        tags = [name.strip() for name in one.fields["tags"].replace("،", ",").split(",") if name.strip()]
        return cls(**same(one), fields=BeginsOut(**{**one.fields, "tags": tags}))


class RecurrenceOut(Out):
    id: int
    template: int
    customer: Ref
    rule: Annotated[str, Field(description="RRULE (RFC 5545).", examples=["FREQ=MONTHLY;INTERVAL=1"])]
    starts: Annotated[str, Field(description="On the wall of the zone.", examples=["2026-12-01T09:00"])]
    zone: Annotated[str, Field(examples=["Europe/Helsinki"])]
    next_at: Annotated[datetime | None, Field(description="Null when it has ended.")]
    made: Annotated[int, Field(description="How many tickets it has opened.")]
    failure: Annotated[
        str, Field(description="Why the last time opened none; empty for well.", examples=[""])
    ]

    @classmethod
    def of(cls, one: Recurrence) -> "RecurrenceOut":
        names = ("rule", "starts", "zone", "next_at", "made", "failure")
        customer = one.customer.primary
        return cls(
            id=one.pk, template=one.template_id, customer=Ref(id=customer.pk, name=str(customer)),
            **{name: getattr(one, name) for name in names},
        )  # fmt: skip


class TemplateGiven(ShortcutGiven):
    code: Literal[""] = ""
    inbox: Key
    subject: Annotated[Line, Field(min_length=1, max_length=255, examples=["Monthly check"])]
    text: Annotated[Text, Field(min_length=1, max_length=LONGEST, examples=["How is it going?"])]
    says: Literal["out", "note"] = "out"
    then: STATES = "waiting"
    priority: Priority = 2
    to_team: Annotated[Key | None, Field(description="The team the ticket goes to.", examples=[None])] = None
    tags: Tags = []


class RecurrenceGiven(In):
    address: Annotated[
        Line, Field(max_length=254, description="The customer's mail address.", examples=["noa@example.org"])
    ]
    rule: Annotated[
        Line,
        Field(
            description="RRULE (RFC 5545): FREQ with INTERVAL, COUNT or UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS.",
            examples=["FREQ=MONTHLY"],
        ),
    ]
    starts: Annotated[
        NaiveDatetime,
        Field(description="The first time, on the wall of the zone.", examples=["2026-12-01T09:00:00"]),
    ]
    zone: Annotated[
        Line,
        Field(
            max_length=64,
            description="That of the template's team or of the house, unless given.",
            examples=["Europe/Helsinki"],
        ),
    ] = ""


@shortcuts.reads("/ticket-templates", "settings:read")
def list_templates(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[TemplateOut]:
    """List ticket templates. Your own, your teams' and everybody's, by name."""
    must(request.user, REPLY)
    found = of(TicketTemplate, request.user).select_related("owner", "team")
    return listed(found, TemplateOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@shortcuts.reads("/ticket-templates/{int:pk}", "settings:read")
def get_template(request: ApiRequest, pk: Key) -> TemplateOut:
    """Get a ticket template."""
    must(request.user, REPLY)
    return TemplateOut.of(at_hand(request, TicketTemplate, pk))


@shortcuts.writes("POST", "/ticket-templates", "settings:write", makes="/ticket-templates/{id}")
def make_template(request: ApiRequest, given: TemplateGiven) -> TemplateOut:
    """Make a ticket template."""
    must(request.user, REPLY)
    return _save(request, None, given)


@shortcuts.writes("PUT", "/ticket-templates/{int:pk}", "settings:write")
def change_template(request: ApiRequest, pk: Key, given: TemplateGiven) -> TemplateOut:
    """Change a ticket template."""
    must(request.user, REPLY)
    return _save(request, one_for(request, TicketTemplate, pk), given)


def _save(request: ApiRequest, found: TicketTemplate | None, given: TemplateGiven) -> TemplateOut:
    made = recurring.save_template(found, fields=_begins(request, given), **chosen(request, given))
    return TemplateOut.of(made)


def _begins(request: ApiRequest, given: TemplateGiven) -> dict[str, Any]:
    """The fields of a new ticket, as they are kept. Raises Problem, BadAct."""
    if not inboxes_of(request.user).filter(pk=given.inbox, is_active=True).exists():
        raise wrong("inbox", _("There is no such inbox."))
    if given.to_team is not None:
        team_seeing(given.inbox, given.to_team, "to_team")
    for words in (given.subject, given.text):
        if unknown := unknown_in(words):
            raise BadAct(_("There is no variable “%(name)s”.") % {"name": unknown})
    names = ("inbox", "subject", "text", "says", "then", "priority")
    tags = ",".join(one.replace(",", " ") for one in given.tags)
    return {**{name: getattr(given, name) for name in names}, "team": given.to_team, "tags": tags}


@shortcuts.writes("DELETE", "/ticket-templates/{int:pk}", "settings:write")
def delete_template(request: ApiRequest, pk: Key) -> None:
    """Delete a ticket template. The tickets that began with it stay."""
    must(request.user, REPLY)
    delete_shortcut(one_for(request, TicketTemplate, pk), actor=request.user.actor)


@shortcuts.reads("/ticket-templates/{int:pk}/recurrences", "settings:read")
def list_recurrences(
    request: ApiRequest, pk: Key, cursor: Cursor = "", limit: Limit = 30
) -> Listed[RecurrenceOut]:
    """List when a template opens tickets by itself."""
    must(request.user, MANAGE)
    found = one_for(request, TicketTemplate, pk).recurrences.select_related("customer__merged_into")
    return listed(found, RecurrenceOut.of, cursor=cursor, limit=limit)


@shortcuts.writes(
    "POST",
    "/ticket-templates/{int:pk}/recurrences",
    "settings:write",
    makes="/ticket-templates/{pk}/recurrences",
)
def begin_recurrence(request: ApiRequest, pk: Key, given: RecurrenceGiven) -> RecurrenceOut:
    """Let a template open tickets by itself. What is past is left out."""
    must(request.user, MANAGE)
    found = one_for(request, TicketTemplate, pk)
    try:
        zone = str(ZoneInfo(given.zone or zone_of(found)).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong("zone", _("This time zone is not known.")) from None
    try:
        validate_email(given.address.strip())
    except ValidationError:
        raise wrong("address", _("This is not an e-mail address.")) from None
    if given.starts.year > LATEST:
        raise wrong("starts", _("Choose an earlier time."))
    made = recurring.begin_recurrence(
        found,
        meet("email", given.address),
        rule=given.rule,
        starts=given.starts,
        zone=zone,
        actor=request.user.actor,
    )
    return RecurrenceOut.of(made)


@shortcuts.writes("DELETE", "/ticket-templates/{int:pk}/recurrences/{int:other}", "settings:write")
def end_recurrence(request: ApiRequest, pk: Key, other: Key) -> None:
    """Let it come no more. The tickets it has opened stay."""
    must(request.user, MANAGE)
    found = one_for(request, TicketTemplate, pk).recurrences.filter(pk=other).first()
    if found is None:
        raise Http404("no such recurrence")
    recurring.end_recurrence(found, actor=request.user.actor)
