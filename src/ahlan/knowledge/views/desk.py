"""Articles for those who write and read them at the desk: the list, one article, its languages and its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation as speech
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.handing_out import hand_out
from ahlan.core.keyset import page
from ahlan.core.languages import INSTALLED
from ahlan.core.sizes import WORDS, at_most
from ahlan.knowledge.actions import articles as verbs
from ahlan.knowledge.beginnings import beginning
from ahlan.knowledge.forms import (
    ArticleForm,
    NewArticleForm,
    ReviewForm,
    ScheduleForm,
    WordingForm,
    languages,
)
from ahlan.knowledge.models import Article, Revision, Section, Translation
from ahlan.knowledge.policies import MANAGE, WRITE, article_for, file_for, translation_in
from ahlan.knowledge.queries import ORDER, STATES, compare, files_of, filtered
from ahlan.knowledge.rendering import LONGEST
from ahlan.knowledge.rendering import render as render_text
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest

REVISIONS = 50  # shown of a translation
OPINIONS = 20
FOR_EVER = "max-age=31536000, immutable"


@login_required
@require_GET
def articles(request: AgentRequest) -> HttpResponse:
    """All articles, the latest changed first, narrowed by section, state, language, owner and words of the title."""
    asked: dict[str, Any] = {
        "section": _number(request.GET.get("section", "")), "owner": _number(request.GET.get("owner", "")),
        "state": request.GET.get("state", "") if request.GET.get("state") in STATES else "",
        "language": request.GET.get("language", "") if request.GET.get("language") in INSTALLED else "",
        "words": " ".join(request.GET.get("words", "").split())[:100],
    }  # fmt: skip
    found = page(filtered(**asked), order=ORDER, after=request.GET.get("after"))
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "page": found, "asked": asked, "sections": Section.objects.all()[:200], "languages": languages(),
        "states": _states(), "owners": Agent.objects.active()[:200], "address": f"?{query.urlencode()}&" if query else "?",
    }  # fmt: skip
    return render(request, "knowledge/articles.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _states() -> list[tuple[str, str]]:
    names = (
        _("Published"), _("With a draft"), _("Scheduled"), _("To be looked through"), _("Not in this language"),
        _("Older than the original"), _("Put away"),
    )  # fmt: skip
    return list(zip(STATES, names, strict=True))


@login_required
@permission_required(WRITE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    """Begin an article; then it is written."""
    initial = {"language": request.user.language, "section": request.GET.get("section", "")}
    form = NewArticleForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = verbs.begin_article(
            given["section"], language=given["language"], title=given["title"], agent=request.user,
            text=beginning(given["beginning"], given["language"]),
        )  # fmt: skip
        return redirect("knowledge:wording", made.pk, made.language)
    context = {
        "form": form, "title": _("New article"), "submit": _("Write it"), "cancel_url": reverse("knowledge:articles"),
    }  # fmt: skip
    return render(request, "core/form.html", context, status=200 if request.method == "GET" else 422)


@login_required
@require_GET
def article(request: AgentRequest, pk: int) -> HttpResponse:
    """An article as it reads, in the reader's language where it is worded in it."""
    found = article_for(request.user, pk)
    wanted = (request.GET.get("language", ""), speech.get_language() or "", found.language)
    shown = next((one for code in wanted if (one := translation_in(found, code))), found.wording)
    if shown is None:
        raise Http404("worded in no language")
    context = {
        **_about(request, found), "shown": shown, "html": render_for_agents(shown, shown.text),
        "opinions": shown.opinions.exclude(word="").order_by("-id")[:OPINIONS],
    }  # fmt: skip
    return render(request, "knowledge/article.html", context)


def _about(request: AgentRequest, found: Article) -> dict[str, Any]:
    """What every page of an article shows: its languages and how old they are."""
    original = translation_in(found, found.language)
    tabs = [
        {
            "code": code, "name": name, "one": (one := translation_in(found, code)),
            "older": bool(one and original and one.is_older_than(original)),
        }
        for code, name in languages()
    ]  # fmt: skip
    return {
        "article": found, "tabs": tabs, "original": original, "may_write": request.user.may(WRITE),
        "files": list(files_of(found.pk).values()),
    }  # fmt: skip


def render_for_agents(shown: Translation, text: str) -> str:
    return render_text(
        text, files=files_of(shown.article_id), address=lambda pk: reverse("knowledge:article", args=[pk])
    )


