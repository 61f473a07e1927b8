import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.staff.actions import change_agent, create_agent, make_link, save_role, save_team, use_link
from ahlan.staff.models import OneTimeLink, Role, Team

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def test_link_signs_in_once(ada, settings):
    settings.SITE_URL = "https://desk.example"
    token = make_link(ada)
    client = Client()

    page = client.get(f"/in/{token}/")
    first = client.post(f"/in/{token}/")
    second = Client().post(f"/in/{token}/")

    assert page.status_code == 200  # looking at it uses nothing up
    assert (first.status_code, second.status_code) == (302, 410)
    assert client.get("/settings/").status_code == 200


def test_link_is_kept_as_a_digest_only(ada):
    token = make_link(ada)

    assert token not in str(list(OneTimeLink.objects.values_list()))


def test_link_does_not_work_when_it_is_old_or_its_owner_has_left(ada, chief):
    old, gone = make_link(ada), make_link(chief)
    OneTimeLink.objects.filter(agent=ada).update(expires_at=now())
    type(chief).objects.filter(pk=chief.pk).update(is_active=False)

    assert use_link(old) is None
    assert use_link(gone) is None


def test_password_signs_in_and_is_recorded(ada):
    ada.set_password("correct horse battery")
    ada.save()

    response = Client().post(LOGIN, {"login": ada.email, "password": "correct horse battery"})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert Event.objects.filter(kind="agent.signed_in", subject_id=ada.pk).count() == 1


def test_failed_tries_lock_out(ada):
    ada.set_password("correct horse battery")
    ada.save()
    for _ in range(5):
        Client().post(LOGIN, {"login": ada.email, "password": "wrong"})

    response = Client().post(LOGIN, {"login": ada.email, "password": "correct horse battery"})

    assert response.status_code == 200  # still at the door
    assert Event.objects.filter(kind="agent.sign_in_failed", subject_id=ada.pk).count() == 5


def test_nobody_signs_himself_up(db):
    response = Client().get("/accounts/signup/")

    assert b"password1" not in response.content


def test_second_factor_is_asked_after_the_password(ada):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    ada.set_password("correct horse battery")
    ada.save()
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    client = Client()

    after_password = client.post(LOGIN, {"login": ada.email, "password": "correct horse battery"})
    still_out = client.get("/settings/").status_code
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(after_password["Location"], {"code": code})

    assert after_password["Location"].startswith("/accounts/2fa/authenticate/")
    assert (still_out, client.get("/settings/").status_code) == (302, 200)


def test_invitation_is_mailed_in_the_guests_language(chief, client):
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")
    role = Role.objects.get(key="agent")

    response = client.post(
        "/settings/people/new/",
        {"email": "New@Desk.example", "name": "Noa", "role": role.pk, "language": "he"},
    )

    assert response.status_code == 200
    (sent,) = mail.outbox
    link = re.search(r"http\S+/in/\S+/", sent.body)
    assert sent.to == ["new@desk.example"]
    assert link and Client().post(link[0].replace("http://testserver", "")).status_code == 302


def test_the_last_administrator_stays(chief):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        change_agent(chief, actor="system", is_active=False)


def test_create_agent_refuses_a_second_of_the_same_address(ada):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        create_agent(email=ada.email.upper(), actor="system")


PAGES = [
    "/settings/people/", "/settings/people/new/", "/settings/teams/", "/settings/teams/new/", "/settings/roles/",
    "/settings/roles/new/", "/settings/audit/", "/work/",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_pages_about_people_are_for_those_who_may(address, ada, chief):
    stranger, agent, admin = Client(), Client(), Client()
    agent.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    admin.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert [one.get(address).status_code for one in (stranger, agent, admin)] == [302, 403, 200]


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_everybody_reads_in_his_own_language(ada, language):
    type(ada).objects.filter(pk=ada.pk).update(language=language)
    client = Client()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get("/settings/").content.decode()

    direction = "rtl" if language in ("he", "ar", "fa") else "ltr"
    assert re.search(rf'<html[^>]*lang="{language}"[^>]*dir="{direction}"', page)


def test_an_address_never_confirmed_does_not_bar_the_second_factor(chief):
    EmailAddress.objects.create(user=chief, email=chief.email, verified=False, primary=True)
    client = Client()
    client.post(f"/in/{make_link(chief)}/")

    page = client.get("/accounts/2fa/totp/activate/")

    assert page.status_code == 200
    assert b'class="qr"' in page.content


def test_who_came_in_by_a_link_is_listed_where_he_is_signed_in(chief):
    client = Client()
    client.post(f"/in/{make_link(chief)}/")

    page = client.get("/accounts/sessions/").content.decode()

    assert "127.0.0.1" in page


@pytest.mark.parametrize(
    "address",
    [
        "password/change/",
        "password/set/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/add/",
        "sessions/",
        "password/reset/",
    ],
)
def test_pages_of_signing_in_are_drawn_in_the_houses_form(chief, address):
    chief.set_password("correct horse battery")
    chief.save()
    client = Client()
    client.post(LOGIN, {"login": chief.email, "password": "correct horse battery"})

    response = client.get(f"/accounts/{address}", follow=True)

    assert response.status_code == 200
    assert b"plain__company" in response.content or b'class="page' in response.content
    assert "unsafe" not in response["Content-Security-Policy"]


def test_the_audit_log_calls_things_by_their_names(chief, desk):
    save_team(Team(name="Billing"), [desk], actor=chief.actor)
    save_role(Role(own_name="Reader"), ["tickets.view"], actor=chief.actor)
    client = Client()
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get("/settings/audit/").content.decode()

    assert f"{chief} made the team “Billing”" in page
    assert f"{chief} made the role “Reader”" in page


@pytest.mark.parametrize(("language", "is_english"), [("en", True), ("fi", False)])
def test_the_pages_of_signing_in_are_written_as_sentences(client, language, is_english):
    page = client.get("/accounts/password/reset/", headers={"accept-language": language}).content.decode()

    assert ("Password reset" in page, "Password Reset" in page) == (is_english, False)
