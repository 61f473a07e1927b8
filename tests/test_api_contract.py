"""The API keeps its contract, whatever it is given: no error of ours, no answer the contract does not tell of."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from ahlan.assistant.models import Bot, Conversation, Use
from ahlan.calendars.actions import create_hours
from ahlan.calendars.models import HolidaySet
from ahlan.channels.webform.models import Webform
from ahlan.core import files
from ahlan.core.api.door import SCOPES
from ahlan.core.api.rooms import rooms
from ahlan.courtesy.actions.cards import save_card
from ahlan.courtesy.actions.inquiries import begin
from ahlan.courtesy.actions.questionnaires import save_questionnaire
from ahlan.courtesy.questions import Asks
from ahlan.customers.actions import add_address
from ahlan.customers.actions import merge as merge_customers
from ahlan.customers.models import Organisation
from ahlan.dialer.actions import Course, record_call
from ahlan.feedback.actions.answering import put_down
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.actions.recovering import open_work
from ahlan.feedback.actions.surveys import save_place, save_survey
from ahlan.feedback.journal.actions import invite_reader, note_insight, save_theme
from ahlan.feedback.models import Answer
from ahlan.feedback.queries import latest
from ahlan.feedback.register.actions.complaints import register_complaint, sort_complaint
from ahlan.feedback.register.actions.compliments import register_compliment
from ahlan.feedback.register.actions.settings import make_terms
from ahlan.feedback.register.models import Term
from ahlan.feedback.segments.actions import save_segment
from ahlan.knowledge.actions.articles import begin_article, keep_file, publish
from ahlan.knowledge.actions.needs import miss
from ahlan.knowledge.actions.sections import save_section
from ahlan.kpis.actions.goals import set_goal
from ahlan.kpis.actions.mailing import set_mailing
from ahlan.kpis.actions.reports import save_report
from ahlan.routing.actions.plans import save_plan
from ahlan.rules.actions.bulk import start_bulk
from ahlan.rules.actions.recurring import begin_recurrence, save_template
from ahlan.rules.actions.settings import save_rule
from ahlan.rules.actions.shortcuts import run_macro, save_canned_reply, save_macro
from ahlan.service_levels.actions.terms import save_policy
from ahlan.site import api  # noqa: F401 -- the rooms hang their operations when it is put together
from ahlan.staff.actions.presence import save_state
from ahlan.staff.actions.skills import save_skill
from ahlan.staff.actions.tokens import make_token
from ahlan.tickets.actions.answer import reply
from ahlan.tickets.actions.checklist import add_item
from ahlan.tickets.actions.later import send_later
from ahlan.tickets.actions.link import link_tickets
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.views import save_view
from ahlan.tickets.actions.words import save_field, save_status, save_type
from ahlan.tickets.models import Attachment, Tag
from tests.makers import make_customer, make_message, make_ticket

# what calls does not close the files it is given
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 2}  # of each operation
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ASKS = {
    "title": {"en": "Colour"},
    "intro": {},
    "questions": [{"id": "a", "kind": "text", "wording": {"en": "Blue?"}}],
}
HIGH = [{"act": "priority", "value": ["3"]}]
ALL = {"all": []}
NEVER = {  # what nothing made here can be: mail as it came; hours that are the default; a tag a merge has taken; other words of an own card
    "GET /api/v1/tickets/{number}/messages/{message}/original",
    "DELETE /api/v1/hours/{pk}",
    "DELETE /api/v1/tags/{pk}",
    "POST /api/v1/technique-cards/{slug}/original",
    "DELETE /api/v1/technique-cards/{slug}/original",
    "POST /api/v1/tickets/{number}/escalation",
}


@pytest.fixture
def world(db, settings, desk, ada, cy, di, chief):
    """One of everything, by the word before it in an address; what is given by the name of the field."""
    settings.API_PER_MINUTE = 1_000_000
    cache.clear()
    ticket, other = (make_ticket(inbox=desk, customer=cy) for _ in range(2))
    message, _second = make_message(ticket), make_message(ticket)
    ahead = datetime.now(UTC) + timedelta(days=9)
    macro = save_macro(name="Up", acts=HIGH, actor="system")
    begins = {
        "inbox": desk.pk,
        "subject": "S",
        "text": "T",
        "says": "note",
        "then": "open",
        "priority": 2,
        "team": None,
        "tags": "a",
    }
    template = save_template(name="Check", fields=begins, actor="system")
    comes = begin_recurrence(
        template, cy, rule="FREQ=DAILY", starts=datetime(2027, 1, 1, 9), zone="UTC", actor="system"
    )
    digest, size = files.keep(b"words")
    kept = {"ticket": ticket, "name": "a", "size": size, "digest": digest, "content_type": "text/plain"}
    merge = merge_tickets(make_ticket(inbox=desk, customer=cy), ticket, actor="system")
    merge_customers(cy, di, actor="system")
    questionnaire = save_questionnaire(None, Asks.of(ASKS), actor="system")
    hours = create_hours(name="Here", time_zone="UTC", week=((),) * 7, actor="system")
    HolidaySet.objects.create(hours=hours, country="FI")
    section = save_section(names={"en": "Orders"}, actor="system")
    article = begin_article(section, language="en", title="Broken cup", text="We send another.", agent=chief)
    publish(
        begin_article(
            section, language="en", title="Words on a subject", text="All of them."
        ).translations.get()
    )
    Conversation.objects.create(ticket=ticket, bot=Bot.objects.create(inbox=desk), language="en")
    make_ready()
    survey = save_survey(None, name="How it went", key="csat", low=2.0, actor="system")
    own = put_down(latest("csat"), {"score": 1}, source="import", survey=survey, customer=cy, ticket=ticket)
    Answer.objects.filter(pk=own.pk).update(look_at=datetime.now(UTC))
    make_terms()
    chosen = {name: Term.objects.filter(list=name).first() for name in ("cause", "redress", "action")}
    chosen["outcome"] = Term.objects.get(key="withdrawn")
    segment = save_segment(None, name="Writers", conditions={"all": []}, actor="system")
    theme = save_theme(None, names={"en": "Price"}, words={}, actor="system")
    insight = note_insight(said="Cheaper", source="hint", ticket=ticket, agent=chief, actor="system")
    complaint = register_complaint(
        make_ticket(inbox=desk, customer=cy), source="mail", actor="system", profile="gb-disp"
    )
    sort_complaint(complaint, actor="system", severity=2, **chosen)
    sorting = {
        "severity": 2,
        "product": None,
        "stage": None,
        **{name: one.pk for name, one in chosen.items()},
    }
    report = save_report(
        None, name="Speed", asks={"figures": [{"key": "contacts"}]}, owner=chief, actor="system"
    )
    set_mailing(report, every="day", day=0, hour=8, zone="UTC", people=[chief], actor="system")
    places = {
        "complaints": complaint.pk, "letters": "acknowledge", "register-lists": "cause", "register-letters": "answer",
        "register-terms": Term.objects.filter(list="stage").last().pk,
        "compliments": register_compliment(make_ticket(inbox=desk, customer=cy), said="Kind", source="mail", actor="system").pk,
        "segments": segment.pk, "themes": theme.pk, "insights": insight.pk, "needs-readers": invite_reader(name="Sales", language="en", quotes=True, actor="system")[0].pk,
        "surveys": survey.pk, "instruments": "acsi", "low-scores": open_work(own.pk).pk,
        "places": save_place(survey, None, name="Counter", kiosk=False, language="en", actor="system").pk,
        "articles": article.pk, "translations": "en", "revisions": 1,
        "article-sections": save_section(names={"en": "Empty"}, actor="system").pk, "article-needs": miss("gift", "en", "nothing").pk,
        "files": keep_file(article, b"words", name="a.txt", content_type="text/plain").pk,
        "tickets": ticket.pk, "messages": reply(ticket, author=chief, text="Hello").pk, "days": "2027-12-24",
        "attachments": Attachment.objects.create(**kept, uploader=chief).pk,
        "checklist": add_item(ticket, "Ask", actor="system").pk,
        "links": link_tickets(ticket, other, "related", actor="system").pk,
        "scheduled": send_later(ticket, author=chief, text="Later", at=ahead).pk,
        "merges": merge.pk, "merges other": di.pk, "macro-runs": run_macro(macro, ticket, agent=chief)[0].pk,
        "customers": cy.pk, "addresses": add_address(cy, "email", "cy@home.example", actor="system").pk,
        "organisations": Organisation.objects.create(name="One").pk,
        "agents": ada.pk, "teams": desk.teams.get().pk, "inboxes": desk.pk,
        "presence-states": save_state(name="Tea", kind="away", actor="system").pk,
        "skills": save_skill(name="Refunds", actor="system").pk,
        "views": save_view(name="All", conditions=ALL, actor="system").pk,
        "canned-replies": save_canned_reply(name="Hello", texts={"": "Hello"}, actor="system").pk,
        "macros": macro.pk, "ticket-templates": template.pk, "recurrences": comes.pk,
        "bulks": start_bulk(agent=chief, acts=HIGH, numbers=[ticket.pk]).pk,
        "rules": save_rule(name="Up", conditions=ALL, acts=HIGH, triggers=["opened"], actor="system").pk,
        "service-levels": save_policy(name="All", conditions=ALL, targets={}, actor="system").pk,
        "routing-plans": save_plan(name="All", conditions=ALL, way="load", actor="system").pk,
        "hours": hours.pk,
        "ticket-types": save_type(name="Fault", actor="system").pk, "states": "waiting",
        "statuses": save_status(name="Courier", state="waiting", actor="system").pk,
        "fields": save_field(name="Serial", kind="text", actor="system").pk, "tags": Tag.objects.create(name="late").pk,
        "assistance": Use.objects.create(ticket=ticket, agent=chief, kind="draft", state="done").pk,
        "calls": record_call("switchboard", "1", Course(ahead, ahead, "left_menu"), actor="system")[0].pk,
        "way": "need", "questionnaires": questionnaire.pk, "inquiries": begin(ticket, questionnaire, agent=chief).pk,
        "figures": "first_response_time", "goals": set_goal("first_response_time", 60.0, since=datetime(2026, 1, 1).date(), actor="system").pk,
        "reports": report.pk,
        "web-forms": Webform.objects.create(slug="contact", inbox=desk, brand="Mitra", title="Write").slug,
        "technique-cards": f"own-{save_card(texts={'en': 'Sorry'}, name='Late', actor='system').pk}",
    }  # fmt: skip
    fields = {
        "inbox": desk.pk, "inboxes": [desk.pk], "agent": ada.pk, "assignee": ada.pk, "lead": ada.pk, "role": ada.role_id,
        "team": None, "to_team": None, "next_team": None, "overflow_team": None, "overflow_minutes": None, "teams": [],
        "hours": None, "needs": [], "files": [], "seen": None, "messages": [message.pk], "into": other.pk, "ticket": ticket.pk,
        "macro": macro.pk, "at": ahead.isoformat(), "until": ahead.isoformat(), "since": "2027-06-01", "starts": "2027-06-01T09:00:00",
        "time_zone": "UTC", "zone": "UTC", "rule": "FREQ=DAILY", "conditions": ALL, "acts": HIGH, "tickets": [other.pk], "tickets of capacities": 5, "view": "",
        "triggers": ["opened"], "amount": 1, "everyone": False, "code": "", "texts": {"": "Hello"}, "text": "Words", "reason": "Because",
        "language": "", "levels": [], "targets": [], "stretches": [], "way": "load", "organisation": 0, "state": "open", "week": {"time_zone": "UTC"},
        "section": section.pk, "owner": ada.pk, "names": {"en": "Orders"}, "about": {}, "language of articles": "en", "title of articles": "Broken",
        "channel": "email", "country": "FI", "subdivision": "", "categories": ["public"], "days": {}, "closes_at": "13:00",
        "to": [], "cc": [], "bcc": [], "address": "new@else.example", "email": "new@else.example", "value": "more@else.example", "subject": "Subject",
        "type": None, "types": [], "fields": {}, "kind of fields": "text", "fill": [], "options": None, "status": None,
        "status of tickets": "open", "shown_when": None, "required_when": None, "filled_when": None,
        "instrument": "csat", "answers of instruments": {"overall": 5}, "seen of instruments": 1,
        "items": [{"id": "a", "kind": "scale", "wording": {"en": "Well?"}}], "anonymous": False, "customer of surveys": cy.pk, "ticket of surveys": None,
        "conditions of segments": {"all": [{"facet": "tickets", "is": "at_least", "value": ["1"]}]}, "theme of insights": theme.pk, "heard_on": None,
        "customer of insights": cy.pk, "ticket of insights": ticket.pk, "names of themes": {"en": "Noise"}, "words of themes": {"en": ["loud"]},
        "inbox of surveys": None, "at of surveys": None, "wishes": {"due": "off"}, "questionnaire": questionnaire.pk, "answers": {}, "revision": 0, "seen of questionnaires": 1,
        "questions": ASKS["questions"], "texts of technique-cards": {"en": "Words"}, "title": {"en": "Colour"}, "intro": {},
        "figure": "first_response_time", "scope": "", "of": 0, "method": "", "since of goals": "2027-06-01", "value of goals": 60.0,
        "asks": {"figures": [{"key": "contacts"}], "by": "day"}, "shared": "", "every": "week", "day": 0, "people": [chief.pk],
        "fields of web-forms": [], "language of web-forms": "en", "title of web-forms": "Write", "sites": ["https://www.example.org"], "web_form": "contact", "largest": 5, "kinds": ["pdf"], "work": 0,
        "into of tags": Tag.objects.create(name="stays").pk, "customer": None, "other of customers": make_customer().pk, "other": make_ticket(inbox=desk, customer=cy).pk,
        **{f"{name} of complaints": value for name, value in sorting.items()}, "next_on": None, "received_on": None, "profile": "house",
        "agents of tickets": [ada.pk], "agents of compliments": [ada.pk], "texts of register-letters": {"en": "Hello"}, "logo": None, "rights": {},
        "tells": {}, "text of complaints": None,
    }  # fmt: skip
    return {"places": places, "fields": fields}


@pytest.fixture
def secret(chief):
    return make_token(chief, name="Fuzz", scopes=SCOPES, actor="system")[1]


@pytest.fixture
def contract(world):
    """Of the program as a server runs it; only that the end of a request must not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def places_in(path: str, world: dict) -> dict:
    """What stands in an address, of what there is."""
    named = re.findall(r"([\w-]+)/{(\w+)}", path)
    places = world["places"]
    known = {name: places.get(f"{word} {name}", places.get(word)) for word, name in named}
    return {name: value for name, value in known.items() if value is not None}


