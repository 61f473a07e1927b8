"""Settings pages of rules, and what a trial tells."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent

from ahlan.calendars.tests.makers import at
from ahlan.events.models import Event
from ahlan.rules.actions import settings as verbs
from ahlan.rules.models import Rule
from ahlan.rules.tests.makers import do, leaf, make_rule, make_silence, told, work_off, write
from ahlan.rules.trial import lines_of
from ahlan.rules.variables import VARIABLES, About, filled
from ahlan.staff.models import Agent
from ahlan.tickets.actions import work

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PLACE = "/settings/rules/"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def lead(db) -> Client:
    return client_of(make_agent(role="lead"))


def filled_form(**over: object) -> dict[str, object]:
    return {
        "name": "Urgent", "waits_for": "event", "triggers": ["opened"], "amount": "3", "unit": "days",
        "since": "last_message_at", "row": ["0", "1"], "act-0": "priority", "given-0": "4", "act-1": "add_tags",
        "given-1": "vip", **over,
    }  # fmt: skip


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_who_may_not_gets_nothing(ada):
    rule = make_rule("Ours", do("priority", 3))
    client = client_of(ada)

    for place in ("", "new/", f"{rule.pk}/", f"{rule.pk}/trial/", f"{rule.pk}/removal/"):
        assert client.get(f"{PLACE}{place}").status_code == 403
    for place in ("new/", f"{rule.pk}/", f"{rule.pk}/switch/", f"{rule.pk}/place/", f"{rule.pk}/removal/"):
        assert client.post(f"{PLACE}{place}").status_code == 403
    assert Rule.objects.get().is_active


def test_the_empty_list_explains(lead):
    page = lead.get(PLACE).content.decode()

    assert "Nothing happens by itself yet" in page
    assert f'href="{PLACE}new/"' in page


def test_a_new_rule_is_off_tried_and_then_switched_on(lead, desk):
    ticket = write(desk, subject="Broken cup")

    response = lead.post(f"{PLACE}new/", filled_form(stops="on"))
    rule = Rule.objects.get()
    before = (rule.is_active, rule.triggers, rule.acts, rule.stops)
    tried = text(lead.get(response["Location"]).content.decode())
    lead.post(f"{PLACE}{rule.pk}/switch/", {"on": "1"})
    listed = text(lead.get(PLACE).content.decode())

    assert response["Location"] == f"{PLACE}{rule.pk}/trial/"
    assert before == (False, ["opened"], [do("priority", 4), do("add_tags", "vip")], True)
    assert "This rule is off. Nothing below has been done." in tried
    assert f"#{ticket.pk} Broken cup" in tried
    assert "As soon as a ticket is opened" in listed
    assert "Set the priority: Urgent Add tags: “vip”" in listed
    assert Rule.objects.get().is_active
    ticket.refresh_from_db()
    assert ticket.priority == 2


def test_a_rule_by_time_is_told_in_words(lead):
    lead.post(f"{PLACE}new/", filled_form(waits_for="time"))

    rule = Rule.objects.get()
    assert (rule.since, rule.amount, rule.unit, rule.triggers) == ("last_message_at", 3, "days", [])
    assert "3 days since the last word" in text(lead.get(PLACE).content.decode())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "required"),
        ({"name": "Taken"}, "already"),
        ({"triggers": []}, "Choose at least one"),
        ({"waits_for": "time", "amount": ""}, "Say how long"),
        ({"waits_for": "time", "amount": "400"}, "A year at most"),
        ({"given-0": ""}, "needs to know what"),
        ({"row": []}, "add an action"),
        ({"act-1": "note", "given-1": "Hi {{customer.password}}"}, "no variable “customer.password”"),
        ({"all": "0", "facet-0": "subject", "is-0": "contains", "value-0": ""}, "needs another value"),
        (
            {"waits_for": "time", "all": "0", "facet-0": "opened", "is-0": "within", "value-0": "3"},
            "has its own clock",
        ),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(lead, wrong, says):
    make_rule("Taken", do("priority", 3))

    response = lead.post(f"{PLACE}new/", filled_form(**wrong))

    assert response.status_code == 422
    assert says in response.content.decode()
    assert Rule.objects.count() == 1


def test_rows_of_actions_are_added_moved_and_taken_away(lead):
    order = r'name="row" value="(\d)"'
    place = f"{PLACE}acts/rule/"

    more = lead.post(place, filled_form(more="1")).content.decode()
    up = lead.post(place, filled_form(up="1")).content.decode()
    less = lead.post(place, filled_form(less="0")).content.decode()
    other = lead.post(place, filled_form(**{"act-0": "note"})).content.decode()

    assert [re.findall(order, page) for page in (more, up, less)] == [["0", "1", "2"], ["1", "0"], ["1"]]
    assert '<textarea class="act__value" name="given-0"' in other
    assert 'value="take"' not in more
    assert lead.post(f"{PLACE}acts/elsewhere/").status_code == 404


def test_rules_are_moved_and_deleted(lead):
    first, second = make_rule("First", do("priority", 3)), make_rule("Second", do("priority", 3))

    lead.post(f"{PLACE}{second.pk}/place/", {"steps": "-1"})
    order = list(Rule.objects.values_list("name", flat=True))
    page = lead.get(f"{PLACE}{first.pk}/removal/").content.decode()
    lead.post(f"{PLACE}{first.pk}/removal/")

    assert order == ["Second", "First"]
    assert "What it has done stays done" in page
    assert list(Rule.objects.values_list("name", flat=True)) == ["Second"]
    assert [one.kind for one in Event.objects.filter(kind__in=["rule.moved", "rule.deleted"]).order_by("id")] == [
        "rule.moved", "rule.deleted",
    ]  # fmt: skip


def test_a_house_holds_so_many_rules_and_no_more(lead, monkeypatch):
    monkeypatch.setattr(verbs, "MOST_RULES", 1)
    make_rule("One", do("priority", 3))

    assert "as many rules as can be kept" in lead.post(f"{PLACE}new/", filled_form()).content.decode()


def test_a_trial_asks_how_tickets_were_then(desk, ada):
    """What was open and normal when it came in is found, though it is closed and urgent by now."""
    fits = {
        "all": [leaf("state", "any_of", "open"), leaf("priority", "any_of", 2), leaf("assignee", "empty")]
    }
    rule = make_rule("New ones", do("priority", 4), do("add_tags", "x"), conditions=fits, on=False)
    then, spam, later_on = write(desk), write(desk), write(desk)
    work.assign_ticket(then, ada, actor="system")
    work.set_priority(then, 4, actor="system")
    work.close_ticket(then, actor="system")
    work.mark_spam(spam, actor="system")
    assigned = make_rule("When assigned", do("priority", 4), conditions=fits, triggers=["assigned"], on=False)

    assert [line.ticket.pk for line in lines_of(rule)] == [later_on.pk, then.pk]
    assert lines_of(assigned) == []
    assert work_off() == 0
    assert told(then) == []


def test_a_trial_of_a_rule_by_time_tells_when(desk, lead):
    with time_machine.travel(at("2026-01-14 10:00"), tick=False):
        old = write(desk)
    with time_machine.travel(at("2026-01-14 15:00"), tick=False):
        young = write(desk)
        rule = make_silence("Silent", do("priority", 4), on=False)
        lines = lines_of(rule)

    assert [(line.ticket.pk, line.ahead) for line in lines] == [(young.pk, True), (old.pk, False)]
    assert lines[0].at == at("2026-01-14 15:00") + timedelta(hours=2)
    assert "been silent for so long already" in lead.get(f"{PLACE}{rule.pk}/trial/").content.decode()


def test_a_trial_costs_the_same_for_more_tickets(desk, lead):
    rule = make_rule("New ones", do("priority", 4), on=False)
    costs = []
    for count in (1, 3):
        for _n in range(count):
            write(desk)
        lead.get(f"{PLACE}{rule.pk}/trial/")
        with CaptureQueriesContext(connection) as taken:
            lead.get(f"{PLACE}{rule.pk}/trial/")
        costs.append(len(taken))

    assert costs[0] == costs[1]


def test_every_variable_can_be_filled_in(desk, ada):
    ticket = write(desk, subject="Cups", from_="Cy Customer <cy@else.example>")
    work.transfer_ticket(ticket, desk.teams.get(), actor="system")
    words = " / ".join(f"{{{{{key}|–}}}}" for key in VARIABLES)

    told = filled(words, About(ticket, ada), "en")

    assert told.startswith(f"Cy Customer / Cy / {ticket.pk} / Cups / Ada / Ada / Care / ")
    assert "{{" not in told
    assert filled("{{ customer.name }}", About(ticket)) == "Cy Customer"
    assert filled("{{nobody}}", About(ticket)) == "{{nobody}}"
