"""A desk's own words through the API: on tickets, and as they are set up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_caller, make_customer, make_message, make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions import words
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.work import set_type, tag_ticket
from ahlan.tickets.models import Tag, Ticket
from ahlan.tickets.models.own import Field, FieldOption

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy):
    made = make_ticket(inbox=desk, customer=cy)
    make_message(made)
    return made


@pytest.fixture
def caller(ada):
    return make_caller(ada)


@pytest.fixture
def setter(chief):
    return make_caller(chief)


def field(name, kind="text", options=(), **over):
    return words.save_field(
        name=name, kind=kind, options=[(None, one) for one in options], actor="system", **over
    )


def kinds(subject_kind):
    found = Event.objects.filter(subject_kind=subject_kind).order_by("id")
    return list(found.values_list("kind", flat=True))


@pytest.fixture
def every(desk, ada):
    """A field of each kind, by its kind."""
    of = {kind: field(kind.title(), kind) for kind in ("text", "long", "number", "date", "switch")}
    of |= {kind: field(kind.title(), kind) for kind in ("customer", "agent")}
    return of | {kind: field(kind.title(), kind, ["Red", "Blue"]) for kind in ("choice", "choices")}


def test_fields_of_each_kind_are_set_and_told_typed(caller, ticket, every, ada, cy):
    red, blue = FieldOption.objects.filter(field=every["choices"]).order_by("place")
    other = FieldOption.objects.filter(field=every["choice"]).first()
    given = {
        "text": "A1", "long": "Two\nlines", "number": "12.50", "date": "2026-11-27", "switch": False, "choice": other.pk,
        "choices": [red.pk, blue.pk], "customer": cy.pk, "agent": ada.pk,
    }  # fmt: skip

    answer = caller.say(
        "PATCH",
        f"/tickets/{ticket.pk}/fields",
        {"fields": {str(every[kind].pk): value for kind, value in given.items()}},
    )

    told = {one["kind"]: one["value"] for one in answer.json()["fields"].values()}
    assert answer.status_code == 200
    assert told == {
        "text": "A1", "long": "Two\nlines", "number": "12.5", "date": "2026-11-27", "switch": False,
        "choice": {"id": other.pk, "name": "Red"}, "choices": [{"id": red.pk, "name": "Red"}, {"id": blue.pk, "name": "Blue"}],
        "customer": {"id": cy.pk, "name": "Cy Customer"}, "agent": {"id": ada.pk, "name": "Ada"},
    }  # fmt: skip
    assert kinds("ticket")[-1] == "ticket.fields_changed"
    emptied = caller.say("PATCH", f"/tickets/{ticket.pk}/fields", {"fields": {str(every["text"].pk): None}})
    assert emptied.json()["fields"][str(every["text"].pk)]["value"] is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "many"), ("date", "soon"), ("choice", 999_999), ("customer", 999_999), ("agent", 999_999), ("text", "x" * 501),
        ("switch", "perhaps"), ("choices", [999_999]), ("customer", "nobody@else.example"),
    ],
)  # fmt: skip
def test_what_a_field_cannot_hold_is_told_by_the_field(caller, ticket, every, kind, value):
    answer = caller.say(
        "PATCH",
        f"/tickets/{ticket.pk}/fields",
        {"fields": {str(every["long"].pk): "Kept out", str(every[kind].pk): value}},
    )

    assert answer.status_code == 422
    assert [one["name"] for one in answer.json()["errors"]] == [f"fields.{every[kind].pk}"]
    assert not ticket.values.exists()


def test_a_field_nobody_knows_is_refused(caller, ticket):
    unknown = caller.say("PATCH", f"/tickets/{ticket.pk}/fields", {"fields": {"999999": "x"}})
    no_number = caller.say("PATCH", f"/tickets/{ticket.pk}/fields", {"fields": {"colour": "x"}})

    assert (unknown.status_code, no_number.status_code) == (422, 422)


def test_fields_are_those_of_the_type_and_what_stands(caller, ticket):
    fault, order = (words.save_type(name=name, actor="system") for name in ("Fault", "Order"))
    serial, parcel = field("Serial", types=[fault.pk]), field("Parcel", types=[order.pk])
    set_type(ticket, fault.pk, actor="system")

    first = caller.get_json(f"/tickets/{ticket.pk}")["fields"]
    set_fields(ticket, {parcel.pk: ["P1"]}, actor="system")
    second = caller.get_json(f"/tickets/{ticket.pk}")["fields"]

    assert set(first) == {str(serial.pk)}
    assert set(second) == {str(serial.pk), str(parcel.pk)}


def test_type_and_status_are_set(caller, ticket):
    fault = words.save_type(name="Fault", actor="system")
    courier = words.save_status(name="Courier", state="waiting", actor="system")
    path = f"/tickets/{ticket.pk}"

    typed = caller.say("PUT", f"{path}/type", {"type": fault.pk}).json()
    finer = caller.say("PUT", f"{path}/status", {"status": courier.pk}).json()
    plain = caller.say("PUT", f"{path}/status", {"status": "waiting"}).json()
    bare = caller.say("PUT", f"{path}/type", {"type": None}).json()

    assert typed["type"] == {"id": fault.pk, "name": "Fault"}
    assert (finer["state"], finer["status"]) == ("waiting", {"id": courier.pk, "name": "Courier"})
    assert (plain["state"], plain["status"], bare["type"]) == ("waiting", None, None)
    assert kinds("ticket") == [
        "ticket.type_changed", "ticket.state_changed", "ticket.status_changed", "ticket.type_changed",
    ]  # fmt: skip


def test_what_is_archived_is_not_given(caller, ticket):
    fault = words.save_type(name="Fault", actor="system")
    courier = words.save_status(name="Courier", state="waiting", actor="system")
    words.archive_word(fault, actor="system")
    words.archive_word(courier, actor="system")
    path = f"/tickets/{ticket.pk}"

    answers = [
        caller.say("PUT", f"{path}/type", {"type": fault.pk}),
        caller.say("PUT", f"{path}/status", {"status": courier.pk}),
        caller.say("PUT", f"{path}/status", {"status": "asleep"}),
        caller.say("POST", f"{path}/messages", {"kind": "reply", "text": "Hi", "then": courier.pk}),
    ]

    assert [one.status_code for one in answers] == [422] * 4
    assert not kinds("ticket")


def test_a_reply_ends_in_a_status(caller, ticket):
    courier = words.save_status(name="Courier", state="waiting", actor="system")

    said = caller.say(
        "POST", f"/tickets/{ticket.pk}/messages", {"kind": "reply", "text": "Sent", "then": courier.pk}
    )

    assert said.status_code == 201
    assert caller.get_json(f"/tickets/{ticket.pk}")["status"] == {"id": courier.pk, "name": "Courier"}


def test_a_ticket_is_opened_with_type_and_fields(caller, desk):
    fault = words.save_type(name="Fault", actor="system")
    serial = field("Serial", types=[fault.pk], required="always")
    given = {
        "inbox": desk.pk, "address": {"address": "noa@else.example"}, "subject": "Kettle", "text": "It leaks", "says": "note",
        "type": fault.pk,
    }  # fmt: skip

    empty = caller.say("POST", "/tickets", given)
    unknown = caller.say("POST", "/tickets", {**given, "type": 999_999})
    made = caller.say("POST", "/tickets", {**given, "fields": {str(serial.pk): "K7"}})

    assert (empty.status_code, unknown.status_code, made.status_code) == (422, 422, 201)
    assert empty.json()["errors"][0]["name"] == f"fields.{serial.pk}"
    assert made.json()["type"]["name"] == "Fault"
    assert made.json()["fields"][str(serial.pk)]["value"] == "K7"
    assert Ticket.objects.count() == 1


def test_closing_asks_for_the_fields_that_are_required(caller, ticket):
    field("Cause", required="closing")

    assert caller.say("POST", f"/tickets/{ticket.pk}/closure").status_code == 409


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_tickets_of_own_divisions_are_listed_apart(desk, cy, role):
    caller = make_caller(make_agent(*desk.teams.all(), role=role))
    ours, theirs = make_ticket(inbox=desk, customer=cy, internal=True), make_ticket(inbox=desk, customer=cy)

    def numbers(query):
        return [(one["number"], one["internal"]) for one in caller.get_json(f"/tickets?{query}")["items"]]

    assert numbers("internal=true") == [(ours.pk, True)]
    assert numbers(f"internal=true&inbox={desk.pk}&state=open") == [(ours.pk, True)]
    assert numbers("internal=false") == [(theirs.pk, False)]
    assert numbers(f"internal=true&customer={cy.pk}") == [(ours.pk, True)]


def test_another_teams_ticket_keeps_its_words(bo, ticket):
    caller, path = make_caller(bo), f"/tickets/{ticket.pk}"

    answers = [
        caller.say("PUT", f"{path}/type", {"type": None}),
        caller.say("PUT", f"{path}/status", {"status": "closed"}),
        caller.say("PATCH", f"{path}/fields", {"fields": {}}),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert make_caller(bo).get_json("/tickets?internal=false")["items"] == []


def test_who_may_only_look_or_lacks_the_scope_sets_no_words(desk, ticket, ada):
    viewer = make_caller(make_agent(*desk.teams.all(), role="viewer"))
    reader = make_caller(ada, "tickets:read")
    calls = [("type", {"type": None}), ("status", {"status": "closed"})]

    answers = [
        one.say("PUT", f"/tickets/{ticket.pk}/{what}", given)
        for one in (viewer, reader)
        for what, given in calls
    ]
    answers += [one.say("PATCH", f"/tickets/{ticket.pk}/fields", {"fields": {}}) for one in (viewer, reader)]

    assert [one.status_code for one in answers] == [403] * 6


def test_a_list_with_fields_costs_the_same_for_more_tickets(caller, desk, every):
    costs = []
    for count in (1, 2):
        for _ in range(count):
            customer = make_customer()
            made = make_ticket(inbox=desk, customer=customer)
            address = customer.addresses.get().value
            set_fields(made, {every["customer"].pk: [address], every["text"].pk: ["A"]}, actor="system")
        caller.say("GET", "/tickets")
        with CaptureQueriesContext(connection) as taken:
            assert len(caller.get_json("/tickets")["items"]) == (1 if count == 1 else 3)
        costs.append(len(taken))
    assert costs[0] == costs[1]


def test_types_are_made_renamed_moved_and_archived(setter):
    first = setter.say("POST", "/ticket-types", {"name": "Fault"})
    second = setter.say("POST", "/ticket-types", {"name": "Order"}).json()
    again = setter.say("POST", "/ticket-types", {"name": "fault"})
    path = f"/ticket-types/{first.json()['id']}"
    renamed = setter.say("PUT", path, {"name": "Breakdown"}).json()
    setter.say("POST", f"/ticket-types/{second['id']}/place", {"steps": -1})
    order = [one["name"] for one in setter.get_json("/ticket-types")["items"]]
    gone = setter.say("POST", f"{path}/archive").json()
    left = [one["name"] for one in setter.get_json("/ticket-types")["items"]]
    every = [one["name"] for one in setter.get_json("/ticket-types?archived=true")["items"]]
    back = setter.say("DELETE", f"{path}/archive").json()

    assert (first.status_code, first["Location"], again.status_code) == (201, f"/api/v1{path}", 409)
    assert (renamed["name"], order) == ("Breakdown", ["Order", "Breakdown"])
    assert (gone["is_archived"], left, every) == (True, ["Order"], ["Order", "Breakdown"])
    assert back == setter.get_json(path) == {**renamed, "is_archived": False}
    assert kinds("tickettype") == [
        "ticket_type.saved", "ticket_type.saved", "ticket_type.saved", "ticket_type.moved", "ticket_type.archived",
        "ticket_type.brought_back",
    ]  # fmt: skip


def test_statuses_are_made_within_states(setter):
    made = setter.say("POST", "/statuses", {"name": "Courier", "state": "waiting"})
    pk = made.json()["id"]
    renamed = setter.say("PUT", f"/statuses/{pk}", {"name": "Parcel"}).json()
    begun = setter.say("PUT", "/states/waiting/default", {"status": pk}).json()
    elsewhere = setter.say("PUT", "/states/open/default", {"status": pk})
    worded = setter.say("PUT", "/states/waiting/name", {"name": "Theirs"}).json()
    default = setter.get_json(f"/statuses/{pk}")
    states = {one["state"]: one["name"] for one in setter.get_json("/states")["items"]}
    listed = [one["name"] for one in setter.get_json("/statuses")["items"]]
    plain = setter.say("PUT", "/states/waiting/name", {"name": ""}).json()
    gone = setter.say("POST", f"/statuses/{pk}/archive").json()

    assert (made.status_code, renamed["name"], renamed["state"]) == (201, "Parcel", "waiting")
    assert (begun["default"], elsewhere.status_code, default["is_default"]) == (pk, 422, True)
    assert (worded["name"], states["waiting"], plain["name"]) == ("Theirs", "Theirs", "Waiting")
    assert (listed, gone["is_archived"], gone["is_default"]) == (["Parcel"], True, False)
    assert setter.say("PUT", "/states/asleep/name", {"name": "X"}).status_code == 422


def test_a_plain_status_is_reached_by_its_state_alone(setter):
    plain = words.name_plain("waiting", "Theirs", actor="system")

    assert setter.say("GET", f"/statuses/{plain.pk}").status_code == 404
    assert setter.say("POST", f"/statuses/{plain.pk}/archive").status_code == 404


def test_fields_are_made_and_changed_with_their_options(setter):
    given = {"name": "Colour", "kind": "choice", "options": [{"name": "Red"}, {"name": "Blue"}]}
    made = setter.say("POST", "/fields", given)
    red, blue = (one["id"] for one in made.json()["options"])
    path = f"/fields/{made.json()['id']}"
    whens = {"filled_when": {"all": [{"facet": "state", "is": "any_of", "value": ["open"]}]}}
    changed = setter.say(
        "PUT",
        path,
        {
            "name": "Colour of it",
            "required": "closing",
            "options": [{"id": blue, "name": "Sky"}, {"name": "Green"}],
            "fill": [str(blue)],
            **whens,
        },
    )
    told = changed.json()

    assert (made.status_code, changed.status_code) == (201, 200)
    assert (told["name"], told["kind"], told["required"], told["fill"]) == (
        "Colour of it",
        "choice",
        "closing",
        [str(blue)],
    )
    standing = {one["id"]: one["name"] for one in told["options"] if not one["is_archived"]}
    assert standing[blue] == "Sky"
    assert red not in standing
    assert told["filled_when"] == whens["filled_when"]
    assert setter.say("POST", f"{path}/archive").json()["is_archived"]
    assert setter.get_json("/fields")["items"] == []
    assert not setter.say("DELETE", f"{path}/archive").json()["is_archived"]
    assert setter.say("POST", f"{path}/place", {"steps": -1}).status_code == 200
    assert kinds("field") == ["field.saved", "field.saved", "field.archived", "field.brought_back"]


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"name": " "}, 422), ({"kind": "moon"}, 422), ({"kind": "choice"}, 422), ({"types": [999_999]}, 422), ({"name": "Taken"}, 409),
        ({"shown_when": {"all": [{"facet": "moon", "is": "full", "value": []}]}}, 422), ({"kind": "number", "fill": ["many"]}, 422),
        ({"kind": "choice", "options": [{"id": 999_999, "name": "Red"}]}, 422),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_says_why(setter, over, status):
    field("Taken")

    answer = setter.say("POST", "/fields", {"name": "Colour", "kind": "text", **over})

    assert answer.status_code == status
    assert Field.objects.count() == 1


def test_tags_are_renamed_merged_and_deleted(setter, ticket):
    tag_ticket(ticket, ["late", "delay", "b2b"], actor="system")
    late, delay, b2b = (Tag.objects.get(name=one) for one in ("late", "delay", "b2b"))

    renamed = setter.say("PUT", f"/tags/{late.pk}", {"name": "Late"}).json()
    taken = setter.say("PUT", f"/tags/{late.pk}", {"name": "delay"})
    merged = setter.say("POST", f"/tags/{delay.pk}/merge", {"into": late.pk}).json()
    itself = setter.say("POST", f"/tags/{late.pk}/merge", {"into": late.pk})
    gone = setter.say("DELETE", f"/tags/{b2b.pk}")

    assert (renamed["name"], taken.status_code, itself.status_code) == ("Late", 409, 422)
    assert (merged, gone.status_code) == ({"id": late.pk, "name": "Late"}, 204)
    assert setter.get_json(f"/tickets/{ticket.pk}")["tags"] == ["Late"]
    assert kinds("tag") == ["tag.renamed", "tag.merged", "tag.deleted"]


def test_settings_are_for_those_who_manage_them(caller, chief, ticket):
    found = field("Colour", "choice", ["Red"])
    fault = words.save_type(name="Fault", actor="system")
    tag_ticket(ticket, ["late"], actor="system")
    tag = Tag.objects.get()
    calls = [
        ("POST", "/ticket-types", {"name": "X"}), ("PUT", f"/ticket-types/{fault.pk}", {"name": "X"}),
        ("POST", f"/ticket-types/{fault.pk}/archive", None), ("POST", "/statuses", {"name": "X", "state": "open"}),
        ("PUT", "/states/open/name", {"name": "X"}), ("PUT", "/states/open/default", {"status": None}),
        ("POST", "/fields", {"name": "X", "kind": "text"}), ("PUT", f"/fields/{found.pk}", {"name": "X"}),
        ("PUT", f"/tags/{tag.pk}", {"name": "X"}), ("DELETE", f"/tags/{tag.pk}", None),
    ]  # fmt: skip
    narrow = make_caller(chief, "settings:read", "tickets:write")

    for one in (caller, narrow):
        assert [one.say(*call).status_code for call in calls] == [403] * len(calls)
    told = caller.get_json(f"/fields/{found.pk}")
    assert [one["name"] for one in told["options"]] == ["Red"]
    assert (told["shown_when"], told["fill"]) == (None, None)
    assert make_caller(chief, "tickets:read").say("GET", "/fields").status_code == 403


@pytest.mark.parametrize("path", ["/ticket-types", "/statuses", "/fields", "/states"])
def test_lists_of_words_cost_the_same_for_more(setter, path):
    setter.say("GET", path)
    costs = []
    for names in (("A",), ("B", "C")):
        for name in names:
            words.save_type(name=name, actor="system")
            words.save_status(name=name, state="open", actor="system")
            field(name, "choice", ["Red"])
        setter.say("GET", path)
        with CaptureQueriesContext(connection) as taken:
            assert setter.say("GET", path).status_code == 200
        costs.append(len(taken))
    assert costs[0] == costs[1]
