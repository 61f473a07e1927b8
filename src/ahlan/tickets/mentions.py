"""Who may be named in a note, and who is: `@Ada Virtanen`, `@Billing`."""

from dataclasses import dataclass

from ahlan.staff.models import Agent, Team

MOST = 1_000  # people and teams that are known by name
MOST_SIGNS = 200  # "@" looked at in one note


@dataclass(frozen=True, slots=True)
class Nameable:
    """Somebody or some team by a name, and whom it means."""

    name: str
    agents: frozenset[int]
    is_team: bool = False


def nameable(inbox_id: int) -> list[Nameable]:
    """The people who may see an inbox, then its teams."""
    teams = list(Team.objects.filter(inboxes=inbox_id).prefetch_related("agents")[:MOST])
    members = {team.pk: {one.pk for one in team.agents.all()} for team in teams}
    in_teams = set().union(*members.values())
    active = Agent.objects.active().select_related("role")[:MOST]
    people = [
        one for one in active if one.may("tickets.view") and (one.pk in in_teams or one.sees_all_inboxes())
    ]
    seeing = {one.pk for one in people}
    return [
        *(Nameable(str(one), frozenset([one.pk])) for one in people),
        *(Nameable(team.name, frozenset(members[team.pk] & seeing), is_team=True) for team in teams),
    ]


def named_in(text: str, inbox_id: int) -> dict[str, list[int]]:
    """The agents each name in a note means, by the name as it is written there.

    Of two names that fit the longer one counts; one name may mean two people.
    """
    starts = _starts(text)
    if not starts:
        return {}
    known = sorted(nameable(inbox_id), key=lambda one: -len(one.name))
    found: dict[str, list[int]] = {}
    for start in starts:
        fitting = [one for one in known if _stands_at(text, start, one.name)]
        if fitting:
            longest = len(fitting[0].name)
            meant = set().union(*(one.agents for one in fitting if len(one.name) == longest))
            found[text[start : start + longest]] = sorted(meant)
    return found


def _starts(text: str) -> list[int]:
    """Where a name may begin: after an "@" that is no part of an address."""
    signs = [n for n, sign in enumerate(text) if sign == "@"][:MOST_SIGNS]
    return [n + 1 for n in signs if n == 0 or not text[n - 1].isalnum()]


def _stands_at(text: str, start: int, name: str) -> bool:
    end = start + len(name)
    return text[start:end].casefold() == name.casefold() and not text[end : end + 1].isalnum()
