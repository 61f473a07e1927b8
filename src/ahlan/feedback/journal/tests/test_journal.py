"""The journal: what was heard joins what was searched in vain, by theme, and others read it without anybody's name."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.makers import make_agent, make_caller, make_customer, make_inbox, make_team, make_ticket

from ahlan.core.clock import now
from ahlan.events.definitions import one_look
from ahlan.feedback.journal import actions
from ahlan.feedback.journal.models import Insight, Reader, Theme
from ahlan.feedback.journal.policies import insights_for
from ahlan.feedback.journal.queries import board, month_of
from ahlan.feedback.journal.themes import known, themes_in
from ahlan.feedback.tests.makers import client_of, events
from ahlan.knowledge.actions.needs import miss

pytestmark = pytest.mark.django_db

NOISE = {
    "en": ["noise", "too loud"], "he": ["רעש"], "ar": ["ضجيج"], "fi": ["melu", "äänekäs"], "fa": ["سروصدا"], "ru": ["шум"],
}  # fmt: skip


def make_theme(**over: object) -> Theme:
    return actions.save_theme(
        None, **{"names": {"en": "Noise", "ar": "الضجيج"}, "words": NOISE, "actor": "system", **over}
    )


def note(said: str, **over: object) -> Insight:
    return actions.note_insight(**{"said": said, "source": "interview", "actor": "system", **over})


@pytest.mark.once
@pytest.mark.parametrize(("text", "language", "there"), [
    ("The pump makes noises at night", "en", True), ("It is LOUD, much too loud", "en", True), ("Loud and clear", "en", False),
    ("המשאבה עושה רעש נורא", "he", True), ("الضجيج مزعج", "ar", True), ("Pumpun melusta ei saa unta", "fi", True),
    ("پمپ سروصدا دارد", "fa", True), ("Насос очень шумный, шумом мешает", "ru", True), ("", "en", False), ("…", "", False),
])  # fmt: skip
def test_a_theme_is_known_by_any_form_of_its_words(text, language, there):
    assert themes_in(text, language, [known(7, NOISE)]) == ([7] if there else [])


@pytest.mark.once
def test_months_are_read_and_nonsense_is_this_month():
    today = date(2026, 11, 28)
    assert month_of("2024-02", today) == (date(2024, 2, 1), date(2024, 2, 29))
    for text in ("", "2026-13", "x-1", "99999-01", "2026-00", "-", "٢٠٢٦-١١-٩"):
        assert month_of(text, today) == (date(2026, 11, 1), date(2026, 11, 30))


def test_what_was_noted_and_searched_stands_under_one_theme(cy, desk, ada, django_assert_num_queries):
    theme = make_theme()
    ticket = make_ticket(inbox=desk, customer=cy)
    note("A pump with less noise", strength=3)
    note("Мотор, где шум меньше", source="social", strength=2)
    note("Blue ones", ticket=ticket, source="hint", agent=ada)
    note("Louder noise", heard_on=now().date().replace(day=1) - timedelta(days=1))
    actions.retract_insight(note("noise noise"), actor="system")
    for _n in range(3):
        miss("noise of the pump", "en", "nothing")
    miss("colour of the hose", "en", "nothing")
    on, until = month_of("", now().date())

    found = board(on, until, quotes=True)
    assert [(one.theme, one.total, one.before, one.strength) for one in found] == [
        (theme.pk, 5, 1, 2.5),
        (None, 2, 0, 2.0),
    ]
    assert dict(found[0].sources) == {"interview": 1, "social": 1, "search": 3}
    assert dict(found[0].languages) == {"en": 4, "ru": 1}
    assert [one.said for one in found[0].quotes] == ["A pump with less noise", "Мотор, где шум меньше"]
    assert [one.total for one in board(on, until, language="ru")] == [1]

    with one_look(), django_assert_num_queries(9):
        board(on, until, quotes=True)
    for n in range(20):
        note(f"noise {n}")
        miss(f"loud hose {n}", "en", "nothing")
    with one_look(), django_assert_num_queries(9):
        board(on, until, quotes=True)


def test_an_insight_is_changed_with_its_history_and_taken_back(ada, chief):
    made = note("Quieter", agent=ada, actor=ada.actor)

    actions.change_insight(made, said="Much quieter", strength=3, agent=chief, actor=chief.actor)
    actions.change_insight(made, said="Much quieter", actor=chief.actor)  # nothing changes
    actions.retract_insight(made, actor=chief.actor)

    assert [(one.said, one.strength, one.agent) for one in made.wordings.all()] == [("Quieter", 2, chief)]
    assert events("insight.changed") == [{"fields": ["strength", "said"]}]
    with pytest.raises(actions.Retracted):
        actions.change_insight(made, said="x", actor="system")
    actions.retract_insight(made, False, actor=chief.actor)
    actions.retract_insight(made, False, actor=chief.actor)
    assert len(events("insight.brought_back")) == 1


@pytest.mark.parametrize("given", [{"said": " \u0000 "}, {"source": "gossip"}, {"strength": 4}])
def test_nonsense_is_refused(given):
    with pytest.raises(ValueError):
        note(**{"said": "Quieter", **given})


def test_a_hint_is_noted_beside_a_ticket_and_seen_there(cy, desk, ada, bo, chief):
    ticket = make_ticket(inbox=desk, customer=cy, subject="Pump")
    browser = client_of(ada)

    assert "/hint/" in browser.get(ticket.get_absolute_url()).content.decode()
    assert browser.post(f"/tickets/{ticket.pk}/hint/", {"said": "", "strength": "2"}).status_code == 422
    browser.post(f"/tickets/{ticket.pk}/hint/", {"said": "<b>Quieter</b>", "strength": "3", "theme": ""})

    held = Insight.objects.get()
    assert (held.ticket, held.customer, held.source, held.strength, held.agent) == (
        ticket,
        cy.primary,
        "hint",
        3,
        ada,
    )
    assert "&lt;b&gt;Quieter&lt;/b&gt;" in browser.get(ticket.get_absolute_url()).content.decode()
    assert client_of(bo).get(f"/tickets/{ticket.pk}/hint/").status_code == 404


def test_what_was_noted_from_tickets_one_does_not_see_is_not_read(cy, desk):
    ada = make_agent(*desk.teams.all(), role="lead")
    bo = make_agent(make_team(make_inbox()), role="lead")
    ticket = make_ticket(inbox=desk, customer=cy)
    hidden, open_to_all = note("Cy wants it blue", ticket=ticket, agent=ada), note("All want it quieter")
    own = note("I asked them all", ticket=ticket, agent=bo)

    def read(agent):
        return [one.pk for one in insights_for(agent).order_by("pk")]

    assert read(ada) == [hidden.pk, open_to_all.pk, own.pk]
    assert read(bo) == [open_to_all.pk, own.pk]
    assert client_of(bo).get(f"/needs/insights/{hidden.pk}/").status_code == 404


def test_the_pages_of_the_journal_note_change_and_hide(cy, desk, ada, chief):
    theme = make_theme()
    boss = client_of(chief)
    given = {
        "said": "Noise at night",
        "source": "group",
        "strength": "3",
        "theme": "",
        "heard_on": f"{now():%Y-%m-%d}",
        "customer": cy.addresses.get().value,
    }
    assert boss.post("/needs/insights/new/", {**given, "customer": "nobody@else.example"}).status_code == 422
    assert boss.post("/needs/insights/new/", {**given, "heard_on": "2999-01-01"}).status_code == 422
    assert boss.post("/needs/insights/new/", given).status_code == 302
    held = Insight.objects.get()
    assert (held.theme, held.customer) == (theme, cy.primary)

    assert boss.post(f"/needs/insights/{held.pk}/", {**given, "said": "Noise"}).status_code == 302
    assert "Noise at night" in boss.get(f"/needs/insights/{held.pk}/").content.decode()
    boss.post(f"/needs/insights/{held.pk}/retraction/", {"on": "1"})
    assert boss.post(f"/needs/insights/{held.pk}/", given).status_code == 422
    boss.post(f"/needs/insights/{held.pk}/retraction/", {"on": "0"})
    assert "Noise" in boss.get(f"/needs/insights/?theme={theme.pk}&source=group").content.decode()
    assert "Noise" in boss.get("/needs/").content.decode()
    assert boss.get("/needs/?month=xx&language=zz").status_code == 200

    other = client_of(ada)
    for address in ("/needs/", "/needs/insights/", "/settings/themes/", "/settings/readers/"):
        assert other.get(address).status_code == 403


def test_themes_are_made_changed_and_put_away(chief):
    boss = client_of(chief)
    begun = boss.get("/settings/themes/new/?language=fi&words=melu,ääni").content.decode()
    assert "melu\nääni" in begun
    assert boss.post("/settings/themes/new/", {"names_en": ""}).status_code == 422
    assert (
        boss.post(
            "/settings/themes/new/", {"names_en": "Noise", "words_en": "noise\n\n noise \nloud"}
        ).status_code
        == 302
    )
    held = Theme.objects.get()
    assert (held.names, held.words) == ({"en": "Noise"}, {"en": ["noise", "loud"]})

    boss.post(f"/settings/themes/{held.pk}/archive/", {"on": "1"})
    assert note("noise").theme is None
    assert [kind for kind in ("theme.saved", "theme.archived") if events(kind)] == [
        "theme.saved",
        "theme.archived",
    ]


def test_others_read_the_month_by_a_link_that_names_nobody_and_can_be_withdrawn(chief):
    make_theme()
    her = make_customer(name="Noa Levi")
    note("Noa Levi wants less noise, write noa@else.example or 050-1234567", customer=her)
    boss = client_of(chief)
    page = boss.post(
        "/settings/readers/", {"name": "Product", "language": "ar", "quotes": "on"}
    ).content.decode()
    token = page.partition("/n/")[2].partition("/")[0]

    answer = Client().get(f"/n/{token}/")
    said = answer.content.decode()
    assert answer.status_code == 200 and 'dir="rtl"' in said and "الضجيج" in said and "less noise" in said
    assert not any(word in said for word in ("Noa", "Levi", "noa@", "050"))
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    assert 'lang="fi"' in Client().get(f"/n/{token}/?lang=fi").content.decode()
    assert token not in boss.get("/settings/readers/").content.decode()

    boss.post(f"/settings/readers/{Reader.objects.get().pk}/withdrawal/")
    assert Client().get(f"/n/{token}/").status_code == 404
    assert Client().get(f"/n/{'x' * 500}/").status_code == 404


def test_without_quotes_nothing_said_is_shown(chief):
    note("Blue ones please")
    _reader, token = actions.invite_reader(name="Sales", language="en", quotes=False, actor=chief.actor)

    assert "Blue" not in Client().get(f"/n/{token}/").content.decode()
    assert events("reader.invited") == [{}]


def test_programs_keep_the_journal_too(chief, ada, desk, cy):
    caller = make_caller(chief)
    theme = caller.say("POST", "/themes", {"names": {"en": "Noise"}, "words": {"en": ["noise"]}}).json()
    ticket = make_ticket(inbox=desk, customer=cy)

    made = caller.say(
        "POST", "/insights", {"said": "Less noise", "ticket": ticket.pk, "source": "hint", "strength": 3}
    ).json()
    assert (made["theme"]["id"], made["ticket"]) == (theme["id"], ticket.pk)
    caller.say("PUT", f"/insights/{made['id']}", {"said": "No noise", "theme": theme["id"]})
    assert caller.get_json(f"/insights/{made['id']}/wordings")["items"][0]["said"] == "Less noise"
    [row] = caller.get_json("/needs-by-theme")["items"]
    assert (row["name"], row["n"], row["sources"], row["quotes"]) == (
        "Noise",
        1,
        {"interview": 1},
        ["No noise"],
    )

    assert caller.say("POST", f"/insights/{made['id']}/retraction").json()["retracted_at"]
    assert caller.say("PUT", f"/insights/{made['id']}", {"said": "x"}).status_code == 409
    assert caller.say("POST", "/insights", {"said": "x", "theme": 99}).status_code == 422
    assert caller.say("POST", "/themes", {"names": {}}).status_code == 422
    reader = caller.say("POST", "/needs-readers", {"name": "Product"}).json()
    assert (
        Client().get(reader["link"].partition("/n/")[1] + reader["link"].partition("/n/")[2]).status_code
        == 200
    )
    assert caller.say("DELETE", f"/needs-readers/{reader['id']}").status_code == 204
    assert caller.get_json("/needs-readers")["items"] == []
    assert make_caller(ada).say("POST", "/insights", {"said": "x"}).status_code == 403
