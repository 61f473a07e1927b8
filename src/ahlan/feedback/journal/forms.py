"""Forms of the journal."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now
from ahlan.core.forms import ByLanguageField, Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.customers.models import Customer
from ahlan.customers.queries import of_address
from ahlan.feedback.journal.actions import LONGEST, LONGEST_WORD, MOST_WORDS
from ahlan.feedback.journal.models import Insight, Source, Strength, Theme
from ahlan.feedback.journal.queries import themes

AUTO = {"dir": "auto"}


class HintForm(Form):
    """A hint beside a ticket: what the customer needs, and how badly."""

    said = forms.CharField(
        label=_("What does the customer need?"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3, **AUTO}),
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    strength = forms.TypedChoiceField(
        label=_("How badly"), choices=Strength.choices, coerce=int, initial=Strength.WISHED
    )

    def __init__(self, data: Any = None, *, insight: Insight | None = None, **more: Any) -> None:
        if insight:
            start = ("said", "source", "strength", "heard_on")
            more["initial"] = {"theme": insight.theme_id, **{name: getattr(insight, name) for name in start}}
        super().__init__(data, **more)
        kept = insight.theme_id if insight else None
        self.offered = {one.pk: one for one in themes().all if not one.archived_at or one.pk == kept}
        choices = [(str(pk), str(one)) for pk, one in self.offered.items()]
        self.fields["theme"].choices = [("", _("By its words, or none")), *choices]  # type: ignore[attr-defined]

    def clean_theme(self) -> Theme | None:
        given = self.cleaned_data["theme"]
        return self.offered[int(given)] if given else None


class InsightForm(HintForm):
    """A need heard anywhere."""

    source = forms.ChoiceField(label=_("Heard where"), choices=Source.choices, initial=Source.INTERVIEW)
    heard_on = forms.DateField(label=_("Heard on"), widget=forms.DateInput({"type": "date"}))
    customer = forms.CharField(
        label=_("Customer’s address"), required=False, max_length=254, widget=forms.TextInput({"dir": "ltr"}),
        help_text=_("Where it was one customer, and we know him. Other divisions never see who."),
    )  # fmt: skip

    field_order = ("said", "source", "theme", "strength", "heard_on", "customer")

    def __init__(self, data: Any = None, *, insight: Insight | None = None, **more: Any) -> None:
        super().__init__(data, insight=insight, **more)
        self.fields["said"].label = _("What do customers need?")
        if insight:
            del self.fields["customer"]
        else:
            self.initial.setdefault("heard_on", now().date())

    def clean_heard_on(self) -> Any:
        day = self.cleaned_data["heard_on"]
        if day > now().date() or day.year < 2000:
            raise ValidationError(_("Give a day that has been."))
        return day

    def clean_customer(self) -> Customer | None:
        given = str(self.cleaned_data["customer"]).strip()
        found = of_address(given) if given else None
        if given and found is None:
            raise ValidationError(_("Nobody is known by this address."))
        return found.primary if found else None


class ThemeForm(Form):
    """A theme: its name and its words in each language."""

    names = ByLanguageField(label=_("Name"), max_length=80, rows=1)
    words = ByLanguageField(
        label=_("Words"), max_length=MOST_WORDS * (LONGEST_WORD + 1), rows=3, required=False,
        help_text=_("One to a line, in any form of the word. Of a line with several words all must be there."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, theme: Theme | None = None, **more: Any) -> None:
        if theme:
            lines = {code: "\n".join(found) for code, found in theme.words.items()}
            more["initial"] = {"names": theme.names, "words": lines}
        super().__init__(data, **more)

    def clean_words(self) -> dict[str, list[str]]:
        given = cast(dict[str, str], self.cleaned_data["words"] or {})
        return {code: text.splitlines() for code, text in given.items()}


class ReaderForm(Form):
    name = forms.CharField(label=_("For whom"), max_length=80, widget=forms.TextInput(AUTO))
    language = forms.ChoiceField(label=_("Language"))
    quotes = forms.BooleanField(
        label=_("With some of what was said, without names"), required=False, initial=True
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["language"].choices = [(code, language_name(code)) for code in INSTALLED]  # type: ignore[attr-defined]
