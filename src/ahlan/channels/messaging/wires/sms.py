"""SMS in Twilio's form, which many others have taken over. https://www.twilio.com/docs/messaging"""

import base64
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Answered,
    Arrival,
    Consent,
    Elsewhere,
    Heard,
    Knock,
    NotSent,
    Outbound,
    Progress,
)
from ahlan.channels.hooks import place_of_hook
from ahlan.channels.messaging.numbers import number_in
from ahlan.channels.messaging.provider import Call, Settings, words_of
from ahlan.channels.messaging.signatures import of_twilio, same
from ahlan.channels.messaging.wire import Setting, Wire
from ahlan.channels.messaging.words import wish_in
from ahlan.channels.models import Inbox

ARRIVALS = {
    "delivered": Arrival.DELIVERED,
    "read": Arrival.READ,
    "undelivered": Arrival.FAILED,
    "failed": Arrival.FAILED,
}
PASSING = ("rate", "key", "away")
CODES = {
    20003: "key", 20429: "rate", 21211: "nowhere", 21214: "nowhere", 21217: "nowhere", 21610: "silent", 21614: "nowhere", 30001: "rate",
    30003: "nowhere", 30004: "blocked", 30005: "nowhere", 30006: "nowhere", 63016: "window",
}  # fmt: skip
MOST_FILES, MOST_FIELDS = 10, 200
_NUMBER = re.compile(r"(whatsapp:)?\+?\d{3,15}")


class Sms(Wire):
    key = "sms"
    name = _("SMS")
    abilities = Abilities(attachments=True, max_length=1600, signature=False, goes_on=timedelta(days=3))
    api = "https://api.twilio.com"
    address_label = _("Our number")
    address_help = _("With the country’s code, such as +358401234567. The customer sees it.")
    settings = (
        Setting("account", _("Account"), _("Twilio calls it Account SID.")),
        Setting("token", _("Auth token"), secret=True),
        Setting(
            "api_url", _("Address of its interface"), _("Only where the provider is another one that speaks as Twilio does."), required=False
        ),
    )  # fmt: skip
    steps = (
        _("Buy or port a number at your provider and enter it here with the account and its token."),
        _(
            "Enter the address below at that number, where it asks what to call when a message comes in (POST)."
        ),
        _("Whoever answers STOP, in any of our languages, gets nothing more until he writes START."),
    )
    largest_file = 5 * 1024 * 1024

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        try:
            form = parse_qs(
                knock.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
        except ValueError:
            return False
        expected = of_twilio(settings["secrets"].get("token", ""), knock.url, form)
        return same(knock.headers.get("x-twilio-signature", ""), expected)

    def take_in(self, inbox: Inbox, settings: Settings, knock: Knock) -> Answered:
        """An empty answer in its own language: else it would say something to the customer."""
        taken = super().take_in(inbox, settings, knock)
        empty = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
        return Answered(taken.brought, empty, content_type="text/xml; charset=utf-8")

    def read(self, raw: bytes, envelope: dict[str, Any]) -> Any:
        form = parse_qs(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        return {key: values[0] for key, values in form.items()}

    def events(self, said: Any) -> Iterable[Any]:
        if not said.get("MessageSid"):
            raise ValueError("no message")
        return [said]

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        if "From" in event and "Body" in event:
            yield from self._message(event, envelope)
        elif arrival := ARRIVALS.get(event.get("MessageStatus", "")):
            word = CODES.get(int(event.get("ErrorCode") or 0), "undelivered")
            reason = f"{word}: {event.get('ErrorCode', '')}" if arrival == Arrival.FAILED else ""
            yield Progress(self.id_of(envelope, event["MessageSid"]), arrival, reason)

    def _message(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        wish = wish_in(event["Body"])
        if wish is not None:  # before the words themselves, so that no machine answers them
            yield Consent(Address(self.key, self.value_of(event["From"], envelope)), given=wish)
        files = [_file(event, n) for n in range(min(int(event.get("NumMedia") or 0), MOST_FILES))]
        yield self.said(
            envelope, sender=event["From"], native=event["MessageSid"], name=event.get("ProfileName"), text=event["Body"], files=files
        )  # fmt: skip

    def address_in(self, typed: str, inbox: Inbox) -> Address:
        return Address(self.key, number_in(typed, inbox.address))

    def is_address(self, value: str) -> bool:
        return bool(_NUMBER.fullmatch(value))

    def calls(self, message: Outbound, to: str) -> list[Call]:
        path = f"/2010-04-01/Accounts/{message.settings.get('account', '')}/Messages.json"
        told = {
            "To": to,
            "From": message.sender.value,
            "StatusCallback": place_of_hook(message.settings["public_id"]),
        }
        texts = self.pieces(message, linked=message.attachments)
        # A blank that does not break is in no old alphabet and would make the message twice as dear.
        return [Call(path, form={**told, "Body": text.replace("\xa0", " ")}) for text in texts]

    def headers(self, settings: Settings) -> dict[str, str]:
        signed = f"{settings.get('account', '')}:{settings['secrets'].get('token', '')}"
        return {"Authorization": f"Basic {base64.b64encode(signed.encode()).decode()}"}

    def wire_id(self, said: Any) -> str:
        return str(said["sid"])

    def refusal(self, status: int, said: Any) -> NotSent | None:
        code = said.get("code") if isinstance(said, dict) else None
        word = CODES.get(code) if isinstance(code, int) else None
        return (
            NotSent(f"{word}: {words_of(said)}", permanent=word not in PASSING)
            if word and status >= 400
            else None
        )

    def probe(self, settings: Settings, address: str) -> str:
        return str(
            self.get(settings, f"/2010-04-01/Accounts/{settings.get('account', '')}.json")["friendly_name"]
        )


def _file(event: Any, n: int) -> Elsewhere:
    kind = event.get(f"MediaContentType{n}", "")
    return Elsewhere(f"file-{n + 1}.{kind.rpartition('/')[2] or 'bin'}", kind, {"url": event[f"MediaUrl{n}"]})
