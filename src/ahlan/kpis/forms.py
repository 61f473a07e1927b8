"""What the pages of goals and reports take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ahlan.channels.models import Inbox
from ahlan.channels.registry import channels
from ahlan.core.clock import now
from ahlan.core.forms import ZONES, Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import clock, first_workday, language_name, weekdays
from ahlan.customers.models import Organisation
from ahlan.kpis.declared import SECONDS, SHARE, kpi_for, kpis
from ahlan.kpis.goals import goal_keys
from ahlan.kpis.models import Every, Mailing
from ahlan.kpis.policies import VIEW
from ahlan.kpis.question import MOST_FIGURES, NUMBERS, BadQuestion, question_of
from ahlan.kpis.timetable import LAST_DAY
from ahlan.kpis.words import AGAINST, BYS, LABELS, LIMITS, METHODS, PERIODS
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Priority, Tag
from ahlan.tickets.policies import inboxes_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class GoalForm(Form):
    """A goal; times are typed in minutes, shares in percent."""

    key = forms.ChoiceField(label=_("Figure"))
    scope = forms.ChoiceField(label=_("For whom"), required=False)
    value = forms.FloatField(
        label=_("Goal"), min_value=-100_000, max_value=1_000_000, widget=forms.NumberInput({"step": "any"}),
        help_text=_("Times in minutes, shares in percent."),
    )  # fmt: skip
    business = forms.BooleanField(label=_("Times in business hours"), required=False)
    since = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [(one.key, one.name) for one in goal_keys()]  # type: ignore[attr-defined]
        groups = [("", _("the whole house"))]
        for label, scope, table in (
            (_("Teams"), "team", Team),
            (_("Inboxes"), "inbox", Inbox),
            (_("Agents"), "agent", Agent),
        ):
            rows = [
                (f"{scope}:{pk}", name)
                for pk, name in table.objects.order_by("name").values_list("pk", "name")[:500]
            ]
            groups += [(label, rows)] if rows else []  # type: ignore[list-item]
        self.fields["scope"].choices = groups  # type: ignore[attr-defined]
        self.fields["since"].initial = now().date().replace(day=1)

    def as_goal(self) -> dict[str, Any]:
        """As `set_goal` takes it."""
        given = self.cleaned_data
        scope, _colon, pk = given["scope"].partition(":")
        unit = kpi_for(given["key"]).unit
        factor = 60 if unit == SECONDS else 0.01 if unit == SHARE else 1
        return {
            "key": given["key"], "value": given["value"] * factor, "since": given["since"], "business": given["business"],
            "scope": scope, "scope_id": int(pk or 0),
        }  # fmt: skip


MOST_CHOICES = 500


def _named(table: Any) -> list[tuple[str, str]]:
    """Rows to choose from, none first."""
    return [
        ("", "–"),
        *((str(pk), name) for pk, name in table.order_by("name").values_list("pk", "name")[:MOST_CHOICES]),
    ]


class ReportForm(Form):
    """What a report asks. Figures stand in numbered fields, for a page without scripts has no other way to give several."""

    by = forms.ChoiceField(label=_("Split by"), choices=list(BYS.items()), required=False)
    period = forms.ChoiceField(label=_("Time"), choices=list(PERIODS.items()))
    start = forms.DateField(label=_("From"), required=False, widget=DAY)
    until = forms.DateField(label=_("Until"), required=False, widget=DAY)
    against = forms.ChoiceField(label=_("Compare with"), choices=list(AGAINST.items()), required=False)
    other_start = forms.DateField(label=_("From"), required=False, widget=DAY)
    other_until = forms.DateField(label=_("Until"), required=False, widget=DAY)
    clock = forms.ChoiceField(
        label=_("Time zone"), choices=[("", _("Mine")), ("team", _("The team’s"))], required=False
    )
    team, agent, inbox, tag, organisation = (
        forms.ChoiceField(label=LIMITS[name], required=False)
        for name in ("team", "agent", "inbox", "tag", "organisation")
    )
    priority = forms.ChoiceField(
        label=LIMITS["priority"], required=False, choices=[("", "–"), *((str(one.value), one.label) for one in Priority)],
    )  # fmt: skip
    channel = forms.ChoiceField(label=LIMITS["channel"], required=False)
    language = forms.ChoiceField(label=LIMITS["language"], required=False)
    customer_kind = forms.ChoiceField(
        label=LIMITS["customer_kind"], required=False, choices=[("", "–"), *((one, LABELS[one]) for one in ("external", "internal"))],
    )  # fmt: skip
    bot = forms.ChoiceField(
        label=LIMITS["bot"],
        required=False,
        choices=[("", "–"), ("0", LABELS["people"]), ("1", LABELS["bot"])],
    )

    def __init__(
        self, data: Any = None, *, agent: Agent, asks: dict[str, Any] | None = None, **more: Any
    ) -> None:
        super().__init__(data, initial=_initial(asks or {}), **more)
        self.first = asks or {}
        by_unit = [(one.key, one.name) for one in kpis()]
        for n in range(MOST_FIGURES):
            self.fields[f"figure{n}"] = forms.ChoiceField(
                label=_("Figure"), choices=[("", _("Choose…")), *by_unit], required=n == 0
            )
            self.fields[f"method{n}"] = forms.ChoiceField(
                label=_("Read as"), choices=[("", _("as usual")), *METHODS.items()], required=False
            )
            self.fields[f"business{n}"] = forms.ChoiceField(
                label=_("Durations"),
                choices=[("", _("By the clock")), ("1", _("In opening hours"))],
                required=False,
            )
        tables: dict[str, Any] = {
            "team": Team.objects.all(), "agent": Agent.objects.active(), "inbox": inboxes_of(agent), "tag": Tag.objects.all(),
            "organisation": Organisation.objects.all(),
        }  # fmt: skip
        for name, table in tables.items():
            chosen = (asks or {}).get("limits", {}).get(name)
            choices = _named(table)
            if chosen and str(chosen) not in dict(choices):  # one that is not offered stays as it was
                choices.append((str(chosen), str(table.filter(pk=chosen).first() or "–")))
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", "–"), *((key, one.name) for key, one in channels().items())]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", "–"), *((one, language_name(one)) for one in INSTALLED)]  # type: ignore[attr-defined]

    def _row(self, n: int) -> list[forms.BoundField]:
        return [self[f"{name}{n}"] for name in ("figure", "method", "business")]

    @property
    def figures(self) -> list[list[forms.BoundField]]:
        """Those that are chosen, one at least; `more` are the others."""
        return [self._row(n) for n in range(MOST_FIGURES) if n == 0 or self[f"figure{n}"].value()]

    @property
    def more(self) -> list[list[forms.BoundField]]:
        return [self._row(n) for n in range(1, MOST_FIGURES) if not self[f"figure{n}"].value()]

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in ("by", "period", "start", "until")]

    @property
    def compared(self) -> list[forms.BoundField]:
        return [self[name] for name in ("against", "other_start", "other_until")]

    @property
    def limits(self) -> list[forms.BoundField]:
        return [self[name] for name in LIMITS]

    @property
    def is_limited(self) -> bool:
        return any(field.value() for field in self.limits)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                self.question = question_of(self.as_data())
            except BadQuestion as refused:
                at = refused.at if refused.at in self.fields else None
                self.add_error(at, str(WRONG.get(refused.at, _("This cannot be asked."))))
        return given

    def as_data(self) -> dict[str, Any]:
        """As `question_of` takes it."""
        given = self.cleaned_data
        figures = [
            {
                "key": given[f"figure{n}"],
                "method": given[f"method{n}"],
                "business": bool(given[f"business{n}"]),
            }
            for n in range(MOST_FIGURES)
            if given.get(f"figure{n}")
        ]
        for one in figures:
            if one["method"] not in kpi_for(one["key"]).methods:
                one["method"] = ""  # as usual, where a figure is read in one way alone
        limits = {
            name: int(value) if name in NUMBERS else value == "1" if name == "bot" else value
            for name in LIMITS
            if (value := given.get(name))
        }
        plain = ("by", "period", "start", "until", "against", "other_start", "other_until", "clock")
        return {"figures": figures, "limits": limits, **{name: given.get(name) for name in plain}}


WRONG = {
    "figures": _("Choose between one and six figures, each once."), "by": _("Not all of these figures can be split so."),
    "start": _("Give a first and a last day, two years at most."), "other_start": _("Give a first and a last day, two years at most."),
    "against": _("By hour and weekday there is nothing to compare."),
}  # fmt: skip


def _initial(asks: dict[str, Any]) -> dict[str, Any]:
    """What a kept question is in the fields of the form."""
    found = {name: value for name, value in asks.items() if name not in ("figures", "limits")}
    for n, one in enumerate(asks.get("figures", [])):
        found |= {
            f"figure{n}": one["key"],
            f"method{n}": one["method"],
            f"business{n}": "1" if one["business"] else "",
        }
    limits = asks.get("limits", {})
    return found | {
        name: {True: "1", False: "0"}.get(value, value) if name == "bot" else value
        for name, value in limits.items()
    }


class KeepForm(Form):
    """Under which name a report is kept, and who else may see it."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"dir": "auto"}))
    shared = forms.ChoiceField(label=_("Who sees it"), required=False)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        teams = [
            (f"team:{pk}", name)
            for pk, name in Team.objects.order_by("name").values_list("pk", "name")[:MOST_CHOICES]
        ]
        self.fields["shared"].choices = [  # type: ignore[attr-defined]
            ("", _("I alone")), ("all", _("Everybody who sees figures")), (_("Teams"), teams),
        ]  # fmt: skip

    def as_report(self) -> dict[str, Any]:
        """As `save_report` takes it."""
        shared, _colon, pk = self.cleaned_data["shared"].partition(":")
        return {
            "name": self.cleaned_data["name"],
            "shared": shared,
            "team": Team.objects.filter(pk=pk or 0).first(),
        }


