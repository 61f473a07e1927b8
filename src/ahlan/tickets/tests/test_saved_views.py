"""Saved views: what they list stays true as tickets move, and showing them costs nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.makers import mail, make_agent, make_ticket

from ahlan.channels.actions import keep
from ahlan.events.models import Event, Job
from ahlan.staff.models import Agent
from ahlan.tickets.actions import views, work
from ahlan.tickets.actions.answer import note, reply
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.conditions import BadCondition, query
from ahlan.tickets.lists import counts_of, page_of, saved_view, views_of
from ahlan.tickets.models import Listed, Order, SavedView, Tally, Ticket
from ahlan.tickets.tallies import fold, recount

pytestmark = pytest.mark.django_db


def leaf(facet: str, test: str, *values: object) -> dict[str, Any]:
    return {"facet": facet, "is": test, "value": [str(one) for one in values]}


URGENT = {"all": [leaf("state", "any_of", "open"), leaf("priority", "at_least", 3)]}


def save(conditions: dict[str, Any] = URGENT, **over: Any) -> SavedView:
    made = views.save_view(**{"name": "Urgent", "conditions": conditions, "actor": "system", **over})
    if made.lasting:
        views.gather(made)
        made.refresh_from_db()
    return made


def shown(agent: Agent, saved: SavedView) -> list[int]:
    return [one.pk for one in page_of(agent, saved_view(saved)).items]


def count(agent: Agent, saved: SavedView) -> int | None:
    return counts_of(agent, [saved_view(saved)]).get(saved.key)


def test_a_view_gathers_what_is_there(desk, ada):
    urgent = make_ticket(inbox=desk, priority=4)
    make_ticket(inbox=desk)
    make_ticket(inbox=desk, priority=4, removal="spam")

    saved = save()

    assert (shown(ada, saved), count(ada, saved), saved.gathered) == ([urgent.pk], 1, True)
    events = Event.objects.filter(kind__startswith="view.").order_by("id")
    assert list(events.values_list("kind", flat=True)) == ["view.saved", "view.gathered"]
    assert Job.objects.get().unique_key == f"gather:{saved.pk}"


def test_gathering_again_or_in_small_batches_changes_nothing(desk, ada, monkeypatch):
    monkeypatch.setattr(views, "BATCH", 2)
    tickets = [make_ticket(inbox=desk, priority=3) for _n in range(5)]
    saved = save()

    views.gather(saved)

    assert sorted(shown(ada, saved)) == [one.pk for one in tickets]
    assert count(ada, saved) == 5


def test_tickets_come_and_go_with_what_happens_to_them(desk, ada):
    saved, ticket = save(), make_ticket(inbox=desk)
    seen = []

    for act in (
        lambda: work.set_priority(ticket, 4, actor="system"),
        lambda: work.close_ticket(ticket, actor="system"),
        lambda: work.reopen_ticket(ticket, actor="system"),
        lambda: work.delete_ticket(ticket, actor="system"),
        lambda: work.restore_ticket(ticket, actor="system"),
        lambda: work.set_priority(ticket, 1, actor="system"),
    ):
        act()
        seen.append((shown(ada, saved), count(ada, saved)))

    there, gone = ([ticket.pk], 1), ([], 0)
    assert seen == [there, gone, there, gone, there, gone]


def test_words_and_tags_count_too(desk, ada):
    told = save({"all": [leaf("words", "contains", "refund")]})
    ticket = make_ticket(inbox=desk)

    note(ticket, author=ada, text="Wants a REFUND.")

    assert shown(ada, told) == [ticket.pk]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (Order.NEWEST_WORD, [2, 1, 0]),
        (Order.OLDEST_WORD, [0, 1, 2]),
        (Order.NEWEST, [2, 1, 0]),
        (Order.OLDEST, [0, 1, 2]),
        (Order.PRIORITY, [1, 0, 2]),
    ],
)
@pytest.mark.parametrize("lasting", [True, False])
def test_each_order_holds_over_pages(desk, ada, order, wanted, lasting):
    tickets = [make_ticket(inbox=desk, assignee=ada, priority=one) for one in (2, 4, 2)]
    tree = {"all": [leaf("assignee", "any_of", ada.pk if lasting else "me")]}
    saved = save(tree, order=order)
    view = saved_view(saved)

    first = page_of(ada, view, size=2)
    rest = page_of(ada, view, after=first.next_cursor or "", size=2)

    assert saved.lasting is lasting
    assert [one.pk for one in [*first.items, *rest.items]] == [tickets[n].pk for n in wanted]


def test_a_new_word_moves_the_ticket_up(desk, ada):
    older, newer = make_ticket(inbox=desk, priority=4), make_ticket(inbox=desk, priority=4)
    saved = save()

    reply(older, author=ada, text="Hello", then="open")

    assert shown(ada, saved) == [older.pk, newer.pk]


def test_each_sees_and_counts_only_his_inboxes(desk, ada, bo, chief):
    make_ticket(inbox=desk, priority=4)
    make_ticket(priority=4)
    saved = save()

    assert [(len(shown(one, saved)), count(one, saved)) for one in (ada, bo, chief)] == [
        (1, 1),
        (0, 0),
        (2, 2),
    ]


def test_me_is_looked_up_for_each(desk, ada, bo):
    mine = make_ticket(inbox=desk, assignee=ada)
    saved = save({"all": [leaf("assignee", "any_of", "me")]})

    assert (shown(ada, saved), shown(bo, saved), count(ada, saved)) == ([mine.pk], [], None)


def test_a_changed_view_forgets_what_it_listed(desk, ada):
    make_ticket(inbox=desk, priority=4)
    calm = make_ticket(inbox=desk, priority=1)
    saved = save()

    again = save({"all": [leaf("priority", "any_of", 1)]}, view=saved)

    assert (shown(ada, again), count(ada, again)) == ([calm.pk], 1)


def test_only_a_new_name_gathers_nothing_again(desk):
    make_ticket(inbox=desk, priority=4)
    saved = save()
    before = list(Listed.objects.values_list("pk", flat=True))

    views.save_view(saved, name="Now!", conditions=URGENT, actor="system")

    assert list(Listed.objects.values_list("pk", flat=True)) == before


def test_a_deleted_view_leaves_tickets_and_no_trace(desk, ada):
    make_ticket(inbox=desk, priority=4)
    saved = save()

    views.delete_view(saved, actor=ada.actor)

    assert not Listed.objects.exists()
    assert not Tally.objects.exclude(view_id=None).exists()
    assert Ticket.objects.count() == 1
    assert Event.objects.last().kind == "view.deleted"


@pytest.mark.django_db(transaction=True)
def test_counts_outlast_folding_and_recounting(desk, ada):
    for _n in range(3):
        make_ticket(inbox=desk, priority=4)
    saved = save()

    fold()
    folded = count(ada, saved)
    recount()

    assert (folded, count(ada, saved)) == (3, 3)
    assert counts_of(ada, views_of(ada))["open"] == 3


def test_there_is_a_limit(desk, monkeypatch):
    monkeypatch.setattr(views, "MOST_VIEWS", 1)
    save()

    with pytest.raises(views.TooManyViews):
        save()
    with pytest.raises(BadCondition):
        save({"all": [leaf("state", "any_of")]})
    assert SavedView.objects.count() == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6)), max_size=12))
def test_whatever_happens_a_view_lists_what_fits(desk, ada, acts):
    Listed.objects.all().delete()
    Tally.objects.all().delete()
    SavedView.objects.all().delete()
    tickets = [make_ticket(inbox=desk) for _n in range(3)]
    trees = [URGENT, {"any": [leaf("assignee", "filled"), leaf("tags", "none_of", 1)]}, {"all": []}]
    saved = [save(tree) for tree in trees]
    verbs = [
        lambda one: work.set_priority(one, 4, actor="system"),
        lambda one: work.set_priority(one, 1, actor="system"),
        lambda one: work.close_ticket(one, actor="system"),
        lambda one: work.reopen_ticket(one, actor="system"),
        lambda one: work.assign_ticket(one, ada, actor="system"),
        lambda one: work.delete_ticket(one, actor="system"),
        lambda one: work.restore_ticket(one, actor="system"),
    ]

    for which, verb in acts:
        verbs[verb](Ticket.objects.get(pk=tickets[which].pk))

    for view in saved:
        fits = set(Ticket.objects.filter(query(view.conditions), removal="").values_list("pk", flat=True))
        listed = set(Listed.objects.filter(view=view).values_list("ticket_id", flat=True))
        assert listed == fits
        assert count(ada, view) == len(
            fits & set(Ticket.objects.filter(inbox=desk).values_list("pk", flat=True))
        )


def form(**over: Any) -> dict[str, Any]:
    return {
        "name": "Urgent", "audience": "me", "order": "newest_word",
        "all": ["0", "1"], "facet-0": "state", "is-0": "any_of", "value-0": ["open"],
        "any": ["2"], "facet-1": "subject", "is-1": "contains", "value-1": ["refund"],
        "facet-2": "priority", "is-2": "at_least", "value-2": ["3"], **over,
    }  # fmt: skip


def test_the_form_makes_a_view_and_shows_it_again(client: Client, desk, ada):
    client.force_login(ada)

    answer = client.post("/views/new/", form())

    saved = SavedView.objects.get()
    assert answer["location"] == f"/inbox/{saved.key}/"
    assert saved.owner == ada
    assert saved.conditions == {
        "all": [
            leaf("state", "any_of", "open"),
            leaf("subject", "contains", "refund"),
            {"any": [leaf("priority", "at_least", 3)]},
        ]
    }
    again = client.get(f"/views/{saved.pk}/").content.decode()
    assert 'value="refund"' in again
    assert client.get(answer["location"]).status_code == 200


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"value-1": "  "}, "needs another value"),
        ({"value-0": ["nonsense"]}, "needs another value"),
        ({"audience": "everyone"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(client: Client, desk, ada, over, said):
    client.force_login(ada)

    answer = client.post("/views/new/", form(**over))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SavedView.objects.exists()


def test_rows_are_added_dropped_and_changed(client: Client, desk, ada):
    client.force_login(ada)

    def rows(**over: Any) -> str:
        return client.post("/conditions/", form(**over)).content.decode()

    assert rows(add="any").count('class="condition"') == 4
    assert rows(drop="1").count('class="condition"') == 2
    assert 'inputmode="numeric"' in rows(**{"facet-1": "opened"})


def test_shared_views_are_shared_and_own_ones_are_not(client: Client, desk, ada, bo):
    lead = make_agent(*desk.teams.all(), role="lead")
    client.force_login(lead)
    client.post("/views/new/", form(audience=f"team-{desk.teams.get().pk}", name="Team"))
    client.post("/views/new/", form(audience="everyone", name="All"))
    client.post("/views/new/", form(name="Own"))

    def names(agent: Agent) -> list[str]:
        return [str(one.name) for one in views_of(agent) if one.saved]

    assert (names(lead), names(ada), names(bo)) == (["All", "Own", "Team"], ["All", "Team"], ["All"])


def test_others_views_cannot_be_changed(client: Client, desk, ada, bo):
    own = save(owner=ada)
    shared = save(name="All")
    client.force_login(bo)

    assert client.get(f"/views/{own.pk}/").status_code == 404
    assert client.post(f"/views/{own.pk}/deletion/").status_code == 404
    assert client.get(f"/inbox/{own.key}/").status_code == 404
    assert client.post(f"/views/{shared.pk}/deletion/").status_code == 403
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize("lasting", [True, False])
def test_a_view_costs_the_same_for_one_row_and_three(client: Client, desk, ada, lasting):
    tree = {"all": [leaf("assignee", "any_of", ada.pk if lasting else "me")]}
    saved = save(tree, owner=ada, shows=["team", "tags", "inbox", "state", "number"])
    client.force_login(ada)

    def queries() -> int:
        client.get(f"/inbox/{saved.key}/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/inbox/{saved.key}/").status_code == 200
        return len(captured)

    def ticket() -> None:
        made = make_ticket(inbox=desk, team=desk.teams.get())
        work.tag_ticket(made, ["a", "b"], actor="system")
        work.assign_ticket(made, ada, actor="system")

    ticket()
    one = queries()
    ticket()
    ticket()

    assert len(shown(ada, saved)) == 3
    assert queries() == one


def test_a_mail_joins_the_view_it_fits(desk, ada):
    saved = save({"all": [leaf("words", "contains", "broken lamp")]})
    envelope = {"rcpt_tos": [desk.address]}

    receive_raw(keep(mail(text="My BROKEN lamp"), channel="email", door="smtp", envelope=envelope))

    assert len(shown(ada, saved)) == 1
