"""Tags of the help centre."""

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_NO_MARKUP = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@register.simple_tag
def linked_data(facts: list[dict[str, Any]]) -> SafeString:
    """What machines are told of a page, as JSON-LD: data, which no browser runs and the policy need not allow."""
    told = json.dumps(facts, ensure_ascii=False).translate(_NO_MARKUP)
    return mark_safe(f'<script type="application/ld+json">{told}</script>')  # noqa: S308 -- no markup is left in it
