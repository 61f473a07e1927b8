"""A wire as somebody sets it up. What it asks for is declared by its kind; secrets go in and never come out again."""

from typing import Any

from django import forms
from django.conf import settings as site
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from ahlan.channels.messaging.wire import Setting, Wire
from ahlan.channels.models import Inbox
from ahlan.core.forms import Form

PLAIN = ("name", "address", "language", "is_active")
LTR = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}


class WireForm(Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Agents know the inbox by it."))
    address = forms.CharField(max_length=120, widget=forms.TextInput(attrs=LTR))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=site.LANGUAGES,
        help_text=_("For customers whose own language is not known."),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, inbox: Inbox, wire: Wire, **kwargs: Any) -> None:
        self.inbox, self.wire = inbox, wire
        initial = {key: getattr(inbox, key) for key in PLAIN} | inbox.settings
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["address"].label, self.fields["address"].help_text = wire.address_label, wire.address_help
        for one in wire.settings:
            if not one.made:
                self.fields[one.key] = self._field(one)
        self.order_fields(["name", "address", *(one.key for one in wire.settings), "language", "is_active"])

    def _field(self, one: Setting) -> forms.Field:
        kept = one.secret and bool(self.inbox.sealed.get(one.key))
        told = _("Kept, and never shown. Leave empty to keep it.") if kept else one.help
        if one.kind == "switch":
            return forms.BooleanField(label=one.label, help_text=told, required=False)
        if one.kind == "lines":
            box = forms.Textarea(attrs={"rows": 6, "dir": "auto"})
            return forms.CharField(
                label=one.label, help_text=told, required=one.required, max_length=20_000, widget=box
            )
        given: dict[str, Any] = {"label": one.label, "help_text": told, "required": one.required and not kept}
        if one.secret:
            hidden = forms.PasswordInput(
                attrs={"autocomplete": "new-password", "dir": "ltr"}, render_value=False
            )
            return forms.CharField(max_length=4000, widget=hidden, **given)
        is_url = one.key.endswith("_url")
        checks = [URLValidator(schemes=["https", "http"])] if is_url else []
        return forms.CharField(max_length=500, widget=forms.TextInput(attrs=LTR), validators=checks, **given)

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        others = Inbox.objects.filter(channel=self.wire.key, address__iexact=address).exclude(
            pk=self.inbox.pk
        )
        if others.exists():
            raise forms.ValidationError(_("There is an inbox with that address already."))
        return address

    def clean_api_url(self) -> str:
        """A secret is for the server it was entered for, and for no other."""
        given = str(self.cleaned_data["api_url"]).strip()
        moved = self.inbox.pk and given != self.inbox.settings.get("api_url", "")
        for one in self.wire.settings if moved else ():
            if one.secret and not one.made and self.inbox.sealed.get(one.key) and not self.data.get(one.key):
                self.add_error(one.key, _("The server is another than before: please give it again."))
        return given

    def apply(self) -> list[str]:
        """Put what was given into the inbox, unsaved; returns the names of what changed."""
        inbox, given = self.inbox, self.cleaned_data
        before = {key: getattr(inbox, key) for key in PLAIN} | inbox.settings
        for key in PLAIN:
            setattr(inbox, key, given[key])
        inbox.channel = self.wire.key
        changed = []
        for one in self.wire.settings:
            if one.made:
                if not inbox.sealed.get(one.key):
                    inbox.set_secret(one.key, one.made())
            elif not one.secret:
                inbox.settings[one.key] = given[one.key]
            elif given[one.key]:
                inbox.set_secret(one.key, given[one.key])
                changed.append(one.key)
        after = {key: getattr(inbox, key) for key in PLAIN} | inbox.settings
        return sorted([*changed, *(key for key in after if before.get(key) != after[key])])
