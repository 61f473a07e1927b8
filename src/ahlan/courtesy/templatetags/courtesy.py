"""Tags of the way of service."""

from datetime import datetime

from django import template
from django.utils.timezone import localtime

from ahlan.core.languages import said
from ahlan.core.numerals import full_day
from ahlan.courtesy.answering import answer_text
from ahlan.courtesy.models import Inquiry

register = template.Library()


@register.filter
def whole_day(moment: datetime) -> str:
    """The day of a moment, in full."""
    return full_day(localtime(moment).date())


@register.filter
def answers(inquiry: Inquiry) -> list[tuple[str, str]]:
    """What was asked and answered, in the words it was asked with."""
    language = inquiry.language
    return [
        (said(one.wording, language), answer_text(one, inquiry.answers[one.id], language))
        for one in inquiry.edition.asks.asked(inquiry.answers)
        if inquiry.answers.get(one.id)
    ]
