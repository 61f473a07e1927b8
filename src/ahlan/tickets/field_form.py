"""The form of a field: its name, kind and types. Its choices and its three conditions are rows of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ahlan.core.forms import Form
from ahlan.core.text import clean
from ahlan.tickets.actions.words import MOST_OPTIONS, Option
from ahlan.tickets.models.own import Field, Kind, Required
from ahlan.tickets.vocabulary import vocabulary

PARTS = ("shown", "required", "filled")  # each with a condition


class FieldForm(Form):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"}))
    kind = forms.ChoiceField(
        label=_("What it holds"),
        choices=Kind.choices,
        help_text=_("This stays as it is once the field is made."),
    )
    help = forms.CharField(
        label=_("A word of help"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    types = forms.TypedMultipleChoiceField(
        label=_("For these types of ticket"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for every ticket."),
    )  # fmt: skip
    required = forms.ChoiceField(label=_("Required"), choices=Required.choices, required=False)

    def __init__(self, data: Any = None, *, found: Field | None) -> None:
        start: dict[str, Any] = {"kind": Kind.TEXT}
        if found:
            names = ("name", "kind", "help", "types", "required")
            start = {name: getattr(found, name) for name in names}
        super().__init__(data, initial=start)
        if found:
            self.fields["kind"].disabled = True
            self.fields["kind"].widget = forms.HiddenInput()
        kept = found.types if found else []
        types = [
            (one.pk, one.name) for one in vocabulary().types.values() if not one.is_archived or one.pk in kept
        ]
        self.fields["types"].choices = types  # type: ignore[attr-defined]
        if not types:
            del self.fields["types"]


@dataclass(frozen=True)
class OptionRow:
    """One choice while they are being made. `key`: its id, or of a new one "new" and a number."""

    key: str
    name: str

    @property
    def pk(self) -> int | None:
        return int(self.key) if self.key.isdecimal() else None


def options_of(field: Field | None) -> list[OptionRow]:
    """Those that stand; a new field begins with two empty ones."""
    if field is None:
        return [OptionRow("new0", ""), OptionRow("new1", "")]
    return [OptionRow(str(one.pk), one.name) for one in field.options.all() if not one.is_archived]


def gone_options(field: Field | None, rows: Iterable[OptionRow]) -> list[OptionRow]:
    """Those that are archived and could come back."""
    standing = {row.key for row in rows}
    found = field.options.all() if field else ()
    return [OptionRow(str(one.pk), one.name) for one in found if str(one.pk) not in standing]


def read_options(data: QueryDict, field: Field | None) -> list[OptionRow]:
    """The rows as they were posted. `less` leaves one out, `lift` moves one up, `more` adds one, `bring` an archived one."""
    keys = [one for one in data.getlist("option")[:MOST_OPTIONS] if one.removeprefix("new").isdecimal() and len(one) < 19]  # fmt: skip
    rows = [
        OptionRow(key, clean(data.get(f"option-{key}", ""))[:80])
        for key in dict.fromkeys(keys)
        if key != data.get("less")
    ]
    place = next((n for n, row in enumerate(rows) if row.key == data.get("lift")), 0)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    if "more" in data and len(rows) < MOST_OPTIONS:
        taken = [int(row.key.removeprefix("new")) for row in rows if row.pk is None]
        rows.append(OptionRow(f"new{max(taken, default=-1) + 1}", ""))
    rows += [row for row in gone_options(field, rows) if row.key == data.get("bring")]
    return rows


def given_options(rows: Iterable[OptionRow]) -> list[Option]:
    """What `save_field` takes."""
    return [(row.pk, row.name) for row in rows]
