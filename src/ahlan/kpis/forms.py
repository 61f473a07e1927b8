"""What the page of goals takes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.forms import Form
from ahlan.kpis.declared import SECONDS, SHARE, kpi_for
from ahlan.kpis.goals import goal_keys
from ahlan.staff.models import Agent, Team


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