@login_required
@require_http_methods(["GET", "POST"])
def wording(request: AgentRequest, pk: int, language: str) -> HttpResponse:
    """Write one language of an article, beside another. POST saves; with `publish` readers see it at once."""
    found = article_for(request.user, pk, WRITE)
    _language(language)
    now_there = translation_in(found, language)
    if request.method == "POST":
        form = WordingForm(request.POST)
        status = _save(request, found, language, form) if form.is_valid() else 422
        if isinstance(status, HttpResponse):
            return status
        return _written(request, found, language, form, status)
    initial = {"title": now_there.title, "text": now_there.text} if now_there else {}
    return _written(request, found, language, WordingForm(initial=initial), 200)


def _language(code: str) -> None:
    if code not in INSTALLED:
        raise Http404("no such language")


def _save(request: AgentRequest, found: Article, language: str, form: WordingForm) -> HttpResponse | int:
    given, seen = form.cleaned_data, _number(request.POST.get("seen", ""))
    try:
        saved = verbs.word(
            found, language, title=given["title"], text=given["text"], seen=seen, still_of=given["still_of"],
            agent=request.user,
        )  # fmt: skip
    except verbs.ChangedMeanwhile:
        form.add_error(
            None, _("Somebody else has saved it meanwhile. Copy what you need, and open this page anew.")
        )
        return 409
    except verbs.TooMany:
        form.add_error(None, _("This article has as many revisions as can be kept."))
        return 422
    if "publish" in request.POST:
        verbs.publish(saved, agent=request.user)
        messages.success(request, _("Published."))
    else:
        messages.success(request, _("Saved as a draft."))
    return redirect("knowledge:wording", found.pk, language)


def _written(
    request: AgentRequest, found: Article, language: str, form: WordingForm, status: int
) -> HttpResponse:
    about = _about(request, found)
    mine = translation_in(found, language)
    other = request.GET.get("beside", "") or (found.language if language != found.language else "")
    aside = translation_in(found, other) if other != language else None
    context = {
        **about, "form": form, "code": language, "mine": mine, "aside": aside, "schedule": ScheduleForm(),
        "aside_html": render_for_agents(aside, aside.text) if aside else "", "largest": verbs.LARGEST_FILE,
        "asides": [tab for tab in about["tabs"] if tab["one"] and tab["code"] != language],
        "seen": request.POST.get("seen") or (mine.revision if mine else 0),
    }  # fmt: skip
    return render(request, "knowledge/wording.html", context, status=status)


@login_required
@permission_required(WRITE, raise_exception=True)
@require_POST
def preview(request: AgentRequest, pk: int) -> HttpResponse:
    """How the Markdown will look."""
    found = article_for(request.user, pk, WRITE)
    return HttpResponse(render_for_agents(Translation(article=found), request.POST.get("text", "")[:LONGEST]))


@login_required
@require_POST
def publication(request: AgentRequest, pk: int, language: str) -> HttpResponse:
    """Publish the draft; with `at` at that moment, with `undo` take it back, with `unschedule` not at that moment."""
    one = _translation(request, pk, language)
    if "undo" in request.POST:
        verbs.take_back(one, agent=request.user)
        messages.success(request, _("Readers do not see it any more. Its words stay as a draft."))
    elif "unschedule" in request.POST:
        verbs.schedule(one, None, agent=request.user)
    elif "at" in request.POST:
        form = ScheduleForm(request.POST)
        if form.is_valid():
            verbs.schedule(one, form.cleaned_data["at"], agent=request.user)
            messages.success(request, _("It will be published by itself."))
        else:
            messages.error(request, " ".join(str(one) for one in form.errors.get("at", [])))
    else:
        verbs.publish(one, agent=request.user)
        messages.success(request, _("Published."))
    return redirect("knowledge:wording", pk, language)


def _translation(request: AgentRequest, pk: int, language: str, *permissions: str) -> Translation:
    found = translation_in(article_for(request.user, pk, *(permissions or (WRITE,))), language)
    if found is None:
        raise Http404("not worded in this language")
    return found


