"""Makers of this room's tests."""

from io import BytesIO
from itertools import count

from django.test import Client
from PIL import Image

from ahlan.events.models import Event
from ahlan.knowledge.actions.articles import begin_article, publish
from ahlan.knowledge.actions.sections import save_section
from ahlan.knowledge.models import Article, Section
from ahlan.staff.models import Agent

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_next = count(1)


def make_section(**over: object) -> Section:
    return save_section(**{"names": {"en": f"Section {next(_next)}"}, "actor": "system", **over})  # type: ignore[arg-type]


def make_article(section: Section | None = None, *, published: bool = True, **over: object) -> Article:
    given = {"language": "en", "title": f"Article {next(_next)}", "text": "Words.", **over}
    made = begin_article(section or make_section(), **given)  # type: ignore[arg-type]
    if published:
        publish(made.translations.get())
    return made


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def events(kind: str) -> list[dict[str, object]]:
    """The facts of all events of a kind, oldest first."""
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("facts", flat=True))


def picture(width: int = 4, height: int = 4, kind: str = "PNG") -> bytes:
    buffer = BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", (width, height)).save(buffer, kind)
    return buffer.getvalue()
