"""Reads of the register used in more than one place."""

from datetime import date

from django.db.models import Prefetch, QuerySet

from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.customers.queries import family_of
from ahlan.events.definitions import Definitions
from ahlan.feedback.register.models import Complaint, Compliment, Letter, Register, State, Step, Term
from ahlan.feedback.register.profiles import Profile
from ahlan.tickets.models import Removal, Ticket

MOST_TERMS = 300
GONE = (Removal.SPAM, Removal.DELETED)
house = Definitions(
    "register",
    read=lambda: Register.objects.select_related("inbox", "team").first() or Register(),
    of=[Register],
)
terms = Definitions(
    "register terms", read=lambda: list(Term.objects.order_by("list", "place", "id")[:MOST_TERMS]), of=[Term]
)
own_letters = Definitions(
    "register letters", read=lambda: {one.kind: one.texts for one in Letter.objects.all()}, of=[Letter]
)


def today(profile: Profile) -> date:
    """The present day by the clocks of a profile."""
    return now().astimezone(profile.zone).date()


def terms_of(name: str, *kept: int | None) -> list[Term]:
    """The entries of a list that may be chosen, and those that are."""
    return [one for one in terms() if one.list == name and (one.archived_at is None or one.pk in kept)]


def complaints_of(ticket: Ticket) -> QuerySet[Complaint]:
    """Those of a ticket and of what was merged into it, with their steps, the latest first."""
    if not ticket.holds(Complaint):
        return Complaint.objects.none()
    return with_steps(Complaint.objects.filter(ticket__in=ticket.family)).order_by("-id")


def with_steps(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
    steps = Prefetch("steps", Step.objects.select_related("agent").order_by("round", "id"))
    return found.prefetch_related(steps)


def compliments_of(ticket: Ticket) -> QuerySet[Compliment]:
    if not ticket.holds(Compliment):
        return Compliment.objects.none()
    found = Compliment.objects.filter(ticket__in=ticket.family).select_related("team")
    return found.prefetch_related("agents").order_by("-id")


def is_complaining(customer: Customer) -> bool:
    """Whether he waits for an answer to a complaint, or for its end."""
    found = Complaint.objects.filter(customer__in=family_of(customer)).exclude(state=State.CLOSED)
    return found.exclude(ticket__removal__in=GONE).exists()


def own_complaints(customer: Customer) -> QuerySet[Complaint]:
    """Those somebody has made under any of his names, the latest first, as he may see them."""
    found = Complaint.objects.filter(customer__in=family_of(customer)).exclude(ticket__removal__in=GONE)
    return with_steps(found)
