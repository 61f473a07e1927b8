"""What people may send us, checked before a verb is called."""

from email.utils import getaddresses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import NoAddress, WritesFirst
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel, channels
from ahlan.core.clock import now
from ahlan.core.forms import Form
from ahlan.core.text import clean, excerpt
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Direction, Escalation, Order, Priority, SavedView, State
from ahlan.tickets.moments import is_ahead, snooze_choices
from ahlan.tickets.policies import inboxes_of
from ahlan.tickets.sorting import columns, orders
from ahlan.tickets.vocabulary import vocabulary


def status_choices() -> list[tuple[str, str]]:
    return [(key, word) for key, word, _state in vocabulary().statuses_in_order()]


def type_choices() -> list[tuple[str, str]]:
    return [("", "–"), *((str(one.pk), one.name) for one in vocabulary().standing_types)]


class PeopleField(forms.CharField):
    """Mail addresses with or without names, separated by commas or semicolons, as (name, address) pairs."""

    def __init__(self, **options: object) -> None:
        super().__init__(required=False, max_length=4000, **options)  # type: ignore[arg-type]

    def to_python(self, value: object) -> list[tuple[str, str]]:  # type: ignore[override]
        text = clean(str(value or "")).replace(";", ",").replace("\n", ",")
        found = [(name.strip(), address.strip()) for name, address in getaddresses([text]) if name or address]
        for _name, address in found:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("“%(text)s” is not an e-mail address."), params={"text": address or _name}
                ) from None
        return found

    def validate(self, value: object) -> None:
        pass

    def run_validators(self, value: object) -> None:
        pass


class MessageForm(forms.Form):
    """What the composer sends."""

    kind = forms.ChoiceField(choices=[("reply", ""), ("note", ""), ("forward", "")])
    text = forms.CharField(required=False, max_length=200_000, strip=False)
    to = PeopleField()
    cc = PeopleField()
    bcc = PeopleField()
    then = forms.ChoiceField(choices=status_choices, required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"])

    def clean_then(self) -> str:
        return self.cleaned_data["then"] or State.WAITING


class DraftForm(forms.Form):
    kind = forms.ChoiceField(choices=[("reply", ""), ("note", ""), ("forward", "")])
    text = forms.CharField(required=False, max_length=200_000, strip=False)
    to = forms.CharField(required=False, max_length=2000)
    cc = forms.CharField(required=False, max_length=2000)
    bcc = forms.CharField(required=False, max_length=2000)

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"])


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=State.choices)


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int)


class AssignmentForm(forms.Form):
    agent = forms.IntegerField(required=False)


class TransferForm(forms.Form):
    team = forms.IntegerField(required=False)
    reason = forms.CharField(required=False, max_length=2_000)


class EscalationForm(Form):
    kind = forms.ChoiceField(choices=Escalation.choices)
    reason = forms.CharField(max_length=2_000)


class TagsForm(forms.Form):
    tags = forms.CharField(required=False, max_length=2000)

    def names(self) -> list[str]:
        return [name for name in self.cleaned_data["tags"].split(",") if name.strip()]


class SnoozeForm(forms.Form):
    """Until when: one of the choices by its key, or a moment of one's own in one's own time zone."""

    choice = forms.CharField(required=False, max_length=20)
    own = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def clean(self) -> dict[str, Any]:
        chosen = {one.key: one.at for one in snooze_choices(now())}
        until = chosen.get(self.cleaned_data.get("choice", "")) or self.cleaned_data.get("own")
        if until is None or not is_ahead(until):
            raise ValidationError("not to come")
        return {**self.cleaned_data, "until": until}


