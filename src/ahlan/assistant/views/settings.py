"""Settings of the assistant: its bots, what holds for the whole house, what became of it all, and a place to try it out."""

from typing import Any

from django.conf import settings as house_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.assistant import saying
from ahlan.assistant.actions.settings import SETTABLE, save_bot, set_house
from ahlan.assistant.bots import house
from ahlan.assistant.forms import BotForm, HouseForm
from ahlan.assistant.grounding import Ungrounded, grounded
from ahlan.assistant.looking import answers_to, speaks
from ahlan.assistant.model import Busy, is_on, spent_today
from ahlan.assistant.models import Bot, Help, Reason
from ahlan.assistant.policies import MANAGE, bot_for
from ahlan.assistant.queries import help_given, inboxes_with_bots, summary
from ahlan.assistant.refusals import sentence_of
from ahlan.assistant.understanding import Heard, heard
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED, language_of
from ahlan.core.markdown import render as render_markdown
from ahlan.core.numerals import apart, language_name
from ahlan.staff.requests import AgentRequest

SHOWN = 3  # articles of a trial
LONGEST = 1_000


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings(request: AgentRequest) -> HttpResponse:
    """Every inbox, the house, and the last thirty days."""
    found = house()
    initial = {name: getattr(found, name) for name in ("helps", "masks", "tokens_a_day")}
    form = HouseForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_house(actor=request.user.actor, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("assistant:settings")
    told = summary()
    context: dict[str, Any] = {
        "form": form, "rows": inboxes_with_bots(), "told": told, "model": house_settings.MODEL if is_on() else "",
        "bot_time": told.bot_time and apart(now() + told.bot_time, now()), "spent": spent_today(), "most": found.tokens_a_day,
        "reasons": [(Reason(key).label, n) for key, n in told.reasons.most_common()],
        "languages": [(language_name(key), tally) for key, tally in sorted(told.languages.items())],
        "help": [(Help(one["kind"]).label, one["n"], one["tokens"]) for one in help_given()],
    }  # fmt: skip
    return render(request, "assistant/settings.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def bot(request: AgentRequest, pk: int) -> HttpResponse:
    """The bot of one inbox, and a place to ask it something."""
    found = bot_for(request.user, pk)
    form = BotForm(request.POST if request.method == "POST" else None, bot=found)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in SETTABLE}
        save_bot(found, greetings=form.greetings(), actor=request.user.actor, **given)
        messages.success(request, _("Saved."))
        return redirect("assistant:bot", pk)
    languages = [(code, language_name(code)) for code in INSTALLED]
    context = {"bot": found, "inbox": found.inbox, "form": form, "languages": languages, "model": is_on()}
    return render(request, "assistant/bot.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def trial(request: AgentRequest, pk: int) -> HttpResponse:
    """What the bot would say to that, and why; a fragment. Nothing is sent or kept."""
    found = bot_for(request.user, pk)
    text, language = _asked(request.GET, found)
    answers = answers_to(text, language)[:SHOWN] if text and speaks(language) else []
    sure = next((one for one in answers if one.is_sure), None)
    context = {
        "text": text, "language": language, "language_name": language_name(language), "answers": answers, "sure": sure,
        "speaks": speaks(language), "person": heard(text) == Heard.PERSON,
        "words": render_markdown(saying.article(sure, language)) if sure else "",
        "greeting": render_markdown(saying.greeting(found, language)), "bot": found, "model": is_on() and found.uses_model,
    }  # fmt: skip
    return render(request, "assistant/_trial.html", context)


@login_required
@require_POST
def model_trial(request: AgentRequest, pk: int) -> HttpResponse:
    """What the language model would say to that, or why that may not be sent; a fragment. It is waited for, and costs tokens of the day."""
    found = bot_for(request.user, pk)
    text, language = _asked(request.POST, found)
    context: dict[str, Any] = {"language": language}
    try:
        answer = grounded(text, language)
        context |= {
            "words": render_markdown(saying.with_question(answer.text, answer.sources, language)),
            "tokens": answer.tokens,
        }
    except Ungrounded as refusal:
        context["why"] = sentence_of(refusal.why)
    except Busy:
        context["why"] = sentence_of("busy")
    return render(request, "assistant/_model_trial.html", context)


def _asked(given: QueryDict, bot: Bot) -> tuple[str, str]:
    """A customer's words, and the language they are answered in."""
    text, asked = given.get("q", "")[:LONGEST].strip(), given.get("language", "")
    return text, asked if asked in INSTALLED else language_of(text) or bot.inbox.language
