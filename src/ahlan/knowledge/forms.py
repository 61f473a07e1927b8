"""What the pages of articles take."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ahlan.channels.webform.models import Webform
from ahlan.core.clock import now
from ahlan.core.colour import HEX
from ahlan.core.forms import ByLanguageField, Form
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.knowledge.actions.articles import LONGEST_TITLE
from ahlan.knowledge.beginnings import BEGINNINGS
from ahlan.knowledge.models import Audience, Section
from ahlan.knowledge.rendering import LONGEST
from ahlan.staff.models import Agent

TEXT = {"dir": "auto"}


def languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in INSTALLED]


class NewArticleForm(Form):
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(TEXT))
    section = forms.ModelChoiceField(label=_("Section"), queryset=Section.objects.all())
    language = forms.ChoiceField(label=_("Language"), choices=languages)
    beginning = forms.ChoiceField(label=_("Begin from"), choices=list(BEGINNINGS.items()), required=False)


class WordingForm(Form):
    """One language of an article."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(TEXT))
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea({**TEXT, "rows": 22}),
    )
    still_of = forms.BooleanField(label=_("A small change: the mark of age stays as it is"), required=False)


class ScheduleForm(Form):
    at = forms.DateTimeField(
        label=_("Publish at"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at <= now():
            raise forms.ValidationError(_("That moment is over."))
        return at


class ArticleForm(Form):
    """What holds for an article in every language."""

    section = forms.ModelChoiceField(label=_("Section"), queryset=Section.objects.all())
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Agent.objects.none(), required=False)
    language = forms.ChoiceField(label=_("Original language"))
    review_on = forms.DateField(
        label=_("Look through again on"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The owner is reminded on that day by e-mail."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, article: Any) -> None:
        super().__init__(
            data,
            initial={
                "section": article.section_id, "owner": article.owner_id, "language": article.language,
                "review_on": article.review_on,
            },
        )  # fmt: skip
        self.fields["owner"].queryset = Agent.objects.active()  # type: ignore[attr-defined]
        there = {one.language for one in article.translations.all()}
        self.fields["language"].choices = [one for one in languages() if one[0] in there]  # type: ignore[attr-defined]


class ReviewForm(Form):
    """In how many months it is looked through again; 0 is never."""

    months = forms.TypedChoiceField(
        label=_("Look through again in"), coerce=int, initial=6,
        choices=[(3, _("3 months")), (6, _("6 months")), (12, _("a year")), (0, _("never"))],
    )  # fmt: skip

    def day(self) -> Any:
        months = self.cleaned_data["months"]
        return (now() + timedelta(days=round(30.44 * months))).date() if months else None


class SectionForm(Form):
    names = ByLanguageField(label=_("Name"), max_length=80, rows=1)
    about = ByLanguageField(label=_("What it is about"), max_length=300, rows=2, required=False)
    audience = forms.ChoiceField(label=_("Who reads it"), choices=Audience.choices)


class HelpCentreForm(Form):
    is_open = forms.BooleanField(label=_("The help centre is open to everybody"), required=False)
    names = ByLanguageField(
        label=_("Name"),
        max_length=80,
        rows=1,
        required=False,
        help_text=_("Without one it is the company’s name."),
    )
    welcome = ByLanguageField(label=_("Welcome"), max_length=200, rows=1, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=languages, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("With none chosen, all of them."),
    )  # fmt: skip
    colour = forms.CharField(
        label=_("Colour"), required=False, widget=forms.TextInput({"type": "color"}),
        help_text=_("Where it could not be read it is made darker or lighter by itself."),
    )  # fmt: skip
    logo = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG, GIF or WebP, at most 512 kB.")
    )
    no_logo = forms.BooleanField(label=_("Without a logo"), required=False)
    webform = forms.ModelChoiceField(
        label=_("Form to write to you"), queryset=Webform.objects.filter(is_active=True), required=False
    )

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"])
        if colour and not HEX.fullmatch(colour):
            raise forms.ValidationError(_("A colour is “#” and six hexadecimal digits."))
        return colour.lower()
