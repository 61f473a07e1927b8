"""An inbox as somebody sets it up. Secrets go in and never come out again."""

import secrets as chance
from typing import Any

from django import forms
from django.conf import settings as site
from django.utils.translation import gettext_lazy as _

from ahlan.channels.email.bringers import BRINGERS, TELLERS
from ahlan.channels.email.oauth import NAMES
from ahlan.channels.email.providers import PROVIDERS
from ahlan.channels.models import Inbox
from ahlan.core.forms import ByLanguageField, Form

SECURITY = [("tls", _("TLS")), ("starttls", _("STARTTLS")), ("none", _("Not encrypted"))]
HOSTS = {
    "google": ("imap.gmail.com", "smtp.gmail.com"),
    "microsoft": ("outlook.office365.com", "smtp.office365.com"),
}
SECRETS = (
    "hook_key",
    "events_key",
    "imap_password",
    "oauth_client_secret",
    "smtp_password",
    "provider_key",
    "provider_second_key",
)
IMAP = ("imap_host", "imap_port", "imap_security", "imap_user")
SMTP = ("smtp_host", "smtp_port", "smtp_security", "smtp_user")
SHOWN_TO = {  # where each secret is shown; it is for that place alone, and is asked for anew for another
    "hook_key": ("hook",),
    "events_key": ("events",),
    "imap_password": IMAP,
    "smtp_password": SMTP,
    "oauth_client_secret": ("oauth", "oauth_client_id"),
    "oauth_refresh_token": ("oauth", "oauth_client_id"),
    "provider_key": ("provider", "provider_url"),
    "provider_second_key": ("provider", "provider_url"),
}
GROUPS: list[tuple[str, Any, list[str]]] = [
    ("who", "", ["name", "address", "language", "signature", "signatures", "is_active"]),
    ("incoming", "", ["incoming"]),
    ("hook", _("The provider that brings it"), ["hook", "hook_key"]),
    ("imap", _("Its mailbox"), ["imap_host", "imap_port", "imap_security", "imap_user", "imap_password"]),
    ("consent", _("Signing in"), ["oauth_client_id", "oauth_client_secret"]),
    ("folders", _("Folders"), ["imap_folder", "imap_sent_folder", "imap_from_start"]),
    ("outgoing", "", ["outgoing"]),
    ("smtp", _("Its mail server"), ["smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password"]),
    (
        "provider",
        _("The provider"),
        ["provider", "provider_key", "provider_second_key", "provider_domain", "provider_url"],
    ),
    ("events", _("What became of it"), ["events", "events_key"]),
]
STORED = [
    key for _name, _title, keys in GROUPS[2:] for key in keys if key not in SECRETS and key != "outgoing"
]


def _text(label: Any, **over: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(
        label=label, max_length=254, required=False, widget=over.pop("widget", widget), **over
    )


def _secret(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}, render_value=False)
    return forms.CharField(label=label, max_length=4000, required=False, strip=False, widget=widget)


def _port() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Port"),
        min_value=1,
        max_value=65535,
        required=False,
        help_text=_("The usual one when left empty."),
    )


