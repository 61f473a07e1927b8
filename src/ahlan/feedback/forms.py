"""Forms of surveys and places."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from ahlan.channels.models import Inbox
from ahlan.core.forms import Form, ModelForm
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.feedback.instruments.ready import LOW
from ahlan.feedback.models import Place, Survey
from ahlan.feedback.queries import at_hand

A_YEAR = 366
RANGES = {
    "delay_minutes": (0, 60 * 24 * 60), "share": (1, 100), "quiet_days": (0, A_YEAR), "remind_days": (1, 60),
    "every_days": (1, 5 * A_YEAR), "lock_days": (0, A_YEAR), "work_hours": (1, 1000),
}  # fmt: skip


class SurveyForm(ModelForm):
    """All of a survey but its conditions, which are read apart."""

    class Meta:
        model = Survey
        fields = [
            "name", "key", "trigger", "delay_minutes", "share", "quiet_days", "remind_days", "every_days", "in_hours", "anonymous",
            "lock_days", "low", "work_hours", "inbox",
        ]  # fmt: skip
        labels = {
            "name": _("Name"), "key": _("What is asked"), "trigger": _("When"), "delay_minutes": _("Minutes after that"), "share": _("How many of a hundred"),
            "quiet_days": _("Days of quiet"), "remind_days": _("Remind after days"), "every_days": _("Ask again after days"),
            "in_hours": _("Only in business hours, by the clocks where the customer lives"),
            "anonymous": _("Anonymous"), "lock_days": _("Days in which an answer may be changed"),
            "low": _("Low score"), "work_hours": _("Hours to look into it"), "inbox": _("Ask from"),
        }  # fmt: skip
        help_texts = {
            "share": _("Drawn at random. Who is not drawn is listed as not asked."),
            "quiet_days": _("Nobody is asked anything, by any survey, sooner than this after the last time."),
            "remind_days": _("Once, to who has not answered. Empty: never."),
            "every_days": _("Of a survey that asks again and again."),
            "anonymous": _("Answers are kept without customer, ticket or time of day, and small groups are never shown. Cannot be changed once somebody was asked."),
            "low": _("This or worse opens work for the team’s lead, in the units of one answer. Empty: never."),
            "work_hours": _("Business hours of the team."),
            "inbox": _("For tickets that came by a form or a chat, and for who is asked without a ticket. Empty: the first mail inbox."),
        }  # fmt: skip

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        chosen = self.instance.key
        self.fields["key"] = forms.ChoiceField(
            label=_("What is asked"), choices=[(one.key, str(one)) for one in at_hand()] or [(chosen, chosen)]
        )
        asks = Inbox.objects.filter(is_active=True).exclude(channel__in=["chat", "webform"])
        cast(forms.ModelChoiceField[Inbox], self.fields["inbox"]).queryset = asks
        for name, (least, most) in RANGES.items():
            self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]
        if not self.instance.pk and not self.is_bound:
            self.initial.setdefault("low", LOW["csat"])


class PlaceForm(Form):
    """A place where anybody may answer."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    kiosk = forms.BooleanField(
        label=_("Kiosk: large, and back to the first question after each answer"), required=False
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, data: Any = None, *, place: Place | None = None, **more: Any) -> None:
        start = {"name": place.name, "kiosk": place.kiosk, "language": place.language} if place else {}
        super().__init__(data, initial=start, **more)
        self.fields["language"].choices = [(code, language_name(code)) for code in INSTALLED]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if not name:
            raise ValidationError(_("Give it a name."))
        return name
