"""What `ahlan search` does."""

from collections.abc import Callable
from typing import Any

import orjson

from ahlan.search import actions
from ahlan.search.finding import Hit, Results, find
from ahlan.search.models import Progress
from ahlan.staff.models import Agent


class NotAsked(ValueError):
    """Why nothing was looked for; its text says so."""


def found(query: str, *, who: str, kind: str, limit: int, as_json: bool) -> str:
    """What somebody may find, as lines or as one JSON object. Raises NotAsked."""
    results = find(query, _person(who), kinds=[kind] if kind else None, size=limit)
    if results.wrong:
        raise NotAsked(results.wrong[0])
    if as_json:
        told = {"instead": results.instead, "items": [_told(hit) for hit in _hits(results)]}
        return orjson.dumps(told).decode()
    lines = [f"({results.instead})"] if results.instead else []
    return "\n".join([*lines, *(_line(hit) for hit in _hits(results))])


def _person(who: str) -> Agent:
    active = Agent.objects.filter(is_active=True).select_related("role").order_by("id")
    person = active.filter(email__iexact=who).first() if who else active.filter(role__key="admin").first()
    if person is None:
        raise NotAsked(f"Nobody here has the address {who}." if who else "There is no administrator yet.")
    return person


def _hits(results: Results) -> list[Hit]:
    return [hit for one in results.found for hit in one.hits]


def _told(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind, "id": hit.group_id, "part": hit.object_id, "title": hit.shown.title, "url": hit.shown.url,
        "text": "".join(text for text, _found in hit.text), "at": hit.shown.at, "score": round(hit.score, 3),
    }  # fmt: skip


def _line(hit: Hit) -> str:
    text = "".join(f"*{text}*" if is_found else text for text, is_found in hit.text)
    return f"{hit.kind} {hit.group_id}  {hit.shown.title}\n    {text}"


def rebuild(say: Callable[[str], Any]) -> None:
    """Bring every text in anew and count the keys again; goes on where it was stopped."""
    if not Progress.objects.exclude(kind=Progress.COUNTED).filter(done=False).exists():
        actions.begin_anew()
    brought = 0
    while some := actions.fill():
        brought += some
        say(f"{brought:,} texts")
    actions.recount()
    while actions.count_new():
        pass
    say("The index is complete.")
