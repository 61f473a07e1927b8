"""What the register goes by: the profile, the head of letters, lists and wordings."""

from base64 import b64decode
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.channels.models import Inbox
from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, Out, Place, Text, all_of
from ahlan.core.languages import INSTALLED
from ahlan.feedback.api.instruments import plain
from ahlan.feedback.api.room import feedback
from ahlan.feedback.register.actions import settings as verbs
from ahlan.feedback.register.models import LetterKind, Register, Term
from ahlan.feedback.register.policies import must_manage, term_for
from ahlan.feedback.register.profiles import keys
from ahlan.feedback.register.queries import terms
from ahlan.feedback.register.wording import words_of
from ahlan.staff.models import Team
from ahlan.staff.requests import ApiRequest

Spoken = Literal["en", "he", "ar", "fi", "fa", "ru"]
ListName = Literal["product", "stage", "cause", "outcome", "redress", "action"]
LetterName = Literal["acknowledge", "holding", "short", "answer", "thanks"]
ByLanguage = Annotated[
    dict[Spoken, Annotated[Text, Field(max_length=5_000)]], Field(examples=[{"en": "Words"}])
]
Names = Annotated[dict[Spoken, Line], Field(examples=[{"en": "Kettle"}])]
HEAD = ("head_name", "head_address", "head_foot")


class RegisterOut(Out):
    profile: Annotated[str, Field(description="What deadlines go by.", examples=["house"])]
    subdivision: str
    is_open: Annotated[bool, Field(description="Whether anybody may complain at a page.")]
    inbox: int | None
    team: int | None
    rights: dict[str, str]
    head_name: str
    head_address: str
    head_foot: str
    has_logo: bool

    @classmethod
    def of(cls, one: Register) -> "RegisterOut":
        names = ("profile", "subdivision", "is_open", "rights", *HEAD)
        return cls(
            inbox=one.inbox_id,
            team=one.team_id,
            has_logo=bool(one.logo),
            **{name: getattr(one, name) for name in names},
        )


class RegisterGiven(In):
    profile: Annotated[str, Field(max_length=40, examples=["house"])] = "house"
    subdivision: Annotated[
        Line, Field(max_length=10, description="Of the profile’s country.", examples=[""])
    ] = ""
    is_open: bool = False
    inbox: Annotated[Key | None, Field(description="Null: the first for mail.")] = None
    team: Key | None = None
    rights: ByLanguage = {}
    head_name: Annotated[Line, Field(max_length=120)] = ""
    head_address: Annotated[Text, Field(max_length=500)] = ""
    head_foot: Annotated[Text, Field(max_length=500)] = ""
    logo: Annotated[
        str | None,
        Field(
            max_length=800_000,
            description="PNG, JPEG, GIF or WebP in base64. Null: as it is; empty: none.",
            examples=[None],
        ),
    ] = None


class TermOut(Out):
    id: int
    list: Annotated[str, Field(examples=["cause"])]
    key: Annotated[str, Field(description="Of one that came with the house.")]
    names: dict[str, str]
    tells: Annotated[dict[str, str], Field(description="What it means.")]
    is_archived: bool

    @classmethod
    def of(cls, one: Term) -> "TermOut":
        return cls(
            id=one.pk,
            list=one.list,
            key=one.key,
            names=one.names,
            tells=one.tells,
            is_archived=one.archived_at is not None,
        )


class TermGiven(In):
    names: Names
    tells: Annotated[dict[Spoken, Annotated[Text, Field(max_length=300)]], Field(examples=[{}])] = {}


class WordingOut(Out):
    kind: str
    texts: Annotated[dict[str, str], Field(description="In each language: the house’s own, else as it came.")]


class WordingGiven(In):
    texts: Annotated[ByLanguage, Field(description="What is left out is said as it came with the house.")]


@feedback.reads("/register", "settings:read")
def get_register(request: ApiRequest) -> RegisterOut:
    """Get what the register goes by."""
    must_manage(request.user)
    return RegisterOut.of(Register.objects.first() or Register())


