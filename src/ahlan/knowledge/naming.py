"""Names for addresses and folders."""

import secrets
from typing import Any

from django.utils.text import slugify


def key_for(model: Any, text: str) -> str:
    """A key that no other row has, made from a text; letters of every script stay where the model allows them."""
    field = model._meta.get_field("key")
    room = field.max_length - 9
    wanted = slugify(text, allow_unicode=field.allow_unicode)[:room].strip("-_") or "untitled"
    taken = model.objects.filter(key=wanted).exists()
    return f"{wanted}-{secrets.token_hex(4)}" if taken else wanted
