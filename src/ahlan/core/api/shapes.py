"""What goes in and out: the forms operations share."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.functional_validators import AfterValidator

from ahlan.core import keyset
from ahlan.core.api.problems import VALUE, wrong
from ahlan.core.text import clean

Shape = TypeVar("Shape")
LARGEST_KEY = 2**63 - 1
LARGEST_PAGE = 100


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most.")]
Cursor = Annotated[
    str,
    Field(
        max_length=keyset.LONGEST_CURSOR, description="What stands in next of the page before.", examples=[""]
    ),
]
Language = Literal["en", "he", "ar", "fi", "fa", "ru"]
Line = Annotated[str, BeforeValidator(_cleaned), Field(max_length=200)]  # without control characters
Text = Annotated[str, BeforeValidator(_cleaned), Field(max_length=200_000)]


def _reachable(moment: datetime) -> datetime:
    """Between the years databases count in, whatever the zone."""
    if not 1900 <= moment.year <= 9000:
        raise ValueError("out of reach")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_reachable)]


class In(BaseModel):
    """What a caller gives. A field nobody knows is refused, so that a slip of the pen is not passed over."""

    model_config = ConfigDict(extra="forbid")


class Place(In):
    """How to move something in an order."""

    steps: Annotated[
        int,
        Field(ge=-200, le=200, description="So many places later, or earlier when negative.", examples=[-1]),
    ]


class Out(BaseModel):
    """What he gets."""


class Ref(Out):
    """Another thing, by its id and name."""

    id: int
    name: str

    @classmethod
    def to(cls, thing: Model | None) -> "Ref | None":
        return cls(id=thing.pk, name=str(thing)) if thing else None


class Listed(Out, Generic[Shape]):
    """One page of a list. `next` is the `cursor` of the page that follows, null on the last one."""

    items: list[Shape]
    next: str | None


def listed(
    found: QuerySet[Any],
    tell: Callable[[Any], Shape],
    *,
    order: tuple[str, ...] = ("-id",),
    cursor: str = "",
    limit: int = 30,
) -> Listed[Shape]:
    """A page of a queryset by key, in one query. Raises Problem for a cursor of another list."""
    check_cursor(cursor, order)
    page = keyset.page(found, order, cursor, limit)
    return Listed(items=[tell(one) for one in page.items], next=page.next_cursor)


def check_cursor(cursor: str, order: tuple[str, ...]) -> None:
    """Raises Problem for one that was made up, or belongs to another list."""
    if cursor and not keyset.fits(cursor, order):
        raise wrong("cursor", gettext(VALUE), where="query")


def all_of(found: Iterable[Any], tell: Callable[[Any], Shape]) -> Listed[Shape]:
    """A short list, whole."""
    return Listed(items=[tell(one) for one in found], next=None)
