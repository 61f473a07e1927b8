"""What the settings pages of the way of service take."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.courtesy.actions.cards import LONGEST
from ahlan.courtesy.cards import Told
from ahlan.courtesy.ready_cards import Kind


class QuestionForm(Form):
    """Whether something is asked before a ticket is closed."""

    asks = forms.BooleanField(
        label=_("Ask “Anything left out?” before a ticket is closed whose check is empty"), required=False,
        help_text=_("Only people who close on the ticket’s own page are asked; rules, macros and many tickets at once are not."),
    )  # fmt: skip


class CardForm(Form):
    """A card's words in each language; a card of the house's own also has a name and says what it is for."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    kind = forms.ChoiceField(label=_("What it is for"), choices=Kind.choices, initial=Kind.EMPATHY)

    def __init__(self, data: Any = None, *, card: Told | None) -> None:
        initial = {f"text_{key}": text for key, text in card.texts.items()} if card else {}
        more = {"name": card.name, "kind": card.kind} if card else {}
        super().__init__(data, initial={**more, **initial})
        if card and card.ready:
            del self.fields["name"], self.fields["kind"]
        for code in INSTALLED:
            box = forms.Textarea(attrs={"rows": 3, "dir": "auto", "lang": code})
            self.fields[f"text_{code}"] = forms.CharField(
                label=language_name(code), required=False, max_length=LONGEST, widget=box
            )

    def clean(self) -> dict[str, Any]:
        if not any(self.texts().values()) and "name" in self.fields:
            self.add_error(f"text_{INSTALLED[0]}", _("Write something, in one of the languages at least."))
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        return {code: str(self.cleaned_data.get(f"text_{code}") or "") for code in INSTALLED}
