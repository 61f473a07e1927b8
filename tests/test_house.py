"""The house keeps its own rules: floors, words in six languages, no side named, nobody sees what is not his."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ahlan.core import translations
from ahlan.core.api.door import SCOPES
from ahlan.core.api.shapes import In, Out
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.register.actions.settings import make_terms
from ahlan.staff.actions.tokens import make_token
from tests.makers import make_message, make_ticket

ROOT = Path(__file__).resolve().parents[1]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FLOORS = [
    {"core"}, {"events", "search"}, {"channels", "calendars"}, {"email", "webform", "chat", "messaging"}, {"customers", "staff"}, {"tickets", "knowledge"}, {"service_levels", "routing", "rules", "notifications", "courtesy"}, {"assistant", "feedback", "dialer"}, {"kpis"}, {"importers"}, {"site"},
]  # fmt: skip


def floor(label: str) -> int:
    return next(n for n, rooms in enumerate(FLOORS) if label in rooms)


def ours():
    return [config for config in apps.get_app_configs() if config.name.startswith("ahlan.")]


def test_every_room_has_its_floor():
    assert {config.label for config in ours()} == set().union(*FLOORS)


@pytest.mark.parametrize("room", sorted(set().union(*FLOORS[-5:-1])))
def test_the_house_stands_without_a_room_of_the_top_floors(room, tmp_path):
    (tmp_path / "without.py").write_text(
        "from ahlan.site.settings import *\n"
        f'INSTALLED_APPS = [one for one in INSTALLED_APPS if one != "ahlan.{room}"]\n'
    )
    script = (
        "import django, sys; django.setup()\n"
        "from django.core.management import call_command; call_command('check')\n"
        "from django.urls import resolve; import ahlan.site.sample\n"
        f"print(resolve('/inbox/open/').view_name, 'ahlan.{room}.models' in sys.modules)"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "without", "PYTHONPATH": f"{tmp_path}:{ROOT}/src"}

    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1:] == ["tickets:view False"], done.stderr


def test_relations_go_down_even_when_given_by_name():
    """import-linter does not see a foreign key named by a string; this does."""
    for config in ours():
        for model in config.get_models():
            for field in model._meta.get_fields():
                if not field.is_relation or field.auto_created or field.related_model is None:
                    continue
                other = field.related_model._meta
                if other.app_label in {one.label for one in ours()} and other.app_label != config.label:
                    assert floor(other.app_label) < floor(config.label), f"{model.__name__}.{field.name}"


def test_every_room_says_what_it_is_for():
    missing = [config.label for config in ours() if not (Path(config.path) / "README.md").exists()]

    assert missing == []


def test_everything_is_said_in_all_six_languages():
    assert translations.check() == []


def test_no_style_names_a_side():
    sided = re.compile(
        r"(margin|padding|border)-(left|right)|text-align:\s*(left|right)|float:\s*(left|right)|(?<![\w-])(left|right)\s*:"
    )
    for path in (ROOT / "src").glob("**/static/**/*.css"):
        found = [line for line in path.read_text().splitlines() if sided.search(line)]
        assert found == [], path


def test_no_template_holds_script_or_style():
    inline = re.compile(r"<script(?![^>]*\b(src|type=\"application/json\"))|<style|\sstyle=\"|\son\w+=\"")
    for path in (ROOT / "src").glob("**/templates/**/*.html"):
        found = [line for line in path.read_text().splitlines() if inline.search(line)]
        assert found == [], path


def addresses(resolver=None, before=""):
    """Every address of our own pages, as text with the names of its arguments."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, before + str(entry.pattern))
        elif isinstance(entry, URLPattern) and entry.callback.__module__.startswith("ahlan."):
            yield before + str(entry.pattern)


OPEN = {  # what anybody may open, because it is meant for customers or is the way in
    "in/<str:token>/", "requests/<str:token>/", "inquiries/<str:token>/", "s/<str:token>/", "s/<str:token>/stop/", "p/<str:slug>/", "forms/<slug:slug>/", "forms/<slug:slug>/thanks/",
    "my/sign-in/", "my/sign-in/sent/", "my/in/<str:token>/", "n/<str:token>/", "complaints/", "complaints/follow/", "forms/<slug:slug>/brand.css", "help/", "help/sitemap.xml", "help/brand.css", "forms/<slug:slug>/embed.js", "api/v1/openapi.json", "api/v1/docs/",
}  # fmt: skip


