"""Reads of questionnaires and of what was asked on a ticket."""

from typing import Any

from django.db.models import QuerySet

from ahlan.courtesy.models import Edition, Inquiry, Questionnaire
from ahlan.events.definitions import Definitions
from ahlan.tickets.models import Ticket

MOST = 200  # questionnaires in a house
SHOWN = 20  # inquiries on a ticket

questionnaires = Definitions(
    "questionnaires", read=lambda: list(Questionnaire.objects.all()[:MOST]), of=[Questionnaire]
)


def at_hand() -> list[Questionnaire]:
    """Those that can be asked, by their titles."""
    return sorted(
        (one for one in questionnaires() if one.archived_at is None), key=lambda one: str(one).casefold()
    )


def latest_edition(questionnaire: Questionnaire) -> Edition:
    return questionnaire.editions.order_by("-number")[:1].get()


def inquiries_of(ticket: Ticket) -> QuerySet[Inquiry]:
    """What was asked on a ticket and on those merged into it, the latest first."""
    if not ticket.holds(Inquiry):
        return Inquiry.objects.none()
    found = Inquiry.objects.filter(ticket__in=ticket.family)
    return found.select_related("edition__questionnaire", "agent").order_by("-id")


def panel_of(ticket: Ticket) -> dict[str, Any]:
    return {"inquiries": list(inquiries_of(ticket)[:SHOWN]), "questionnaires": at_hand()}
