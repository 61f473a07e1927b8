"""What the pages of the assistant take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ahlan.assistant import inquiry
from ahlan.assistant.actions.settings import LONGEST_GREETING
from ahlan.assistant.models import MOST_MINUTES, MOST_TRIES, Bot, When
from ahlan.calendars.models import BusinessHours
from ahlan.core.forms import Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name

MOST_TOKENS = 100_000_000


class BotForm(Form):
    """The bot of one inbox."""

    is_on = forms.BooleanField(label=_("It stands in front of the agents"), required=False)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Without one it is called “Assistant” in the customer’s language. It always says that it is no person."),
    )  # fmt: skip
    when = forms.ChoiceField(label=_("When"), choices=When.choices)
    hours = forms.ModelChoiceField(
        label=_("Business hours"), required=False, queryset=BusinessHours.objects.order_by("name"),
        help_text=_("Without a choice those of the house."),
    )  # fmt: skip
    tries = forms.IntegerField(
        label=_("Articles it may offer"), min_value=1, max_value=MOST_TRIES,
        help_text=_("When none of so many has helped, a colleague takes over."),
    )  # fmt: skip
    patience = forms.IntegerField(
        label=_("Minutes of silence"), required=False, min_value=1, max_value=MOST_MINUTES,
        help_text=_("When a customer says nothing for so long, a colleague looks at it. Usually 15 minutes in a chat and a day by mail."),
    )  # fmt: skip
    questionnaire = forms.TypedChoiceField(
        label=_("Ask first"), required=False, coerce=int, empty_value=None,
        help_text=_("The questions of a questionnaire, six at most. The answers stand beside the ticket."),
    )  # fmt: skip
    uses_model = forms.BooleanField(
        label=_("Let the language model word the answers"), required=False,
        help_text=_("Only from published articles, which it must cite; otherwise a colleague takes over. Without it the bot shows the passage itself."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, bot: Bot) -> None:
        initial = {
            name: getattr(bot, name)
            for name in ("is_on", "name", "when", "hours", "tries", "patience", "questionnaire", "uses_model")
        }
        super().__init__(
            data, initial={**initial, **{f"greeting_{key}": text for key, text in bot.greetings.items()}}
        )
        self.fields["questionnaire"].choices = [("", "–"), *inquiry.choices()]  # type: ignore[attr-defined]
        for code in INSTALLED:
            box = forms.Textarea(attrs={"rows": 2, "dir": "auto", "lang": code})
            self.fields[f"greeting_{code}"] = forms.CharField(
                label=language_name(code), required=False, max_length=LONGEST_GREETING, widget=box
            )

    def greetings(self) -> dict[str, str]:
        return {code: str(self.cleaned_data.get(f"greeting_{code}") or "") for code in INSTALLED}

    def greeting_fields(self) -> list[forms.BoundField]:
        return [self[f"greeting_{code}"] for code in INSTALLED]

    def other_fields(self) -> list[forms.BoundField]:
        return [one for one in self if not one.name.startswith("greeting_")]


class HouseForm(Form):
    """What holds for the whole house."""

    helps = forms.BooleanField(label=_("The language model may help agents"), required=False)
    masks = forms.BooleanField(
        label=_("Hide names, addresses and numbers from it"), required=False,
        help_text=_("They leave the house as placeholders and are put back into what comes."),
    )  # fmt: skip
    tokens_a_day = forms.IntegerField(
        label=_("Tokens a day"), min_value=0, max_value=MOST_TOKENS,
        help_text=_("For everybody together. When they are used up, bots go on without the model."),
    )  # fmt: skip