def likely(body: object, path: str, world: dict) -> object:
    """A body with what there is in place of what was made up, so that it gets as far as the verb."""
    if not isinstance(body, dict):
        return body
    fields, chapter = world["fields"], path.split("/")[3]
    changed = {
        name: fields.get(f"{name} of {chapter}", fields.get(name, value)) for name, value in body.items()
    }
    if path == "/api/v1/web-forms":
        changed |= {"slug": f"f{uuid4().hex[:12]}"}
    if path == "/api/v1/web-forms/{slug}":
        changed |= {"slug": "contact"}
    if path == "/api/v1/tickets":
        changed |= {"customer": None, "address": {"address": "new@else.example"}}
    if path == "/api/v1/rules" or path == "/api/v1/rules/{pk}":
        changed |= {"since": "", "triggers": ["opened"]}
    if path.endswith("/tickets/{number}/messages"):
        nobody_else = {"to": [], "cc": [], "bcc": [], "files": []}
        kind = "note" if body.get("kind") == "forward" else body.get("kind", "reply")
        changed |= {**nobody_else, "text": "Thank you.", "kind": kind}
    if path.endswith("/assistance"):
        changed |= {"kind": "draft"}  # all else needs a language model
    if path.endswith("/sorting"):  # what is left out is taken away, and the steps need it
        changed |= {
            name: fields[f"{name} of complaints"] for name in ("severity", "cause", "outcome", "action")
        }
    if path.endswith("/days/{on}"):
        changed |= {"kind": "closed"}
    return changed | ({"name": f"N{uuid4().hex[:12]}"} if "name" in changed else {})


