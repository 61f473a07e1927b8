"""Forms that let no control character through: PostgreSQL refuses NUL, and no field means to hold one."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ahlan.core.text import clean

ZONES = [
    (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"
]


def cleaned(data: Mapping[str, Any] | None) -> Any:
    """The same data, each text in it without control characters."""
    if isinstance(data, MultiValueDict):
        return MultiValueDict({key: [_clean(value) for value in data.getlist(key)] for key in data})
    return data and {key: _clean(value) for key, value in data.items()}


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _no_row_of_dashes(fields: Mapping[str, forms.Field]) -> None:
    """What stands where nothing is chosen yet, in words or as a dash."""
    for field in fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
            field.empty_label = str(_("Choose…")) if field.required else "–"


class Form(forms.Form):
    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(cleaned(data), *args, **kwargs)
        _no_row_of_dashes(self.fields)


class ModelForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, data: Mapping[str, Any] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(cleaned(data), *args, **kwargs)
        _no_row_of_dashes(self.fields)
