"""Reads used in more than one place."""

from django.db.models import Count, Max, QuerySet
from django.http import Http404

from ahlan.customers.models import Customer
from ahlan.customers.queries import family_of
from ahlan.events.definitions import Definitions
from ahlan.feedback.models import Answer, Invitation, Recovery, State, Survey, Trigger, Version
from ahlan.feedback.register.queries import is_complaining
from ahlan.tickets.models import Ticket

MOST_SURVEYS = 200
SHOWN = 10


def _newest() -> list[Version]:
    newest = Version.objects.values("key").annotate(last=Max("number")).values_list("key", "last")
    last = {(key, number) for key, number in newest}
    found = Version.objects.filter(
        number__in={number for _key, number in last}, key__in={key for key, _number in last}
    )
    return [one for one in found.order_by("id") if (one.key, one.number) in last]


versions = Definitions("instruments", read=_newest, of=[Version])  # the latest of each
surveys = Definitions("surveys", read=lambda: list(Survey.objects.order_by("id")[:MOST_SURVEYS]), of=[Survey])


def at_hand() -> list[Version]:
    """Instruments that can be asked, those that came with the house first."""
    return [one for one in versions() if one.archived_at is None]


def latest(key: str) -> Version:
    """Raises Http404."""
    found = next((one for one in versions() if one.key == key), None)
    if found is None:
        raise Http404("no such instrument")
    return found


def waiting_for(trigger: Trigger) -> list[Survey]:
    """The surveys that ask on this."""
    return [one for one in surveys() if one.is_active and one.trigger == trigger]


def answers_of(ticket: Ticket) -> QuerySet[Answer]:
    """What was answered about a ticket and those merged into it, the latest first."""
    if not ticket.holds(Answer):
        return Answer.objects.none()
    found = Answer.objects.filter(ticket__in=ticket.family).select_related(
        "version", "survey", "agent", "recovery"
    )
    return found.order_by("-id")


def invitations_of(ticket: Ticket) -> QuerySet[Invitation]:
    if not ticket.holds(Invitation):
        return Invitation.objects.none()
    return (
        Invitation.objects.filter(ticket__in=ticket.family)
        .select_related("survey", "version")
        .order_by("-id")
    )


def has_open_complaint(customer: Customer) -> bool:
    """Whether something he was unhappy with is still being looked into."""
    return (
        is_complaining(customer)
        or Recovery.objects.filter(customer__in=family_of(customer), outcome="").exists()
    )


def asked_lately(customer: Customer, since: object) -> bool:
    """Whether any survey has been sent to him since."""
    sent = Invitation.objects.filter(customer__in=family_of(customer), sent_at__gte=since)
    return sent.filter(state__in=[State.SENDING, State.SENT, State.ANSWERED, State.UNDELIVERED]).exists()


def outcomes_of(found: QuerySet[Recovery]) -> dict[str, int]:
    """How the work of low scores ended, by outcome: one query."""
    ended = found.filter(ended_at__isnull=False).order_by().values_list("outcome")
    return dict(ended.annotate(n=Count("pk")))
