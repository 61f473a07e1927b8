"""What any rule listens to, so that an event nobody waits for costs next to nothing."""

from dataclasses import dataclass

from ahlan.events.definitions import Definitions
from ahlan.rules.models import Rule


@dataclass(frozen=True, slots=True)
class Heard:
    """`triggers`: their keys. `waits`: whether a rule by time is on."""

    triggers: frozenset[str]
    waits: bool


def _read() -> Heard:
    rows = list(Rule.objects.filter(is_active=True).values_list("triggers", "since"))
    keys = frozenset(key for triggers, _since in rows for key in triggers)
    return Heard(keys, any(since for _triggers, since in rows))


heard = Definitions("rules", read=_read, of=[Rule])
