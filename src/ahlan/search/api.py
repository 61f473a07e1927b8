"""Search through the API: everything the token's agent may find."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.core.api.door import holds
from ahlan.core.api.problems import wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Out
from ahlan.search import hearing
from ahlan.search.asking import LONGEST
from ahlan.search.finding import Hit, find
from ahlan.search.sources import sources

search = Room(
    "search", gettext_lazy("Search"), "Everything that was written, found in any form of its words.", order=30
)
Words = Annotated[
    str,
    Field(
        max_length=LONGEST,
        description='As in the product: words, "phrases", -unwanted (but in articles, which are asked in sentences), and filters as from: tag: is: before: after:',
        examples=["refund is:open"],
    ),
]


class HitOut(Out):
    kind: Annotated[str, Field(examples=["ticket"])]
    id: Annotated[
        int, Field(description="Of the thing: a ticket's number, a customer's id.", examples=[4127])
    ]
    part: Annotated[
        int, Field(description="Of the text that fits best: a message's id, else the same.", examples=[9001])
    ]
    title: Annotated[str, Field(examples=["Broken teapot"])]
    text: Annotated[
        str, Field(description="The stretch in which the words lie.", examples=["The handle came off"])
    ]
    found: Annotated[
        list[str], Field(description="The words found, as they are written there.", examples=[["handle"]])
    ]
    url: Annotated[str, Field(description="Its page.", examples=["/tickets/4127/#message-9001"])]
    at: datetime | None

    @classmethod
    def of(cls, one: Hit) -> "HitOut":
        marked = [text for text, is_found in (*one.title, *one.text) if is_found]
        return cls(
            kind=one.kind, id=one.group_id, part=one.object_id, title=one.shown.title,
            text="".join(text for text, _found in one.text), found=list(dict.fromkeys(marked)),
            url=one.shown.url, at=one.shown.at,
        )  # fmt: skip


class FoundOut(Out):
    items: list[HitOut]
    instead: Annotated[
        str,
        Field(description="The question as it was understood, where a word of it is nowhere.", examples=[""]),
    ]
    more: Annotated[list[str], Field(description="Kinds of which there is more.", examples=[["ticket"]])]


@search.reads("/search", "tickets:read")
def find_things(
    request: HttpRequest,
    q: Words,
    kind: Annotated[
        str, Field(description="One kind only: ticket, customer …", max_length=20, examples=[""])
    ] = "",
    limit: Annotated[int, Field(ge=1, le=50, description="How many of each kind at most.")] = 20,
    start: Annotated[int, Field(ge=0, le=300, description="How many of each kind to pass over.")] = 0,
) -> FoundOut:
    """Search. The best come first, kind by kind; customers and organisations need the scope customers:read as well."""
    token = request.auth  # type: ignore[attr-defined]
    kinds = [one.kind for one in sources() if holds(token, one.scope) and kind in ("", one.kind)]
    if kind and all(one.kind != kind for one in sources()):
        raise wrong("kind", gettext_lazy("There is no such kind."), where="query")
    results = find(q, request.user, kinds=kinds, size=limit, start=start)
    if results.wrong:
        raise wrong("q", results.wrong[0], where="query")
    if not start and results.asked.words:
        hearing.tell(results, request.user)
    return FoundOut(
        items=[HitOut.of(hit) for one in results.found for hit in one.hits],
        instead=results.instead,
        more=[one.source.kind for one in results.found if one.more],
    )
