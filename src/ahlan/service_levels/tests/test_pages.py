"""Pages of service levels, and what they hang on the desk."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_ticket

from ahlan.calendars.tests.makers import at
from ahlan.events.models import Event
from ahlan.service_levels.actions.keeping import notice_due
from ahlan.service_levels.actions.terms import move_policy, save_policy
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.forms import PolicyForm
from ahlan.service_levels.models import Deadline, Policy
from ahlan.service_levels.tests.makers import make_hours, make_policy, write
from ahlan.staff.models import Agent
from ahlan.tickets.actions import answer, work
from ahlan.tickets.conditions import matching, words
from ahlan.tickets.models import SavedView, Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WEDNESDAY = at("2026-01-14 10:00")
PLACE = "/settings/service-levels/"


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(WEDNESDAY + timedelta(minutes=minutes), tick=False)


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def lead(db) -> Client:
    return client_of(make_agent(role="lead"))


@pytest.fixture
def asked(desk) -> Ticket:
    make_hours()
    make_policy()
    with later(0):
        return write(desk, message_id="<one@else.example>")


def filled(policy: Policy | None = None, **over: str) -> dict[str, str]:
    """The form as it stands, with changes."""
    form = PolicyForm(policy=policy)
    data = {name: form[name].initial for name in form.fields}
    given = {
        name: "on" if value is True else str(value)
        for name, value in data.items()
        if value not in (None, False)
    }
    return {**given, "name": policy.name if policy else "Everybody", **over}


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_who_may_not_gets_nothing(ada):
    policy = make_policy()
    client = client_of(ada)

    for place in ("", "new/", f"{policy.pk}/", f"{policy.pk}/removal/"):
        assert client.get(f"{PLACE}{place}").status_code == 403
    for place in (f"{policy.pk}/", f"{policy.pk}/place/", f"{policy.pk}/removal/"):
        assert client.post(f"{PLACE}{place}").status_code == 403
    assert Policy.objects.count() == 1


def test_the_empty_list_explains(lead):
    page = lead.get(PLACE).content.decode()

    assert "Nothing is promised yet" in page
    assert f'href="{PLACE}new/"' in page


def test_a_lead_promises_and_the_house_gets_a_view(lead):
    response = lead.post(
        f"{PLACE}new/",
        filled(unit_3_resolution="working_days", amount_3_resolution="2", amount_4_first_response="30",
               unit_4_first_response="minutes", amount_2_next_response=""),
    )  # fmt: skip

    policy = Policy.objects.get()
    assert response["Location"] == PLACE
    assert policy.terms(3).targets[Kind.RESOLUTION] == Target(2, Unit.WORKING_DAYS)
    assert policy.terms(4).targets[Kind.FIRST_RESPONSE] == Target(30, Unit.MINUTES)
    assert policy.terms(2).targets.keys() == {Kind.FIRST_RESPONSE, Kind.RESOLUTION}
    assert SavedView.objects.get().name == "Overdue"
    assert Event.objects.filter(kind="service_level.saved").count() == 1
    shown = text(lead.get(PLACE).content.decode())
    assert "High 4 business hours 4 business hours 2 working days" in shown
    assert "30 minutes, day and night" in shown


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "required"),
        ({"name": "Taken"}, "already"),
        ({"amount_2_resolution": "0"}, "greater than or equal to 1"),
        ({"amount_2_resolution": "400", "unit_2_resolution": "working_days"}, "A year at most"),
        ({"all": "0", "facet-0": "subject", "is-0": "contains", "value-0": ""}, "needs another value"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(lead, wrong, says):
    make_policy(name="Taken")

    response = lead.post(f"{PLACE}new/", {**filled(amount_1_first_response="77"), **wrong})

    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'value="77"' in response.content.decode()
    assert Policy.objects.count() == 1


def test_conditions_and_targets_come_back_as_they_were_given(lead):
    policy = make_policy(conditions={"all": [{"facet": "priority", "is": "at_least", "value": ["3"]}]})
    page = lead.get(f"{PLACE}{policy.pk}/").content.decode()
    before = policy.targets

    lead.post(
        f"{PLACE}{policy.pk}/",
        {
            **filled(policy),
            "all": "0",
            "facet-0": "priority",
            "is-0": "at_least",
            "value-0": "3",
            "hold_counts": "",
        },
    )

    policy.refresh_from_db()
    assert 'name="facet-0"' in page
    assert policy.targets == before
    assert policy.conditions == {"all": [{"facet": "priority", "is": "at_least", "value": ["3"]}]}
    assert policy.hold_counts is False


def test_the_first_that_fits_holds_and_order_is_moved_by_buttons(lead):
    first, second = make_policy(), make_policy(name="Second")

    response = lead.post(f"{PLACE}{second.pk}/place/", {"steps": "-1"})
    up = list(Policy.objects.values_list("name", flat=True))
    lead.post(f"{PLACE}{second.pk}/place/", {"steps": "1"})
    move_policy(second, 1, actor="system")

    assert response["Location"] == f"{PLACE}#policy-{second.pk}"
    assert up == ["Second", "Everybody"]
    assert list(Policy.objects.values_list("name", flat=True)) == ["Everybody", "Second"]
    assert Event.objects.filter(kind="service_level.moved").count() == 2
    assert first.order < second.order


def test_deleting_says_what_it_does(asked, lead):
    policy = Policy.objects.get()
    page = text(lead.get(f"{PLACE}{policy.pk}/removal/").content.decode())

    lead.post(f"{PLACE}{policy.pk}/removal/")

    assert "2 deadlines run by it." in page
    assert not Policy.objects.exists()
    assert Deadline.objects.filter(policy=None, state="running").count() == 2


def test_a_trial_tells_three_deadlines(lead):
    make_hours()
    policy = make_policy()

    page = lead.get(PLACE, {"policy": policy.pk, "priority": 2, "start": "2026-01-16T16:30"}).content.decode()

    due = re.findall(r"<strong[^>]*>(.*?)</strong>", page.replace("\u202f", " "))
    assert due == [
        "Monday, January 19, 2026, 9:30 AM", "Monday, January 19, 2026, 9:30 AM", "Monday, January 19, 2026, 12:30 PM",
    ]  # fmt: skip
    assert "Say when it is opened" in lead.get(PLACE, {"start": "never"}).content.decode()


def test_rows_head_and_panel_tell_the_next_deadline(asked, ada):
    client = client_of(ada)
    with later(20):
        row = text(client.get("/inbox/open/").content.decode())
        page = text(client.get(f"/tickets/{asked.pk}/").content.decode())
    with later(75):
        notice_due()
        late = text(client.get(f"/tickets/{asked.pk}/").content.decode())
        late_row = client.get("/inbox/open/").content.decode()

    assert "First response: due in 40 min" in row
    assert "First response: due in 40 min" in page
    assert "Resolution due in 3 hr" in page
    assert "overdue by 15 min" in late
    assert "The deadline for the first response was missed" in late
    assert "15 min late" in text(late_row)
    assert "due--late" in late_row


def test_what_is_met_and_what_is_paused_is_told(asked, ada):
    with later(60):
        answer.reply(asked, author=ada, text="Here you are")
        page = text(client_of(ada).get(f"/tickets/{asked.pk}/deadlines/").content.decode())

    assert page == "Deadlines First response met Resolution paused, 3 hr left Service level Everybody"


def test_a_ticket_without_promises_has_a_hidden_panel(ada, desk):
    ticket = make_ticket(inbox=desk)

    page = client_of(ada).get(f"/tickets/{ticket.pk}/deadlines/").content.decode()

    assert " hidden" in page
    assert "ticket-head__due" not in client_of(ada).get(f"/tickets/{ticket.pk}/").content.decode()


def test_chips_cost_a_list_one_query_however_long(desk, ada):
    make_hours()
    client, costs = client_of(ada), []
    write(desk)
    client.get("/inbox/open/")
    with CaptureQueriesContext(connection) as taken:
        client.get("/inbox/open/")
    costs.append(len([one for one in taken if "service_levels_deadline" in one["sql"]]))
    make_policy()
    for _n in range(3):
        write(desk)
    with CaptureQueriesContext(connection) as taken:
        client.get("/inbox/open/")
    costs.append(len([one for one in taken if "service_levels_deadline" in one["sql"]]))

    assert costs == [1, 1]


def leaf(key: str, test: str, *values: object) -> dict[str, object]:
    return {"facet": key, "is": test, "value": [str(one) for one in values]}


def test_lists_and_rules_may_ask_for_deadlines(asked, desk):
    policy = Policy.objects.get()
    trees = {
        1: leaf("due", "within", 1), 2: leaf("due", "filled"), 3: leaf("due", "empty"), 4: leaf("overdue", "yes"),
        5: leaf("overdue", "no"), 6: leaf("service_level", "any_of", policy.pk),
        7: leaf("service_level", "none_of", policy.pk), 8: leaf("service_level", "empty"),
        9: leaf("service_level", "filled"),
    }  # fmt: skip

    with later(30):
        early = matching(asked, trees)
    with later(75):
        notice_due()
        late = matching(asked, trees)
    with later(76):
        work.mark_spam(asked, actor="system")
        gone = matching(asked, trees)

    assert early == {1, 2, 5, 6, 9}
    assert late == {2, 4, 6, 9}
    assert gone == {3, 5, 6, 9}
    assert words(trees[1]) == "The next deadline falls within the next 1 hour"


def test_targets_beyond_a_year_are_refused():
    with pytest.raises(ValueError, match="year"):
        make_policy(targets={2: {Kind.RESOLUTION: Target(367, Unit.WORKING_DAYS)}})


def test_a_house_holds_so_many_policies_and_no_more(monkeypatch, lead):
    from ahlan.service_levels.actions import terms

    monkeypatch.setattr(terms, "MOST_POLICIES", 1)
    policy = make_policy()

    response = lead.post(f"{PLACE}new/", filled(name="Another"))

    assert "as many service levels as can be kept" in response.content.decode()
    assert (
        save_policy(policy, name="Same", conditions=policy.conditions, targets={}, actor="system").pk
        == policy.pk
    )
