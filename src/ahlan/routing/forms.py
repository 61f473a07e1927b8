"""Forms of routing: a plan, what people carry, and a trial."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.forms import Form
from ahlan.routing.actions.plans import MOST_MINUTES, MOST_TICKETS
from ahlan.routing.crew import USUAL
from ahlan.routing.models import Plan, Way
from ahlan.staff.models import Agent, Skill, Team

LEAST = [(0, pgettext_lazy("level of a skill", "not needed"))] + [(n, str(n)) for n in range(1, 6)]


class PlanForm(Form):
    """A plan without its conditions, which are read apart."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    way = forms.ChoiceField(
        label=_("Who gets them"), choices=Way.choices,
        help_text=_("Only people who are available, in their working hours and have room. Otherwise the ticket waits in the queue."),
    )  # fmt: skip
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Of which team"), required=False,
        help_text=_("The ticket goes to this team, unless a person has given it to another. Without one: the ticket’s own team, else everybody who sees its inbox."),
    )  # fmt: skip
    agent = forms.ModelChoiceField(
        Agent.objects.active(), label=_("Person"), required=False,
        help_text=_("For “One team or person” only. Without a person the team gets the ticket, and somebody there takes it."),
    )  # fmt: skip
    language_level = forms.TypedChoiceField(
        label=_("Speaks the ticket’s language at least at level"), choices=LEAST, coerce=int, initial=0
    )
    overflow_minutes = forms.IntegerField(
        label=_("After so many minutes"), min_value=1, max_value=MOST_MINUTES, required=False
    )
    overflow_team = forms.ModelChoiceField(
        Team.objects.all(), label=_("this team is asked as well"), required=False
    )
    returns = forms.BooleanField(
        label=_("What nobody has looked at goes back to the queue when its agent goes offline"),
        required=False,
    )

    def __init__(self, data: Any = None, *, plan: Plan | None, skills: list[Skill]) -> None:
        kept = [name for name in self.base_fields if name not in ("team", "agent", "overflow_team")]
        start = {name: getattr(plan, name) for name in kept} if plan else {}
        start |= (
            {name: getattr(plan, f"{name}_id") for name in ("team", "agent", "overflow_team")} if plan else {}
        )
        super().__init__(data, initial=start)
        self.plan = plan
        for skill in skills:
            needed = plan.needs.get(str(skill.pk), 0) if plan else 0
            self.fields[f"skill_{skill.pk}"] = forms.TypedChoiceField(
                label=str(skill), choices=LEAST, coerce=int, initial=needed, required=False, empty_value=None
            )

    @property
    def skills(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("skill_")]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        same = Plan.objects.filter(name=name)
        if (same.exclude(pk=self.plan.pk) if self.plan else same).exists():
            raise ValidationError(_("There is a plan of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("way") == Way.HAND and not (data.get("team") or data.get("agent")):
            self.add_error("team", _("Choose a team or a person."))
        if bool(data.get("overflow_minutes")) != bool(data.get("overflow_team")):
            self.add_error("overflow_team", _("Say after how many minutes, and which team."))
        return data

    def chosen(self) -> dict[str, Any]:
        """What `save_plan` takes, of a form that is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("skill_")}
        needs = {
            int(name.removeprefix("skill_")): self.cleaned_data[name] or 0
            for name in self.fields
            if name.startswith("skill_")
        }
        return {**given, "needs": needs}


class CapacityForm(Form):
    """How many open tickets of each channel: a row for everybody, and one for each person."""

    def __init__(
        self,
        data: Any = None,
        *,
        channels: list[tuple[str, str]],
        agents: list[Agent],
        held: dict[tuple[int, str], int],
    ) -> None:
        super().__init__(data)
        self.channels, self.agents = channels, agents
        for pk, who in [(0, str(_("Everybody"))), *((one.pk, str(one)) for one in agents)]:
            for channel, name in channels:
                usual = held.get((0, channel), USUAL)
                hint = {"aria-label": f"{who}, {name}", "placeholder": "" if not pk else str(usual)}
                self.fields[f"of_{pk}_{channel}"] = forms.IntegerField(
                    min_value=0, max_value=MOST_TICKETS, required=not pk, widget=forms.NumberInput(attrs=hint),
                    initial=held.get((pk, channel), None if pk else USUAL),
                )  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        who: list[Agent | None] = [None, *self.agents]
        return [
            {
                "agent": one,
                "cells": [self[f"of_{one.pk if one else 0}_{key}"] for key, _name in self.channels],
            }
            for one in who
        ]

    def given(self, agent: Agent | None) -> dict[str, int | None]:
        """What has changed of somebody's row."""
        names = {key: f"of_{agent.pk if agent else 0}_{key}" for key, _name in self.channels}
        return {key: self.cleaned_data.get(name) for key, name in names.items() if name in self.changed_data}


class TrialForm(Form):
    ticket = forms.IntegerField(label=_("Number of a ticket"), min_value=1)
