"""Setting forms up."""

from collections.abc import Sequence

from django.db import transaction

from ahlan.channels.webform.models import Webform
from ahlan.events.log import record


@transaction.atomic
def save_webform(webform: Webform, *, fields: Sequence[str], actor: str) -> Webform:
    """Keep a form, new or changed; `fields` names what was. Nothing changed is nothing done."""
    if fields:
        webform.save()
        record("webform.changed", webform, actor=actor, fields=sorted(fields))
    return webform
