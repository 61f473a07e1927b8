"""Forms of canned replies and macros."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.forms import Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.rules.acts import LONGEST
from ahlan.rules.models import CannedReply, Shortcut, TicketTemplate
from ahlan.rules.shortcuts import CODE
from ahlan.rules.variables import unknown_in
from ahlan.staff.models import Agent, Team
from ahlan.tickets.fields import BadValue, Box, boxes_of_new, parse
from ahlan.tickets.forms import NewTicketForm, PeopleField


class ShortcutForm(Form):
    """Name, short code, and who has it."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    code = forms.CharField(
        label=_("Short code"), max_length=41, required=False, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("One word. Typed after a slash in the box one writes in, as in /hours, it brings this up."),
    )  # fmt: skip
    audience = forms.ChoiceField(label=_("Who has it"))

    def __init__(self, data: Any = None, *, agent: Agent, found: Shortcut | None, **more: Any) -> None:
        start = {"name": found.name, "code": found.code, "audience": found.audience} if found else {}
        super().__init__(data, initial={"audience": "me", **start, **more.pop("initial", {})}, **more)
        self.agent, self.teams = agent, list(agent.teams.all())
        if found and found.team and found.team not in self.teams:
            self.teams.append(found.team)
        choices: list[tuple[str, Any]] = [("me", _("Only me"))]
        if agent.may("replies.share"):
            choices += [(f"team-{team.pk}", team.name) for team in self.teams]
            choices.append(("everyone", _("Everybody")))
        self.fields["audience"].choices = choices  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().lstrip("/")
        if code and not CODE.fullmatch(code):
            raise ValidationError(_("Letters, digits and hyphens only."))
        return code

    def chosen(self) -> dict[str, Any]:
        """What the verbs take."""
        given = self.cleaned_data
        team = next((one for one in self.teams if f"team-{one.pk}" == given["audience"]), None)
        owner = self.agent if given["audience"] == "me" else None
        return {"name": given["name"], "code": given.get("code", ""), "owner": owner, "team": team}


class CannedReplyForm(ShortcutForm):
    """And its words: one for every language, and others where they are needed."""

    def __init__(self, data: Any = None, *, agent: Agent, found: CannedReply | None) -> None:
        texts = dict(found.texts.values_list("language", "text")) if found else {}
        initial = {f"text_{key or 'all'}": text for key, text in texts.items()}
        super().__init__(data, agent=agent, found=found, initial=initial)
        self._add("all", _("Text"), 8)
        for code in INSTALLED:
            self._add(code, language_name(code), 5)

    def _add(self, key: str, label: Any, rows: int) -> None:
        box = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
        self.fields[f"text_{key}"] = forms.CharField(
            label=label, required=False, max_length=LONGEST, widget=box
        )

    @property
    def variants(self) -> list[forms.BoundField]:
        return [self[f"text_{code}"] for code in INSTALLED]

    @property
    def is_translated(self) -> bool:
        return any(field.value() for field in self.variants)

    def clean(self) -> dict[str, Any]:
        if not any(self.texts().values()):
            self.add_error("text_all", _("Write something, here or in one of the languages."))
        for key, text in self.texts().items():
            if wrong := unknown_in(text):
                told = _("There is no variable “%(name)s”.")
                self.add_error(f"text_{key or 'all'}", ValidationError(told, params={"name": wrong}))
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        found = {code: str(self.cleaned_data.get(f"text_{code}") or "") for code in INSTALLED}
        return {"": str(self.cleaned_data.get("text_all") or ""), **found}


class TemplateForm(ShortcutForm):
    """And what a new ticket begins with; what is left empty is asked for then."""

    inbox = forms.ModelChoiceField(Inbox.objects.none(), label=_("Inbox"), empty_label=None)
    subject = forms.CharField(
        label=_("Subject"), max_length=255, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    says = NewTicketForm.base_fields["says"]
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"})
    )
    then = NewTicketForm.base_fields["then"]
    priority = NewTicketForm.base_fields["priority"]
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False)
    tags = NewTicketForm.base_fields["tags"]
    kind = NewTicketForm.base_fields["kind"]

    def __init__(self, data: Any = None, *, agent: Agent, found: TicketTemplate | None) -> None:
        super().__init__(data, agent=agent, found=found, initial=found.fields if found else {})
        del self.fields["code"]
        like = NewTicketForm(agent=agent)
        for name in ("inbox", "team"):
            self.fields[name].queryset = like.fields[name].queryset  # type: ignore[attr-defined]
        if "kind" not in like.fields:
            del self.fields["kind"]
        self.found = found

    def boxes(self) -> list[Box]:
        """The desk's own fields, as they are given or kept."""
        kept = self.found.fields if self.found else {}
        kind = str(self.data.get("kind", "") if self.is_bound else kept.get("kind") or "")
        return boxes_of_new(
            int(kind) if kind.isdecimal() and len(kind) < 19 else None, self.data, kept.get("values")
        )

    def clean(self) -> dict[str, Any]:
        for name in ("subject", "text"):
            if wrong := unknown_in(self.cleaned_data.get(name, "")):
                told = _("There is no variable “%(name)s”.")
                self.add_error(name, ValidationError(told, params={"name": wrong}))
        for one in self.boxes():
            try:
                parse(one.field, one.given)
            except BadValue as error:
                self.add_error(None, str(error))
        return self.cleaned_data

    def begins(self) -> dict[str, Any]:
        """The fields of a new ticket, as they are kept."""
        given = self.cleaned_data
        same = {key: given[key] for key in ("subject", "says", "text", "then", "priority", "tags")}
        own = {
            "kind": given.get("kind"),
            "values": {str(one.field.pk): one.given for one in self.boxes() if one.given},
        }
        return {
            **same,
            **own,
            "inbox": given["inbox"].pk,
            "team": given["team"].pk if given["team"] else None,
        }


EVERY = (
    ("FREQ=DAILY", pgettext_lazy("every so many", "days")), ("FREQ=WEEKLY", pgettext_lazy("every so many", "weeks")), ("FREQ=MONTHLY", pgettext_lazy("every so many", "months")),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", pgettext_lazy("every so many", "months, on the last day")),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", pgettext_lazy("every so many", "months, on the last weekday (Monday to Friday)")),
    ("FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH;BYSETPOS=-1", pgettext_lazy("every so many", "months, on the last weekday (Sunday to Thursday)")),
    ("FREQ=YEARLY", pgettext_lazy("every so many", "years")),
)  # fmt: skip


class RecurrenceForm(Form):
    """To whom, from when on, how often, and until when."""

    customer = PeopleField(label=_("Customer’s address"), widget=forms.TextInput(attrs={"dir": "auto"}))
    starts = forms.DateTimeField(
        label=_("The first time"), input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    interval = forms.IntegerField(label=_("Every"), min_value=1, max_value=999, initial=1)
    every = forms.ChoiceField(label=_("Of what"), choices=EVERY, initial="FREQ=MONTHLY")
    count = forms.IntegerField(
        label=_("How many times"),
        required=False,
        min_value=1,
        max_value=9_999,
        help_text=_("Empty: without end."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="again")
        self.fields["customer"].required = True

    def clean_customer(self) -> tuple[str, str]:
        people = self.cleaned_data["customer"]
        if len(people) != 1:
            raise ValidationError(_("Give one address."))
        return (people[0][0], people[0][1])

    def rule(self) -> str:
        given = self.cleaned_data
        parts = [given["every"], f"INTERVAL={given['interval']}"]
        return ";".join([*parts, *([f"COUNT={given['count']}"] if given["count"] else [])])
