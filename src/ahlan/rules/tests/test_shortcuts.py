"""Canned replies and macros: who has them, what they say and do, and taking it back."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_message, make_team, make_ticket

from ahlan.events.models import Event
from ahlan.rules.actions.shortcuts import (
    run_macro,
    save_canned_reply,
    save_macro,
    undo_macro,
    use_canned_reply,
)
from ahlan.rules.acts import BadAct
from ahlan.rules.models import CannedReply, Macro, Run
from ahlan.rules.shortcuts import of, search
from ahlan.rules.tests.makers import do, make_rule, work_off, write
from ahlan.staff.models import Agent, Role
from ahlan.tickets.actions import work
from ahlan.tickets.models import Draft, Message, Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def make_canned(name: str = "Hours", text: str = "We are here.", **over: object) -> CannedReply:
    return save_canned_reply(**{"name": name, "texts": {"": text}, "actor": "system", **over})


def make_macro(*acts: dict[str, object], **over: object) -> Macro:
    return save_macro(**{"name": "Refund", "acts": list(acts), "actor": "system", **over})


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    ticket = make_ticket(inbox=desk, customer=cy, subject="Cups", language="fi")
    make_message(ticket)
    return ticket


def test_it_speaks_the_customers_language_and_is_counted(ticket, ada):
    texts = {
        "": "Hello {{customer.first_name}}",
        "fi": "Hei {{customer.first_name}}, #{{ticket.number}}. {{agent.name}}",
    }
    reply = make_canned(texts=texts)

    finnish = use_canned_reply(reply, ticket, agent=ada)
    ticket.language = "ru"
    other = use_canned_reply(reply, ticket, agent=ada)

    assert (finnish, other) == (f"Hei Cy, #{ticket.pk}. Ada", "Hello Cy")
    assert CannedReply.objects.get().uses == 2


def test_own_ones_a_teams_and_everybodys(ada, bo, desk):
    care = desk.teams.get()
    make_canned("Mine", owner=ada)
    make_canned("Ours", team=care)
    make_canned("Everybody’s")
    make_canned("Theirs", owner=bo)

    assert set(of(CannedReply, ada).values_list("name", flat=True)) == {"Mine", "Ours", "Everybody’s"}
    assert set(of(CannedReply, bo).values_list("name", flat=True)) == {"Theirs", "Everybody’s"}


def test_it_is_found_by_code_name_and_words_in_any_script(ada):
    make_canned("Opening times", "Мы открыты", code="hours")
    make_canned("שעות פתיחה", "Sunday to Thursday", code="שעות")
    make_canned("Rush hours", "Busy")

    found = {q: list(search(of(CannedReply, ada), q).values_list("name", flat=True)) for q in
             ("hou", "ОТКРЫТЫ", "שע", "sunday to", "nothing", "a.b", "(")}  # fmt: skip

    assert found == {
        "hou": ["Opening times", "Rush hours"], "ОТКРЫТЫ": ["Opening times"], "שע": ["שעות פתיחה"],
        "sunday to": ["שעות פתיחה"], "nothing": [], "a.b": [], "(": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"texts": {}}, ValueError),
        ({"texts": {"": "  "}}, ValueError),
        ({"texts": {"xx": "Hello"}}, ValueError),
        ({"texts": {"": "{{settings.SECRET_KEY}}"}}, BadAct),
        ({"code": "two words"}, ValueError),
    ],
)
def test_a_canned_reply_that_cannot_be_kept_is_refused(over, error):
    with pytest.raises(error):
        make_canned(**over)

    assert not CannedReply.objects.exists()


def test_a_template_is_never_executed(ticket, ada):
    reply = make_canned(text="{% load log %}{{ticket.subject}} {% debug %}")
    ticket.subject = "{{agent.name}} {% debug %}"

    assert use_canned_reply(reply, ticket, agent=ada) == "{% load log %}agent.name}} {% debug %} {% debug %}"


def test_a_macro_does_its_acts_as_the_agent_and_is_taken_back(ticket, ada, desk):
    billing = make_team(desk, name="Billing")
    work.tag_ticket(ticket, ["old"], actor="system")
    macro = make_macro(
        do("take"), do("transfer", billing.pk), do("priority", 4), do("add_tags", "refund"),
        do("write", "Hello {{customer.first_name}}"), do("state", "closed"),
    )  # fmt: skip

    run, failed = run_macro(macro, ticket, agent=ada)
    done = Ticket.objects.get(pk=ticket.pk)
    said = Message.objects.get(ticket=ticket, direction="out")
    undone = undo_macro(run, agent=ada)
    again = undo_macro(run, agent=ada)

    back = Ticket.objects.get(pk=ticket.pk)
    assert failed == []
    assert (done.team, done.assignee, done.priority, done.state) == (billing, ada, 4, "closed")
    assert (said.author, said.text, said.automatic) == (ada, "Hello Cy", "")
    assert (undone, again) == (True, False)
    assert (back.team, back.assignee, back.priority, back.state) == (None, None, 2, "open")
    assert list(back.tags.values_list("name", flat=True)) == ["old"]
    assert not Message.objects.filter(ticket=ticket, direction="out").exists()
    assert Draft.objects.get(ticket=ticket, agent=ada).text == "Hello Cy"
    assert {
        event.actor for event in Event.objects.filter(kind__startswith="macro.", subject_id=ticket.pk)
    } >= {ada.actor}
    assert [one.kind for one in Event.objects.filter(kind__in=["macro.ran", "macro.undone"]).order_by("id")] == [
        "macro.ran", "macro.undone",
    ]  # fmt: skip


def test_taking_back_leaves_what_somebody_has_changed_since(ticket, ada):
    run, _failed = run_macro(make_macro(do("priority", 4), do("state", "on_hold")), ticket, agent=ada)

    work.set_priority(ticket, 1, actor="system")
    undo_macro(run, agent=ada)

    back = Ticket.objects.get(pk=ticket.pk)
    assert (back.priority, back.state) == (1, "open")


def test_taking_back_takes_out_what_was_merged_and_leaves_the_other_ticket(ticket, ada):
    kept = make_ticket(inbox=ticket.inbox)
    work.set_priority(kept, 4, actor="system")
    macro = make_macro(do("priority", 4), do("write", "Hello"), do("merge", kept.pk))
    run, failed = run_macro(macro, ticket, agent=ada)
    merged = Ticket.objects.get(pk=ticket.pk)
    said = Message.objects.get(ticket=kept, direction="out")
    undo_macro(run, agent=ada)

    back, other = Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=kept.pk)
    assert (failed, merged.merged_into, run.messages) == ([], kept, [said.pk])
    assert (back.merged_into, back.removal, back.priority) == (None, "", 2)
    assert (other.priority, other.removal) == (4, "")
    assert not Message.objects.filter(direction="out").exists()


def test_nobody_takes_back_what_another_has_done(ticket, ada):
    eve = make_agent(*ticket.inbox.teams.all())
    run, _failed = run_macro(make_macro(do("priority", 4)), ticket, agent=ada)

    assert undo_macro(run, agent=eve) is False
    assert client_of(eve).post(f"/tickets/{ticket.pk}/macros/runs/{run.pk}/undoing/").status_code == 404
    assert Ticket.objects.get(pk=ticket.pk).priority == 4


def test_each_act_needs_its_permission(ticket, ada):
    role = Role.objects.create(own_name="Writer", permissions=["tickets.view", "tickets.reply"])
    Agent.objects.filter(pk=ada.pk).update(role=role)

    _run, failed = run_macro(
        make_macro(do("spam"), do("priority", 4), do("write", "Hi")),
        ticket,
        agent=Agent.objects.get(pk=ada.pk),
    )

    after = Ticket.objects.get(pk=ticket.pk)
    assert failed == [["spam", "forbidden"], ["priority", "forbidden"]]
    assert (after.removal, after.priority, after.state) == ("", 2, "waiting")


def test_a_canned_reply_in_a_rule_and_after_it_was_deleted(desk):
    reply = make_canned(text="We have it")
    make_rule("Received", do("canned", reply.pk))

    first = write(desk)
    work_off()
    reply.delete()
    second = write(desk)
    work_off()

    assert Message.objects.get(ticket=first, direction="out").text == "We have it"
    assert not Message.objects.filter(ticket=second, direction="out").exists()
    assert Event.objects.filter(kind="rule.ran").latest("id").facts["failed"] == [["canned", "gone"]]


def test_the_picker_finds_both_and_strangers_nothing(ticket, ada, bo):
    make_canned("Opening times", "Hello {{customer.first_name}}", code="hours")
    make_canned("Secret", owner=bo)
    macro = make_macro(do("priority", 4), name="Hours and urgent")
    own = make_macro(do("priority", 4), name="Bo’s hours", owner=bo)
    client = client_of(ada)

    page = client.get(f"/tickets/{ticket.pk}/shortcuts/", {"q": "hou"}).content.decode()
    words = client.post(f"/tickets/{ticket.pk}/canned/{CannedReply.objects.get(code='hours').pk}/")

    assert "Opening times" in page
    assert "Hello Cy" in page
    assert "Hours and urgent" in page
    assert "Secret" not in page
    assert "Bo’s hours" not in page
    assert (words.content, words["Content-Type"]) == (b"Hello Cy", "text/plain; charset=utf-8")
    assert client.post(f"/tickets/{ticket.pk}/macros/{own.pk}/").status_code == 404
    assert client_of(bo).post(f"/tickets/{ticket.pk}/macros/{macro.pk}/").status_code == 404
    assert (
        client_of(make_agent(*ticket.inbox.teams.all(), role="viewer"))
        .get(f"/tickets/{ticket.pk}/shortcuts/")
        .status_code
        == 403
    )


def test_a_macro_answers_with_the_ticket_and_the_way_back(ticket, ada):
    macro = make_macro(do("priority", 4))
    client = client_of(ada)

    page = client.post(
        f"/tickets/{ticket.pk}/macros/{macro.pk}/", headers={"HX-Request": "true"}
    ).content.decode()
    run = Run.objects.get()
    back = client.post(f"/tickets/{ticket.pk}/macros/runs/{run.pk}/undoing/", headers={"HX-Request": "true"})
    plain = client.post(f"/tickets/{ticket.pk}/macros/{macro.pk}/")

    assert "“Refund” is done." in page
    assert f"/tickets/{ticket.pk}/macros/runs/{run.pk}/undoing/" in page
    assert "Taken back." in back.content.decode()
    assert plain["Location"] == f"/tickets/{ticket.pk}/"


def test_pages_of_canned_replies(ada, desk):
    client = client_of(ada)
    empty = client.get("/settings/canned/").content.decode()

    bad = client.post(
        "/settings/canned/new/", {"name": "Hours", "code": "two words", "audience": "me", "text_all": "{{x}}"}
    )
    client.post(
        "/settings/canned/new/",
        {"name": "Hours", "code": "/hours", "audience": "me", "text_all": "Hi", "text_he": "שלום"},
    )
    reply = CannedReply.objects.get()
    page = client.get(f"/settings/canned/{reply.pk}/").content.decode()
    listed = client.get("/settings/canned/", {"q": "hours"}).content.decode()
    shared = client.post("/settings/canned/new/", {"name": "All", "audience": "everyone", "text_all": "Hi"})

    assert "No canned replies yet" in empty
    assert bad.status_code == 422
    assert "no variable “x”" in bad.content.decode()
    assert (reply.code, reply.owner, dict(reply.texts.values_list("language", "text"))) == (
        "hours",
        ada,
        {"": "Hi", "he": "שלום"},
    )
    assert "שלום" in page
    assert "/hours" in listed
    assert shared.status_code == 422
    assert [one.kind for one in Event.objects.filter(subject_kind="cannedreply")] == [
        "own_canned_reply.saved"
    ]


def test_who_may_change_and_delete(ada, bo, desk):
    mine, all_ = make_canned("Mine", owner=ada), make_canned("All")
    lead = client_of(make_agent(role="lead"))

    assert client_of(bo).get(f"/settings/canned/{mine.pk}/").status_code == 404
    assert lead.get(f"/settings/canned/{mine.pk}/").status_code == 404
    assert client_of(ada).get(f"/settings/canned/{all_.pk}/").status_code == 403
    assert client_of(ada).post(f"/settings/canned/{all_.pk}/removal/").status_code == 403
    assert lead.get(f"/settings/canned/{all_.pk}/").status_code == 200
    assert lead.post(f"/settings/canned/{all_.pk}/removal/").status_code == 302
    assert client_of(ada).post(f"/settings/canned/{mine.pk}/removal/").status_code == 302
    assert not CannedReply.objects.exists()


def test_pages_of_macros(desk):
    lead = client_of(make_agent(role="lead"))
    empty = lead.get("/settings/macros/").content.decode()

    bad = lead.post(
        "/settings/macros/new/",
        {"name": "Close", "audience": "everyone", "row": ["0"], "act-0": "state", "given-0": ""},
    )
    none = lead.post("/settings/macros/new/", {"name": "Close", "audience": "everyone"})
    lead.post(
        "/settings/macros/new/",
        {
            "name": "Close",
            "code": "bye",
            "audience": "everyone",
            "row": ["0", "1"],
            "act-0": "take",
            "act-1": "state",
            "given-1": "closed",
        },
    )
    macro = Macro.objects.get()
    page = lead.get(f"/settings/macros/{macro.pk}/").content.decode()
    listed = lead.get("/settings/macros/").content.decode()
    lead.post(f"/settings/macros/{macro.pk}/removal/")

    assert "No macros yet" in empty
    assert "needs to know what" in bad.content.decode()
    assert "add an action" in none.content.decode()
    assert (macro.acts, macro.code, macro.audience) == (
        [do("take"), do("state", "closed")],
        "bye",
        "everyone",
    )
    assert 'value="take" selected' in page
    assert "Set the state: Closed" in listed
    assert [one.kind for one in Event.objects.filter(subject_kind="macro").order_by("id")] == [
        "macro.saved",
        "macro.deleted",
    ]
