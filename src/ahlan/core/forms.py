"""Forms that let no control character through: PostgreSQL refuses NUL, and no field means to hold one."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name, listed
from ahlan.core.text import clean

ZONES = [
    (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"
]

MOST_FILES = 5


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


class Files(forms.FileField):
    """Any number of files, up to `MOST_FILES`."""

    widget = type("FilesInput", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in (data if isinstance(data, list) else [data]) if one]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("Please send at most %(n)s files."), params={"n": MOST_FILES})
        return given


class _ByLanguage(forms.MultiWidget):
    template_name = "core/widgets/by_language.html"

    def __init__(self, rows: int) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea({"rows": rows, "dir": "auto", "lang": code}) for code in INSTALLED
        }
        super().__init__(boxes)

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(code, "") for code in INSTALLED]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        for code, part in zip(INSTALLED, parts, strict=True):
            part["language"] = language_name(code)
        context["widget"]["languages"] = listed([part["language"] for part in parts])
        context["widget"]["written"] = any(part["value"] for part in parts)
        return context


class ByLanguageField(forms.MultiValueField):
    """A text for each of our languages; its value holds those that are written, by their codes."""

    def __init__(self, *, max_length: int, rows: int = 4, **options: Any) -> None:
        fields = [forms.CharField(required=False, max_length=max_length) for _code in INSTALLED]
        super().__init__(fields, widget=_ByLanguage(rows), require_all_fields=False, **options)

    def compress(self, data_list: Sequence[str]) -> dict[str, str]:
        return {code: text for code, text in zip(INSTALLED, data_list, strict=False) if text}
