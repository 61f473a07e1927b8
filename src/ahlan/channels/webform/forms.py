"""What a visitor fills in, and how a machine that fills it in is told apart."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from ahlan.channels.embedding import clean_sites
from ahlan.channels.webform.models import Webform
from ahlan.core.examining import Examined, NotTaken, examine
from ahlan.core.forms import Files, Form, ModelForm

QUICKEST = 3  # seconds; nobody writes a message faster
STAMP = signing.TimestampSigner(salt="webform")


class VisitorForm(Form):
    """The public form. `homepage` is a trap: people do not see it, machines fill it in."""

    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    subject = forms.CharField(label=_("What is it about?"), max_length=200)
    text = forms.CharField(
        label=_("Your message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 7})
    )
    files = Files(label=_("Files"), required=False)  # type: ignore[assignment]
    homepage = forms.CharField(required=False)
    stamp = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, webform: Webform, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endings = webform.endings
        if not webform.largest:
            del self.fields["files"]
        elif self.endings:
            self.fields["files"].widget.attrs["accept"] = ",".join(f".{one}" for one in self.endings)
            self.fields["files"].help_text = ", ".join(self.endings)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs |= {"autocomplete": "email", "dir": "ltr"}
        for key in ("name", "subject", "text"):
            self.fields[key].widget.attrs["dir"] = "auto"

    def seen(self) -> list[forms.BoundField]:
        """The fields people see."""
        return [self[key] for key in ("name", "email", "subject", "text", "files") if key in self.fields]

    def clean_files(self) -> list[Examined]:
        """The files as they may be kept: of the kinds that are taken, and looked at."""
        given = self.cleaned_data["files"]
        for one in given:
            if self.endings and one.name.rpartition(".")[2].casefold() not in self.endings:
                raise forms.ValidationError(
                    _("“%(name)s” is of a kind that is not taken here."), params={"name": one.name[:80]}
                )
        try:
            return [examine(one) for one in given]
        except NotTaken as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def is_machine(self) -> bool:
        """Whether a machine filled it in: into the trap, or quicker than anybody writes."""
        if self.data.get("homepage"):
            return True
        try:
            STAMP.unsign(self.data.get("stamp", ""))  # a page may lie open for days: old is not forged
        except signing.BadSignature:
            return True
        return _age(self.data["stamp"]) < QUICKEST


def _age(stamp: str) -> float:
    from time import time  # noqa: PLC0415 -- the signer's own clock

    return time() - signing.b62_decode(stamp.split(":")[-2])


class WebformForm(ModelForm):
    """How an administrator sets one up."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Webform
        fields = [
            "slug",
            "inbox",
            "brand",
            "title",
            "text",
            "thanks",
            "colour",
            "language",
            "sites",
            "largest",
            "kinds",
            "work",
            "is_active",
        ]
        widgets = {
            "colour": forms.TextInput(attrs={"type": "color"}),
            "slug": forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
            "brand": forms.TextInput(attrs={"dir": "auto"}),
            "title": forms.TextInput(attrs={"dir": "auto"}),
            "text": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "thanks": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "sites": forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        }
        labels = {"slug": _("Name in its address"), "title": _("Heading")}
        help_texts = {
            "slug": _("Letters, digits and hyphens. “contact” stands at /forms/contact/."),
            "inbox": _("What comes by the form lies there, and is answered from its address."),
            "thanks": _("Shown when the message has been sent. Without them we say that it has arrived."),
            "sites": _(
                "One address a line, such as https://www.example.org. The form’s own page needs none."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inbox"].queryset = self.fields["inbox"].queryset.filter(channel="email")  # type: ignore[attr-defined]

    def clean_kinds(self) -> str:
        given = self.cleaned_data["kinds"].replace(",", " ").casefold().split()
        for one in given:
            if not one.lstrip(".").isalnum():
                raise forms.ValidationError(
                    _("“%(kind)s” is no ending of a file."), params={"kind": one[:20]}
                )
        return " ".join(dict.fromkeys(one.lstrip(".") for one in given))

    def clean_sites(self) -> str:
        return clean_sites(self.cleaned_data["sites"])
