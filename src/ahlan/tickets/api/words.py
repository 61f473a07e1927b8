"""Settings: the types and statuses of a desk's own. Fields and tags have chapters beside this one."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Listed, Out, Place, all_of
from ahlan.core.text import clean
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions import words as verbs
from ahlan.tickets.api.listing import STATES
from ahlan.tickets.api.room import words as room
from ahlan.tickets.models import State, Status, TicketType
from ahlan.tickets.models.own import Own
from ahlan.tickets.vocabulary import vocabulary

MANAGE, SEE = "fields.manage", "tickets.view"
Archived = Annotated[bool, Field(description="Also those that are not offered any more.")]
Name = Annotated[str, Field(min_length=1, max_length=80, examples=["Fault"]), AfterValidator(clean)]


class TypeOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Fault"])]
    is_archived: bool

    @classmethod
    def of(cls, one: TicketType) -> "TypeOut":
        return cls(id=one.pk, name=one.name, is_archived=one.is_archived)


class StatusOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Waiting for the courier"])]
    state: Annotated[str, Field(description="The state it is within, for ever.", examples=["waiting"])]
    is_default: Annotated[bool, Field(description="What a ticket gets that is put into the state.")]
    is_archived: bool

    @classmethod
    def of(cls, one: Status) -> "StatusOut":
        names = ("name", "state", "is_default", "is_archived")
        return cls(id=one.pk, **{name: getattr(one, name) for name in names})


class StateOut(Out):
    """One of the four states, as the desk words it, and what it begins with."""

    state: Annotated[str, Field(examples=["waiting"])]
    name: Annotated[str, Field(examples=["Waiting"])]
    default: Annotated[int | None, Field(description="The status it begins with; null: the plain one.")]


class TypeNamed(In):
    name: Name


class StatusNamed(In):
    name: Name


class StatusMade(StatusNamed):
    state: STATES


class StateWorded(In):
    name: Annotated[
        str,
        Field(max_length=80, description="Empty: its own name again.", examples=["With the customer"]),
        AfterValidator(clean),
    ]


class StateBegun(In):
    status: Annotated[Key | None, Field(description="Null: the plain one.")]


def told_by(agent: Any, words: Iterable[Own], tell: Any, archived: bool) -> Listed[Any]:
    """Those that stand, and the others when asked for."""
    must(agent, SEE)
    return all_of((one for one in words if archived or not one.is_archived), tell)


def to_set(request: ApiRequest, model: type[Own], pk: int) -> Any:
    """One that is to be changed. Raises PermissionDenied, Http404; a state's plain status is reached by its state."""
    must(request.user, MANAGE)
    found = model._default_manager.filter(pk=pk).first()
    if found is None or getattr(found, "is_plain", False):
        raise Http404("no such word")
    return found


def to_read(request: ApiRequest, words: dict[int, Any], pk: int) -> Any:
    must(request.user, SEE)
    found = words.get(pk)
    if found is None or getattr(found, "is_plain", False):
        raise Http404("no such word")
    return found


def worded(name: str) -> str:
    """Raises Problem for a name of nothing but spaces."""
    if not name.strip():
        raise wrong("name", _("A name is needed."))
    return name


@room.reads("/ticket-types", "settings:read")
def list_types(request: ApiRequest, archived: Archived = False) -> Listed[TypeOut]:
    """List the types of ticket. In their order."""
    return told_by(request.user, vocabulary().types.values(), TypeOut.of, archived)


@room.reads("/ticket-types/{int:pk}", "settings:read")
def get_type(request: ApiRequest, pk: Key) -> TypeOut:
    """Get a type of ticket."""
    return TypeOut.of(to_read(request, vocabulary().types, pk))


@room.writes("POST", "/ticket-types", "settings:write", makes="/ticket-types/{id}")
def make_type(request: ApiRequest, given: TypeNamed) -> TypeOut:
    """Make a type of ticket. Last in order."""
    must(request.user, MANAGE)
    return TypeOut.of(verbs.save_type(name=worded(given.name), actor=request.user.actor))


@room.writes("PUT", "/ticket-types/{int:pk}", "settings:write")
def rename_type(request: ApiRequest, pk: Key, given: TypeNamed) -> TypeOut:
    """Rename a type of ticket."""
    found = to_set(request, TicketType, pk)
    return TypeOut.of(verbs.save_type(found, name=worded(given.name), actor=request.user.actor))


@room.writes("POST", "/ticket-types/{int:pk}/place", "settings:write")
def move_type(request: ApiRequest, pk: Key, given: Place) -> TypeOut:
    """Offer a type earlier or later."""
    found = to_set(request, TicketType, pk)
    verbs.move_word(found, given.steps, actor=request.user.actor)
    return TypeOut.of(found)


