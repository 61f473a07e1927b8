"""Forms of the register."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ahlan.channels.models import Inbox
from ahlan.core.forms import ByLanguageField, Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.feedback.register.actions.complaints import LONGEST, SORTED_BY
from ahlan.feedback.register.models import Complaint, Compliment, List, Register, Severity, Source, Term
from ahlan.feedback.register.profiles import keys, latest, regions_of
from ahlan.feedback.register.queries import house, terms_of, today
from ahlan.feedback.register.wording import words_of
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket

MOST_PRAISED = 20
AUTO = {"dir": "auto"}
BY_CHANNEL = {"email": Source.MAIL, "webform": Source.LINK}


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea({"rows": rows, **AUTO})


def source_of(ticket: Ticket) -> Source:
    """The way a ticket came is the way its complaint came, unless somebody says otherwise."""
    return BY_CHANNEL.get(ticket.inbox.channel, Source.CHAT)


class PublicForm(Form):
    """What anybody may say to us. Who has come in is known, and asked for no address."""

    kind = forms.ChoiceField(
        label=_("What would you like to tell us?"), widget=forms.RadioSelect, initial="complaint",
        choices=[("complaint", _("Something went wrong: I complain")), ("compliment", _("Something went well: I praise"))],
    )  # fmt: skip
    said = forms.CharField(label=_("What happened?"), max_length=LONGEST, widget=_area(6))
    wanted = forms.CharField(
        label=_("What would you like us to do?"), max_length=2_000, required=False, widget=_area(2)
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        required=False,
        widget=forms.TextInput({**AUTO, "autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"), required=False, help_text=_("We answer there. For praise you may leave it out."),
        widget=forms.EmailInput({"dir": "ltr", "autocomplete": "email"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, known: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        if known:
            del self.fields["name"], self.fields["email"]

    def clean(self) -> dict[str, Any]:
        given = cast(dict[str, Any], super().clean())
        if (
            given.get("kind") == "complaint"
            and "email" in self.fields
            and not given.get("email")
            and "email" not in self.errors
        ):
            self.add_error("email", _("Give an address at which we can answer you."))
        return given


class NewComplaintForm(Form):
    """An agent registers a complaint about a ticket."""

    said = forms.CharField(
        label=_("What the customer complains of"), max_length=LONGEST, required=False, widget=_area()
    )
    wanted = forms.CharField(
        label=_("What the customer would like"), max_length=2_000, required=False, widget=_area(2)
    )
    source = forms.ChoiceField(label=_("How it came"), choices=Source.choices)
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    profile = forms.ChoiceField(label=_("Deadlines by"))
    language = forms.ChoiceField(label=_("Answered in"))

    def __init__(self, data: Any = None, *, ticket: Ticket, **more: Any) -> None:
        present = today(latest(house().profile))
        start = {
            "source": source_of(ticket), "received_on": present, "profile": house().profile,
            "language": ticket.language or ticket.customer.language or ticket.inbox.language,
        }  # fmt: skip
        super().__init__(data, initial=start, **more)
        fields = cast(dict[str, forms.ChoiceField], self.fields)
        fields["profile"].choices = [(key, str(latest(key))) for key in keys()]
        fields["language"].choices = [(code, language_name(code)) for code in INSTALLED]
        self.fields["received_on"].widget.attrs["max"] = present.isoformat()


class NewComplimentForm(Form):
    """An agent registers praise."""

    said = forms.CharField(label=_("What the customer praises"), max_length=LONGEST, widget=_area())
    agents = forms.ModelMultipleChoiceField(
        label=_("Who is meant"),
        queryset=Agent.objects.none(),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.all(), required=False)
    source = forms.ChoiceField(label=_("How it came"), choices=Source.choices)

    def __init__(self, data: Any = None, *, ticket: Ticket, **more: Any) -> None:
        start = {
            "source": source_of(ticket),
            "agents": [ticket.assignee_id] if ticket.assignee_id else [],
            "team": ticket.team_id,
        }
        super().__init__(data, initial=start, **more)
        cast(
            forms.ModelMultipleChoiceField[Agent], self.fields["agents"]
        ).queryset = Agent.objects.active().order_by("name")

    def clean_agents(self) -> Any:
        return _not_too_many(self.cleaned_data["agents"])


class CreditForm(Form):
    """Who is meant by praise."""

    agents = NewComplimentForm.base_fields["agents"]
    team = NewComplimentForm.base_fields["team"]

    def __init__(self, data: Any = None, *, compliment: Compliment, **more: Any) -> None:
        start = {"agents": [one.pk for one in compliment.agents.all()], "team": compliment.team_id}
        super().__init__(data, initial=start, **more)
        cast(
            forms.ModelMultipleChoiceField[Agent], self.fields["agents"]
        ).queryset = Agent.objects.active().order_by("name")

    def clean_agents(self) -> Any:
        return _not_too_many(self.cleaned_data["agents"])


def _not_too_many(chosen: Any) -> Any:
    if len(chosen) > MOST_PRAISED:
        raise ValidationError(_("Name the team where so many are meant."))
    return chosen


class SortForm(Form):
    """How a complaint is sorted, what was found, and what is done so that it does not happen again."""

    severity = forms.TypedChoiceField(
        label=_("Severity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "–"), *Severity.choices],
    )
    found = forms.CharField(label=_("What was found"), max_length=LONGEST, required=False, widget=_area(3))
    preventable = forms.TypedChoiceField(
        label=_("Could it have been prevented?"), required=False, empty_value=None, coerce=lambda value: value == "yes",
        choices=[("", "–"), ("yes", _("Yes")), ("no", _("No"))],
    )  # fmt: skip
    action_text = forms.CharField(
        label=_("What exactly is changed"), max_length=LONGEST, required=False, widget=_area(2)
    )

    field_order = (
        "severity",
        "product",
        "stage",
        "cause",
        "found",
        "preventable",
        "outcome",
        "redress",
        "action",
        "action_text",
    )

    def __init__(self, data: Any = None, *, complaint: Complaint, **more: Any) -> None:
        start = {name: getattr(complaint, name) for name in ("severity", "found", "action_text")}
        start["preventable"] = {True: "yes", False: "no", None: ""}[complaint.preventable]
        super().__init__(data, initial=start, **more)
        for name in SORTED_BY:
            chosen = getattr(complaint, f"{name}_id")
            known = {str(one.pk): one for one in terms_of(name, chosen)}
            self.fields[name] = forms.TypedChoiceField(
                label=List(name).label, required=False, coerce=known.__getitem__, empty_value=None, initial=chosen or "",
                choices=[("", "–"), *((key, str(one)) for key, one in known.items())],
            )  # fmt: skip
        self.order_fields(self.field_order)


class LetterForm(Form):
    """A letter before it goes."""

    next_on = forms.DateField(
        label=_("The customer hears again by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    text = forms.CharField(label=_("Letter"), max_length=50_000, widget=_area(16))
    how = forms.ChoiceField(
        label=_("How it goes"), widget=forms.RadioSelect, initial="mail",
        choices=[("mail", _("As a reply")), ("attached", _("As a reply, with the letter as a PDF")), ("paper", _("On paper: printed, put down as a note"))],
    )  # fmt: skip

    def __init__(self, data: Any = None, *, holding: bool = False, last: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        if not holding:
            del self.fields["next_on"]
        elif last is not None:
            self.fields["next_on"].widget.attrs["max"] = last.isoformat()
            self.fields["next_on"].help_text = _("The profile allows no later day.")


class RegisterForm(Form):
    """What the house has chosen."""

    profile = forms.ChoiceField(label=_("Deadlines by"))
    subdivision = forms.CharField(
        label=_("Part of the country"),
        max_length=10,
        required=False,
        help_text=_("Whose holidays count as well, by its code."),
    )
    is_open = forms.BooleanField(label=_("Anybody may complain or praise at a page"), required=False)
    inbox = forms.ModelChoiceField(
        label=_("Inbox"), required=False, queryset=Inbox.objects.filter(is_active=True, channel="email"),
        help_text=_("Where it comes in and is answered from. Empty: the first mail inbox."),
    )  # fmt: skip
    team = forms.ModelChoiceField(label=_("Team"), required=False, queryset=Team.objects.all())
    rights = ByLanguageField(
        label=_("Whom customers may turn to"), max_length=2_000, rows=3, required=False,
        help_text=_("The ombudsman or authority, where the law says so. It stands in letters that put off or decide."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, register: Register, **more: Any) -> None:
        names = ("profile", "subdivision", "is_open", "inbox", "team", "rights")
        super().__init__(data, initial={name: getattr(register, name) for name in names}, **more)
        self.fields["profile"].choices = [(key, str(latest(key))) for key in keys()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = cast(dict[str, Any], super().clean())
        region = str(given.get("subdivision", "")).strip().upper()
        given["subdivision"] = region
        if region and "profile" in given and region not in dict(regions_of(latest(given["profile"]))):
            self.add_error("subdivision", _("The country of these deadlines has no such part."))
        return given


class HeadForm(Form):
    """The head of letters."""

    head_name = forms.CharField(
        label=_("Company"), max_length=120, required=False, widget=forms.TextInput(AUTO)
    )
    head_address = forms.CharField(label=_("Address"), max_length=500, required=False, widget=_area(3))
    head_foot = forms.CharField(
        label=_("At the foot"),
        max_length=500,
        required=False,
        widget=_area(2),
        help_text=_("Three lines at most: register, tax number, bank."),
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG, GIF or WebP, at most 512 kB.")
    )
    no_logo = forms.BooleanField(label=_("Without a logo"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, register: Register, **more: Any) -> None:
        start = {name: getattr(register, name) for name in ("head_name", "head_address", "head_foot")}
        super().__init__(data, files, initial=start, **more)


class TermForm(Form):
    names = ByLanguageField(label=_("Name"), max_length=80, rows=1)
    tells = ByLanguageField(label=_("What it means"), max_length=300, rows=2, required=False)

    def __init__(self, data: Any = None, *, term: Term | None = None, **more: Any) -> None:
        super().__init__(data, initial={"names": term.names, "tells": term.tells} if term else {}, **more)


class WordingForm(Form):
    texts = ByLanguageField(label=_("Words"), max_length=5_000, rows=10, required=False)

    def __init__(self, data: Any = None, *, kind: str, **more: Any) -> None:
        super().__init__(data, initial={"texts": {code: words_of(kind, code) for code in INSTALLED}}, **more)
