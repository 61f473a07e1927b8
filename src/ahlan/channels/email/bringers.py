"""The providers that bring mail over HTTP, and what each proves it by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

USER = "ahlan"  # of the name and password in our address


@dataclass(frozen=True)
class Bringer:
    """`view`: anymail's class for it; `key`: what anymail calls the key it signs with, "" where a password in our address is all;
    `raw`: the mail as it came, where the provider gives it."""

    name: str
    view: str = ""
    key: str = ""
    raw: Callable[[Any], Any] = lambda said: None


BRINGERS = {
    "postmark": Bringer("Postmark", "PostmarkInboundWebhookView", raw=lambda said: said.get("RawEmail")),
    "mailgun": Bringer("Mailgun", "MailgunInboundWebhookView", "webhook_signing_key"),
    "sendgrid": Bringer("SendGrid", "SendGridInboundWebhookView"),
    "amazon_ses": Bringer("Amazon SES"),
    "mailjet": Bringer("Mailjet", "MailjetInboundWebhookView"),
    "sparkpost": Bringer("SparkPost", "SparkPostInboundWebhookView"),
    "mailersend": Bringer("MailerSend", "MailerSendInboundWebhookView", "inbound_secret", raw=lambda said: said["data"].get("raw")),
    "postal": Bringer("Postal", "PostalInboundWebhookView", "webhook_key"),
    "brevo": Bringer("Brevo", "BrevoInboundWebhookView", "api_key"),
    "resend": Bringer("Resend", "ResendInboundWebhookView", "api_key"),
}  # fmt: skip


@dataclass(frozen=True)
class Teller:
    """Who tells what became of a mail. `view`, `key` as above; `needs_key`: without it nothing is proved."""

    name: str
    view: str
    key: str = ""
    needs_key: bool = False


TELLERS = {
    "postmark": Teller("Postmark", "PostmarkTrackingWebhookView"),
    "mailgun": Teller("Mailgun", "MailgunTrackingWebhookView", "webhook_signing_key", needs_key=True),
    "sendgrid": Teller("SendGrid", "SendGridTrackingWebhookView", "tracking_webhook_verification_key"),
    "amazon_ses": Teller("Amazon SES", "AmazonSESTrackingWebhookView"),
    "brevo": Teller("Brevo", "BrevoTrackingWebhookView"),
    "resend": Teller("Resend", "ResendTrackingWebhookView"),
    "mailjet": Teller("Mailjet", "MailjetTrackingWebhookView"),
    "sparkpost": Teller("SparkPost", "SparkPostTrackingWebhookView"),
    "mailersend": Teller("MailerSend", "MailerSendTrackingWebhookView", "signing_secret", needs_key=True),
    "postal": Teller("Postal", "PostalTrackingWebhookView", "webhook_key", needs_key=True),
}
