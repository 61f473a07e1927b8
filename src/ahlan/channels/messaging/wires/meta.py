"""What the three of Meta share: one app, one door, one signature, one way to refuse. https://developers.facebook.com/docs/graph-api/webhooks"""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

import orjson
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import Answered, Brought, Forged, Knock, NotSent, OutboundFile
from ahlan.channels.messaging.provider import Settings, words_of
from ahlan.channels.messaging.signatures import of_meta, same
from ahlan.channels.messaging.wire import ODD, Setting, Wire
from ahlan.channels.models import Inbox

GRAPH = "https://graph.facebook.com/v24.0"
MOST_INBOXES = 50
# Codes of the Graph API: what each means; these words pass, the others are final.
PASSING = ("rate", "key", "away")
CODES = {
    1: "away", 2: "away", 4: "rate", 10: "key", 32: "rate", 190: "key", 200: "key", 551: "blocked", 613: "rate", 1200: "away",
    80006: "rate", 80007: "rate", 130429: "rate", 131000: "away", 131005: "key", 131016: "away", 131026: "nowhere",
    131031: "key", 131047: "window", 131048: "rate", 131050: "silent", 131053: "file", 131056: "rate", 131057: "away",
}  # fmt: skip
SUBCODES = {2018278: "window", 2018001: "nowhere", 1545041: "blocked", 2018108: "blocked"}
APP = (
    Setting("app_secret", _("App secret"), _("In the app’s basic settings."), secret=True),
    Setting("token", _("Access token"), _("One that does not end, of a system user."), secret=True),
    Setting("verify_token", _("Verify token"), secret=True, made=lambda: secrets.token_urlsafe(18)),
)
FILES = {
    "image/jpeg": "image", "image/png": "image", "video/mp4": "video", "audio/mpeg": "audio", "audio/ogg": "audio", "audio/mp4": "audio",
}  # fmt: skip


class Meta(Wire):
    """`object_name`: what its payloads call themselves."""

    object_name: ClassVar[str]
    api = GRAPH
    settings: ClassVar[tuple[Setting, ...]] = APP

    def greet(self, settings: Settings, knock: Knock) -> Answered:
        """Meta asks once whether the door is ours."""
        given, challenge = knock.query.get("hub.verify_token", ""), knock.query.get("hub.challenge", "")
        if knock.query.get("hub.mode") != "subscribe" or not same(
            given, settings["secrets"].get("verify_token", "")
        ):
            raise Forged("not our verify token")
        return Answered(text=challenge[:200])

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        expected = of_meta(settings["secrets"].get("app_secret", ""), knock.body)
        return same(knock.headers.get("x-hub-signature-256", ""), expected)

    def take_in(self, inbox: Inbox, settings: Settings, knock: Knock) -> Answered:
        """An app has one door for all its accounts: each gets what is its own, if it is of the same app."""
        try:
            accounts = {account for account, _event in self.events(orjson.loads(knock.body))}
        except ODD:
            return super().take_in(inbox, settings, knock)
        found = Inbox.objects.filter(channel=self.key, is_active=True, address__in=accounts)[:MOST_INBOXES]
        secret = settings["secrets"]["app_secret"]
        brought = []
        for one in (other for other in found if same(other.secret("app_secret"), secret)):
            envelope = {"inbox": one.pk, "account": one.address}
            brought.append(
                Brought(knock.body, envelope, sender=self.sender_of(knock.body, envelope), inbox=one)
            )
        return Answered(tuple(brought))

    def headers(self, settings: Settings) -> dict[str, str]:
        return {"Authorization": f"Bearer {settings['secrets'].get('token', '')}"}

    def events(self, said: Any) -> Iterable[Any]:
        """Pairs of the account an event is of, and the event."""
        if said["object"] != self.object_name:
            raise ValueError("of another product")
        return [pair for entry in said["entry"] for pair in self.entries(entry)]

    def entries(self, entry: Any) -> Iterable[tuple[str, Any]]:
        raise NotImplementedError

    def refusal(self, status: int, said: Any) -> NotSent | None:
        error = said.get("error") if isinstance(said, dict) else None
        if not isinstance(error, dict):
            return None
        word = SUBCODES.get(error.get("error_subcode") or 0) or CODES.get(error.get("code") or 0)
        return NotSent(f"{word}: {words_of(said)}", permanent=word not in PASSING) if word else None

    def kind_of(self, file: OutboundFile) -> str:
        return FILES.get(file.content_type, "file")
