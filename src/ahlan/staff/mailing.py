"""Mail to ourselves (invitations, forgotten passwords) goes the way of all mail: as a job, tried again."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django_tasks import task


class LaterBackend(BaseEmailBackend):
    """Writes a job for each message, in the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            send_later.enqueue(str(message.subject), str(message.body), message.from_email, list(message.to))
        return len(email_messages)


@task()
def send_later(subject: str, body: str, sender: str, to: list[str]) -> None:
    """Send one. Raises OSError, SMTPException: it is then tried again."""
    if not settings.SMTP_HOST:
        return  # a house without a mail server: the link is shown on screen instead
    with EmailBackend() as connection:
        EmailMessage(
            subject, body, parseaddr(sender)[1] or settings.DEFAULT_FROM_EMAIL, to, connection=connection
        ).send()