class SavedViewForm(Form):
    """A view's name, who sees it, how it is sorted and what its rows show. Its conditions are read apart."""

    name = forms.CharField(label=_("Name"), max_length=80)
    audience = forms.ChoiceField(label=_("Who sees it"))
    order = forms.ChoiceField(label=_("Order"), choices=orders)
    shows = forms.MultipleChoiceField(
        label=_("Each row also shows"),
        choices=columns,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, agent: Agent, saved: SavedView | None) -> None:
        start = {"order": Order.NEWEST_WORD, "audience": "me"}
        if saved:
            start = {
                "name": saved.name,
                "order": saved.order,
                "shows": saved.shows,
                "audience": _audience(saved),
            }
        super().__init__(data, initial=start)
        self.agent = agent
        self.teams = list(agent.teams.all())
        choices: list[tuple[str, Any]] = [("me", _("Only me"))]
        if agent.may("tickets.share_views"):
            choices += [(f"team-{team.pk}", team.name) for team in self.teams]
            choices.append(("everyone", _("Everybody")))
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """What `save_view` takes."""
        given, audience = self.cleaned_data, self.cleaned_data["audience"]
        team = next((one for one in self.teams if f"team-{one.pk}" == audience), None)
        return {
            "name": given["name"],
            "order": given["order"],
            "shows": given["shows"],
            "owner": self.agent if audience == "me" else None,
            "team": team,
        }


def _audience(saved: SavedView) -> str:
    if saved.team_id:
        return f"team-{saved.team_id}"
    return "me" if saved.owner_id else "everyone"


def first_wires() -> list[str]:
    """The kinds of wires by which somebody can be written to who has not written before."""
    return [key for key, one in channels().items() if isinstance(one, WritesFirst)]


class NewTicketForm(Form):
    """A ticket that we open: who it is about, where it lies, and the first words."""

    to = forms.CharField(
        label=_("Customer’s address"), max_length=4000, widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Give one address.")},
        help_text=_("An e-mail address, or a telephone number where the inbox is one of messages."),
    )  # fmt: skip
    inbox = forms.ModelChoiceField(Inbox.objects.none(), label=_("Inbox"), empty_label=None)
    subject = forms.CharField(
        label=_("Subject"), max_length=255, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    says = forms.ChoiceField(
        label=_("The first words"), initial=Direction.OUT, widget=forms.RadioSelect,
        choices=[(Direction.OUT.value, _("go to the customer")), (Direction.NOTE.value, _("are a note that only we read"))],
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"})
    )
    then = forms.ChoiceField(label=_("State"), choices=status_choices, initial=State.WAITING)
    kind = forms.TypedChoiceField(
        label=_("Type"), choices=type_choices, coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"hx-post": reverse_lazy("tickets:new_fields"), "hx-target": "#new-fields", "hx-swap": "outerHTML"}),
    )  # fmt: skip
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False)
    mine = forms.BooleanField(label=_("Assign it to me"), required=False, initial=True)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=500,
        widget=forms.TextInput(attrs={"dir": "auto", "placeholder": _("Names, with commas between")}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, agent: Agent, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        inboxes = inboxes_of(agent).filter(is_active=True, channel__in=first_wires()).order_by("name")
        if not vocabulary().standing_types:
            del self.fields["kind"]
        self.fields["inbox"].queryset = inboxes  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(inboxes__in=inboxes).distinct()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        team, inbox = self.cleaned_data.get("team"), self.cleaned_data.get("inbox")
        if inbox is not None:
            self._suit(inbox)
        if team and inbox and not team.inboxes.filter(pk=inbox.pk).exists():
            self.add_error("team", _("This team does not see the inbox of the ticket."))
        return self.cleaned_data

    def _suit(self, inbox: Inbox) -> None:
        """What its wire wants: an address of its own kind, and a subject where it carries one."""
        given, wire = self.cleaned_data, channel(inbox.channel)
        if given.get("to") and isinstance(wire, WritesFirst):
            try:
                given["to"] = wire.address_in(given["to"], inbox)
            except NoAddress as refusal:
                self.add_error("to", str(refusal))
        if not given.get("subject"):
            if wire.abilities.subject:
                self.add_error("subject", self.fields["subject"].error_messages["required"])
            given["subject"] = excerpt(given.get("text", ""), 80)

    def tag_names(self) -> list[str]:
        return [name for name in self.cleaned_data["tags"].replace("،", ",").split(",") if name.strip()]
