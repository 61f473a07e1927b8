"""How an administrator sets a chat up."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ahlan.channels.chat import hours
from ahlan.channels.chat.models import Nudge, Widget
from ahlan.channels.embedding import clean_sites
from ahlan.channels.models import Inbox
from ahlan.core.forms import ModelForm


class WidgetForm(ModelForm):
    """The widget, and the name of its inbox."""

    name = forms.CharField(
        label=_("Name of the inbox"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    hours_id = forms.TypedChoiceField(
        label=_("Business hours"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Outside them visitors are told when you are back, and may write all the same."),
    )
    is_active = forms.BooleanField(label=_("active"), required=False, initial=True)

    class Meta:
        model = Widget
        fields = [
            "name", "slug", "brand", "greeting", "language", "colour", "at_start", "sites", "asks", "hours_id", "mail_inbox",
            "needs_identity", "is_active",
        ]  # fmt: skip
        widgets = {
            "colour": forms.TextInput(attrs={"type": "color"}),
            "slug": forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
            "brand": forms.TextInput(attrs={"dir": "auto"}),
            "greeting": forms.TextInput(attrs={"dir": "auto"}),
            "sites": forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        }
        help_texts = {
            "slug": _("Letters, digits and hyphens."),
            "sites": _("One address a line, such as https://www.example.org. No other site can show it."),
            "mail_inbox": _("What a visitor has missed goes out from here; without one, nothing is mailed."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mail_inbox"].queryset = Inbox.objects.filter(channel="email", is_active=True)  # type: ignore[attr-defined]
        self.fields["hours_id"].choices = [("", _("Always open")), *hours.choices()]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["name"].initial = self.instance.inbox.name
            self.fields["is_active"].initial = self.instance.inbox.is_active

    def clean_sites(self) -> str:
        return clean_sites(self.cleaned_data["sites"])


class NudgeForm(ModelForm):
    """A message that appears by itself."""

    language = forms.ChoiceField(label=_("Language of the page"), required=False)

    class Meta:
        model = Nudge
        fields = ["text", "path", "language", "segment", "whom", "after", "is_active"]
        widgets = {
            "text": forms.TextInput(attrs={"dir": "auto"}),
            "path": forms.TextInput(attrs={"dir": "ltr"}),
            "segment": forms.TextInput(attrs={"dir": "ltr"}),
        }
        help_texts = {
            "text": _("Appears once to each visitor, and not while he is in a chat."),
            "path": _("Such as /prices/. Empty: on every page."),
            "segment": _("What your site gives as data-segment. Empty: for everybody."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("Any")), *settings.LANGUAGES]  # type: ignore[attr-defined]
