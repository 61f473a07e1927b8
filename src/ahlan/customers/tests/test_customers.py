import pytest
from django.test import Client
from tests.makers import make_customer

from ahlan.customers import actions
from ahlan.customers.models import Address, Customer, Organisation
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_meet_makes_a_customer_once(db):
    first = actions.meet("email", "Cy@Else.Example ", name="Cy")

    again = actions.meet("email", "cy@else.example", name="Somebody else")

    assert (again, again.name) == (first, "Cy")
    assert Address.objects.get().value == "cy@else.example"


def test_meet_puts_a_new_customer_into_the_organisation_of_his_domain(db):
    organisation = Organisation.objects.create(name="Else", domain="else.example")

    assert actions.meet("email", "new@else.example").organisation == organisation


def test_merge_reads_two_as_one_and_unmerge_undoes_it(cy, di):
    actions.merge(cy, di, actor="agent:1")
    merged = actions.meet("email", "di@nowhere.example")
    actions.unmerge(Customer.objects.get(pk=di.pk), actor="agent:1")

    assert merged == cy
    assert actions.meet("email", "di@nowhere.example") == di
    assert list(Event.objects.values_list("kind", flat=True)) == ["customer.merged", "customer.unmerged"]


def test_unmerge_brings_back_those_merged_before(cy, di):
    third = make_customer()
    actions.merge(di, third, actor="agent:1")
    actions.merge(cy, di, actor="agent:1")

    actions.unmerge(Customer.objects.get(pk=di.pk), actor="agent:1")

    assert Customer.objects.get(pk=third.pk).merged_into == di


def test_merge_refuses_the_same_person(cy):
    with pytest.raises(ValueError, match="same customer"):
        actions.merge(cy, cy, actor="agent:1")


def test_an_address_belongs_to_one_person(cy, di):
    with pytest.raises(ValueError, match="another customer"):
        actions.add_address(cy, "email", "di@nowhere.example", actor="agent:1")


def test_the_last_address_stays(cy):
    with pytest.raises(ValueError, match="at least one"):
        actions.remove_address(cy.addresses.get(), actor="agent:1")


def test_customer_page_changes_merges_and_takes_apart(ada, cy, di):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    address = f"/customers/{cy.pk}/"

    client.post(address, {"name": "Cyrus", "language": "fa"})
    client.post(f"{address}merging/", {"merge-value": "di@nowhere.example"})
    merged = Customer.objects.get(pk=di.pk).merged_into
    client.post(f"{address}merging/{di.pk}/undo/")

    assert Customer.objects.get(pk=cy.pk).name == "Cyrus"
    assert (merged, Customer.objects.get(pk=di.pk).merged_into) == (cy, None)
    assert client.get(address).status_code == 200
    assert client.get("/customers/?q=di@").content.count(b"di@nowhere.example") == 1


def test_customer_page_is_changed_only_by_those_who_may(cy, desk):
    from tests.makers import make_agent

    viewer = Client()
    viewer.force_login(make_agent(role="viewer"), backend=BACKEND)

    assert viewer.post(f"/customers/{cy.pk}/", {"name": "Other"}).status_code == 403
    assert Client().get(f"/customers/{cy.pk}/").status_code == 302
    assert Customer.objects.get(pk=cy.pk).name == "Cy Customer"


@pytest.mark.parametrize("count", [1, 3])
def test_customer_list_costs_the_same_for_more(ada, count, django_assert_max_num_queries):
    for _ in range(count):
        make_customer()
    client = Client()
    client.force_login(ada, backend=BACKEND)
    client.get("/customers/")

    with django_assert_max_num_queries(16):
        client.get("/customers/")


def test_who_writes_without_a_name_is_called_by_the_address_until_one_is_known(db):
    nameless = actions.meet("email", "you@else.example")
    assert str(nameless) == "you@else.example"

    actions.meet("email", "you@else.example", name="Yona")

    nameless.refresh_from_db()
    assert str(nameless) == "Yona"
