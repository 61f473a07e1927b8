"""Saying something: reply, note, forward, drafts, taking back, sending again."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ahlan.channels.contract import Tells
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.core.markdown import render as render_markdown
from ahlan.events.live import signal
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions import answer, delivery, later
from ahlan.tickets.actions.work import FieldsMissing
from ahlan.tickets.closing import Closing
from ahlan.tickets.forms import DraftForm, MessageForm, SnoozeForm
from ahlan.tickets.models import Attachment, Draft, Message, State, Ticket
from ahlan.tickets.policies import message_for, ticket_for
from ahlan.tickets.reach import OutOfReach
from ahlan.tickets.timeline import scheduled_of
from ahlan.tickets.views.work import asked
from ahlan.tickets.views.workspace import ticket_context
from ahlan.tickets.vocabulary import vocabulary

NEEDED = {"reply": "tickets.reply", "forward": "tickets.reply", "note": "tickets.note"}


@login_required
@require_POST
def messages_of(request: AgentRequest, number: int) -> HttpResponse:
    """Write a reply, a note or a forwarded copy."""
    ticket = ticket_for(request.user, number)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _refused(request, ticket, form, " ".join(str(one[0]) for one in form.errors.values()))
    if not request.user.may(NEEDED[form.cleaned_data["kind"]]):
        raise PermissionDenied
    if form.cleaned_data["kind"] == "reply" and "choice" in request.POST:
        return _send_later(request, ticket, form)
    if question := _asked(request, ticket, form):
        return question
    try:
        said = _say(request, ticket, form.cleaned_data)
    except answer.SomethingCame as news:
        return _warned(request, ticket, form, news.messages)
    except answer.Unanswerable:
        return _refused(request, ticket, form, _("There is nothing to send, or nobody to send it to."))
    except OutOfReach as refusal:
        return _refused(request, ticket, form, str(refusal))
    except FieldsMissing as refusal:
        return _refused(request, ticket, form, str(refusal), [one.pk for one in refusal.fields])
    if request.htmx:
        context = {**ticket_context(request, ticket), "said": said}
        return render(request, "tickets/_ticket.html", context)
    return redirect(ticket)


def _send_later(request: AgentRequest, ticket: Ticket, form: MessageForm) -> HttpResponse:
    """The same reply, at a moment to come."""
    when, data = SnoozeForm(request.POST), form.cleaned_data
    if not when.is_valid():
        return _refused(request, ticket, form, _("Choose a moment to come, within a year."))
    try:
        later.send_later(
            ticket, author=request.user, text=data["text"], at=when.cleaned_data["until"], to=data["to"], cc=data["cc"],
            bcc=data["bcc"], files=_files(request, ticket), then=data["then"],
            unless_answered="unless_answered" in request.POST,
        )  # fmt: skip
    except answer.Unanswerable:
        return _refused(request, ticket, form, _("There is nothing to send, or nobody to send it to."))
    return _shown(request, ticket)


@login_required
@require_POST
def holding_back(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Do not send it: it goes back among its author's drafts."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    found = get_object_or_404(scheduled_of(ticket), pk=pk)
    if not later.hold_back(found, actor=request.user.actor):
        messages.warning(request, _("It has left already."))
    return _shown(request, ticket)


def _files(request: AgentRequest, ticket: Ticket) -> QuerySet[Attachment]:
    ids = [int(pk) for pk in request.POST.getlist("files") if pk.isdecimal() and len(pk) < 19][:100]
    return Attachment.objects.filter(pk__in=ids, ticket=ticket, message=None, uploader=request.user)


def _say(request: AgentRequest, ticket: Ticket, data: dict[str, Any]) -> Message:
    common = {"author": request.user, "text": data["text"], "files": _files(request, ticket)}
    if data["kind"] == "note":
        return answer.note(ticket, **common)
    if data["kind"] == "forward":
        return answer.forward(ticket, to=data["to"], cc=data["cc"], **common)
    return answer.reply(
        ticket, to=data["to"], cc=data["cc"], bcc=data["bcc"], then=data["then"], seen=data["seen"], **common
    )


def _warned(request: AgentRequest, ticket: Ticket, form: MessageForm, came: list[Message]) -> HttpResponse:
    """Nothing was sent: what others said meanwhile is shown above the very same words, to be sent anyway or not."""
    typed = DraftForm(request.POST)
    if typed.is_valid():
        _keep(request, ticket, typed)
    context = {**ticket_context(request, ticket_for(request.user, ticket.pk)), "form": form, "came": came}
    if request.htmx:
        return render(request, "tickets/_ticket.html", context)
    return render(request, "tickets/ticket_page.html", context, status=409)


def _asked(request: AgentRequest, ticket: Ticket, form: MessageForm) -> HttpResponse | None:
    """What is asked before a reply that closes; the words are kept meanwhile."""
    data = form.cleaned_data
    if data["kind"] != "reply" or vocabulary().state_of(data["then"]) != State.CLOSED:
        return None
    closing = Closing(ticket, "composer", data["text"], ("then", data["then"]))
    question = asked(request, closing, form=form)
    typed = DraftForm(request.POST)
    if question and typed.is_valid():
        _keep(request, ticket, typed)
    return question


def _keep(request: AgentRequest, ticket: Ticket, form: DraftForm) -> None:
    Draft.objects.update_or_create(
        ticket=ticket, agent=request.user, defaults={**form.cleaned_data, "changed_at": now()}
    )


@login_required
@require_POST
def presence(request: AgentRequest, number: int) -> HttpResponse:
    """Tell the others that this agent has the ticket before him."""
    ticket = ticket_for(request.user, number)
    signal(ticket.audience, kind="looking", ticket=ticket.pk, agent=request.user.pk, name=str(request.user))
    return HttpResponse(status=204)


def _refused(
    request: AgentRequest, ticket: Ticket, form: MessageForm, why: str, fields: Sequence[int] = ()
) -> HttpResponse:
    """Nothing was sent and nothing is lost: the composer comes back as it was, with the reason and the empty fields."""
    if request.htmx:
        return JsonResponse({"error": why, "fields": list(fields)}, status=422)
    messages.error(request, why)
    context = {**ticket_context(request, ticket), "form": form}
    return render(request, "tickets/ticket_page.html", context, status=422)


@login_required
@require_POST
def draft(request: AgentRequest, number: int) -> HttpResponse:
    """Keep what is being typed; an empty text forgets the draft."""
    ticket = ticket_for(request.user, number)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.errors}, status=422)
    if form.cleaned_data["text"].strip():
        _keep(request, ticket, form)
        signal(
            ticket.audience, kind="typing", ticket=ticket.pk, agent=request.user.pk, name=str(request.user)
        )
        wire = channel(ticket.inbox.channel)
        if isinstance(wire, Tells) and form.cleaned_data.get("kind") == "reply":
            wire.typing(ticket.pk)
    else:
        Draft.objects.filter(ticket=ticket, agent=request.user).delete()
    return HttpResponse(status=204)


@login_required
@require_POST
def preview(request: AgentRequest) -> HttpResponse:
    """How the Markdown will look."""
    return HttpResponse(render_markdown(request.POST.get("text", "")[:200_000]))


@login_required
@require_POST
def unsending(request: AgentRequest, number: int, message: int) -> HttpResponse:
    """Take a reply back before it leaves."""
    found = message_for(request.user, number, message, "tickets.reply")
    if answer.unsend(found, agent=request.user) is None:
        messages.warning(request, _("It has left already."))
    return _shown(request, found.ticket)


@login_required
@require_POST
def sending(request: AgentRequest, number: int, message: int) -> HttpResponse:
    """Send again what failed or is in doubt."""
    found = message_for(request.user, number, message, "tickets.reply")
    delivery.resend(found, actor=request.user.actor)
    return _shown(request, found.ticket)


@login_required
@require_POST
def confirmation(request: AgentRequest, number: int, message: int) -> HttpResponse:
    """Say that a message in doubt has arrived."""
    found = message_for(request.user, number, message, "tickets.reply")
    delivery.confirm_sent(found, actor=request.user.actor)
    return _shown(request, found.ticket)


def _shown(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    if request.htmx:
        return render(
            request, "tickets/_ticket.html", ticket_context(request, ticket_for(request.user, ticket.pk))
        )
    return redirect(ticket)
