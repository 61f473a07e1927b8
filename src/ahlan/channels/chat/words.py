"""What the widget says, for its script: all of it in one language, in plain text."""

from django.utils import translation
from django.utils.translation import gettext as _


def words(language: str) -> dict[str, str]:
    """The widget's words by their names."""
    with translation.override(language):
        return {
            "open": _("Chat with us"),
            "close": _("Close the chat"),
            "placeholder": _("Write a message…"),
            "send": _("Send"),
            "attach": _("Send a file"),
            "name": _("Your name"),
            "email": _("Your e-mail address"),
            "why": _("Should you leave, our answer reaches you by mail."),
            "typing": _("Somebody is writing…"),
            "you": _("You"),
            "we": _("We"),
            "sending": _("Sending…"),
            "failed": _("Not sent. Press to try again."),
            "read": _("Read"),
            "offline": _("The connection is lost. What you write is sent when it is back."),
            "soon": _("Somebody will be with you soon."),
            "minutes": _("Somebody will be with you in about {minutes} min."),
            "closed": _("Nobody is here now; we are back {when}. Write all the same: we will answer."),
            "end": _("End the chat"),
            "ended": _("The chat has ended."),
            "rate": _("Was this of help?"),
            "good": _("Yes"),
            "bad": _("No"),
            "word": _("A word to us (if you like)"),
            "thanks": _("Thank you."),
            "transcript": _("Mail me the chat"),
            "mailed": _("It is on its way."),
            "not_mailed": _("That was not possible."),
            "refused": _("The chat cannot be opened here."),
            "too_large": _("At most 5 files of together 10 MB."),
        }
