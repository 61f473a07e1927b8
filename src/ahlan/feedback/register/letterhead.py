"""Any answer as a letter under the company's head."""

from datetime import datetime

from django.conf import settings

from ahlan.core import files
from ahlan.core.paper import Head, letter
from ahlan.feedback.register.profiles import latest
from ahlan.feedback.register.queries import house, today


def head() -> Head:
    """As the house has set it; its name alone without."""
    held = house()
    logo = b""
    if held.logo:
        try:
            logo = files.read(held.logo)
        except FileNotFoundError:  # a letter without a picture is a letter
            logo = b""
    return Head(held.head_name or str(settings.COMPANY), held.head_address, held.head_foot, logo)


def pdf_of(text: str, *, to: str, on: datetime | None = None) -> bytes:
    """The letter that says `text` (Markdown), dated by the house's clocks: of a moment, else of now."""
    profile = latest(house().profile)
    day = on.astimezone(profile.zone).date() if on else today(profile)
    return letter(text, head=head(), to=to, on=day)
