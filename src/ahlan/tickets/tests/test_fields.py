"""Fields of a desk's own: what they hold, when they are shown, required and filled, and where they can be asked for."""

import json
import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.makers import make_agent, make_customer, make_message, make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions import words, work
from ahlan.tickets.actions.answer import reply
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.actions.views import gather, save_view
from ahlan.tickets.conditions import BadCondition, check, matching, query
from ahlan.tickets.conditions import words as condition_words
from ahlan.tickets.facets import facet_named
from ahlan.tickets.fields import BadValue, fields_of, given_in, missing, values_of
from ahlan.tickets.lists import page_of, saved_view
from ahlan.tickets.models import Message, Ticket
from ahlan.tickets.models.own import Field, FieldMark, FieldOption

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy)


def field(name, kind="text", options=(), **over):
    return words.save_field(
        name=name, kind=kind, options=[(None, one) for one in options], actor="system", **over
    )


def again(found, **over):
    """The field with something changed."""
    kept = {name: getattr(found, name) for name in ("name", "kind", "types", "required", "fill")}
    trees = {name: getattr(found, name) for name in ("shown_when", "required_when", "filled_when")}
    return words.save_field(found, **{**kept, **trees, **over}, actor="system")


def option(found, name):
    return str(FieldOption.objects.get(field=found, name=name).pk)


def leaf(found, test, *values):
    return {
        "all": [{"facet": getattr(found, "key", found), "is": test, "value": [str(one) for one in values]}]
    }


def told(ticket):
    return {str(one.field): one.told for one in fields_of(ticket)}


KINDS = [
    ("text", ["  A \n B "], "A B"),
    ("long", ["A\nB"], "A\nB"),
    ("number", ["-12,5"], "-12.5"),
    ("number", ["١٢٣"], "123"),
    ("date", ["2026-11-27"], "Friday, November 27, 2026"),
    ("switch", ["no"], "no"),
    ("customer", [" CY@else.example "], "Cy Customer"),
]


@pytest.mark.parametrize(("kind", "given", "reads"), KINDS)
def test_each_kind_is_kept_and_read(ticket, ada, kind, given, reads):
    made = field("One", kind)
    set_fields(ticket, {made.pk: given}, actor=ada.actor)
    event = Event.objects.get(kind="ticket.fields_changed")
    (shown,) = fields_of(ticket)
    set_fields(ticket, {made.pk: shown.given}, actor=ada.actor)  # as it stands: nothing happens
    set_fields(ticket, {made.pk: []}, actor=ada.actor)

    assert shown.told == reads
    assert event.facts["fields"] == [made.pk]
    assert bool(event.facts["values"]) == (kind in ("number", "date", "switch"))
    assert (Event.objects.filter(kind="ticket.fields_changed").count(), values_of(ticket)) == (2, {})


def test_choices_and_agents_are_kept_by_their_ids(ticket, ada):
    one, several, who = (
        field("One", "choice", ["A", "B"]),
        field("Several", "choices", ["C", "D"]),
        field("Who", "agent"),
    )
    values = {
        one.pk: [option(one, "B")], several.pk: [option(several, "D"), option(several, "C")], who.pk: [str(ada.pk)],
    }  # fmt: skip
    set_fields(ticket, values, actor=ada.actor)
    again(one, options=[(int(option(one, "B")), "Bee"), (None, "New")])

    assert told(ticket) == {"One": "Bee", "Several": "C and D", "Who": "Ada"}
    assert {str(row): row.is_archived for row in one.options.all()} == {"Bee": False, "A": True, "New": False}


