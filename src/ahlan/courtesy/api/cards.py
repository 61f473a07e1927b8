"""Technique cards: those that came with the house, as it has changed them, and its own."""

from typing import Annotated, Literal

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import In, Language, Line, Listed, Out, all_of
from ahlan.core.languages import said
from ahlan.core.text import clean
from ahlan.courtesy.actions import cards as verbs
from ahlan.courtesy.api.room import courtesy, must_use
from ahlan.courtesy.cards import Told, at_hand, card_named, cards
from ahlan.courtesy.models import Card
from ahlan.courtesy.policies import card_for, may_set_up
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest

MANAGE = "courtesy.manage"
In_language = Annotated[
    Language | None, Field(description="What `text` is in, where there are such words; else the caller's.")
]
Kinds = Literal["explanation", "empathy", "step"]
Words = Annotated[str, Field(max_length=verbs.LONGEST, examples=["I am sorry that …"]), AfterValidator(clean)]
Texts = Annotated[
    dict[Language, Words],
    Field(
        max_length=6,
        description="By language. A blank is “…”.",
        examples=[{"en": "I am sorry that the parcel …"}],
    ),
]


class CardOut(Out):
    slug: Annotated[str, Field(description="What addresses name it by.", examples=["own-3"])]
    kind: Annotated[str, Field(description="explanation, empathy or step.", examples=["empathy"])]
    name: Annotated[str, Field(examples=["A parcel is late"])]
    text: Annotated[str, Field(examples=["I am sorry that the parcel …"])]
    texts: Annotated[dict[str, str], Field(examples=[{"en": "I am sorry that the parcel …"}])]
    own: Annotated[
        list[str], Field(description="The languages whose words are the house's.", examples=[["en"]])
    ]
    came: Annotated[bool, Field(description="Whether it came with the house.")]
    is_archived: bool


class CardChange(In):
    texts: Texts
    name: Annotated[
        Line | None,
        Field(
            max_length=80,
            description="Of a card of one's own. Null leaves it.",
            examples=["A parcel is late"],
        ),
    ] = None
    kind: Annotated[Kinds | None, Field(description="Likewise.", examples=["empathy"])] = None


class CardGiven(In):
    texts: Texts
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["A parcel is late"])]
    kind: Kinds = "empathy"


def _told(card: Told, language: str | None = None) -> CardOut:
    return CardOut(
        slug=card.slug, kind=card.kind.value, name=str(card.name), texts=card.texts, own=sorted(card.own),
        text=said(card.texts, language or get_language() or ""), came=card.ready is not None,
        is_archived=card.archived_at is not None,
    )  # fmt: skip


def _texts(given: CardGiven | CardChange) -> dict[str, str]:
    return {str(language): text for language, text in given.texts.items()}


def _saved(row: Card) -> CardOut:
    found = card_named(row.key or f"own-{row.pk}")
    assert found is not None  # it was saved a moment ago
    return _told(found)


@courtesy.reads("/technique-cards", "settings:read")
def list_cards(
    request: ApiRequest,
    language: In_language = None,
    archived: Annotated[bool, Field(description="Also those that are put away.")] = False,
) -> Listed[CardOut]:
    """List technique cards. Those at hand, by what they are for."""
    must_use(request.user)
    return all_of(cards() if archived else at_hand(), lambda one: _told(one, language))


@courtesy.reads("/technique-cards/{str:slug}", "settings:read")
def get_card(request: ApiRequest, slug: str, language: In_language = None) -> CardOut:
    """Get a technique card."""
    must_use(request.user)
    found = card_named(slug)
    if found is None:
        raise Http404("no such card")
    return _told(found, language)


@courtesy.writes("POST", "/technique-cards", "settings:write", makes="/technique-cards/{slug}")
def make_card(request: ApiRequest, given: CardGiven) -> CardOut:
    """Make a technique card of the house's own."""
    must(request.user, MANAGE)
    _check(given.name, given.texts)
    actor = request.user.actor
    return _saved(verbs.save_card(texts=_texts(given), name=given.name, kind=given.kind, actor=actor))


def _check(name: str, texts: dict[Language, str]) -> None:
    if not name.strip():
        raise wrong("name", _("A name is needed."))
    if not any(one.strip() for one in texts.values()):
        raise wrong("texts", _("Write something, in one of the languages at least."))


@courtesy.writes("PUT", "/technique-cards/{str:slug}", "settings:write")
def change_card(request: ApiRequest, slug: str, given: CardChange) -> CardOut:
    """Change a technique card. Of one that came with the house only the texts; a language left out has its original words."""
    found = card_for(request, slug)
    if found.ready and (given.name is not None or given.kind is not None):
        raise wrong("name", _("A card that came with the house keeps its name and kind."))
    name = str(found.name) if given.name is None else given.name
    if not found.ready:
        _check(name, given.texts)
    kind, actor = given.kind or found.kind.value, request.user.actor
    return _saved(verbs.save_card(found, texts=_texts(given), name=name, kind=kind, actor=actor))


@courtesy.writes("POST", "/technique-cards/{str:slug}/archive", "settings:write")
def put_card_away(request: ApiRequest, slug: str) -> CardOut:
    """Put a technique card away. Out of the composer."""
    return _saved(verbs.put_away(card_for(request, slug), actor=request.user.actor))


@courtesy.writes("DELETE", "/technique-cards/{str:slug}/archive", "settings:write")
def bring_card_back(request: ApiRequest, slug: str) -> CardOut:
    """Bring a technique card back."""
    return _saved(verbs.put_away(card_for(request, slug), False, actor=request.user.actor))


@courtesy.writes("POST", "/technique-cards/{str:slug}/original", "settings:write")
def restore_card(request: ApiRequest, slug: str) -> CardOut:
    """Give a card the words it came with. The house's own are kept aside."""
    return _saved(verbs.restore_card(_came(request, slug), actor=request.user.actor))


@courtesy.writes("DELETE", "/technique-cards/{str:slug}/original", "settings:write")
def bring_words_back(request: ApiRequest, slug: str) -> CardOut:
    """Give a card the house's own words again. Those it had before it went back to its original ones."""
    return _saved(verbs.bring_words_back(_came(request, slug), actor=request.user.actor))


def _came(request: ApiRequest, slug: str) -> Told:
    may_set_up(request)
    found = card_for(request, slug)
    if found.ready is None:
        raise Problem(409, _("A card of the house’s own has no other words."))
    return found
