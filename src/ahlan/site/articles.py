"""An article begun from a ticket that was solved: the desk knows the ticket, `knowledge` the article, and only this room both."""

from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ahlan.core.languages import INSTALLED, language_of
from ahlan.core.panels import panel
from ahlan.knowledge.actions.articles import begin_article
from ahlan.knowledge.anonymous import without_names
from ahlan.knowledge.models import Article, Section
from ahlan.knowledge.policies import WRITE
from ahlan.staff.models import Agent
from ahlan.staff.policies import must
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Direction, Message, Ticket
from ahlan.tickets.policies import ticket_for

MOST = 200  # messages that are looked at
ASKED, ANSWERED = 2, 5  # of them: the customer's first, our last
LONGEST = 6_000  # characters of each


@login_required
@require_POST
def begin_from_ticket(request: AgentRequest, number: int) -> HttpResponse:
    """A draft with what was asked and what solved it, without the people; then it is written."""
    ticket = ticket_for(request.user, number)
    must(request.user, WRITE)
    section = Section.objects.order_by("audience", "position", "id").last()
    if section is None:
        messages.error(request, _("Make a section for articles first."))
        return redirect(ticket)
    made = article_from(ticket, section, agent=request.user)
    messages.success(
        request,
        _(
            "Names and addresses were taken out as far as they are known. Read it through before you publish it."
        ),
    )
    return redirect("knowledge:wording", made.pk, made.language)


def article_from(ticket: Ticket, section: Section, *, agent: Agent) -> Article:
    """In the ticket's language: the problem in the customer's first words, the solution in our last."""
    found = Message.objects.filter(ticket=ticket, automatic="").exclude(direction=Direction.NOTE)
    said = list(found.order_by("at", "id").defer("html")[:MOST])
    asked = [_own(one) for one in said if one.direction == Direction.IN][:ASKED]
    answers = [_own(one) for one in said if one.direction == Direction.OUT][-ANSWERED:]
    names = list(_names(ticket, said))
    language = ticket.language or language_of(" ".join(asked)) or agent.language
    language = language if language in INSTALLED else agent.language
    with translation.override(language):
        parts = [(_("The problem"), asked), (_("The solution"), answers)]
    text = "\n\n".join(f"# {head}\n\n{_joined(texts, names)}" for head, texts in parts)
    title = without_names(ticket.subject, names).strip() or "…"
    return begin_article(section, language=language, title=title[:200], text=text, agent=agent)


def _own(message: Message) -> str:
    """What he said himself, without the earlier words he quotes."""
    text, end = message.text, len(message.text)
    for begin, stop in sorted(message.folds, reverse=True):
        text, end = text[:begin] + text[min(stop, end) :], begin
    return text


def _joined(texts: list[str], names: list[str]) -> str:
    return "\n\n".join(without_names(text.strip()[:LONGEST], names) for text in texts) or "…"


def _names(ticket: Ticket, said: list[Message]) -> Iterator[str]:
    """Who has to do with it, by every name we know: the customer, who wrote or was written to, who answered."""
    customer = ticket.customer.primary
    yield from (customer.name, ticket.customer.name)
    if customer.organisation:
        yield customer.organisation.name
    for message in said:
        for people in message.addresses.values():
            yield from (str(one[0]) for one in people if isinstance(one, list) and one)
    ids = {one.author_id for one in said if one.author_id}
    yield from Agent.objects.filter(pk__in=ids).values_list("name", flat=True)


@panel("ticket.menu", order=60)
def offer(request: HttpRequest, ticket: Ticket) -> str:
    """The way there, once there is something to tell."""
    if not request.user.has_perm(WRITE) or ticket.first_answered_at is None:
        return ""
    return render_to_string("site/begin_article.html", {"ticket": ticket}, request)
