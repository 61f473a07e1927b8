"""Why an answer of the language model would not be sent, in a sentence for whoever tries it out."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "no_articles": _("No article has to do with it, so the model is not asked."),
    "declined": _("The model found no answer in the articles."),
    "uncited": _("It cited none of the articles it was given."),
    "unknown": _("It cited none of the articles it was given."),
    "address": _("It named an address of its own."),
    "language": _("It answered in another language."),
    "unsupported": _("It said what the articles do not say."),
    "budget": _("The tokens of today are used up."),
    "slow": _("The language model took too long. Nothing is lost; try again in a moment."),
    "busy": _("The language model is answering somebody else. Try again in a moment."),
}


def sentence_of(why: str) -> str:
    """`why`: a word of `Ungrounded`, or "busy"."""
    told = SENTENCES.get(why)
    return (
        str(told)
        if told
        else gettext("The language model gave no answer. Nothing is lost; try again in a moment.")
    )
