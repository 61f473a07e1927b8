"""Forms of service levels: a policy with its table of targets, and a trial."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form
from ahlan.service_levels.actions.terms import MOST_DAYS, MOST_MINUTES, Targets
from ahlan.service_levels.clocks import Kind as ClockKind
from ahlan.service_levels.clocks import Target, Unit
from ahlan.service_levels.models import Kind, Policy
from ahlan.staff.models import Team
from ahlan.tickets.models import Priority

HOUR = 60
UNITS = (
    ("business_hours", pgettext_lazy("of a target", "business hours")),
    ("business_minutes", pgettext_lazy("of a target", "business minutes")),
    ("working_days", pgettext_lazy("of a target", "working days")),
    ("hours", pgettext_lazy("of a target", "hours, day and night")),
    ("minutes", pgettext_lazy("of a target", "minutes, day and night")),
)
START = {4: (1, 1, 8), 3: (4, 4, 16), 2: (8, 8, 40), 1: (16, 16, None)}  # business hours, to begin with


def target_of(amount: int, unit: str) -> Target:
    """A target as somebody gave it: hours are kept as minutes."""
    if unit in ("business_hours", "hours"):
        return Target(amount * HOUR, Unit.BUSINESS_MINUTES if unit == "business_hours" else Unit.MINUTES)
    return Target(amount, Unit(unit))


def as_given(amount: int, unit: str) -> tuple[int, str]:
    """A target as somebody reads it: whole hours as hours."""
    if unit == Unit.WORKING_DAYS or amount % HOUR:
        return amount, unit
    return amount // HOUR, "business_hours" if unit == Unit.BUSINESS_MINUTES else "hours"


class Cell(NamedTuple):
    """One target in the table."""

    name: str
    amount: forms.BoundField
    unit: forms.BoundField


class PolicyForm(Form):
    """A policy's name, its targets by priority and kind, and whether time on hold counts. Conditions are read apart."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    hold_counts = forms.BooleanField(
        label=_("Time on hold counts towards the resolution"), required=False, initial=True,
        help_text=_("Time spent waiting for the customer never does. Times to answer never pause."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, policy: Policy | None = None, **more: Any) -> None:
        start = {"name": policy.name, "hold_counts": policy.hold_counts} if policy else {}
        super().__init__(data, initial=start, **more)
        self.policy = policy
        for priority, label in Priority.choices:
            for n, (kind, name) in enumerate(Kind.choices):
                self._add(priority, kind, f"{label}, {name}", self._start(priority, kind, n))

    def _start(self, priority: int, kind: str, n: int) -> tuple[int | None, str]:
        if self.policy is None:
            return START[priority][n], "business_hours"
        kept = self.policy.targets.get(str(priority), {}).get(kind)
        return as_given(kept["amount"], kept["unit"]) if kept else (None, "business_hours")

    def _add(self, priority: int, kind: str, label: str, start: tuple[int | None, str]) -> None:
        amount = forms.IntegerField(
            label=label, required=False, min_value=1, max_value=MOST_MINUTES, initial=start[0],
            widget=forms.NumberInput(attrs={"aria-label": label, "inputmode": "numeric"}),
        )  # fmt: skip
        told = gettext("%(target)s: counted in") % {"target": label}
        unit = forms.ChoiceField(
            choices=UNITS, initial=start[1], widget=forms.Select(attrs={"aria-label": told})
        )
        self.fields[f"amount_{priority}_{kind}"], self.fields[f"unit_{priority}_{kind}"] = amount, unit

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table: a row for each priority, the most urgent first, its cells and what is wrong in them."""
        return [self._row(priority, label) for priority, label in reversed(Priority.choices)]

    def _row(self, priority: int, label: Any) -> dict[str, Any]:
        cells = [
            Cell(str(name), self[f"amount_{priority}_{kind}"], self[f"unit_{priority}_{kind}"])
            for kind, name in Kind.choices
        ]
        errors = {error: None for cell in cells for field in cell[1:] for error in field.errors}
        return {"name": label, "cells": cells, "errors": list(errors)}

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        same = Policy.objects.filter(name=name)
        if (same.exclude(pk=self.policy.pk) if self.policy else same).exists():
            raise ValidationError(_("There is a service level of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        for priority, kind, target in self._targets():
            most = MOST_DAYS if target.unit == Unit.WORKING_DAYS else MOST_MINUTES
            if target.amount > most:
                self.add_error(f"amount_{priority}_{kind.value}", _("A year at most."))
        return self.cleaned_data

    def _targets(self) -> Iterator[tuple[int, ClockKind, Target]]:
        for priority in Priority.values:
            for kind in ClockKind:
                amount = self.cleaned_data.get(f"amount_{priority}_{kind.value}")
                unit = self.cleaned_data.get(f"unit_{priority}_{kind.value}")
                if amount and unit:
                    yield priority, kind, target_of(amount, unit)

    def targets(self) -> Targets:
        """What `save_policy` takes, of a form that is valid."""
        found: dict[int, dict[ClockKind, Target]] = {}
        for priority, kind, target in self._targets():
            found.setdefault(priority, {})[kind] = target
        return found


class TrialForm(Form):
    """A ticket that might come in."""

    policy = forms.ModelChoiceField(Policy.objects.all(), label=_("Service level"), empty_label=None)
    team = forms.ModelChoiceField(Team.objects.all(), label=_("Team"), required=False)
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices, coerce=int)
    start = forms.DateTimeField(
        label=_("Opened"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
