"""A questionnaire as a form, for customers and agents alike, and answers as text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ahlan.core.forms import Form
from ahlan.core.languages import said
from ahlan.core.numerals import full_day
from ahlan.core.text import first_strong
from ahlan.courtesy.questions import Answers, Asks, Kind, Question

LONGEST = {Kind.TEXT: 300, Kind.LONG: 4_000}  # characters
LARGEST = Decimal(10) ** 15
_COMMAS = str.maketrans({",": ".", "٫": ".", "،": ".", "\u00a0": None, " ": None, "−": "-"})


class NumberField(forms.CharField):
    """A number as people write it: any digits, comma or point before the fraction."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "auto"}), **options
        )

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip().translate(_COMMAS)
        if not text:
            return ""
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("This is not a number."), code="number") from None
        if not number.is_finite() or abs(number) >= LARGEST:
            raise ValidationError(_("This is not a number."), code="number")
        return f"{number.normalize():f}"


@dataclass(frozen=True, slots=True)
class Row:
    """A question of a form: its field, and what it depends on (the field of an earlier one, the answer, and both in words)."""

    field: forms.BoundField
    when: str = ""
    value: str = ""
    told: str = ""


class AnswerForm(Form):
    """The questions in one language. `partly`: what is missing may come later."""

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, asks: Asks, language: str, answers: Answers, partly: bool = False
    ) -> None:
        super().__init__(data, initial={f"q-{key}": value for key, value in answers.items()})
        self.asks, self.language, self.partly = asks, language, partly
        for one in asks.questions:
            self.fields[f"q-{one.id}"] = field_for(one, language)

    def clean(self) -> dict[str, Any]:
        """What is not asked is not missed and not kept."""
        given = self.answers()
        asked = {f"q-{one.id}" for one in self.asks.asked(given)}
        for name, errors in list(self.errors.items()):
            missing = all(one.code == "required" for one in errors.as_data())
            if name not in asked or (self.partly and missing):
                del self.errors[name]
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """The answers to what is asked, as they are kept."""
        given = {key.removeprefix("q-"): kept(value) for key, value in self.cleaned_data.items() if value}
        return {one.id: given[one.id] for one in self.asks.asked(given) if one.id in given}

    def rows(self) -> Iterator[Row]:
        known = {one.id: one for one in self.asks.questions}
        for one in self.asks.questions:
            bound = self[f"q-{one.id}"]
            if not one.when:
                yield Row(bound)
                continue
            earlier = known[one.when[0]]
            words = {
                "question": said(earlier.wording, self.language),
                "answer": option_text(earlier, one.when[1], self.language),
            }
            yield Row(
                bound,
                f"q-{earlier.id}",
                one.when[1],
                _("If you have answered “%(answer)s” to “%(question)s”:") % words,
            )


def field_for(one: Question, language: str) -> forms.Field:
    """What takes and checks the answer to one question."""
    common: dict[str, Any] = {
        "label": said(one.wording, language), "help_text": said(one.help, language) if one.help else "", "required": one.required,
    }  # fmt: skip
    choices = [(value, option_text(one, value, language)) for value in one.values]
    match one.kind:
        case Kind.TEXT:
            return forms.CharField(
                max_length=LONGEST[Kind.TEXT], widget=forms.TextInput(attrs={"dir": "auto"}), **common
            )
        case Kind.LONG:
            box = forms.Textarea(attrs={"rows": 4, "dir": "auto"})
            return forms.CharField(max_length=LONGEST[Kind.LONG], widget=box, **common)
        case Kind.NUMBER:
            return NumberField(**common)
        case Kind.DATE:
            return forms.DateField(
                input_formats=["%Y-%m-%d"], widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), **common
            )
        case Kind.CHOICES:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case _:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)


def kept(value: Any) -> Any:
    """A checked answer as it is kept."""
    return value.isoformat() if isinstance(value, date) else value


def option_text(question: Question, value: str, language: str) -> str:
    """What may be chosen, in words."""
    if question.kind == Kind.YES_NO:
        with translation.override(language or None):
            return pgettext("answer", "Yes") if value == "yes" else pgettext("answer", "No")
    return next((said(one.label, language) for one in question.options if one.id == value), "–")


def answer_text(question: Question, answer: Any, language: str) -> str:
    """One answer in words; "" for none."""
    if not answer:
        return ""
    if question.values:
        chosen = answer if isinstance(answer, list) else [answer]
        return ", ".join(option_text(question, str(one), language) for one in chosen)
    if question.kind == Kind.DATE:
        with translation.override(language or None):
            return full_day(date.fromisoformat(str(answer)))
    return str(answer)


def _led(text: str, language: str) -> str:
    """Words without a direction, as a number, stand on the side of the language they answer in."""
    rtl = translation.get_language_info(language)["bidi"]
    return f"\N{RIGHT-TO-LEFT MARK}{text}" if rtl and first_strong(text) == "auto" else text


def as_text(asks: Asks, answers: Answers, language: str) -> str:
    """Title, questions and answers, as they stand in a ticket."""
    lines = [
        f"{said(one.wording, language)}\n{_led(answer_text(one, answers[one.id], language), language)}"
        for one in asks.asked(answers)
        if answers.get(one.id)
    ]
    return "\n\n".join([said(asks.title, language), *lines])
