"""Tags themselves: renamed, merged, deleted; and what views that ask for them then list."""

import pytest
from django.test import Client
from tests.makers import make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions.tags import delete_tag, merge_tags, rename_tag
from ahlan.tickets.actions.views import gather, save_view
from ahlan.tickets.actions.words import NameTaken
from ahlan.tickets.actions.work import tag_ticket
from ahlan.tickets.models import Listed, Tag

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(desk):
    both, one = make_ticket(inbox=desk), make_ticket(inbox=desk)
    tag_ticket(both, ["bill", "invoice"], actor="system")
    tag_ticket(one, ["bill"], actor="system")
    return both, one


def names(ticket):
    return sorted(ticket.tags.values_list("name", flat=True))


def test_merging_moves_the_tickets_and_the_views(two):
    bill, invoice = Tag.objects.order_by("name")
    tree = {"all": [{"facet": "tags", "is": "any_of", "value": [str(bill.pk)]}]}
    view = save_view(name="Bills", conditions=tree, actor="system")
    merge_tags(bill, invoice, actor="system")
    view.refresh_from_db()
    gather(view)

    assert [names(one) for one in two] == [["invoice"], ["invoice"]]
    assert view.conditions["all"][0]["value"] == [str(invoice.pk)]
    assert set(Listed.objects.filter(view=view).values_list("ticket", flat=True)) == {one.pk for one in two}
    assert Event.objects.get(kind="tag.merged").facts == {"into": invoice.pk, "was": "bill"}


def test_a_tag_is_renamed_and_not_to_a_name_that_is_taken(two):
    bill = Tag.objects.get(name="bill")
    with pytest.raises(NameTaken):
        rename_tag(bill, "invoice", actor="system")
    with pytest.raises(ValueError, match="name"):
        rename_tag(bill, " ", actor="system")
    rename_tag(bill, " Receipt ", actor="system")

    assert names(two[0]) == ["Receipt", "invoice"]


def test_deleting_takes_it_off_every_ticket(two):
    delete_tag(Tag.objects.get(name="bill"), actor="system")

    assert [names(one) for one in two] == [["invoice"], []]
    assert Event.objects.filter(kind="tag.deleted").count() == 1


def test_the_page_tells_how_many_lose_it(two, chief, ada):
    bill = Tag.objects.get(name="bill")
    client = Client()
    client.force_login(chief, backend=BACKEND)
    page = client.get(f"/settings/tags/{bill.pk}/").content.decode()
    taken = client.post(f"/settings/tags/{bill.pk}/", {"name": "invoice"})
    nobody = client.post(f"/settings/tags/{bill.pk}/merge/", {"into": "bill"})
    client.post(f"/settings/tags/{bill.pk}/merge/", {"into": "invoice"})

    assert "2 tickets bear this tag" in page
    assert (taken.status_code, nobody.status_code) == (422, 302)
    assert list(Tag.objects.values_list("name", flat=True)) == ["invoice"]
    client.force_login(ada, backend=BACKEND)
    assert client.get("/settings/tags/").status_code == 403