def filled(address: str, number: int, message: int) -> str:
    values = {"number": number, "message": message, "attachment": 1, "pk": 1, "other": 1, "address": 1}
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], "mine")), address)


def ways_in(address: str) -> str:
    """Where somebody unknown is sent: customers' pages have a door of their own."""
    return "/my/sign-in/" if address.startswith("my/") else "/accounts/"


@pytest.mark.django_db
def test_strangers_get_nothing_anywhere(desk, cy):
    ticket = make_ticket(inbox=desk, customer=cy, subject="Secret words")
    message = make_message(ticket, text="Secret words")
    for address in set(addresses()) - OPEN:
        for method in ("get", "post"):
            response = getattr(Client(), method)(filled(address, ticket.pk, message.pk))
            assert response.status_code in (302, 403, 404, 405), address
            assert b"Secret words" not in response.content, address
            if response.status_code == 302:
                assert response["Location"].startswith(ways_in(address)), address


@pytest.mark.django_db
def test_agents_of_another_team_get_nothing_of_a_ticket(desk, cy, bo):
    ticket = make_ticket(inbox=desk, customer=cy, subject="Secret words")
    message = make_message(ticket, text="Secret words")
    client = Client()
    client.force_login(bo, backend=BACKEND)
    for address in addresses():
        if "<int:number>" not in address:
            continue
        for method in ("get", "post", "delete"):
            response = getattr(client, method)(filled(address, ticket.pk, message.pk))
            if address.startswith("my/"):  # a customer's: to an agent as to any stranger
                assert response["Location"] == ways_in(address), (method, address)
                continue
            assert response.status_code in (404, 405), (method, address)
    for view in ("mine", "unassigned", "open", "waiting", "snoozed", "closed", "spam", "deleted"):
        assert b"Secret words" not in client.get(f"/inbox/{view}/").content


PAGES = [
    "/my/sign-in/", "/my/sign-in/sent/", "/inbox/open/", "/tickets/1/", "/tickets/new/", "/tickets/1/merge/", "/tickets/1/split/", "/customers/", "/customers/1/", "/organisations/", "/organisations/new/",
    "/settings/", "/settings/tokens/", "/settings/tokens/new/", "/settings/tokens/everybody/", "/api/v1/docs/", "/settings/people/", "/settings/people/new/", "/settings/teams/", "/settings/teams/new/",
    "/settings/roles/", "/settings/roles/new/", "/settings/audit/", "/settings/forms/", "/settings/forms/new/", "/settings/chats/", "/settings/chats/new/", "/settings/wires/", "/settings/wires/new/telegram/", "/settings/wires/new/open/", "/settings/hours/", "/settings/hours/new/",
    "/settings/service-levels/", "/settings/service-levels/new/", "/settings/rules/", "/settings/rules/new/",
    "/settings/presence/", "/settings/presence/new/",
    "/settings/skills/", "/settings/skills/new/", "/settings/routing/", "/settings/routing/new/", "/settings/routing/capacity/", "/here/",
    "/settings/canned/", "/settings/canned/new/", "/settings/macros/", "/settings/macros/new/",
    "/settings/templates/", "/settings/templates/new/",
    "/settings/types/", "/settings/statuses/", "/settings/fields/", "/settings/fields/new/", "/settings/tags/",
    "/settings/questionnaires/", "/settings/questionnaires/new/", "/settings/way/", "/settings/cards/new/", "/settings/cards/angry/",
    "/articles/", "/articles/new/", "/settings/sections/", "/settings/sections/new/", "/settings/help-centre/",
    "/notifications/", "/notifications/wishes/", "/settings/assistant/",
    "/notifications/", "/notifications/wishes/", "/feedback/", "/feedback/low/", "/feedback/csat/", "/feedback/servqual/answers/",
    "/settings/surveys/", "/settings/surveys/new/", "/settings/instruments/", "/settings/instruments/new/", "/settings/instruments/servqual/",
    "/register/", "/register/compliments/", "/register/wall/", "/tickets/1/complaint/", "/tickets/1/compliment/", "/settings/register/",
    "/settings/register/lists/cause/", "/settings/register/lists/product/new/", "/settings/register/letters/answer/", "/complaints/follow/",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_every_page_is_drawn_in_every_language(chief, desk, cy, language):
    make_ready()
    make_terms()
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket)
    type(chief).objects.filter(pk=chief.pk).update(language=language)
    client = Client()
    client.force_login(chief, backend=BACKEND)
    for address in PAGES:
        place = address.replace("/1/", f"/{ticket.pk if 'tickets' in address else cy.pk}/")
        response = client.get(place)
        assert response.status_code == 200, place
        assert f'lang="{language}"' in response.content.decode(), place
        assert "unsafe" not in response["Content-Security-Policy"], place


