"""Segments: what may be asked of a customer, who comes and goes, and what follows for his tickets."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.makers import make_caller, make_customer, make_team, make_ticket

from ahlan.core.clock import now
from ahlan.customers.actions import change, merge, unmerge
from ahlan.customers.models import Customer, Organisation
from ahlan.events.definitions import one_look
from ahlan.events.models import Event
from ahlan.feedback.segments import actions
from ahlan.feedback.segments.facets import CUSTOMERS
from ahlan.feedback.segments.models import Member, Segment, Stir
from ahlan.feedback.segments.scale import least_values, score_of
from ahlan.feedback.tests.makers import client_of, events, put
from ahlan.routing.actions.plans import save_plan
from ahlan.routing.actions.queue import move_queue
from ahlan.service_levels.actions.terms import save_policy
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.models import Deadline
from ahlan.tickets.actions.views import save_view
from ahlan.tickets.actions.work import set_state, tag_ticket
from ahlan.tickets.conditions import BadCondition, check, holding
from ahlan.tickets.models import Listed, Tag, Ticket

pytestmark = pytest.mark.django_db


def one(facet: str, how: str, *value: object) -> dict:
    return {"all": [{"facet": facet, "is": how, "value": [str(each) for each in value]}]}


def make_segment(tree: dict | None = None, **over: object) -> Segment:
    values = {
        "name": "Detractors",
        "approach": "Call them.",
        "conditions": tree or one("recommends", "any_of", "detractor"),
    }
    made = actions.save_segment(None, actor="system", **{**values, **over})
    actions.keep_members()
    return made


def names(segment: Segment) -> list[str]:
    return sorted(Member.objects.filter(segment=segment).values_list("customer__name", flat=True))


def nps(score: int, customer: Customer, **over: object) -> None:
    put(score, key="nps", customer=customer, at=over.pop("at", now()), **over)


@pytest.fixture
def people(desk):
    """Noa wrote three times and is unhappy; Omar once, long ago, and is happy; Piia never wrote."""
    noa, omar, piia = (make_customer(name=name) for name in ("Noa", "Omar", "Piia"))
    tickets = [make_ticket(inbox=desk, customer=noa) for _n in range(3)]
    tickets[0].tags.add(Tag.objects.create(name="refund"))
    Ticket.objects.filter(pk=tickets[0].pk).update(state="closed", closed_at=now())
    old = now() - timedelta(days=200)
    make_ticket(inbox=desk, customer=omar, opened_at=old, last_message_at=old)
    omar.organisation, omar.language = Organisation.objects.create(name="Acme", internal=True), "ar"
    omar.save()
    nps(9, noa, at=now() - timedelta(days=9))
    nps(3, noa)
    nps(10, omar)
    actions.measure_contact()
    return noa, omar, piia


ASKED = [
    (("recommends", "any_of", "detractor"), ["Noa"]),
    (("recommends", "any_of", "promoter", "passive"), ["Omar"]),
    (("recommends", "empty"), ["Piia"]),
    (("score:nps", "at_most", 6), ["Noa"]),
    (("score:nps", "at_least", "9.5"), ["Omar"]),
    (("score:nps", "filled"), ["Noa", "Omar"]),
    (("tickets", "at_least", 2), ["Noa"]),
    (("tickets", "at_most", 0), ["Piia"]),
    (("open_tickets", "at_least", 2), ["Noa"]),
    (("open_tickets", "at_least", 3), []),
    (("tags", "any_of", "TAG"), ["Noa"]),
    (("tags", "none_of", "TAG"), ["Omar", "Piia"]),
    (("last_contact", "within", 48), ["Noa"]),
    (("last_contact", "longer_ago", 48), ["Omar"]),
    (("last_contact", "empty"), ["Piia"]),
    (("recency", "at_least", 3), ["Noa"]),
    (("recency", "at_most", 1), ["Omar"]),
    (("frequency", "at_least", 3), ["Noa"]),
    (("frequency", "at_most", 2), ["Omar"]),
    (("frequency", "empty"), ["Piia"]),
    (("organisation", "any_of", "ORG"), ["Omar"]),
    (("internal", "yes"), ["Omar"]),
    (("language", "any_of", "ar"), ["Omar"]),
    (("complaints", "at_most", 0), ["Noa", "Omar", "Piia"]),
    (("complaining", "no"), ["Noa", "Omar", "Piia"]),
    (("compliments", "at_least", 1), []),
    (("to_win_back", "yes"), []),
    (("address", "contains", "else.example"), ["Noa", "Omar", "Piia"]),
    (("met", "within", 5), ["Noa", "Omar", "Piia"]),
]  # fmt: skip


def test_anything_known_of_a_customer_can_be_asked(people, django_assert_num_queries):
    ids = {"TAG": Tag.objects.get().pk, "ORG": Organisation.objects.get().pk}
    trees = {
        n: one(facet, how, *(ids.get(each, each) for each in value))
        for n, ((facet, how, *value), _found) in enumerate(ASKED)
    }
    asked = {n: check(tree, CUSTOMERS) for n, tree in trees.items()}
    holding([1], asked, CUSTOMERS)

    with one_look(), django_assert_num_queries(2):  # what the house has set, and the people
        held = holding([one.pk for one in people], asked, CUSTOMERS)

    told = {one.pk: one.name for one in people}
    assert [sorted(told[pk] for pk in held[n]) for n in asked] == [found for _tree, found in ASKED]


@pytest.mark.parametrize("tree", [
    one("tickets", "at_least", "many"), one("tickets", "at_least", "1e9"), one("recency", "at_least", 6), one("mood", "yes"),
    one("recommends", "any_of", "friend"), one("state", "any_of", "open"), {"all": 7}, one("last_contact", "within", 0),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(tree):
    with pytest.raises((BadCondition, KeyError)) as refused:
        actions.save_segment(None, name="X", conditions=tree, actor="system")
    assert refused.type is BadCondition


@pytest.mark.once
def test_scores_of_the_reference_come_out_by_rank():
    days, orders = [-3, -20, -45, -90, -200], [12, 4, 4, 1, 1]
    recency, frequency = (
        least_values({value: given.count(value) for value in given}) for given in (days, orders)
    )

    found = [f"{score_of(day, recency)}{score_of(n, frequency)}" for day, n in zip(days, orders, strict=True)]

    assert found == ["55", "43", "33", "21", "11"]
    assert least_values({}) == {}


def test_a_customer_comes_and_goes_by_what_he_says(people):
    noa, omar, _piia = people
    held = make_segment()
    assert (names(held), events("segment.joined")) == (["Noa"], [{"segment": held.pk}])
    assert Event.objects.filter(kind="ticket.segments_changed").count() == 2  # her open tickets

    nps(2, omar)
    nps(10, noa)
    actions.keep_members()

    held.refresh_from_db()
    assert (names(held), held.size, held.sweep_from) == (["Omar"], 1, None)
    assert (len(events("segment.joined")), events("segment.left")) == (2, [{"segment": held.pk}])
    assert not Stir.objects.exists()


def test_who_is_merged_is_one_person_and_two_again(people):
    noa, _omar, piia = people
    held = make_segment()

    merge(piia, noa, actor="system")
    actions.keep_members()
    assert names(held) == ["Piia"]

    noa.refresh_from_db()
    unmerge(noa, actor="system")
    actions.keep_members()
    assert names(held) == ["Noa"]


def test_verbs_on_tickets_and_customers_bring_people_in(people, ada):
    noa, _omar, piia = people
    vip = Tag.objects.create(name="vip")
    tagged, finnish = (
        make_segment(one("tags", "any_of", vip.pk)),
        make_segment(one("language", "any_of", "fi"), name="Finnish"),
    )
    open_one = Ticket.objects.filter(customer=noa, state="open").first()

    tag_ticket(open_one, ["vip"], actor=ada.actor)
    change(piia, language="fi", actor=ada.actor)
    actions.keep_members()

    assert (names(tagged), names(finnish)) == (["Noa"], ["Piia"])


def test_what_only_the_clock_changes_is_seen_by_the_nightly_look(people):
    _noa, omar, _piia = people
    held = make_segment(one("last_contact", "longer_ago", 24 * 250))
    assert names(held) == []

    Ticket.objects.filter(customer=omar).update(last_message_at=now() - timedelta(days=300))
    assert actions.next_look() is None
    actions.begin_sweep()
    assert actions.next_look() is not None
    actions.keep_members()

    assert names(held) == ["Omar"]


def test_looking_costs_the_same_for_one_or_many(people, monkeypatch, django_assert_max_num_queries):
    held = make_segment(one("tickets", "at_least", 1))
    for _n in range(30):
        make_customer()
    ids = list(Customer.objects.values_list("pk", flat=True))

    with django_assert_max_num_queries(4):
        actions.judge(ids, [held])
    monkeypatch.setattr(actions, "BATCH", 7)
    actions.begin_sweep()
    actions.keep_members()

    held.refresh_from_db()
    assert (held.sweep_from, names(held)) == (None, ["Noa", "Omar"])


def test_a_segment_has_its_own_service_level_route_and_view(people, desk, ada):
    noa, *_more = people
    late = Target(60, Unit.MINUTES)
    held = make_segment(one("recommends", "any_of", "promoter"))
    asks = one("segment", "any_of", held.pk)
    save_policy(name="Theirs", conditions=asks, targets={2: {Kind.RESOLUTION: late}}, actor="system")
    view = save_view(name="Theirs", conditions=asks, order="newest_word", actor="system")
    team = make_team(desk, name="Callers")
    save_plan(name="Theirs", conditions=asks, way="load", team=team, actor="system")
    mine = Ticket.objects.filter(customer=noa, state="open").first()
    set_state(mine, "waiting", actor=ada.actor)
    set_state(mine, "open", actor=ada.actor)
    assert not Deadline.objects.filter(ticket=mine, policy__isnull=False).exists()

    nps(10, noa)
    actions.keep_members()
    move_queue()

    mine.refresh_from_db()
    assert Deadline.objects.filter(ticket=mine, policy__name="Theirs").exists()
    assert Listed.objects.filter(view=view, ticket=mine).exists()
    assert mine.team == team


def test_the_approach_stands_beside_the_ticket_and_on_the_customers_page(people, ada, chief):
    noa, *_more = people
    held = make_segment(approach="Call them <b>today</b>.")
    ticket = Ticket.objects.filter(customer=noa).first()

    pages = [
        client_of(chief).get(address).content.decode()
        for address in (ticket.get_absolute_url(), f"/customers/{noa.pk}/")
    ]

    assert all("Call them &lt;b&gt;today&lt;/b&gt;." in page and "Detractors" in page for page in pages)
    assert "Noa" in client_of(ada).get(f"/segments/{held.pk}/").content.decode()


def test_a_segment_is_made_tried_changed_and_deleted_on_its_pages(people, chief, ada):
    browser = client_of(chief)
    given = {
        "name": "Writers", "approach": "Warmly.", "all": ["0"], "facet-0": "tickets", "is-0": "at_least", "value-0": "1",
    }  # fmt: skip
    tried = browser.post("/settings/segments/trial/", given).content.decode()
    rows = browser.post(
        reverse("tickets:conditions", query={"of": "customer"}), {**given, "add": "any"}
    ).content.decode()
    assert "Noa" in tried and "Omar" in tried and "Piia" not in tried
    assert rows.count('class="condition"') == 2 and "of=customer" in rows

    assert browser.post("/settings/segments/new/", given).status_code == 302
    held = Segment.objects.get()
    assert browser.post("/settings/segments/new/", given).status_code == 422  # the name is taken
    assert browser.post(f"/settings/segments/{held.pk}/", {**given, "value-0": "x"}).status_code == 422
    actions.keep_members()
    assert "2" in browser.get("/settings/segments/").content.decode()
    assert client_of(ada).get("/settings/segments/").status_code == 403

    browser.post(f"/settings/segments/{held.pk}/removal/")
    assert not Member.objects.exists() and events("segment.deleted") == [{}]


def test_programs_do_the_same(people, chief, ada):
    caller = make_caller(chief)
    given = {"name": "Writers", "conditions": one("tickets", "at_least", 1), "approach": "Warmly."}

    tried = caller.say("POST", "/segments/trial", {"conditions": given["conditions"]}).json()
    made = caller.say("POST", "/segments", given).json()
    actions.keep_members()

    assert (tried["n"], tried["of"]) == (2, Customer.objects.count())
    assert [
        each["customer"]["name"] for each in caller.get_json(f"/segments/{made['id']}/customers")["items"]
    ] == ["Omar", "Noa"]
    noa = people[0]
    assert [
        each["segment"]["name"] for each in caller.get_json(f"/customers/{noa.pk}/segments")["items"]
    ] == ["Writers"]
    assert caller.say("POST", "/segments", given).status_code == 422
    assert (
        caller.say(
            "POST", "/segments", {**given, "name": "Y", "conditions": one("state", "any_of", "open")}
        ).status_code
        == 422
    )
    assert caller.say("PUT", f"/segments/{made['id']}", {**given, "approach": ""}).json()["approach"] == ""
    assert make_caller(ada).say("DELETE", f"/segments/{made['id']}").status_code == 403
    assert caller.say("DELETE", f"/segments/{made['id']}").status_code == 204
