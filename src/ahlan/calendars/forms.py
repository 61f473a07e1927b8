"""Forms of business hours: a week, single days, a country's holidays, and a trial."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.calendars.models import BusinessHours, Day
from ahlan.calendars.public_holidays import countries, country
from ahlan.calendars.spans import MINUTES, Span, Spans, Week, tidy
from ahlan.core.forms import ZONES, Form
from ahlan.core.numerals import weekdays

PAIRS, MOST_PAIRS = 2, 6
_FIELD = re.compile(r"d\d_(\d)_opens")


def time_of(minutes: int) -> time:
    return time(*divmod(minutes % MINUTES, 60))


def span_of(opens: time, closes: time) -> Span:
    """A stretch between two times; one that ends at or before it opens closes on the day after."""
    first, last = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
    return Span(first, last if last > first else last + MINUTES)


def time_field(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "aria-label": label}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


def day_field(label: Any, **attrs: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")
    )


class WeekForm(Form):
    """Name, zone, and seven days of stretches. `first` is a week that holds since ever and needs no day."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)

    def __init__(
        self,
        data: Any = None,
        *,
        week: Week,
        hours: BusinessHours | None = None,
        first: date | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self.hours = hours
        if first is not None:
            self.fields["since"] = day_field(_("Holds from"), min=first.isoformat())
            self.fields["since"].help_text = _("What was before that day stays as it was.")
        self.pairs = self._pairs(week)
        for number, name in weekdays():
            for n in range(self.pairs):
                values = {"day": name, "n": n + 1}
                opens = time_field(gettext("%(day)s, stretch %(n)s: opens") % values)
                closes = time_field(gettext("%(day)s, stretch %(n)s: closes") % values)
                if n < len(week[number]):
                    opens.initial, closes.initial = map(time_of, week[number][n])
                self.fields[f"d{number}_{n}_opens"], self.fields[f"d{number}_{n}_closes"] = opens, closes

    def _pairs(self, week: Week) -> int:
        """One more than the fullest day needs, so that there is always room for another."""
        sent = [int(found[1]) + 1 for key in self.data or {} if (found := _FIELD.fullmatch(key))]
        return min(max(PAIRS, *sent, *(len(day) + (len(day) >= PAIRS) for day in week)), MOST_PAIRS)

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "time_zone", "since") if name in self.fields]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row a day, in the reader's order: its name, its pairs of fields, what is wrong."""
        return [
            {
                "name": name,
                "pairs": [
                    (self[f"d{number}_{n}_opens"], self[f"d{number}_{n}_closes"]) for n in range(self.pairs)
                ],
                "errors": self.errors.get(f"d{number}_0_opens", []),
            }
            for number, name in weekdays()
        ]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        same = BusinessHours.objects.filter(name=name)
        if (same.exclude(pk=self.hours.pk) if self.hours else same).exists():
            raise ValidationError(_("There are hours of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        self.week: Week = tuple(self._day(number) for number in range(7))  # type: ignore[assignment]
        return self.cleaned_data

    def _day(self, number: int) -> Spans:
        pairs = [
            (self.cleaned_data.get(f"d{number}_{n}_opens"), self.cleaned_data.get(f"d{number}_{n}_closes"))
            for n in range(self.pairs)
        ]
        if any((opens is None) != (closes is None) for opens, closes in pairs):
            self.add_error(f"d{number}_0_opens", _("A stretch needs both its times."))
        try:
            return tidy(
                span_of(opens, closes) for opens, closes in pairs if opens is not None and closes is not None
            )
        except ValueError:
            self.add_error(f"d{number}_0_opens", _("Two stretches of this day overlap."))
            return ()


class DayForm(Form):
    """A day of one's own."""

    on = day_field(_("Day"))
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    kind = forms.ChoiceField(
        label=_("The desk is"), choices=[one for one in Day.Kind.choices if one[0] != "usual"], initial="closed",
        widget=forms.RadioSelect,
    )  # fmt: skip
    opens = time_field(_("Opens"))
    closes = time_field(_("Closes"))
    opens_again = time_field(_("Opens again"))
    closes_again = time_field(_("Closes again"))

    @property
    def times(self) -> list[forms.BoundField]:
        return [self[name] for name in ("opens", "closes", "opens_again", "closes_again")]

    def clean(self) -> dict[str, Any]:
        """`stretches` as the verb wants them."""
        given = self.cleaned_data
        given["stretches"] = ()
        closes = given.get("closes")
        if given.get("kind") == Day.Kind.SHORT and closes:
            given["stretches"] = (Span(0, span_of(time(), closes).closes),)
        if given.get("kind") == Day.Kind.HOURS:
            pairs = [(given.get("opens"), closes), (given.get("opens_again"), given.get("closes_again"))]
            try:
                given["stretches"] = tidy(span_of(first, last) for first, last in pairs if first and last)
            except ValueError:
                self.add_error("opens_again", _("The two stretches overlap."))
        if (
            given.get("kind") in (Day.Kind.SHORT, Day.Kind.HOURS)
            and not given["stretches"]
            and not self.errors
        ):
            self.add_error("closes", _("Say from when to when the desk is open."))
        return given


class HolidaysForm(Form):
    """Whose holidays, which kinds of them, and in which language. Its choices follow the country."""

    country = forms.ChoiceField(label=_("Country"))
    subdivision = forms.ChoiceField(label=_("Region"), required=False)
    language = forms.ChoiceField(label=_("Names in"))
    categories = forms.MultipleChoiceField(
        label=_("Which days"), widget=forms.CheckboxSelectMultiple, required=False
    )
    closes_at = time_field(_("Half days close at"))

    def __init__(self, data: Mapping[str, Any], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["closes_at"].required = True
        self.fields["country"].choices = [("", "–"), *countries()]  # type: ignore[attr-defined]
        try:
            self.known = country(str(data.get("country", "")))
        except KeyError:
            for name in ("subdivision", "language", "categories", "closes_at"):
                del self.fields[name]
            return
        choices: dict[str, list[Any]] = {
            "subdivision": [("", _("The whole country")), *self.known.regions], "language": self.known.languages,
            "categories": self.known.kinds,
        }  # fmt: skip
        for name, found in choices.items():
            if len(found) > 1:
                self.fields[name].choices = found  # type: ignore[attr-defined]
            else:
                del self.fields[name]


class TrialForm(Form):
    """A start and a target."""

    UNITS = (
        ("hours", pgettext_lazy("of a target", "business hours")),
        ("minutes", pgettext_lazy("of a target", "business minutes")),
        ("days", pgettext_lazy("of a target", "working days")),
    )

    start = forms.DateTimeField(
        label=_("Start"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    amount = forms.IntegerField(label=_("Target"), min_value=1, max_value=100_000)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS)

    @property
    def target(self) -> timedelta:
        return timedelta(**{self.cleaned_data["unit"]: self.cleaned_data["amount"]})
