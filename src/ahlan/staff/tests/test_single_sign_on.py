"""The company's sign-in, with a real provider in another process."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from tests.makers import make_agent
from tests.openid import openid_provider

from ahlan.events.models import Event

pytestmark = pytest.mark.django_db
BEGIN = "/accounts/oidc/oidc/login/"
HOME = "http://testserver"
PEOPLE = [("ada@desk.example", True), ("bo@desk.example", False), ("di@nowhere.example", True)]


@pytest.fixture(scope="module")
def running():
    with openid_provider(*PEOPLE, callback=f"{HOME}{BEGIN}callback/") as found:
        yield found


@pytest.fixture
def provider(running, settings):
    cache.clear()
    running.be("")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [running.app]}}
    return running


def come(provider, email: str, *, client: Client | None = None) -> SimpleNamespace:
    """Somebody presses the provider's button, signs in there, and comes back."""
    client = client or Client()
    away = client.get(BEGIN)
    back = client.get(provider.sign_in(away["Location"], email=email).removeprefix(HOME))
    return SimpleNamespace(client=client, away=away, back=back, inside=is_inside(client))


def is_inside(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def told(kind: str) -> list[dict]:
    return [event.facts for event in Event.objects.filter(kind=kind)]


def test_page_of_signing_in_leads_to_the_provider(provider):
    page = Client().get("/accounts/login/?next=/settings/").content.decode()

    assert f'href="{BEGIN}?process=login&amp;next=%2Fsettings%2F">Mitra account</a>' in page


def test_invited_agent_comes_in_by_his_proved_address(provider, ada):
    visit = come(provider, "ada@desk.example")

    assert "code_challenge_method=S256" in visit.away["Location"]
    assert (visit.back.status_code, visit.back["Location"]) == (302, "/")
    assert visit.inside
    assert told("agent.signed_in") == [{"how": "socialaccount"}]
    assert come(provider, "ada@desk.example").inside  # and the next time


def test_password_still_works_after_single_sign_on(provider, ada):
    ada.set_password("correct horse battery")
    ada.save()
    come(provider, "ada@desk.example")

    again = Client().post("/accounts/login/", {"login": ada.email, "password": "correct horse battery"})

    assert again["Location"] == "/"


def test_visitor_goes_where_he_wanted(provider, ada):
    client = Client()
    away = client.get(f"{BEGIN}?next=/settings/")
    back = client.get(provider.sign_in(away["Location"], email=ada.email).removeprefix(HOME))
    lured = client.get(f"{BEGIN}?next=https://evil.example/")
    home = client.get(provider.sign_in(lured["Location"], email=ada.email).removeprefix(HOME))

    assert (back["Location"], home["Location"]) == ("/settings/", "/")


def test_stranger_with_an_account_there_is_nobody_here(provider, ada):
    visit = come(provider, "di@nowhere.example")

    assert (visit.back.status_code, visit.inside) == (403, False)
    assert "You are not known here" in visit.back.content.decode()
    assert type(ada).objects.count() == 1


def test_address_the_provider_does_not_vouch_for_opens_nothing(provider, db):
    bo = make_agent(email="bo@desk.example")

    visit = come(provider, bo.email)

    assert (visit.back.status_code, visit.inside) == (403, False)
    assert Event.objects.filter(kind="agent.sign_in_failed", subject_id=bo.pk).count() == 1


def test_agent_who_has_left_stays_out(provider, ada):
    come(provider, ada.email)
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    assert not come(provider, ada.email).inside


def test_second_factor_is_asked_after_single_sign_on(provider, ada):
    from allauth.mfa.totp.internal import auth

    secret = auth.generate_totp_secret()
    auth.TOTP.activate(ada, secret)

    visit = come(provider, ada.email)
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    visit.client.post(visit.back["Location"], {"code": code})

    assert visit.back["Location"].startswith("/accounts/2fa/authenticate/")
    assert (visit.inside, is_inside(visit.client)) == (False, True)


@pytest.mark.parametrize("lie", ["iss", "aud", "nonce", "late", "kid", "key", "none", "person"])
def test_token_that_is_not_what_it_must_be_is_refused(provider, ada, lie):
    provider.be(lie)

    visit = come(provider, ada.email)

    assert (visit.back.status_code, visit.inside) == (401, False)
    assert "Signing in did not work" in visit.back.content.decode()
    assert told("agent.signed_in") == []


def test_answer_meant_for_another_browser_is_refused(provider, ada):
    away = Client().get(BEGIN)
    back = provider.sign_in(away["Location"], email=ada.email).removeprefix(HOME)
    other = Client()

    assert other.get(back).status_code == 401
    assert not is_inside(other)


def test_code_works_once(provider, ada):
    client = Client()
    back = provider.sign_in(client.get(BEGIN)["Location"], email=ada.email).removeprefix(HOME)
    client.get(back)
    client.logout()

    assert client.get(back).status_code == 401


def test_provider_that_is_away_gives_a_page_and_no_fault(running, settings, ada):
    gone = {**running.app, "settings": {"server_url": "http://127.0.0.1:9"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [gone]}}

    response = Client().get(BEGIN)

    assert response.status_code == 401
    assert "Signing in did not work" in response.content.decode()


def test_nothing_is_there_without_a_provider(db):
    assert Client().get(BEGIN).status_code == 404
    assert Client().get(f"{BEGIN}callback/").status_code == 404
