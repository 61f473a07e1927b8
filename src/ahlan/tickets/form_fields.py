"""The desk's own fields in web forms: asked of visitors, read with the same rules as anywhere, set when the ticket is opened."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ahlan.channels.webform.asking import asks
from ahlan.channels.webform.models import Webform
from ahlan.events.log import record
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.intake import fillers
from ahlan.tickets.fields import BadValue, Box, given_in, parse
from ahlan.tickets.models import FormField, Ticket
from ahlan.tickets.models.own import Field, Kind
from ahlan.tickets.vocabulary import vocabulary

NAME = "fields"
ASKABLE = {
    Kind.TEXT,
    Kind.LONG,
    Kind.NUMBER,
    Kind.DATE,
    Kind.CHOICE,
    Kind.CHOICES,
    Kind.SWITCH,
}  # of strangers


def askable() -> list[Field]:
    """The fields that may stand in a form, in their order."""
    return [one for one in vocabulary().standing_fields if one.kind in ASKABLE]


def asked_in(webform: Webform) -> list[tuple[Field, bool]]:
    """The fields of a form, in their order, each with whether it must be filled in."""
    chosen = dict(FormField.objects.filter(webform=webform).values_list("field", "required"))
    return [(one, chosen[one.pk]) for one in askable() if one.pk in chosen]


@transaction.atomic
def ask_in(webform: Webform, fields: dict[int, bool], *, actor: str) -> None:
    """Let a form ask for these fields, by their ids, each with whether it must be filled in. Raises ValueError for one it may not ask."""
    if fields.keys() - {one.pk for one in askable()}:
        raise ValueError("no such field for strangers")
    FormField.objects.filter(webform=webform).delete()
    FormField.objects.bulk_create(
        FormField(webform=webform, field_id=pk, required=required) for pk, required in fields.items()
    )
    record("webform.changed", webform, actor=actor, fields=["fields"])


class FormFields:
    name = NAME

    def draw(
        self, request: HttpRequest, webform: Webform, given: QueryDict | None, refused: dict[str, str]
    ) -> str:
        boxes = [
            {
                "box": Box(field, given_in(given, field) if given else []),
                "required": required,
                "wrong": refused.get(field.key),
            }
            for field, required in asked_in(webform)
        ]
        return render_to_string("tickets/_form_fields.html", {"boxes": boxes}, request) if boxes else ""

    def read(self, webform: Webform, given: QueryDict) -> tuple[dict[str, list[str]], dict[str, str]]:
        found: dict[str, list[str]] = {}
        wrong: dict[str, str] = {}
        for field, required in asked_in(webform):
            texts = given_in(given, field)
            try:
                parse(field, texts)
            except BadValue as error:
                wrong[field.key] = str(error)
            if required and not texts:
                wrong[field.key] = _("“%(name)s” is required.") % {"name": field}
            if texts:
                found[str(field.pk)] = texts
        return found, wrong


asks(FormFields())


def fill_from_form(ticket: Ticket, more: dict[str, Any], *, actor: str) -> None:
    """Put in what a visitor answered. What a field cannot hold any more, since it was changed meanwhile, is left out. Part of a verb."""
    for pk, texts in more.get(NAME, {}).items():
        try:
            set_fields(ticket, {int(pk): texts}, actor=actor)
        except BadValue:
            continue


fillers.append(fill_from_form)
