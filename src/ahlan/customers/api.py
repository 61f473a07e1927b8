"""Customers through the API: people with their addresses, and the organisations they belong to."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Ref, Text, listed
from ahlan.customers import actions
from ahlan.customers.forms import ZONES
from ahlan.customers.models import Address, Customer, Organisation
from ahlan.customers.policies import customer_for, customers_of
from ahlan.customers.queries import addresses_starting

EDIT = "customers.edit"
LANGUAGES = dict(settings.LANGUAGES)
MOST_FOUND = 200  # customers by the beginning of an address

customers = Room(
    "customers",
    gettext_lazy("Customers"),
    "Who asks: people, and the organisations they belong to.",
    order=40,
)


class AddressOut(Out):
    id: int
    kind: Annotated[str, Field(examples=["email"])]
    value: Annotated[str, Field(examples=["noa@example.org"])]
    failing_since: datetime | None

    @classmethod
    def of(cls, one: Address) -> "AddressOut":
        return cls(id=one.pk, kind=one.kind, value=one.value, failing_since=one.failing_since)


class CustomerOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Noa Levi"])]
    language: Annotated[str, Field(examples=["he"])]
    time_zone: Annotated[str, Field(examples=["Asia/Jerusalem"])]
    organisation: Ref | None
    note: str
    met_at: datetime
    addresses: list[AddressOut]
    merged: Annotated[list[int], Field(description="Customers that are read as this one.", examples=[[]])]

    @classmethod
    def of(cls, one: Customer) -> "CustomerOut":
        """One read with organisation, addresses, and those merged into it with theirs."""
        same = ("name", "language", "time_zone", "note", "met_at")
        others = list(one.merged.all())
        addresses = [address for each in (one, *others) for address in each.addresses.all()]
        return cls(
            id=one.pk,
            **{name: getattr(one, name) for name in same},
            organisation=Ref.to(one.organisation),
            addresses=[AddressOut.of(address) for address in addresses],
            merged=[other.pk for other in others],
        )


class OrganisationOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Lapsi Oy"])]
    domain: Annotated[str, Field(examples=["lapsi.example"])]
    internal: Annotated[bool, Field(description="A division of one's own company.")]
    shares_requests: Annotated[bool, Field(description="Colleagues read each other's requests.")]

    @classmethod
    def of(cls, one: Organisation) -> "OrganisationOut":
        same = ("name", "domain", "internal", "shares_requests")
        return cls(id=one.pk, **{name: getattr(one, name) for name in same})


class NewCustomer(In):
    address: Annotated[
        Line, Field(max_length=254, description="A mail address.", examples=["noa@example.org"])
    ]
    name: Annotated[Line, Field(examples=["Noa Levi"])] = ""
    language: Annotated[Line, Field(max_length=10, examples=["he"])] = ""


class CustomerChange(In):
    """What is left out stays as it is."""

    name: Annotated[Line | None, Field(examples=["Noa Levi"])] = None
    language: Annotated[Line | None, Field(max_length=10, examples=["he"])] = None
    time_zone: Annotated[Line | None, Field(max_length=64, examples=["Asia/Jerusalem"])] = None
    organisation: Annotated[int | None, Field(ge=0, le=2**63 - 1, description="0: none.", examples=[0])] = (
        None
    )
    note: Annotated[Text | None, Field(examples=["Prefers to be called."])] = None


class AddressGiven(In):
    value: Annotated[Line, Field(max_length=254, examples=["noa@example.net"])]


class CustomerMerge(In):
    other: Annotated[Key, Field(description="The customer who is read as this one from then on.")]


class OrganisationGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=120, examples=["Lapsi Oy"])]
    domain: Annotated[
        Line,
        Field(
            max_length=253,
            description="New customers who write from here belong to it.",
            examples=["lapsi.example"],
        ),
    ] = ""
    internal: Annotated[bool, Field(examples=[False])] = False
    shares_requests: Annotated[bool, Field(examples=[False])] = False


def _whole(found: QuerySet[Customer]) -> QuerySet[Customer]:
    return found.prefetch_related("addresses", "merged__addresses")


def _told(request: HttpRequest, pk: int) -> CustomerOut:
    """Whoever was merged is told as the one he was merged into."""
    found = customer_for(request, pk).primary
    return CustomerOut.of(_whole(customers_of(request)).get(pk=found.pk))


def _mail(value: str, field: str) -> str:
    """Raises Problem."""
    try:
        validate_email(value.strip())
    except ValidationError:
        raise wrong(field, _("This is not an e-mail address.")) from None
    return value.strip()


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


def _editable(request: HttpRequest, pk: int) -> Customer:
    return customer_for(request, pk, EDIT).primary


@customers.reads("/customers", "customers:read")
def list_customers(
    request: HttpRequest,
    address: Annotated[Line, Field(description="The beginning of a mail address.")] = "",
    cursor: Cursor = "",
    limit: Limit = 30,
) -> Listed[CustomerOut]:
    """List customers. The newest first."""
    found = customers_of(request).filter(merged_into=None)
    if address:
        known = addresses_starting(address).values_list("customer", "customer__merged_into")[:MOST_FOUND]
        found = found.filter(pk__in={pk for pair in known for pk in pair if pk})
    return listed(_whole(found), CustomerOut.of, cursor=cursor, limit=limit)


@customers.reads("/customers/{int:pk}", "customers:read")
def get_customer(request: HttpRequest, pk: Key) -> CustomerOut:
    """Get a customer. One who was merged is told as the one he was merged into."""
    return _told(request, pk)


@customers.writes("POST", "/customers", "customers:write", makes="/customers/{id}")
def meet_customer(request: HttpRequest, given: NewCustomer) -> CustomerOut:
    """Meet a customer. Whoever is known by the address already is the answer; what is known of him stays."""
    customers_of(request)
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    if given.language and given.language not in LANGUAGES:
        raise wrong("language", _("This language is not known here."))
    met = actions.meet("email", _mail(given.address, "address"), name=given.name, language=given.language)
    return _told(request, met.pk)


@customers.writes("PATCH", "/customers/{int:pk}", "customers:write")
def change_customer(request: HttpRequest, pk: Key, given: CustomerChange) -> CustomerOut:
    """Change what is known of a customer."""
    found = _editable(request, pk)
    values: dict[str, Any] = {
        name: value for name, value in given if value is not None and name != "organisation"
    }
    if values.get("language") and values["language"] not in LANGUAGES:
        raise wrong("language", _("This language is not known here."))
    if "time_zone" in values and values["time_zone"] not in dict(ZONES):
        raise wrong("time_zone", _("This time zone is not known."))
    if given.organisation is not None:
        values["organisation"] = Organisation.objects.filter(pk=given.organisation).first()
        if given.organisation and values["organisation"] is None:
            raise wrong("organisation", _("There is no such organisation."))
    actions.change(found, actor=_actor(request), **values)
    return _told(request, found.pk)


@customers.writes("POST", "/customers/{int:pk}/addresses", "customers:write", makes="/customers/{pk}")
def add_address(request: HttpRequest, pk: Key, given: AddressGiven) -> AddressOut:
    """Give a customer one more mail address."""
    found = _editable(request, pk)
    try:
        made = actions.add_address(found, "email", _mail(given.value, "value"), actor=_actor(request))
    except ValueError:
        told = _("This address belongs to another customer. If it is the same person, merge the two.")
        raise Problem(409, told) from None
    return AddressOut.of(made)


@customers.writes("DELETE", "/customers/{int:pk}/addresses/{int:address}", "customers:write")
def remove_address(request: HttpRequest, pk: Key, address: Key) -> None:
    """Take an address away. The last one stays."""
    found = _editable(request, pk)
    family = [found.pk, *found.merged.values_list("pk", flat=True)]
    one = Address.objects.select_related("customer").filter(pk=address, customer__in=family).first()
    if one is None:
        raise Http404("no such address")
    try:
        actions.remove_address(one, actor=_actor(request))
    except ValueError:
        raise Problem(409, _("This is the last address; without one nobody could answer.")) from None


@customers.writes("POST", "/customers/{int:pk}/merges", "customers:write")
def merge_customers(request: HttpRequest, pk: Key, given: CustomerMerge) -> CustomerOut:
    """Make two customers one. It can be taken apart for ever."""
    found = _editable(request, pk)
    other = Customer.objects.select_related("merged_into").filter(pk=given.other).first()
    if other is None:
        raise wrong("other", _("There is no such customer."))
    try:
        actions.merge(found, other, actor=_actor(request))
    except ValueError:
        raise Problem(409, _("They are the same customer already.")) from None
    return _told(request, found.pk)


@customers.writes("DELETE", "/customers/{int:pk}/merges/{int:other}", "customers:write")
def unmerge_customers(request: HttpRequest, pk: Key, other: Key) -> CustomerOut:
    """Take two customers apart again. The answer is the one who was merged."""
    found = _editable(request, pk)
    one = Customer.objects.select_related("merged_into").filter(pk=other, merged_into=found).first()
    if one is None:
        raise Http404("no such merge")
    actions.unmerge(one, actor=_actor(request))
    return _told(request, one.pk)


def _organisation(request: HttpRequest, pk: int) -> Organisation:
    customers_of(request)
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such organisation")
    return found


@customers.reads("/organisations", "customers:read")
def list_organisations(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 30
) -> Listed[OrganisationOut]:
    """List organisations. By name."""
    customers_of(request)
    return listed(
        Organisation.objects.all(), OrganisationOut.of, order=("name", "id"), cursor=cursor, limit=limit
    )


@customers.reads("/organisations/{int:pk}", "customers:read")
def get_organisation(request: HttpRequest, pk: Key) -> OrganisationOut:
    """Get an organisation."""
    return OrganisationOut.of(_organisation(request, pk))


@customers.writes("POST", "/organisations", "customers:write", makes="/organisations/{id}")
def make_organisation(request: HttpRequest, given: OrganisationGiven) -> OrganisationOut:
    """Make an organisation."""
    customers_of(request)
    return _save(request, Organisation(), given)


@customers.writes("PUT", "/organisations/{int:pk}", "customers:write")
def change_organisation(request: HttpRequest, pk: Key, given: OrganisationGiven) -> OrganisationOut:
    """Change an organisation."""
    return _save(request, _organisation(request, pk), given)


def _save(request: HttpRequest, found: Organisation, given: OrganisationGiven) -> OrganisationOut:
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    name, domain = given.name.strip(), given.domain.strip().casefold().lstrip("@")
    if not name:
        raise wrong("name", _("A name is needed."))
    if domain and Organisation.objects.filter(domain=domain).exclude(pk=found.pk).exists():
        raise wrong("domain", _("This domain belongs to another organisation."))
    found.name, found.domain, found.internal = name, domain, given.internal
    found.shares_requests = given.shares_requests
    return OrganisationOut.of(actions.save_organisation(found, actor=_actor(request)))
