"""What conditions ask, that a single ticket and a list agree, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import translation
from tests.makers import make_customer, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.customers.models import Organisation
from ahlan.tickets.actions.work import tag_ticket
from ahlan.tickets.conditions import BadCondition, check, is_lasting, matching, query, words
from ahlan.tickets.facets import facets
from ahlan.tickets.models import Priority, Tag, Ticket

pytestmark = pytest.mark.django_db


def leaf(facet, test, *values):
    return {"facet": facet, "is": test, "value": [str(one) for one in values]}


def asked(tree, agent=None):
    """The tickets a tree holds for; a list and each single ticket must say the same."""
    held = set(Ticket.objects.filter(query(check(tree), agent)).values_list("pk", flat=True))
    if agent is None:
        assert held == {one.pk for one in Ticket.objects.all() if matching(one, {7: tree}) == {7}}
    return held


@pytest.fixture
def two(desk, ada):
    """A quiet ticket, and one where everything is set."""
    plain = make_ticket(inbox=desk, subject="Invoice 12", language="en")
    own = Organisation.objects.create(name="Warehouse", internal=True)
    full = make_ticket(
        inbox=desk,
        subject="Где МОЙ заказ? 100%",
        language="ru",
        assignee=ada,
        team=ada.teams.get(),
        state="closed",
        priority=Priority.URGENT,
        customer=make_customer(address="boss@warehouse.example", organisation=own),
        last_from_customer=False,
        opened_at=now() - timedelta(hours=30),
        last_message_at=now() - timedelta(hours=20),
        first_answered_at=now() - timedelta(hours=25),
        closed_at=now() - timedelta(hours=1),
    )
    make_message(full, text="תודה רבה (really)")
    tag_ticket(full, ["return", "vip"], actor="system")
    return plain, full


@pytest.mark.parametrize(
    ("facet", "test", "values"),
    [
        ("state", "any_of", ["closed", "waiting"]),
        ("state", "none_of", ["open"]),
        ("priority", "at_least", [3]),
        ("assignee", "filled", []),
        ("team", "filled", []),
        ("language", "any_of", ["ru"]),
        ("subject", "contains", ["мой ЗАКАЗ"]),
        ("subject", "contains", ["100%"]),
        ("subject", "lacks", ["invoice"]),
        ("words", "contains", ["רבה (REALLY)"]),
        ("address", "contains", ["@Warehouse.example"]),
        ("organisation", "filled", []),
        ("internal", "yes", []),
        ("customer_last", "no", []),
        ("opened", "longer_ago", [29]),
        ("last_word", "longer_ago", [19]),
        ("answered", "filled", []),
        ("closed", "within", [2]),
        ("closed", "filled", []),
    ],
)
def test_each_property_tells_the_two_apart(two, facet, test, values):
    _plain, full = two

    assert asked(leaf(facet, test, *values)) == {full.pk}


def test_the_opposite_of_a_condition_holds_for_what_is_empty(two, ada):
    plain, full = two

    assert asked(leaf("assignee", "none_of", ada.pk)) == {plain.pk}
    assert asked(leaf("internal", "no")) == {plain.pk}
    assert asked(leaf("words", "lacks", "רבה")) == {plain.pk}
    assert asked(leaf("organisation", "empty")) == {plain.pk}
    assert asked({"all": []}) == asked({"any": []}) == {plain.pk, full.pk}


def test_tags_are_one_row_however_many_fit(two):
    _plain, full = two
    tags = Tag.objects.values_list("pk", flat=True)

    assert list(Ticket.objects.filter(query(leaf("tags", "any_of", *tags)))) == [full]
    assert asked(leaf("tags", "none_of", *tags)) == asked(leaf("tags", "empty")) != {full.pk}


def test_all_and_any_nest(two):
    plain, full = two
    ru, en = leaf("language", "any_of", "ru"), leaf("language", "any_of", "en")
    closed = leaf("state", "any_of", "closed")

    assert asked({"any": [ru, en]}) == {plain.pk, full.pk}
    assert asked({"all": [{"any": [ru, en]}, closed]}) == {full.pk}
    assert asked({"all": [en, closed]}) == set()


def test_me_is_the_reader(two, ada, bo):
    _plain, full = two

    assert asked(leaf("assignee", "any_of", "me"), ada) == {full.pk}
    assert asked(leaf("assignee", "any_of", "me"), bo) == set()


def test_many_trees_are_one_question(two, django_assert_num_queries):
    _plain, full = two
    trees = {n: leaf("priority", "at_least", n % 5) for n in range(40)}

    with django_assert_num_queries(1):
        held = matching(full, trees)

    assert held == set(trees)


def test_what_can_no_longer_be_asked_never_holds(two):
    _plain, full = two

    assert matching(full, {1: leaf("gone", "any_of", 1), 2: leaf("state", "any_of", "closed")}) == {2}
    assert words(leaf("gone", "any_of", 1)) == "There is no such property any more."


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        {},
        {"facet": "state"},
        {"facet": "nothing", "is": "any_of", "value": ["1"]},
        leaf("state", "contains", "x"),
        leaf("state", "any_of"),
        leaf("team", "any_of", "x'; drop"),
        leaf("priority", "at_least", "high"),
        leaf("subject", "contains", "  "),
        leaf("subject", "contains", "x" * 201),
        leaf("opened", "within", -1),
        leaf("opened", "within", 10**9),
        leaf("opened", "since", "yesterday"),
        {"all": [{"all": [{"all": [{"all": [leaf("state", "any_of", "open")]}]}]}]},
        {"all": [leaf("state", "any_of", "open")] * 41},
    ],
)
def test_what_cannot_be_asked_is_refused(tree):
    with pytest.raises(BadCondition) as refused:
        check(tree)

    assert str(refused.value)


def test_lasting_is_what_neither_clock_nor_reader_changes():
    assert is_lasting({"all": [leaf("state", "any_of", "open"), {"any": [leaf("team", "any_of", 1)]}]})
    assert not is_lasting({"any": [leaf("opened", "within", 4)]})
    assert not is_lasting(leaf("assignee", "any_of", "me", 3))


def test_a_tree_reads_as_a_sentence(two):
    tree = {
        "all": [
            leaf("state", "any_of", "open", "waiting"),
            {"any": [leaf("priority", "at_least", 3), leaf("opened", "longer_ago", 4)]},
        ]
    }

    assert (
        words(tree)
        == "State is Open or Waiting and Priority is at least High or Opening was longer ago than 4 hours"
    )
    with translation.override("ru"):
        assert words(leaf("internal", "yes")) == "Из своего подразделения: да"


def test_every_property_can_be_asked_in_each_way_it_offers(two):
    sample = {"options": ["1"], "option": ["1"], "text": ["x"], "hours": ["1"], "day": ["2026-01-01"], "": []}
    for facet in facets():
        for test in facet.tests:
            list(Ticket.objects.filter(query(leaf(facet.key, test.key, *sample[test.takes]))))
            assert facet.options is not None or not test.takes.startswith("option")