class MailingForm(Form):
    """When a report goes by mail, and to whom."""

    every = forms.ChoiceField(label=_("How often"), choices=Every.choices)
    weekday = forms.TypedChoiceField(label=_("On (of the week)"), coerce=int, required=False)
    monthday = forms.IntegerField(
        label=_("On (of the month)"), min_value=1, max_value=LAST_DAY, initial=1, required=False
    )
    hour = forms.TypedChoiceField(label=_("At"), coerce=int)
    zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    people = forms.MultipleChoiceField(label=_("To"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, reader: Agent, mailing: Mailing | None = None) -> None:
        super().__init__(data, initial=_initial_mailing(reader, mailing))
        self.fields["weekday"].choices = weekdays()  # type: ignore[attr-defined]
        self.fields["hour"].choices = [(n, clock(60 * n)) for n in range(24)]  # type: ignore[attr-defined]
        rows = Agent.objects.active().select_related("role").order_by("name", "id")[:MOST_CHOICES]
        self.chosen = {str(one.pk): one for one in rows if one.may(VIEW)}
        self.fields["people"].choices = [(pk, one.name) for pk, one in self.chosen.items()]  # type: ignore[attr-defined]

    def as_mailing(self) -> dict[str, Any]:
        """As `set_mailing` takes it."""
        given = self.cleaned_data
        day = {Every.WEEK: given["weekday"], Every.MONTH: given["monthday"]}.get(given["every"])
        return {
            "every": given["every"], "day": int(day or 0), "hour": given["hour"], "zone": given["zone"],
            "people": [self.chosen[pk] for pk in given["people"]],
        }  # fmt: skip


def _initial_mailing(reader: Agent, mailing: Mailing | None) -> dict[str, Any]:
    if mailing is None:
        return {
            "zone": reader.time_zone,
            "hour": 8,
            "weekday": first_workday(),
            "people": [str(reader.pk)],
            "every": Every.WEEK,
        }
    return {
        "every": mailing.every, "hour": mailing.hour, "zone": mailing.zone, "weekday": mailing.day, "monthday": mailing.day or 1,
        "people": [str(pk) for pk in mailing.people.values_list("pk", flat=True)],
    }  # fmt: skip
