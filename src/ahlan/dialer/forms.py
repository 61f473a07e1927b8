"""What the list of calls is asked for."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ahlan.dialer.models import Call, Outcome, Way
from ahlan.staff.models import Agent

ANY = [("", _("All"))]


class CallsAsked(forms.Form):
    """Filters; what cannot be asked is passed over, for the list must come. Days are the reader's own."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[*ANY, *Outcome.choices], required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=[*ANY, *Way.choices], required=False)
    agent = forms.ModelChoiceField(
        label=_("Agent"), queryset=Agent.objects.none(), required=False, empty_label=_("All")
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, people: QuerySet[Agent], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["agent"].queryset = people  # type: ignore[attr-defined]

    def sift(self, found: QuerySet[Call]) -> QuerySet[Call]:
        self.is_valid()
        asked = self.cleaned_data
        for name in ("outcome", "direction", "agent"):
            if asked.get(name):
                found = found.filter(**{name: asked[name]})
        if asked.get("since"):
            found = found.filter(offered_at__gte=_midnight(asked["since"]))
        if asked.get("until"):
            found = found.filter(offered_at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return found


def _midnight(day: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))  # type: ignore[arg-type]
