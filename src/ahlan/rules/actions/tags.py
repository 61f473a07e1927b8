"""A tag goes by another name, or has become another tag: rules, macros and templates, which name it, go on meaning it."""

from typing import Any

from django.db import transaction

from ahlan.rules.desk_acts import names_in
from ahlan.rules.models import Macro, Rule, TicketTemplate

NAMING = ("add_tags", "remove_tags")


@transaction.atomic
def rename_in_acts(was: str, name: str) -> None:
    """Say the new name wherever an act or a template says the old one."""
    for table in (Rule, Macro):
        for one in table.objects.all():
            acts = [_told(act, was, name) for act in one.acts]
            if acts != one.acts:
                one.acts = acts
                one.save(update_fields=["acts"])
    for template in TicketTemplate.objects.all():
        line = template.fields.get("tags") or ""
        if was in names_in(line):
            template.fields["tags"] = _renamed(line, was, name)
            template.save(update_fields=["fields"])


def _told(act: dict[str, Any], was: str, name: str) -> dict[str, Any]:
    line = act["value"][0] if act["act"] in NAMING and act["value"] else ""
    return {**act, "value": [_renamed(line, was, name)]} if was in names_in(line) else act


def _renamed(line: str, was: str, name: str) -> str:
    return ", ".join(dict.fromkeys(name if one == was else one for one in names_in(line)))
