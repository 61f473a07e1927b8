"""Telephone numbers as people type them, in the form that networks know (E.164)."""

import re
from contextlib import suppress

from django.utils.translation import gettext as _

from ahlan.channels.contract import NoAddress

_JUNK = re.compile(r"[\s\-./()\u200e\u200f\u202a-\u202e\u2066-\u2069\u00a0]+")


def number_in(typed: str, own: str) -> str:
    """+358401234567. What bears no country's code is of the country of our own number (`own`). Raises NoAddress."""
    import phonenumbers  # noqa: PLC0415 -- its tables are large, and few processes need them

    region = None
    with suppress(
        phonenumbers.NumberParseException
    ):  # ours may be a name: then each number must bear its country
        region = phonenumbers.region_code_for_number(phonenumbers.parse(own, None))
    text = re.sub(r"\d", lambda digit: str(int(digit[0])), _JUNK.sub("", typed[:200]))
    text = f"+{text[2:]}" if text.startswith("00") else text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not re.fullmatch(r"\+?\d+", text) or not phonenumbers.is_possible_number(number):
        raise NoAddress(
            _(
                "“%(text)s” is not a telephone number. Write it with the country’s code, such as +358401234567."
            )
            % {"text": typed[:60]}
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
