"""Settings: the fields of a desk's own."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, Out, Place
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions import words as verbs
from ahlan.tickets.api.own import Words
from ahlan.tickets.api.room import words as room
from ahlan.tickets.api.saved import Tests, tree_of
from ahlan.tickets.api.words import MANAGE, Archived, Name, to_read, to_set, told_by, worded
from ahlan.tickets.models.own import Field as OwnField
from ahlan.tickets.models.own import Kind
from ahlan.tickets.vocabulary import vocabulary

KINDS = Literal["text", "long", "number", "date", "choice", "choices", "switch", "customer", "agent"]
CONDITIONS = ("shown_when", "required_when", "filled_when")
Required = Annotated[
    Literal["", "closing", "always"],
    Field(
        description="Never, before a ticket is closed, or always (where `required_when` holds).",
        examples=["closing"],
    ),
]
When = Annotated[Tests | None, Field(description="Null: always.", examples=[None])]
Fill = Annotated[
    list[Words],
    Field(
        max_length=200,
        description="What is put in by itself when `filled_when` begins to hold, as texts: of options and agents their ids, yes or no, a customer's address. Empty: nothing.",
        examples=[[]],
    ),
]


class OptionOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Blue"])]
    is_archived: bool


class FieldOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Colour"])]
    kind: Annotated[str, Field(examples=["choice"])]
    help: Annotated[str, Field(examples=["As it stands on the box"])]
    types: Annotated[list[int], Field(description="Of tickets it belongs to; none: of every ticket.")]
    required: Annotated[str, Field(examples=["closing"])]
    options: list[OptionOut]
    is_archived: bool
    shown_when: Annotated[
        dict[str, Any] | None, Field(description="This and the following: for who manages fields.")
    ]
    required_when: dict[str, Any] | None
    filled_when: dict[str, Any] | None
    fill: list[str] | None

    @classmethod
    def of(cls, one: OwnField, *, whole: bool) -> "FieldOut":
        """One read with its options. `whole`: with its conditions, which name what not everybody may know."""
        names = ("name", "kind", "help", "types", "required", "is_archived")
        options = [
            OptionOut(id=opt.pk, name=opt.name, is_archived=opt.is_archived) for opt in one.options.all()
        ]
        kept: dict[str, Any] = {name: getattr(one, name) if whole else None for name in (*CONDITIONS, "fill")}
        return cls(id=one.pk, **{name: getattr(one, name) for name in names}, options=options, **kept)


class OptionGiven(In):
    id: Annotated[Key | None, Field(description="Of one there is; null makes one.", examples=[None])] = None
    name: Name


class FieldGiven(In):
    name: Name
    help: Annotated[Line, Field(examples=["As it stands on the box"])] = ""
    types: Annotated[list[Key], Field(max_length=100, examples=[[]])] = []
    required: Required = ""
    shown_when: When = None
    required_when: When = None
    filled_when: When = None
    fill: Fill = []
    options: Annotated[
        list[OptionGiven] | None,
        Field(
            max_length=verbs.MOST_OPTIONS,
            description="Of a choice: all, in their order; one that is not named is archived. Null leaves them.",
        ),
    ] = None


class FieldMade(FieldGiven):
    kind: Annotated[KINDS, Field(description="It stays as it is.", examples=["choice"])]


def _told(request: ApiRequest, pk: int) -> FieldOut:
    found = OwnField.objects.prefetch_related("options").get(pk=pk)
    return FieldOut.of(found, whole=request.user.may(MANAGE))


@room.reads("/fields", "settings:read")
def list_fields(request: ApiRequest, archived: Archived = False) -> Listed[FieldOut]:
    """List the fields of tickets. In their order."""
    whole = request.user.may(MANAGE)
    found = vocabulary().fields.values()
    return told_by(request.user, found, lambda one: FieldOut.of(one, whole=whole), archived)


@room.reads("/fields/{int:pk}", "settings:read")
def get_field(request: ApiRequest, pk: Key) -> FieldOut:
    """Get a field."""
    return FieldOut.of(to_read(request, vocabulary().fields, pk), whole=request.user.may(MANAGE))


@room.writes("POST", "/fields", "settings:write", makes="/fields/{id}")
def make_field(request: ApiRequest, given: FieldMade) -> FieldOut:
    """Make a field. Last in order."""
    must(request.user, MANAGE)
    return _save(request, None, given, given.kind)


@room.writes("PUT", "/fields/{int:pk}", "settings:write")
def change_field(request: ApiRequest, pk: Key, given: FieldGiven) -> FieldOut:
    """Change a field. What stands in it stays."""
    found: OwnField = to_set(request, OwnField, pk)
    return _save(request, found, given, found.kind)


def _save(request: ApiRequest, found: OwnField | None, given: FieldGiven, kind: str) -> FieldOut:
    if not set(given.types) <= vocabulary().types.keys():
        raise wrong("types", _("There is nothing of this id."))
    options = [(one.id, worded(one.name)) for one in given.options] if given.options is not None else None
    if kind in (Kind.CHOICE, Kind.CHOICES) and not (options or (found and options is None)):
        raise wrong("options", _("Give at least one choice."))
    _known(found, options or [])
    whens = {name: getattr(given, name) for name in CONDITIONS}
    saved = verbs.save_field(
        found, name=worded(given.name), kind=kind, help=given.help, types=given.types, required=given.required,
        fill=given.fill, options=options, actor=request.user.actor,
        shown_when=_tree(whens["shown_when"]), required_when=_tree(whens["required_when"]), filled_when=_tree(whens["filled_when"]),
    )  # fmt: skip
    return _told(request, saved.pk)


def _tree(tests: Tests | None) -> dict[str, Any] | None:
    return tree_of(tests) if tests is not None else None


def _known(found: OwnField | None, options: list[verbs.Option]) -> None:
    """Raises Problem for an option of another field, or one that is named twice."""
    named = [pk for pk, _name in options if pk is not None]
    known = set(found.options.values_list("pk", flat=True)) if found else set()
    if len(set(named)) != len(named) or not set(named) <= known:
        raise wrong("options", _("There is nothing of this id."))


@room.writes("POST", "/fields/{int:pk}/place", "settings:write")
def move_field(request: ApiRequest, pk: Key, given: Place) -> FieldOut:
    """Show a field earlier or later."""
    verbs.move_word(to_set(request, OwnField, pk), given.steps, actor=request.user.actor)
    return _told(request, pk)


@room.writes("POST", "/fields/{int:pk}/archive", "settings:write")
def archive_field(request: ApiRequest, pk: Key) -> FieldOut:
    """Show a field no more. What stands in it is kept."""
    verbs.archive_word(to_set(request, OwnField, pk), actor=request.user.actor)
    return _told(request, pk)


@room.writes("DELETE", "/fields/{int:pk}/archive", "settings:write")
def bring_field_back(request: ApiRequest, pk: Key) -> FieldOut:
    """Show a field again. With what stands in it."""
    verbs.bring_back(to_set(request, OwnField, pk), actor=request.user.actor)
    return _told(request, pk)
