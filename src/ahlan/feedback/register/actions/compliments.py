"""Verbs on compliments: register one, say who is meant, hang it on the wall."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED, language_of
from ahlan.core.text import clean
from ahlan.customers.models import Customer
from ahlan.events.log import record
from ahlan.feedback.register.actions.complaints import LONGEST, NotYet
from ahlan.feedback.register.models import Compliment, Source
from ahlan.feedback.register.profiles import latest
from ahlan.feedback.register.queries import house, today
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions.work import current
from ahlan.tickets.models import Ticket


class NoWords(ValueError):
    """A compliment says something."""


@transaction.atomic
def register_compliment(
    ticket: Ticket | None, *, said: str, source: str, actor: str, agents: Iterable[Agent] = (), team: Team | None = None,
    customer: Customer | None = None, received_on: date | None = None, language: str = "",
) -> Compliment:  # fmt: skip
    """Put praise down; whoever is meant is told. Raises NoWords, NotYet."""
    said = clean(said).strip()[:LONGEST]
    if not said:
        raise NoWords
    present = today(latest(house().profile))
    received = received_on or present
    if received > present:
        raise NotYet(received)
    ticket = current(ticket) if ticket is not None else None
    giver = ticket.customer if ticket is not None else customer
    found = (language, language_of(said), ticket.language if ticket else "", giver.language if giver else "")
    made = Compliment.objects.create(
        ticket=ticket, customer=giver.primary if giver else None, source=Source(source).value, said=said, team=team,
        language=next((one for one in found if one in INSTALLED), "en"), received_on=received,
    )  # fmt: skip
    made.agents.set(agents)
    record(
        "compliment.registered", ticket or made, actor=actor, audience=ticket.audience if ticket else "", compliment=made.pk,
        source=made.source, agents=sorted(one.pk for one in made.agents.all()),
    )  # fmt: skip
    return made


@transaction.atomic
def credit(compliment: Compliment, *, agents: Iterable[Agent], team: Team | None, actor: str) -> Compliment:
    """Say who is meant. Whoever was not before is told."""
    held = Compliment.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=compliment.pk)
    before = set(held.agents.values_list("pk", flat=True))
    meant = {one.pk: one for one in agents}
    if before == set(meant) and held.team == team:
        return held
    held.team = team
    held.save(update_fields=["team"])
    held.agents.set(meant.values())
    record(
        "compliment.credited", held.ticket or held, actor=actor, audience=held.ticket.audience if held.ticket else "",
        compliment=held.pk, agents=sorted(meant), team=team.pk if team else None,
    )  # fmt: skip
    return held


@transaction.atomic
def hang(compliment: Compliment, shown: bool, *, actor: str) -> Compliment:
    """On the wall, where everybody who works here reads it; or off it."""
    held = Compliment.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=compliment.pk)
    if bool(held.shown_at) != shown:
        held.shown_at = now() if shown else None
        held.save(update_fields=["shown_at"])
        record(
            "compliment.shown" if shown else "compliment.taken_down", held.ticket or held, actor=actor,
            audience=held.ticket.audience if held.ticket else "", compliment=held.pk,
        )  # fmt: skip
    return held