@room.writes("POST", "/ticket-types/{int:pk}/archive", "settings:write")
def archive_type(request: ApiRequest, pk: Key) -> TypeOut:
    """Offer a type no more. Tickets that have it keep it."""
    found = to_set(request, TicketType, pk)
    verbs.archive_word(found, actor=request.user.actor)
    return TypeOut.of(found)


@room.writes("DELETE", "/ticket-types/{int:pk}/archive", "settings:write")
def bring_type_back(request: ApiRequest, pk: Key) -> TypeOut:
    """Offer a type again."""
    found = to_set(request, TicketType, pk)
    verbs.bring_back(found, actor=request.user.actor)
    return TypeOut.of(found)


@room.reads("/states", "settings:read")
def list_states(request: ApiRequest) -> Listed[StateOut]:
    """List the four states. As the desk words them."""
    must(request.user, SEE)
    return all_of(State.values, _state_told)


def _state_told(state: str) -> StateOut:
    words = vocabulary()
    return StateOut(state=state, name=words.plain_word(state), default=words.id_in(state, ""))


@room.writes("PUT", "/states/{str:state}/name", "settings:write")
def rename_state(
    request: ApiRequest, state: Literal["open", "waiting", "on_hold", "closed"], given: StateWorded
) -> StateOut:
    """Rename a state. What it means stays."""
    must(request.user, MANAGE)
    verbs.name_plain(state, given.name, actor=request.user.actor)
    return _state_told(state)


@room.writes("PUT", "/states/{str:state}/default", "settings:write")
def begin_state_with(
    request: ApiRequest, state: Literal["open", "waiting", "on_hold", "closed"], given: StateBegun
) -> StateOut:
    """Say which status a ticket gets that is put into a state."""
    must(request.user, MANAGE)
    own = vocabulary().own_statuses
    found = next((one for one in own if one.pk == given.status and one.state == state), None)
    if given.status is not None and found is None:
        raise wrong("status", _("There is no such status any more."))
    verbs.begin_with(state, found, actor=request.user.actor)
    return _state_told(state)


@room.reads("/statuses", "settings:read")
def list_statuses(request: ApiRequest, archived: Archived = False) -> Listed[StatusOut]:
    """List the statuses within the states. In their order; the plain ones are the states."""
    own = [one for one in vocabulary().statuses.values() if not one.is_plain]
    return told_by(request.user, own, StatusOut.of, archived)


@room.reads("/statuses/{int:pk}", "settings:read")
def get_status(request: ApiRequest, pk: Key) -> StatusOut:
    """Get a status."""
    return StatusOut.of(to_read(request, vocabulary().statuses, pk))


@room.writes("POST", "/statuses", "settings:write", makes="/statuses/{id}")
def make_status(request: ApiRequest, given: StatusMade) -> StatusOut:
    """Make a status within a state. Last in order."""
    must(request.user, MANAGE)
    name = worded(given.name)
    return StatusOut.of(verbs.save_status(name=name, state=given.state, actor=request.user.actor))


@room.writes("PUT", "/statuses/{int:pk}", "settings:write")
def rename_status(request: ApiRequest, pk: Key, given: StatusNamed) -> StatusOut:
    """Rename a status. It stays in its state."""
    found, name = to_set(request, Status, pk), worded(given.name)
    saved = verbs.save_status(found, name=name, state=found.state, actor=request.user.actor)
    return StatusOut.of(saved)


@room.writes("POST", "/statuses/{int:pk}/place", "settings:write")
def move_status(request: ApiRequest, pk: Key, given: Place) -> StatusOut:
    """Offer a status earlier or later. Within its state."""
    found = to_set(request, Status, pk)
    verbs.move_word(found, given.steps, actor=request.user.actor)
    return StatusOut.of(found)


@room.writes("POST", "/statuses/{int:pk}/archive", "settings:write")
def archive_status(request: ApiRequest, pk: Key) -> StatusOut:
    """Offer a status no more. Tickets that have it keep it."""
    found = to_set(request, Status, pk)
    verbs.archive_word(found, actor=request.user.actor)
    return StatusOut.of(found)


@room.writes("DELETE", "/statuses/{int:pk}/archive", "settings:write")
def bring_status_back(request: ApiRequest, pk: Key) -> StatusOut:
    """Offer a status again."""
    found = to_set(request, Status, pk)
    verbs.bring_back(found, actor=request.user.actor)
    return StatusOut.of(found)