@pytest.mark.django_db
def test_lists_cost_the_same_for_more_tickets(chief, desk, cy, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(chief, backend=BACKEND)
    costs = []
    for count in (1, 2):
        for _ in range(count):
            make_message(make_ticket(inbox=desk, assignee=chief))
        client.get("/inbox/open/")
        with CaptureQueriesContext(connection) as taken:
            client.get("/inbox/open/")
        costs.append(len(taken))
    assert costs[0] == costs[1]


@pytest.mark.django_db
def test_a_ticket_costs_the_same_for_more_messages(chief, desk, cy):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ticket = make_ticket(inbox=desk, customer=cy)
    client = Client()
    client.force_login(chief, backend=BACKEND)
    costs = []
    for count in (1, 3):
        for _ in range(count):
            make_message(ticket)
        client.get(f"/tickets/{ticket.pk}/")
        with CaptureQueriesContext(connection) as taken:
            client.get(f"/tickets/{ticket.pk}/")
        costs.append(len(taken))
    assert costs[0] == costs[1]


def operations():
    from ahlan.site.api import house

    return [
        (method, path, one)
        for path, methods in house.contract["paths"].items()
        for method, one in methods.items()
    ]


def test_every_operation_of_the_api_says_what_it_is():
    """A summary, a scope, the errors it may give, and a name no other has."""
    names = [one["operationId"] for _method, _path, one in operations()]
    for method, path, one in operations():
        assert one["summary"] and one["tags"], path
        assert list(one["security"][0]) == ["token"], path
        needed = {"400", "401", "403", "404", "422", "429", "500", "503"} | (
            set() if method == "get" else {"409", "413", "415"}
        )
        assert needed <= set(one["responses"]), path
        scopes = one["security"][0]["token"]
        assert path == "/api/v1/me" or scopes[0].endswith(":read" if method == "get" else ":write"), path
    assert len(names) == len(set(names))


def kinds_of(shape):
    for one in shape.__subclasses__():
        yield one
        yield from kinds_of(one)


def test_no_two_shapes_of_the_api_have_one_name():
    """The contract knows them by their names alone: of two, one would be told as the other."""
    names = [one.__name__ for shape in (In, Out) for one in set(kinds_of(shape)) if "[" not in one.__name__]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def called(method: str, path: str, number: int, message: int, **headers: str):
    values = {"number": number, "message": message, "on": "2026-12-24"}
    address = re.sub(r"{(\w+)}", lambda found: str(values.get(found[1], 1)), path)
    return Client(headers=headers).generic(method.upper(), address, "{}", content_type="application/json")


@pytest.mark.django_db
def test_without_a_token_no_operation_of_the_api_opens(desk, cy):
    ticket = make_ticket(inbox=desk, customer=cy, subject="Secret words")
    message = make_message(ticket, text="Secret words")
    for method, path, _one in operations():
        response = called(method, path, ticket.pk, message.pk)
        assert response.status_code == 401, path
        assert response["Content-Type"] == "application/problem+json", path
        assert b"Secret words" not in response.content, path


@pytest.mark.django_db
def test_tokens_of_another_team_get_nothing_of_a_ticket(desk, cy, bo):
    ticket = make_ticket(inbox=desk, customer=cy, subject="Secret words")
    message = make_message(ticket, text="Secret words")
    _token, secret = make_token(bo, name="Program", scopes=SCOPES, actor=bo.actor)
    for method, path, _one in operations():
        if "{number}" in path:
            response = called(method, path, ticket.pk, message.pk, authorization=f"Bearer {secret}")
            assert response.status_code in (404, 415, 422), (method, path)
            assert b"Secret words" not in response.content, path