@feedback.writes("PUT", "/register", "settings:write", largest=1_000_000)
def set_register(request: ApiRequest, given: RegisterGiven) -> RegisterOut:
    """Set what the register goes by, and the head of letters. Complaints keep the days they were given."""
    must_manage(request.user)
    values: dict[str, Any] = given.model_dump(exclude={"inbox", "team", "logo"})
    if given.profile not in keys():
        raise wrong("profile", _("There is nothing of this id."))
    for name, found in (
        ("inbox", Inbox.objects.filter(channel="email", is_active=True)),
        ("team", Team.objects.all()),
    ):
        key = getattr(given, name)
        values[name] = found.filter(pk=key).first() if key else None
        if key and values[name] is None:
            raise wrong(name, _("There is nothing of this id."))
    try:
        content = None if given.logo is None else b64decode(given.logo, validate=True)
        return RegisterOut.of(verbs.set_register(actor=request.user.actor, logo=content, **values))
    except verbs.BadRegion:
        raise wrong("subdivision", _("The country of these deadlines has no such part.")) from None
    except ValueError:  # no base64, or no picture
        raise wrong("logo", _("This is no PNG, JPEG, GIF or WebP picture, or it is too large.")) from None


@feedback.reads("/register-lists/{str:name}", "settings:read")
def list_register_terms(request: ApiRequest, name: ListName) -> Listed[TermOut]:
    """List the entries of a list. Those put away as well."""
    must_manage(request.user)
    return all_of([one for one in terms() if one.list == name], TermOut.of)


@feedback.writes("POST", "/register-lists/{str:name}", "settings:write", makes="/register-lists/{name}")
def add_register_term(request: ApiRequest, name: ListName, given: TermGiven) -> TermOut:
    """Add an entry to a list."""
    must_manage(request.user)
    return _saved(request, None, name, given)


@feedback.writes("PUT", "/register-terms/{int:pk}", "settings:write")
def change_register_term(request: ApiRequest, pk: Key, given: TermGiven) -> TermOut:
    """Change an entry of a list."""
    found = term_for(request.user, pk)
    return _saved(request, found, found.list, given)


def _saved(request: ApiRequest, found: Term | None, name: str, given: TermGiven) -> TermOut:
    try:
        made = verbs.save_term(
            found, actor=request.user.actor, list=name, names=plain(given.names), tells=plain(given.tells)
        )
    except verbs.NoName:
        raise wrong("names", _("Give it a name.")) from None
    return TermOut.of(made)


@feedback.writes("POST", "/register-terms/{int:pk}/archive", "settings:write")
def archive_register_term(request: ApiRequest, pk: Key) -> TermOut:
    """Put an entry of a list away. Where it is used it stays."""
    return TermOut.of(verbs.archive_term(term_for(request.user, pk), True, actor=request.user.actor))


@feedback.writes("DELETE", "/register-terms/{int:pk}/archive", "settings:write")
def bring_register_term_back(request: ApiRequest, pk: Key) -> TermOut:
    """Offer an entry of a list again."""
    return TermOut.of(verbs.archive_term(term_for(request.user, pk), False, actor=request.user.actor))


@feedback.writes("POST", "/register-terms/{int:pk}/place", "settings:write")
def move_register_term(request: ApiRequest, pk: Key, given: Place) -> None:
    """Move an entry within its list."""
    verbs.move_term(term_for(request.user, pk), given.steps, actor=request.user.actor)


@feedback.reads("/register-letters/{str:kind}", "settings:read")
def get_letter_wording(request: ApiRequest, kind: LetterName) -> WordingOut:
    """Get how a letter is worded."""
    must_manage(request.user)
    return _wording(kind)


@feedback.writes("PUT", "/register-letters/{str:kind}", "settings:write")
def word_letter(request: ApiRequest, kind: LetterName, given: WordingGiven) -> WordingOut:
    """Word a letter."""
    must_manage(request.user)
    verbs.save_letter(LetterKind(kind), plain(given.texts), actor=request.user.actor)
    return _wording(kind)


def _wording(kind: str) -> WordingOut:
    return WordingOut(kind=kind, texts={code: words_of(kind, code) for code in INSTALLED})
