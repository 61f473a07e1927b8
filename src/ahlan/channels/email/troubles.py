"""What a mail can have wrong with it, said to the agent. Shown translated: each sentence is a message id."""

from django.utils.translation.trans_null import gettext_noop  # needs no settings

SENTENCES = {
    "address": gettext_noop("The sender's address could not be read."),
    "charset": gettext_noop(
        "The mail does not say correctly in which character set it is written; letters may be wrong."
    ),
    "date": gettext_noop("The date of the mail could not be read."),
    "encoding": gettext_noop("A part of the mail was damaged on its way."),
    "html": gettext_noop("The formatted version could not be read safely and is kept as a file."),
    "long_headers": gettext_noop("The header of the mail is too long; only its beginning was read."),
    "long_text": gettext_noop("The text is too long to show; the whole of it is kept as a file."),
    "tnef": gettext_noop("The file winmail.dat could not be opened."),
    "too_deep": gettext_noop("The mail is nested too deeply; the innermost part is kept as a file."),
    "too_many": gettext_noop("The mail has too many parts; the rest is in the original."),
    "unreadable": gettext_noop("The mail could not be understood; the original is attached."),
}


def sentences(keys: list[str]) -> tuple[str, ...]:
    return tuple(SENTENCES[key] for key in keys)