class InboxForm(Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("Customers see it as the sender’s name, agents as the inbox’s."),
    )
    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(
        label=_("Language"), choices=site.LANGUAGES,
        help_text=_("For customers whose own language is not known."),
    )  # fmt: skip
    signature = forms.CharField(
        label=_("Signature"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Under the replies of those who have no signature of their own."),
    )  # fmt: skip
    signatures = ByLanguageField(
        label=_("Signature in other languages"), max_length=2000, required=False,
        help_text=_("A customer who writes in one of these finds it in place of the one above."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    incoming = forms.ChoiceField(
        label=_("Mail comes in"), initial="door", widget=forms.RadioSelect,
        choices=[
            ("door", _("It is sent or forwarded to this desk’s own mail door")),
            ("hook", _("A provider brings it over the web")),
            ("imap", _("It is read from a mailbox elsewhere (IMAP)")),
            ("google", _("It is read from a mailbox at Google")),
            ("microsoft", _("It is read from a mailbox at Microsoft")),
        ],
    )  # fmt: skip
    hook = forms.ChoiceField(
        label=_("Provider"), required=False, choices=[(key, one.name) for key, one in BRINGERS.items()]
    )
    hook_key = _secret(_("Key it signs with"))
    events = forms.ChoiceField(
        label=_("Who tells what became of our mail"), required=False, choices=[("", _("Nobody")), *((key, one.name) for key, one in TELLERS.items())],
        help_text=_("A provider that says over the web which mail was delivered, came back or was called spam."),
    )  # fmt: skip
    events_key = _secret(_("Key it signs reports with"))
    imap_host = _text(_("Server"))
    imap_port = _port()
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY, initial="tls", required=False)
    imap_user = _text(_("User name"))
    imap_password = _secret(_("Password"))
    oauth_client_id = _text(_("Client id"))
    oauth_client_secret = _secret(_("Client secret"))
    imap_folder = _text(_("Folder to read"), help_text=_("INBOX when left empty."))
    imap_sent_folder = _text(
        _("Folder of sent mail"), help_text=_("Looked into when it is unclear whether a mail has left.")
    )
    imap_from_start = forms.BooleanField(label=_("Also read the mail that is there already"), required=False)

    outgoing = forms.ChoiceField(
        label=_("Mail goes out"), initial="house", widget=forms.RadioSelect,
        choices=[
            ("house", _("By the mail server of this installation")),
            ("smtp", _("By a mail server of its own (SMTP)")),
            ("consent", _("By the Google or Microsoft mailbox it is read from")),
            ("provider", _("By a sending provider")),
        ],
    )  # fmt: skip
    smtp_host = _text(_("Server"))
    smtp_port = _port()
    smtp_security = forms.ChoiceField(
        label=_("Encryption"), choices=SECURITY, initial="starttls", required=False
    )
    smtp_user = _text(_("User name"))
    smtp_password = _secret(_("Password"))
    provider = forms.ChoiceField(
        label=_("Provider"), required=False, choices=[(key, one.name) for key, one in PROVIDERS.items()]
    )
    provider_key = _secret(_("Key"))
    provider_second_key = _secret(_("Second key (Mailjet only)"))
    provider_domain = _text(_("Sending domain (Mailgun only)"))
    provider_url = _text(
        _("Address of its interface"), help_text=_("Only for another region than its usual one.")
    )

    def __init__(self, *args: Any, instance: Inbox, **kwargs: Any) -> None:
        self.inbox = instance
        super().__init__(*args, initial=_initial(instance), **kwargs)
        for key in SECRETS:
            if instance.sealed.get(key):
                self.fields[key].help_text = _("Kept, and never shown. Leave empty to keep it.")

    def groups(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        return [(name, title, [self[key] for key in keys]) for name, title, keys in GROUPS]

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        others = Inbox.objects.filter(channel="email", address__iexact=address).exclude(pk=self.inbox.pk)
        if others.exists():
            raise forms.ValidationError(_("There is an inbox with that address already."))
        return address

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        needed = {"imap": ["imap_host", "imap_user"], "smtp": ["smtp_host"]}
        needed |= {way: ["oauth_client_id"] for way in HOSTS}
        for key in [*needed.get(given.get("incoming", ""), []), *needed.get(given.get("outgoing", ""), [])]:
            if not given.get(key):
                self.add_error(key, _("This is needed."))
        if (
            given.get("incoming") == "hook"
            and BRINGERS[given.get("hook") or "postmark"].key
            and not (given.get("hook_key") or self.inbox.sealed.get("hook_key"))
        ):
            self.add_error("hook_key", _("This is needed."))
        teller = TELLERS.get(given.get("events", ""))
        if (
            teller
            and teller.needs_key
            and not (given.get("events_key") or self.inbox.sealed.get("events_key"))
        ):
            self.add_error("events_key", _("This is needed."))
        if given.get("outgoing") == "consent" and given.get("incoming") not in HOSTS:
            self.add_error("outgoing", _("This needs a mailbox at Google or Microsoft."))
        if not self.errors:
            for key in self._homeless(given):
                if key in _secrets_of(given):
                    self.add_error(
                        key, _("The server or the user is another than before: please give it again.")
                    )
        return given

    def _homeless(self, given: dict[str, Any]) -> list[str]:
        """Kept secrets whose place is another now, and that were not given anew."""
        before, after = self.inbox.settings, _settings(given)
        return [
            key
            for key, place in SHOWN_TO.items()
            if self.inbox.sealed.get(key)
            and not given.get(key)
            and any(before.get(one) != after.get(one) for one in place)
        ]

    def apply(self) -> list[str]:
        """Put what was given into the inbox, unsaved; returns the names of the fields that changed."""
        inbox, given = self.inbox, self.cleaned_data
        before = {**_plain(inbox), **inbox.settings}
        for key in ("name", "address", "language", "signature", "signatures", "is_active"):
            setattr(inbox, key, given[key])
        inbox.channel = "email"
        for key in self._homeless(given):
            del inbox.sealed[key]
        others = {
            key: value
            for key, value in inbox.settings.items()
            if key not in (*STORED, "oauth", "smtp_consent")
        }
        inbox.settings = {**others, **_settings(given)}
        if (given["incoming"] == "hook" or given["events"]) and not inbox.sealed.get("hook_secret"):
            inbox.set_secret("hook_secret", chance.token_urlsafe(18))
        secrets = [key for key in SECRETS if given.get(key)]
        for key in secrets:
            inbox.set_secret(key, given[key])
        after = {**_plain(inbox), **inbox.settings}
        changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return sorted([*changed, *secrets])


def _secrets_of(given: dict[str, Any]) -> set[str]:
    """Those that the chosen ways in and out show to somebody."""
    ways = {
        "hook_key": given["incoming"] == "hook" and bool(BRINGERS[given["hook"]].key),
        "events_key": bool(given["events"]),
        "imap_password": given["incoming"] == "imap",
        "oauth_client_secret": given["incoming"] in NAMES,
        "smtp_password": given["outgoing"] == "smtp" and bool(given["smtp_user"]),
        "provider_key": given["outgoing"] == "provider",
        "provider_second_key": given["outgoing"] == "provider" and bool(PROVIDERS[given["provider"]].second),
    }
    return {key for key, used in ways.items() if used}


def _plain(inbox: Inbox) -> dict[str, Any]:
    return {
        key: getattr(inbox, key)
        for key in ("name", "address", "language", "signature", "signatures", "is_active")
    }


def _initial(inbox: Inbox) -> dict[str, Any]:
    kept = inbox.settings
    incoming = kept.get("oauth") or (
        "imap" if kept.get("imap_host") else "hook" if kept.get("hook") else "door"
    )
    outgoing = "provider" if kept.get("provider") else "smtp" if kept.get("smtp_host") else "house"
    if kept.get("smtp_consent"):
        outgoing = "consent"
    stored = {key: kept[key] for key in STORED if key in kept}
    return {**stored, **_plain(inbox), "incoming": incoming, "outgoing": outgoing}


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    """Only what the chosen ways in and out need."""
    wanted = _incoming(given) | _outgoing(given) | {"events": given["events"]}
    return {key: value for key, value in wanted.items() if value not in ("", None, False)}


def _incoming(given: dict[str, Any]) -> dict[str, Any]:
    way = given["incoming"]
    if way == "hook":
        return {"hook": given["hook"]}
    folders = {key: given[key] for key in ("imap_folder", "imap_sent_folder", "imap_from_start")}
    if way == "imap":
        return folders | {key: given[key] for key in ("imap_host", "imap_port", "imap_security", "imap_user")}
    if way in NAMES:
        user = given["imap_user"] or given["address"]
        signed = {"oauth": way, "oauth_client_id": given["oauth_client_id"], "imap_host": HOSTS[way][0]}
        return folders | signed | {"imap_security": "tls", "imap_user": user}
    return {}


def _outgoing(given: dict[str, Any]) -> dict[str, Any]:
    way = given["outgoing"]
    if way == "smtp":
        return {key: given[key] for key in ("smtp_host", "smtp_port", "smtp_security", "smtp_user")}
    if way == "provider":
        return {key: given[key] for key in ("provider", "provider_domain", "provider_url")}
    if way == "consent":
        user = given["imap_user"] or given["address"]
        host = HOSTS[given["incoming"]][1]
        return {"smtp_host": host, "smtp_security": "starttls", "smtp_user": user, "smtp_consent": True}
    return {}