@login_required
@require_GET
def revisions(request: AgentRequest, pk: int, language: str) -> HttpResponse:
    """What changed between two revisions: `to` (the latest without) and `from` (the one before without)."""
    one = _translation(request, pk, language, "tickets.view")
    after = _revision(one, request.GET.get("to", ""), one.revision)
    before = (
        _revision(one, request.GET.get("from", ""), max(after.number - 1, 0)) if after.number > 1 else None
    )
    context = {
        "article": one.article, "one": one, "before": before, "after": after, "may_write": request.user.may(WRITE),
        "difference": compare((before.title, before.text) if before else ("", ""), (after.title, after.text)),
        "revisions": one.revisions.select_related("author").order_by("-number").defer("text")[:REVISIONS],
    }  # fmt: skip
    return render(request, "knowledge/revisions.html", context)


def _revision(one: Translation, given: str, otherwise: int) -> Revision:
    number = _number(given) or otherwise
    found = one.revisions.filter(number=min(number, 2**31 - 1)).first()
    if found is None:
        raise Http404("no such revision")
    return found


@login_required
@require_POST
def restoring(request: AgentRequest, pk: int, language: str) -> HttpResponse:
    """Word it as it was in revision `number`."""
    one = _translation(request, pk, language)
    verbs.restore(one, _revision(one, request.POST.get("number", ""), 0).number, agent=request.user)
    messages.success(request, _("The draft has the words of that revision. Publish it when it is right."))
    return redirect("knowledge:wording", pk, language)


@login_required
@require_http_methods(["GET", "POST"])
def about(request: AgentRequest, pk: int) -> HttpResponse:
    """Section, owner, review: what holds in every language."""
    found = article_for(request.user, pk, WRITE)
    form = ArticleForm(request.POST if request.method == "POST" else None, article=found)
    if request.method == "POST" and form.is_valid():
        verbs.set_article(found, agent=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(found)
    context = {"form": form, "title": str(found), "cancel_url": found.get_absolute_url()}
    return render(request, "core/form.html", context, status=200 if request.method == "GET" else 422)


@login_required
@require_POST
def reviewing(request: AgentRequest, pk: int) -> HttpResponse:
    """It was looked through and is right."""
    found = article_for(request.user, pk, WRITE)
    form = ReviewForm(request.POST)
    if form.is_valid():
        verbs.review(found, form.day(), agent=request.user)
        messages.success(request, _("Noted: it was looked through."))
    return redirect(found)


@login_required
@require_POST
def moving(request: AgentRequest, pk: int) -> HttpResponse:
    """Earlier or later in its section."""
    found = article_for(request.user, pk, WRITE, MANAGE)
    verbs.move(found, -1 if request.POST.get("way") == "up" else 1, agent=request.user)
    return redirect(f"{reverse('knowledge:section', args=[found.section_id])}#articles")


@login_required
@require_POST
def putting_away(request: AgentRequest, pk: int) -> HttpResponse:
    """Out of every list and from all readers; with `undo` back."""
    found = article_for(request.user, pk, WRITE)
    away = "undo" not in request.POST
    verbs.put_away(found, away, agent=request.user)
    told = _("“%(name)s” is put away.") if away else _("“%(name)s” is back.")
    messages.success(request, told % {"name": found})
    return redirect("knowledge:articles" if away else found)


@at_most(verbs.LARGEST_FILE + WORDS)
@login_required
@require_POST
def upload(request: AgentRequest, pk: int) -> HttpResponse:
    """Keep a picture or a file of an article."""
    found = article_for(request.user, pk, WRITE)
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        return JsonResponse({"error": "no file"}, status=422)
    try:
        kept = verbs.keep_file(
            found, given.read(verbs.LARGEST_FILE + 1), name=given.name or "file",
            content_type=given.content_type or "application/octet-stream", agent=request.user,
        )  # fmt: skip
    except (verbs.BadFile, verbs.TooMany) as error:
        return JsonResponse({"error": type(error).__name__}, status=413)
    return JsonResponse(
        {"id": kept.pk, "name": kept.name, "size": kept.size, "url": kept.url, "picture": kept.is_picture}
    )


@require_http_methods(["GET", "DELETE"])
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out a file: to anybody where its article is published to customers, else to agents. DELETE drops it."""
    agent = request.user if request.user.is_authenticated else None
    found, is_public = file_for(agent, pk)
    if request.method == "DELETE":
        if agent is None or not agent.may(WRITE):
            return HttpResponse(status=403)
        verbs.drop_file(found, agent=agent)
        return HttpResponse(status=204)
    response = hand_out(found.digest, found.name, found.content_type if found.is_picture else "")
    response["Cache-Control"] = (
        f"{'public' if is_public else 'private'}, {FOR_EVER}" if is_public else "private, max-age=3600"
    )
    return response
