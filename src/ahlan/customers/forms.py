"""What may be changed about a customer."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form, ModelForm
from ahlan.customers.models import Customer, Organisation

ZONES = [
    ("", "–"),
    *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone),
]


class CustomerForm(ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "–"), *settings.LANGUAGES], required=False
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES, required=False)

    class Meta:
        model = Customer
        fields = ["name", "language", "time_zone", "organisation", "note"]
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "note": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        }
        help_texts = {"note": _("For your colleagues. The customer never sees it.")}


class WayInForm(Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )


class AboutMeForm(ModelForm):
    """What a customer says about himself."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES, required=False)

    class Meta:
        model = Customer
        fields = ["name", "language", "time_zone"]
        widgets = {"name": forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"})}


class AddressForm(Form):
    value = forms.EmailField(label=_("E-mail address"), max_length=254)


class MergeForm(Form):
    """The other one is named by an address of his on any wire, which is what agents have at hand."""

    value = forms.CharField(
        label=_("An e-mail address, number or other address of the same person"),
        max_length=254,
        help_text=_("Both are shown as one person from then on. It can be taken apart again."),
    )


class OrganisationForm(ModelForm):
    class Meta:
        model = Organisation
        fields = ["name", "domain", "internal", "shares_requests"]
        help_texts = {
            "domain": _("New customers who write from here belong to it, for example example.org"),
            "shares_requests": _("On their own pages they then read what their colleagues have asked."),
        }

    def clean_domain(self) -> str:
        return str(self.cleaned_data["domain"]).strip().casefold().lstrip("@")
