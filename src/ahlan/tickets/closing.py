"""What a room asks before somebody closes a ticket on its own page; nobody asks when many are closed, or by themselves.

@asks_before_closing
def anything_left_out(request: HttpRequest, closing: Closing) -> str: ...

The answer is a question in the words of `tickets/_asked.html`, or "" for none. What he was doing waits in its form: the
buttons of the question belong to that form (`form="{{ closing.form }}"`) and send it again with `asked`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from ahlan.tickets.fields import missing
from ahlan.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Closing:
    """A ticket about to be closed. `form`: the id of the form that does it, and what of it `says` so (a name and a value, where
    that is the button's); `text`: the reply that goes out with it."""

    ticket: Ticket
    form: str
    text: str = ""
    says: tuple[str, str] = ("", "")


Ask = Callable[[HttpRequest, Closing], str]
_askers: list[Ask] = []


def asks_before_closing(ask: Ask) -> Ask:
    """Register who asks."""
    if ask not in _askers:
        _askers.append(ask)
    return ask


def question_before(request: HttpRequest, closing: Closing) -> str:
    """The first question that somebody has; "" when he has been asked, it is or cannot be closed, or nobody asks."""
    if "asked" in request.POST or closing.ticket.is_closed or missing(closing.ticket):
        return ""
    return next((asked for ask in _askers if (asked := ask(request, closing))), "")
