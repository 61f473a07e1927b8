"""Verbs on customers: meet, merge and take apart again, add and take away addresses, mark one that fails."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.rows import insert
from ahlan.core.text import clean
from ahlan.customers.models import Address, Customer, Organisation
from ahlan.customers.search import index_customers, index_family, index_new_customer, index_organisation
from ahlan.events.log import record


def normal(kind: str, value: str) -> str:
    """An address as it is compared and kept: for mail in lower case, without white space around."""
    value = clean(value).strip()[:254]
    return value.casefold() if kind == "email" else value


@transaction.atomic(savepoint=False)
def meet(kind: str, value: str, *, name: str = "", nickname: str = "", language: str = "") -> Customer:
    """The customer of an address, made on first meeting. Nameless he is called by the nickname, else by the address, until he
    gives a name. Two at once make one."""
    value = normal(kind, value)
    customer = _of_address.first(kind, value)
    if customer is None:
        try:
            with transaction.atomic():
                return _make(kind, value, name or nickname, language)
        except IntegrityError:  # somebody was quicker
            customer = Customer.objects.get(addresses__kind=kind, addresses__value=value)
    _learn(customer.primary, ("", value[:200], clean(nickname)[:200]), name, language)
    return customer.primary


@kept
def _of_address(kind: str, value: str) -> QuerySet[Customer]:
    return Customer.objects.filter(addresses__kind=kind, addresses__value=value)[:1]


@kept
def _of_domain(domain: str) -> QuerySet[Organisation]:
    return Organisation.objects.exclude(domain="").filter(domain=domain)[:1]


def _make(kind: str, value: str, name: str, language: str) -> Customer:
    customer = insert(
        Customer(
            name=(clean(name) or value)[:200], language=language, organisation=_organisation_of(kind, value)
        )
    )
    insert(Address(customer=customer, kind=kind, value=value))
    index_new_customer(customer, value)
    return customer


def _organisation_of(kind: str, value: str) -> Organisation | None:
    domain = value.rpartition("@")[2] if kind == "email" else ""
    return _of_domain.first(domain) if domain else None


def _learn(customer: Customer, nameless: tuple[str, ...], name: str, language: str) -> None:
    """Take a name or language we did not have; never overwrite what is known. `nameless`: names that are none."""
    learnt = {}
    if name and customer.name in nameless:
        learnt["name"] = clean(name)[:200]
    if language and not customer.language:
        learnt["language"] = language
    if learnt:
        Customer.objects.filter(pk=customer.pk).update(**learnt)
        for key, value in learnt.items():
            setattr(customer, key, value)
        index_customers([customer.pk])


@transaction.atomic
def merge(kept: Customer, other: Customer, *, actor: str) -> Customer:
    """Make two customers one: `other` is read as `kept` from now on. Nothing moves, so `unmerge` undoes it.

    Raises ValueError when both are the same person already.
    """
    kept, other = kept.primary, other.primary
    if kept.pk == other.pk:
        raise ValueError("the same customer already")
    both = Customer.objects.select_for_update().filter(pk__in=[kept.pk, other.pk]).order_by("pk")
    if any(one.merged_into_id for one in both):
        raise ValueError("one of them was merged with somebody meanwhile")
    ids = [other.pk, *other.merged.values_list("pk", flat=True)]
    Customer.objects.filter(pk__in=ids).update(merged_into=kept)
    index_family(kept)
    record("customer.merged", kept, actor=actor, other=other.pk, all=ids)
    return kept


@transaction.atomic
def join(customer: Customer, kind: str, value: str) -> Customer:
    """What a wire has proved: this address is his as well. Whoever has it becomes one with him, unless people took the two apart."""
    value = normal(kind, value)
    other = (
        Customer.objects.select_related("merged_into")
        .filter(addresses__kind=kind, addresses__value=value)
        .first()
    )
    if not value or (other is not None and other.primary.pk == customer.primary.pk):
        return customer.primary
    if other is None:
        add_address(customer.primary, kind, value, actor="system")
        return customer.primary
    one, two = other.primary, customer.primary
    if _were_taken_apart(one, two):
        return two
    return merge(one, two, actor="system")


def _were_taken_apart(one: Customer, two: Customer) -> bool:
    from ahlan.events.models import Event  # noqa: PLC0415 -- read only here

    apart = Event.objects.filter(kind="customer.unmerged", subject_kind="customer")
    return any(apart.filter(subject_id=a.pk, facts__other=b.pk).exists() for a, b in ((one, two), (two, one)))


@transaction.atomic
def unmerge(other: Customer, *, actor: str) -> Customer:
    """Take apart what `merge` joined. Those merged into `other` earlier come back with him."""
    kept = other.merged_into
    if kept is None:
        return other
    ids = [other.pk, *_came_with(kept, other)]
    Customer.objects.filter(pk=other.pk).update(merged_into=None)
    Customer.objects.filter(pk__in=ids[1:]).update(merged_into=other)
    other.merged_into = None
    index_customers([kept.pk])
    index_family(other)
    record("customer.unmerged", kept, actor=actor, other=other.pk, all=ids)
    return other


def _came_with(kept: Customer, other: Customer) -> list[int]:
    from ahlan.events.models import Event  # noqa: PLC0415 -- read only here

    last = Event.objects.filter(
        kind="customer.merged", subject_kind="customer", subject_id=kept.pk, facts__other=other.pk
    ).last()
    return [pk for pk in (last.facts["all"] if last else []) if pk != other.pk]


@transaction.atomic
def change(customer: Customer, *, actor: str, **values: object) -> Customer:
    """Set name, language, time zone, organisation or the note about a customer."""
    changed = [key for key, value in values.items() if getattr(customer, key) != value]
    for key in changed:
        setattr(customer, key, values[key])
    if changed:
        customer.save(update_fields=changed)
        index_customers([customer.pk])
        record("customer.changed", customer, actor=actor, fields=changed)
    return customer


@transaction.atomic
def add_address(customer: Customer, kind: str, value: str, *, actor: str) -> Address:
    """Give a customer one more address. Raises ValueError when it belongs to somebody else."""
    address, made = Address.objects.get_or_create(
        kind=kind, value=normal(kind, value), defaults={"customer": customer}
    )
    if not made and address.customer.primary.pk != customer.primary.pk:
        raise ValueError("this address belongs to another customer; merge the two instead")
    if made:
        index_customers([customer.pk])
        record("customer.address_added", customer, actor=actor, address=address.pk)
    return address


@transaction.atomic
def remove_address(address: Address, *, actor: str) -> None:
    """Take an address away. Raises ValueError for the last one: the customer could not be answered."""
    if address.customer.addresses.count() == 1:
        raise ValueError("a customer keeps at least one address")
    record("customer.address_removed", address.customer, actor=actor, address=address.pk)
    address.delete()
    index_customers([address.customer_id])


@transaction.atomic
def mark_failing(kind: str, value: str, reason: str) -> Address | None:
    """Note that mail to an address comes back for good."""
    address = Address.objects.filter(kind=kind, value=normal(kind, value)).first()
    if address is not None and address.failing_since is None:
        address.failing_since, address.failure = now(), reason[:200]
        address.save(update_fields=["failing_since", "failure"])
        record("customer.address_failed", address.customer, actor="system", address=address.pk)
    return address


def mark_working(kind: str, value: str) -> None:
    """A word from an address shows that it works again."""
    Address.objects.filter(kind=kind, value=normal(kind, value), failing_since__isnull=False).update(
        failing_since=None, failure=""
    )


@transaction.atomic
def save_organisation(organisation: Organisation, *, actor: str) -> Organisation:
    """Make or change an organisation. New customers from its mail domain belong to it."""
    made = organisation.pk is None
    organisation.save()
    index_organisation(organisation)
    record("organisation.created" if made else "organisation.changed", organisation, actor=actor)
    return organisation
