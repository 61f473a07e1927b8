"""Start the provider: `python -m tests.openid '{"people": …}'`."""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from allauth.idp.oidc.models import Client  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


def fill(given: dict) -> None:
    call_command("migrate", verbosity=0)
    for email, verified in given["people"]:
        person = User.objects.create_user(email, email, given["password"])
        EmailAddress.objects.create(user=person, email=email, verified=verified, primary=True)
    desk = Client(id=given["client"], name="Desk", redirect_uris=given["callback"], skip_consent=True)
    desk.set_scopes(["openid", "profile", "email"])
    desk.set_secret(given["secret"])
    desk.save()


given = json.loads(sys.argv[1])
fill(given)
with make_server("127.0.0.1", given["port"], get_wsgi_application(), handler_class=Quiet) as server:
    server.serve_forever(poll_interval=0.05)
