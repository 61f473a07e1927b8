"""Mailing lists, newsletters and other bulk mail."""

from ..mail import Mail

HEADERS = ("list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe", "list-owner")


def is_list_mail(mail: Mail) -> bool:
    """A list that is ours does not count: many companies hand out their mail through a group address."""
    named = [mail.says(name) for name in HEADERS if name in mail.headers]
    if any(_is_ours(value, mail) for value in named):
        return False
    return bool(named) or mail.says("precedence") in {"bulk", "list", "junk"}


def _is_ours(value: str, mail: Mail) -> bool:
    return any(own in value or own.replace("@", ".") in value for own in mail.own_addresses)