def ask(operation, mode, world, secret) -> set[int]:
    """Call an operation with what was made up, in right or in wrong form; returns what was answered."""
    places, path, answered = places_in(operation.path, world), operation.path, set()
    right = mode == GenerationMode.POSITIVE
    checks = CHECKS if right else [*CHECKS, negative_data_rejection]

    @hypothesis_settings(
        max_examples=EXAMPLES[mode], deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), sensible=st.sampled_from([True, True, False]))
    def call(case, sensible):
        if right and sensible:
            case.path_parameters = {**case.path_parameters, **places}
            case.body = likely(case.body, path, world)
            case.headers.pop("Idempotency-Key", None)
        response = case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=checks)
        answered.add(response.status_code)

    call()
    return answered


def late(operation) -> tuple[bool, int]:
    """What takes away comes last, what belongs to something before the thing itself."""
    ends = operation.path.endswith(("/merge", "/archive", "/closure", "/spam", "/deletion", "/retraction"))
    return operation.method == "delete" or ends, -len(operation.path)


@pytest.mark.parametrize("chapter", [one.key for one in rooms()])
@pytest.mark.parametrize("mode", list(EXAMPLES), ids=["right", "wrong"])
def test_the_api_keeps_its_contract(contract, world, secret, chapter, mode):
    operations = [
        one for one in (found.ok() for found in contract.get_all_operations()) if chapter in one.tags
    ]
    assert operations
    answered = {one.label: ask(one, mode, world, secret) for one in sorted(operations, key=late)}
    if mode == GenerationMode.POSITIVE:
        assert {label for label, codes in answered.items() if min(codes) >= 300} <= NEVER
