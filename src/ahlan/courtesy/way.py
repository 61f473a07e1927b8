"""How the way of service of a ticket is read: the steps as they stand, by themselves or by hand."""

from dataclasses import dataclass
from typing import Any

from ahlan.courtesy.models import House, Way
from ahlan.courtesy.steps import Step
from ahlan.events.definitions import Definitions
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

asks_before_closing = Definitions(
    "anything left out",
    read=lambda: House.objects.values_list("asks_before_closing", flat=True).first() is not False,
    of=[House],
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of a ticket. `by`: who has set it by hand, "" when it stands as it came."""

    step: Step
    done: bool
    by: str = ""

    @property
    def label(self) -> Any:
        return self.step.label

    @property
    def next(self) -> str:
        """What pressing it says: the opposite, and then itself again."""
        return "" if self.by else "0" if self.done else "1"


def way_of(ticket: Ticket) -> list[Mark]:
    """The five steps. One query where something was done for them; two where somebody has set one."""
    kept = Way.objects.filter(ticket=ticket).first() if ticket.holds(Way) else None
    way = kept or Way(ticket=ticket)
    agents = {one["agent"] for one in way.by_hand.values()}
    names = {one.pk: str(one) for one in Agent.objects.filter(pk__in=agents)} if agents else {}
    return [_mark(step, way, names) for step in Step]


def _mark(step: Step, way: Way, names: dict[int, str]) -> Mark:
    hand = way.by_hand.get(step.value)
    if hand is None:
        return Mark(step, way.is_done(step))
    return Mark(step, way.is_done(step), names.get(hand["agent"], "–"))
