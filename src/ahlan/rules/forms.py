"""The form of a rule: its name and what it waits for. Conditions and actions are read apart."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form
from ahlan.rules.models import Rule
from ahlan.rules.triggers import triggers
from ahlan.rules.waits import MOST, Since, Unit

EVENT, TIME = "event", "time"


class RuleForm(Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    waits_for = forms.ChoiceField(
        label=_("It acts"), widget=forms.RadioSelect,
        choices=[(EVENT, _("when something happens")), (TIME, _("when a time has passed"))],
    )  # fmt: skip
    triggers = forms.MultipleChoiceField(
        label=_("As soon as"), required=False, widget=forms.CheckboxSelectMultiple
    )
    amount = forms.IntegerField(label=_("After"), required=False, min_value=1, max_value=MOST[Unit.MINUTES])
    unit = forms.ChoiceField(label=_("Counted in"), choices=Unit.choices, required=False)
    since = forms.ChoiceField(label=_("Since"), choices=Since.choices, required=False)
    stops = forms.BooleanField(
        label=_("Stop here"), required=False,
        help_text=_("When this rule has acted, no rule below it follows the same event."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, rule: Rule | None = None) -> None:
        start: dict[str, Any] = {"waits_for": EVENT, "triggers": ["opened"], "amount": 3, "unit": Unit.DAYS}
        if rule:
            start = {
                "name": rule.name, "waits_for": TIME if rule.since else EVENT, "triggers": rule.triggers,
                "amount": rule.amount or 3, "unit": rule.unit or Unit.DAYS, "since": rule.since, "stops": rule.stops,
            }  # fmt: skip
        super().__init__(data, initial=start)
        self.rule = rule
        self.fields["triggers"].choices = [(one.key, one.name) for one in triggers()]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        same = Rule.objects.filter(name=name)
        if (same.exclude(pk=self.rule.pk) if self.rule else same).exists():
            raise ValidationError(_("There is a rule of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("waits_for") == EVENT and not given.get("triggers"):
            self.add_error("triggers", _("Choose at least one."))
        if given.get("waits_for") == TIME and "amount" not in self.errors:
            amount, unit = given.get("amount"), Unit(given.get("unit") or Unit.DAYS)
            if not amount:
                self.add_error("amount", _("Say how long."))
            elif amount > MOST[unit]:
                self.add_error("amount", _("A year at most."))
        return given

    def chosen(self) -> dict[str, Any]:
        """What `save_rule` takes."""
        given = self.cleaned_data
        common = {"name": given["name"], "stops": given["stops"]}
        if given["waits_for"] == EVENT:
            return {**common, "triggers": given["triggers"]}
        silence = {"since": given["since"] or Since.WORD, "amount": given["amount"], "unit": given["unit"]}
        return {**common, **silence}