BAD = [
    ("number", ["abc"]), ("number", ["1e400"]), ("number", ["9" * 13]), ("number", ["0.0001"]), ("number", ["NaN"]), ("number", ["1,234"]),
    ("date", ["2026-02-30"]), ("date", ["27.11.2026"]), ("switch", ["maybe"]), ("agent", ["0"]), ("agent", ["x"]),
    ("agent", ["9" * 40]), ("customer", ["nobody@nowhere.example"]), ("choice", ["1"]), ("choices", ["x"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given"), BAD)
def test_what_a_field_cannot_hold_is_refused_and_nothing_is_set(ticket, ada, kind, given):
    good, bad = field("Good"), field("Bad", kind, ["A"])
    other = field("Other", "choice", ["B"])
    if kind == "choice":
        given = [option(other, "B")]
    with pytest.raises(BadValue):
        set_fields(ticket, {good.pk: ["Fine"], bad.pk: given}, actor=ada.actor)

    assert (values_of(ticket), Event.objects.filter(kind="ticket.fields_changed").count()) == ({}, 0)


def test_archived_fields_and_choices_are_offered_no_more_and_keep_what_they_hold(ticket):
    one = field("One", "choice", ["A", "B"])
    a, b = option(one, "A"), option(one, "B")
    set_fields(ticket, {one.pk: [a]}, actor="system")
    one = again(one, options=[(int(b), "B")])
    kept = told(ticket)
    set_fields(ticket, {one.pk: [a]}, actor="system")  # what stands may stay
    other = make_ticket(inbox=ticket.inbox)
    with pytest.raises(BadValue):
        set_fields(other, {one.pk: [a]}, actor="system")
    words.archive_word(one, actor="system")
    with pytest.raises(BadValue):
        set_fields(ticket, {one.pk: [b]}, actor="system")

    assert (kept, told(ticket)) == ({"One": "A"}, {})
    assert matching(ticket, {1: leaf(one, "any_of", a)}) == {1}


def test_a_field_is_shown_by_type_and_by_condition(ticket):
    fault = words.save_type(name="Fault", actor="system")
    part = field("Part", types=[fault.pk])
    field("Why", shown_when=leaf(part, "contains", "lid"))
    seen = [list(told(ticket))]
    work.set_type(ticket, fault.pk, actor="system")
    seen.append(list(told(ticket)))
    set_fields(ticket, {part.pk: ["The LID"]}, actor="system")
    seen.append(list(told(ticket)))

    assert seen == [[], ["Part"], ["Part", "Why"]]


def test_fields_that_show_each_other_are_harmless(ticket):
    one, two = field("One"), field("Two")
    one = again(one, shown_when=leaf(two, "filled"), fill=["x"], filled_when=leaf(two, "filled"))
    two = again(two, shown_when=leaf(one, "filled"), fill=["y"], filled_when=leaf(one, "filled"))
    before = told(ticket)
    set_fields(ticket, {one.pk: ["a"]}, actor="system")

    assert (before, told(ticket)) == ({}, {"One": "a", "Two": "y"})


def test_a_required_field_refuses_a_person_and_not_a_machine(ticket, ada):
    needed = field("Cause", required="closing")
    with pytest.raises(work.FieldsMissing) as refused:
        work.close_ticket(ticket, actor=ada.actor)
    with pytest.raises(work.FieldsMissing):
        reply(ticket, author=ada, text="Done.", then="closed")
    stays = Ticket.objects.get(pk=ticket.pk).state, Message.objects.filter(ticket=ticket).count()
    work.close_ticket(ticket, actor="rule:1")

    assert (refused.value.fields, stays) == ([needed], ("open", 0))
    assert (Ticket.objects.get(pk=ticket.pk).state, missing(ticket)) == ("closed", [needed])


def test_required_by_condition_and_only_where_it_is_shown(ticket, ada):
    fault = words.save_type(name="Fault", actor="system")
    field("Part", required="closing", types=[fault.pk])
    field("Why", required="always", required_when=leaf("priority", "any_of", 4))
    free = missing(ticket)
    work.set_type(ticket, fault.pk, actor=ada.actor)
    work.set_priority(ticket, 4, actor=ada.actor)

    assert (free, [str(one) for one in missing(ticket)]) == ([], ["Part", "Why"])


def test_a_required_field_is_not_emptied_once_the_ticket_is_closed(ticket, ada):
    """Two agents at once: whoever comes second meets what the first has done, for each holds the ticket."""
    needed = field("Cause", required="closing")
    set_fields(ticket, {needed.pk: ["Rain"]}, actor=ada.actor)
    stale = Ticket.objects.get(pk=ticket.pk)
    work.close_ticket(ticket, actor=ada.actor)
    with pytest.raises(BadValue, match="required"):
        set_fields(stale, {needed.pk: []}, actor=ada.actor)

    assert told(ticket) == {"Cause": "Rain"}


def test_a_field_fills_itself_once_when_its_condition_begins_to_hold(ticket, ada):
    hint = field("Hint", fill=["Look"], filled_when=leaf("priority", "any_of", 4))
    work.set_priority(ticket, 4, actor=ada.actor)
    filled = told(ticket)
    set_fields(ticket, {hint.pk: []}, actor=ada.actor)
    work.assign_ticket(ticket, ada, actor=ada.actor)
    emptied = told(ticket)
    work.set_priority(ticket, 2, actor=ada.actor)
    gone = FieldMark.objects.count()
    work.set_priority(ticket, 4, actor=ada.actor)

    assert (filled, emptied, gone, told(ticket)) == ({"Hint": "Look"}, {"Hint": ""}, 0, {"Hint": "Look"})
    by = Event.objects.filter(kind="ticket.fields_changed").order_by("id").values_list("actor", flat=True)
    assert list(by) == ["system", ada.actor, "system"]


def test_filling_leaves_what_somebody_has_written(ticket):
    hint = field("Hint", fill=["Look"], filled_when=leaf("priority", "any_of", 4))
    set_fields(ticket, {hint.pk: ["Mine"]}, actor="system")
    work.set_priority(ticket, 4, actor="system")

    assert told(ticket) == {"Hint": "Mine"}


ASKED = [
    ("text", ["Blue Cup"], "contains", ["CUP"], True), ("text", ["Blue"], "lacks", ["cup"], True), ("text", [], "lacks", ["x"], True),
    ("text", ["Blue"], "is", ["Blu"], False), ("number", ["5"], "at_least", ["5"], True), ("number", ["5"], "at_most", ["4.999"], False),
    ("number", [], "at_most", ["9"], False), ("number", ["5"], "equals", ["5.000"], True), ("date", ["2026-01-01"], "before", ["2026-01-02"], True),
    ("date", ["2026-01-01"], "since", ["2026-01-02"], False), ("date", ["2020-01-01"], "past", [], True), ("date", ["2999-01-01"], "past", [], False),
    ("switch", ["yes"], "yes", [], True), ("switch", [], "no", [], True), ("switch", [], "empty", [], True), ("switch", ["no"], "filled", [], True),
    ("customer", ["cy@else.example"], "contains", ["else"], True), ("agent", ["ada"], "any_of", ["ada"], True), ("agent", ["ada"], "empty", [], False),
    ("choice", ["A"], "any_of", ["A", "B"], True), ("choice", [], "none_of", ["A"], True), ("choices", ["A", "B"], "any_of", ["B"], True),
    ("choices", ["A"], "none_of", ["A"], False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "test", "values", "holds"), ASKED)
def test_conditions_ask_for_every_kind(ticket, ada, kind, given, test, values, holds):
    made = field("One", kind, ["A", "B"])

    def keyed(texts):
        known = {"ada": str(ada.pk)} | (
            {name: option(made, name) for name in "AB"} if made.has_options else {}
        )
        return [known.get(one, one) for one in texts]

    set_fields(ticket, {made.pk: keyed(given)}, actor="system")
    tree = check(leaf(made, test, *keyed(values)))

    assert (matching(ticket, {1: tree}) == {1}) is holds
    assert Ticket.objects.filter(query(tree), pk=ticket.pk).exists() is holds
    for language in ("en", "ar"):
        with translation.override(language):
            assert "One" in condition_words(tree)


@pytest.mark.parametrize(
    ("kind", "test", "value"),
    [("number", "at_least", "x"), ("date", "before", "x"), ("agent", "any_of", "x")],
)
def test_conditions_that_cannot_be_asked_are_refused(db, kind, test, value):
    made = field("One", kind)
    with pytest.raises(BadCondition):
        check(leaf(made, test, value))
    with pytest.raises(BadCondition):
        field("Two", shown_when=leaf(field("Three", "date"), "past"))  # it asks for the hour

    assert facet_named("field-999") is None


@pytest.mark.parametrize("lasting", [True, False])
def test_a_view_shows_fields_and_is_sorted_by_one(desk, chief, lasting):
    size, part = field("Size", "number"), field("Part", "choice", ["Lid", "Cup"])
    tickets = [make_ticket(inbox=desk) for _ in range(4)]
    for one, n in zip(tickets, ("2.5", "-1", "10"), strict=False):
        set_fields(one, {size.pk: [n], part.pk: [option(part, "Cup")]}, actor="system")
    tree = {"all": [] if lasting else leaf("opened", "within", 5)["all"]}
    found = {}
    for order in (size.key, f"{size.key}-up"):
        view = save_view(
            name=order, conditions=tree, order=order, shows=["status", size.key, part.key], actor="system"
        )
        if lasting:
            gather(view)
        view.refresh_from_db()
        first = page_of(chief, saved_view(view), size=2)
        rest = page_of(chief, saved_view(view), size=2, after=first.next_cursor)
        rows = [*first.items, *rest.items]
        found[order] = [tickets.index(next(t for t in tickets if t.pk == row.pk)) for row in rows]

    assert found == {size.key: [2, 0, 1, 3], f"{size.key}-up": [1, 0, 2, 3]}
    assert rows[0].own_columns == ["Open", "-1", "Cup"]


def test_a_ticket_moves_in_a_view_when_its_field_changes(desk):
    size = field("Size", "number")
    tickets = [make_ticket(inbox=desk) for _ in range(2)]
    view = save_view(name="By size", conditions=leaf(size, "at_least", 1), order=size.key, actor="system")
    gather(view)
    for one, n in ((tickets[0], "3"), (tickets[1], "2"), (tickets[0], "1")):
        set_fields(one, {size.pk: [n]}, actor="system")
    chief = make_agent(role="admin")

    assert [row.pk for row in page_of(chief, saved_view(view)).items] == [tickets[1].pk, tickets[0].pk]
    with pytest.raises(ValueError, match="field-999"):
        save_view(name="X", conditions={"all": []}, order="field-999", actor="system")


def test_the_panel_saves_one_field_and_says_what_is_wrong(ticket, ada):
    size, needed = field("Size", "number"), field("<b>Cause</b>", required="closing")
    client = Client()
    client.force_login(ada, backend=BACKEND)
    address = f"/tickets/{ticket.pk}/fields/"
    saved = client.post(address, {"field": size.pk, size.key: "12"}, headers=HTMX).content.decode()
    bad = client.post(address, {"field": size.pk, size.key: "x"}, headers=HTMX)
    closing = client.post(f"/tickets/{ticket.pk}/closure/", headers=HTMX)
    sent = client.post(
        f"/tickets/{ticket.pk}/messages/", {"kind": "reply", "text": "x", "then": "closed"}, headers=HTMX
    )
    plain = client.post(f"/tickets/{ticket.pk}/closure/", follow=True).content.decode()

    assert 'value="12"' in saved
    assert "&lt;b&gt;Cause&lt;/b&gt;" in saved
    assert (bad.status_code, json.loads(bad.content)["fields"]) == (422, [size.pk])
    for refused in (closing, sent):
        assert refused.status_code == 422
        assert json.loads(refused.content) == {
            "error": "Fill in before closing: <b>Cause</b>",
            "fields": [needed.pk],
        }
    assert "Fill in before closing" in plain


def test_strangers_and_viewers_fill_in_nothing(ticket):
    made = field("Cause")
    set_fields(ticket, {made.pk: ["Secret"]}, actor="system")
    client = Client()
    codes = []
    for agent in (make_agent(), make_agent(*ticket.inbox.teams.all(), role="viewer")):
        client.force_login(agent, backend=BACKEND)
        codes.append(client.get(f"/tickets/{ticket.pk}/fields/", headers=HTMX).status_code)
        codes.append(
            client.post(f"/tickets/{ticket.pk}/fields/", {"field": made.pk, made.key: "x"}).status_code
        )

    assert codes == [404, 404, 200, 403]
    assert told(ticket) == {"Cause": "Secret"}


def test_pages_cost_the_same_for_one_field_and_three(desk, chief):
    client = Client()
    client.force_login(chief, backend=BACKEND)
    ticket = make_ticket(inbox=desk)
    make_message(ticket)
    view = save_view(name="All", conditions={"all": []}, actor="system")

    def cost():
        fields = list(Field.objects.all())
        save_view(view, name="All", conditions={"all": []}, shows=[one.key for one in fields], actor="system")
        gather(view)
        taken = []
        for address in (f"/tickets/{ticket.pk}/", f"/inbox/{view.key}/", "/settings/fields/"):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            taken.append(len(captured))
        return taken

    def more(n):
        made = field(f"F{n}", "choice", ["A"], shown_when=leaf("state", "any_of", "open"), required="closing")
        set_fields(ticket, {made.pk: [option(made, "A")]}, actor="system")

    more(1)
    one = cost()
    for n in (2, 3):
        more(n)
    make_message(make_ticket(inbox=desk))

    assert cost() == one


def test_a_ticket_is_opened_with_type_status_and_fields(desk, ada):
    fault = words.save_type(name="Fault", actor="system")
    size, new = (
        field("Size", "number", required="always"),
        words.save_status(name="New", state="open", actor="system"),
    )
    words.begin_with("open", new, actor="system")
    client = Client()
    client.force_login(ada, backend=BACKEND)
    given = {
        "to": "somebody@else.example", "inbox": desk.pk, "subject": "Words", "says": "note", "text": "Called us.", "then": "open",
        "priority": 2, "kind": fault.pk,
    }  # fmt: skip
    refused = client.post("/tickets/new/", given)
    client.post("/tickets/new/", {**given, size.key: "7"})
    made = Ticket.objects.get()

    assert (refused.status_code, "is required" in refused.content.decode()) == (422, True)
    assert (made.type, made.status, told(made)) == (fault, new, {"Size": "7"})
    assert "Size" in client.post("/tickets/new/fields/", {"kind": fault.pk}).content.decode()


def test_opening_by_a_verb_carries_the_fields(desk, ada):
    size = field("Size", "number")
    made = open_ticket(
        desk,
        make_customer(),
        subject="S",
        text="T",
        says="note",
        author=ada,
        values={size.pk: ["3"]},
        actor=ada.actor,
    )

    assert told(made) == {"Size": "3"}


def test_the_settings_make_and_change_a_field(chief):
    client = Client()
    client.force_login(chief, backend=BACKEND)
    client.post(
        "/settings/fields/new/",
        {
            "name": "Part",
            "kind": "choice",
            "option": ["new0", "new1"],
            "option-new0": "Lid",
            "option-new1": "Cup",
        },
    )
    made = Field.objects.get()
    lid, cup = option(made, "Lid"), option(made, "Cup")
    rows = {"option": [lid, cup], f"option-{lid}": "Cover", f"option-{cup}": "Cup"}
    lifted = client.post(f"/settings/fields/{made.pk}/options/", {**rows, "lift": cup}).content.decode()
    parts = {"shownall": "0", "shownfacet-0": "state", "shownis-0": "any_of", "shownvalue-0": "open"}
    client.post(
        f"/settings/fields/{made.pk}/",
        {"name": "Part", "required": "closing", **rows, **parts, made.key: lid},
    )
    wrong = client.post(
        f"/settings/fields/{made.pk}/",
        {"name": "Part", **rows, "filledall": "0", "filledfacet-0": "state", "filledis-0": "any_of"},
    )
    empty = client.post("/settings/fields/new/", {"name": "None", "kind": "choice"})
    made.refresh_from_db()

    assert lifted.index('value="Cup"') < lifted.index('value="Cover"')
    assert (made.required, made.fill, made.shown_when) == ("closing", [lid], leaf("state", "any_of", "open"))
    assert [str(one) for one in made.options.all()] == ["Cover", "Cup"]
    assert (wrong.status_code, empty.status_code, Field.objects.count()) == (422, 422, 1)


def test_what_a_form_gives_is_cleaned(db):
    made = field("One")

    assert given_in(QueryDict(f"{made.key}=a%00b&{made.key}=+"), made) == ["ab"]


@pytest.mark.parametrize("lasting", [True, False])
@pytest.mark.parametrize("kind", ["date", "choice"])
def test_a_view_is_sorted_by_a_day_or_by_the_place_of_a_choice(desk, chief, lasting, kind):
    made = field("By", kind, ["Third", "First", "Second"])
    if kind == "choice":
        order = ["First", "Second", "Third"]
        words.save_field(made, name="By", kind=kind, options=[(int(option(made, one)), one) for one in order], actor="system")  # fmt: skip
        values = [option(made, one) for one in order]
    else:
        values = ["1999-12-31", "2026-01-01", "2026-01-02"]
    tickets = [make_ticket(inbox=desk) for _ in range(4)]
    for one, value in zip(tickets, [values[1], values[2], values[0]], strict=False):
        set_fields(one, {made.pk: [value]}, actor="system")
    tree = {"all": [] if lasting else leaf("opened", "within", 5)["all"]}
    view = save_view(name="By", conditions=tree, order=f"{made.key}-up", actor="system")
    if lasting:
        gather(view)

    shown = [row.pk for row in page_of(chief, saved_view(view)).items]
    assert shown == [tickets[n].pk for n in (2, 0, 1, 3)]


def test_views_are_gathered_anew_when_choices_change_their_places(desk, chief):
    made = field("By", "choice", ["A", "B"])
    a, b = option(made, "A"), option(made, "B")
    one, two = (make_ticket(inbox=desk) for _ in range(2))
    set_fields(one, {made.pk: [a]}, actor="system")
    set_fields(two, {made.pk: [b]}, actor="system")
    view = save_view(name="By", conditions={"all": []}, order=f"{made.key}-up", actor="system")
    gather(view)
    before = [row.pk for row in page_of(chief, saved_view(view)).items]
    again(made, options=[(int(b), "B"), (int(a), "A")])
    view.refresh_from_db()
    stale = view.gathered
    gather(view)

    assert (before, stale) == ([one.pk, two.pk], False)
    assert [row.pk for row in page_of(chief, saved_view(view)).items] == [two.pk, one.pk]


@pytest.mark.django_db(transaction=True)
def test_closing_and_emptying_at_once_never_both_happen(desk, chief):
    needed = field("Cause", required="closing")
    ticket = make_ticket(inbox=desk)
    outcomes = []
    for _ in range(5):
        Ticket.objects.filter(pk=ticket.pk).update(state="open")
        set_fields(ticket, {needed.pk: ["Rain"]}, actor="system")
        start = threading.Barrier(2)
        acts = (
            lambda: work.close_ticket(Ticket.objects.get(pk=ticket.pk), actor=chief.actor),
            lambda: set_fields(Ticket.objects.get(pk=ticket.pk), {needed.pk: []}, actor=chief.actor),
        )
        threads = [threading.Thread(target=_at_once, args=[start, act]) for act in acts]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        outcomes.append((Ticket.objects.get(pk=ticket.pk).state, bool(values_of(ticket))))

    assert set(outcomes) <= {("closed", True), ("open", False)}


def _at_once(start, act):
    try:
        start.wait()
        with suppress(work.FieldsMissing, BadValue):
            act()
    finally:
        connection.close()
