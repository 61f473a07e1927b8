"""The help centre: what anybody may read. Pages are the same for all who ask and are kept by the shelf; nothing of them needs a script."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation as speech
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ahlan.core.colour import ink_on, readable
from ahlan.core.handing_out import hand_out
from ahlan.core.reached import address_for, too_often
from ahlan.core.text import clean, excerpt
from ahlan.knowledge.actions.needs import miss
from ahlan.knowledge.actions.opinions import LONGEST_WORD, say
from ahlan.knowledge.models import Outcome, Section, Translation, said
from ahlan.knowledge.policies import public_articles
from ahlan.knowledge.queries import SHOWN, beside, files_of, in_section
from ahlan.knowledge.rendering import named, plain
from ahlan.knowledge.rendering import render as render_text
from ahlan.knowledge.searching import LONGEST, is_sure, key_of, look, searched, token_for
from ahlan.knowledge.shelf import SEARCHED, Outline, for_all, outline

COLOUR = "#0f5f5c"
PAPERS = ("#faf8f4", "#1a1f1e")  # the grounds in light and in dark, as in tokens.css
PER_HOUR, OFFERS_PER_HOUR, AN_HOUR = (
    60,
    600,
    3600,
)  # opinions and vain searches from one place; what is offered while writing
SHORTEST, OFFERED = 3, 4  # letters that are looked for; articles offered
COOKIE, A_YEAR = "ahlan_visitor", 365 * 86_400
MOST_ON_MAP = 10_000  # addresses; a sitemap may have 50,000
ON_HOME = 5  # articles of each section on the first page


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """To the help centre in the visitor's language."""
    known = _open().languages
    found = speech.get_language_from_request(request)
    return redirect("knowledge:help_home", found if found in known else known[0])


def _open() -> Outline:
    """Raises Http404 while it is closed."""
    found = outline()
    if not found.centre.is_open:
        raise Http404("the help centre is closed")
    return found


def _in(language: str) -> Outline:
    """Raises Http404 for a language it does not speak."""
    found = _open()
    if language not in found.languages:
        raise Http404("not in this language")
    return found


@require_safe
def home(request: HttpRequest, language: str) -> HttpResponse:
    """Search first, then the sections with their first articles."""
    house = _in(language)
    first = public_articles().filter(language=language).order_by("article__position", "article_id")
    rows = first.select_related("article").only(
        "live_title", "language", "article__section_id", "article__position"
    )
    inside: dict[int, list[Translation]] = {}
    for one in rows[:2_000]:
        inside.setdefault(one.article.section_id, []).append(one)
    blocks = [
        {
            "name": one.name_in(language), "about": said(one.about, language), "articles": inside[one.pk][:ON_HOME],
            "more": max(len(inside[one.pk]) - ON_HOME, 0), "url": _section_url(one, language),
        }
        for one in house.sections
        if one.pk in inside
    ]  # fmt: skip
    there = {code: reverse("knowledge:help_home", args=[code]) for code in house.languages}
    welcome = said(house.centre.welcome, language)
    return _page(request, house, language, "home", there, {"blocks": blocks, "welcome": welcome})


@require_safe
def section(request: HttpRequest, language: str, pk: int, slug: str) -> HttpResponse:
    """One section, all its articles in order."""
    house = _in(language)
    found = next((one for one in house.sections if one.pk == pk), None)
    if found is None:
        raise Http404("no such section")
    if slug != found.key:
        return redirect(_section_url(found, language), permanent=True)
    rows = list(in_section(found, language)[:SHOWN])
    there = {code: _section_url(found, code) for code in house.languages}
    context = {
        "section": found,
        "title": found.name_in(language),
        "about": said(found.about, language),
        "articles": rows,
    }
    return _page(request, house, language, "section", there, context)


def _section_url(found: Section, language: str) -> str:
    return reverse("knowledge:help_section", args=[language, found.pk, found.key])


@csrf_exempt  # nobody is signed in here, and a page that is the same for all can hold no token
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, language: str, pk: int, slug: str) -> HttpResponseBase:
    """One article. POST says whether it helped (`helped` 1 or 0), and a `word` why."""
    house = _in(language)
    known = public_articles().filter(article=pk)
    found = known.filter(language=language).select_related("article__section").first()
    if found is None:
        other = known.filter(language__in=house.languages).order_by("id").first()
        if other is None:
            raise Http404("no such article")
        return redirect(other.get_absolute_url())
    if request.method == "POST":
        return _opinion(request, house, found)
    if slug != found.slug:
        return redirect(found.get_absolute_url(), permanent=True)
    there = {code: one.get_absolute_url() for code, one in beside(found).items() if code in house.languages}
    text = plain(found.live_text)
    context = {
        "one": found, "html": _drawn(found), "description": excerpt(text, 160),
        "section_name": found.article.section.name_in(language), "section_url": _section_url(found.article.section, language),
        "others": in_section(found.article.section, language).exclude(pk=found.pk)[:ON_HOME],
        "facts": _facts(request, house, found, text),
    }  # fmt: skip
    return _page(request, house, language, "article", there, context)


def _drawn(found: Translation) -> str:
    """Its text; links lead to other articles as they are published in the same language."""
    others = public_articles().filter(article__in=named(found.live_text), language=found.language)
    there = {one.article_id: one.get_absolute_url() for one in others.defer("text", "live_text")}
    files = files_of(found.article_id)
    return render_text(found.live_text, files=files, address=lambda pk: there.get(pk, ""))


def _facts(request: HttpRequest, house: Outline, found: Translation, text: str) -> list[dict[str, Any]]:
    """What machines that read the page are told of it (schema.org)."""
    base, name = address_for(request), found.article.section.name_in(found.language)
    home_url = reverse("knowledge:help_home", args=[found.language])
    steps = [
        (name_of(house, found.language), home_url),
        (name, _section_url(found.article.section, found.language)),
    ]
    crumbs = [
        {"@type": "ListItem", "position": n, "name": label, "item": f"{base}{place}"}
        for n, (label, place) in enumerate([*steps, (found.live_title, found.get_absolute_url())], 1)
    ]
    assert found.live_at and found.published_at  # it is published
    return [
        {
            "@context": "https://schema.org", "@type": "Article", "headline": found.live_title, "inLanguage": found.language,
            "description": excerpt(text, 160), "datePublished": found.published_at.isoformat(),
            "dateModified": found.live_at.isoformat(), "mainEntityOfPage": f"{base}{found.get_absolute_url()}",
            "publisher": {"@type": "Organization", "name": str(settings.COMPANY)},
        },
        {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": crumbs},
    ]  # fmt: skip


@never_cache
@require_safe
def search(request: HttpRequest, language: str) -> HttpResponse:
    """What is found for `q`; what is looked for in vain is counted."""
    house, words = _in(language), _words(request.GET.get("q", ""))
    found = look(words, language)
    vain = bool(words) and found.is_vain
    if vain and not _counted("vain", request, PER_HOUR, f"{language}:{key_of(words, language)}"):
        miss(words, language, Outcome.NOTHING)
    context = {
        "words": words,
        "found": found,
        "token": token_for(words, language, Outcome.NOTHING if vain else ""),
    }
    return _page(request, house, language, "search", {}, context, for_everybody=False)


@never_cache
@xframe_options_exempt  # it stands in a form, which stands in other sites
@require_safe
def offers(request: HttpRequest, language: str) -> HttpResponse:
    """What may answer a visitor who is writing `subject` and `text`, as a fragment of his form."""
    _in(language)
    words = _words(f"{request.GET.get('subject', '')} {request.GET.get('text', '')}")
    if len(words) < SHORTEST or _counted("offers", request, OFFERS_PER_HOUR):
        return HttpResponse(status=204)
    found = look(words, language, size=OFFERED)
    hits = [one for one in found.hits if is_sure(one)]
    with speech.override(language):
        return render(request, "knowledge/_offers.html", {"hits": hits, "token": token_for(words, language)})


def _words(given: str) -> str:
    return " ".join(clean(given[: LONGEST * 4]).split())[:LONGEST]


def _opinion(request: HttpRequest, house: Outline, found: Translation) -> HttpResponseBase:
    helped = request.POST.get("helped") == "1"
    visitor = request.get_signed_cookie(COOKIE, "", salt="visitor") or _digest(request)
    context: dict[str, Any] = {
        "one": found,
        "helped": helped,
        "word": request.POST.get("word", "").strip(),
        "longest": LONGEST_WORD,
    }
    if _counted("opinions", request, PER_HOUR):
        return _page(request, house, found.language, "thanks", {}, {**context, "busy": True}, status=429)
    told = searched(request.GET.get(SEARCHED, ""))
    if told and not helped and not _counted("vain", request, PER_HOUR, f"{found.pk}"):
        miss(told[0], told[1], Outcome.UNHELPFUL, before=told[2])
    say(found, visitor=str(visitor)[:64], helped=helped, word=context["word"])
    response = _page(request, house, found.language, "thanks", {}, context)
    response.set_signed_cookie(
        COOKIE,
        visitor,
        salt="visitor",
        max_age=A_YEAR,
        path="/help/",
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return response


def _digest(request: HttpRequest) -> str:
    """Tells one visitor from another for as long as he has no cookie, and leads back to nobody."""
    told = (settings.SECRET_KEY, request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", ""))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _counted(what: str, request: HttpRequest, most: int, once: str = "") -> bool:
    """Whether that was enough from one place in this hour, or the very same has come from there already."""
    place = _digest(request)
    if once and not cache.add(f"{what}:{hashlib.sha256(f'{place}{once}'.encode()).hexdigest()}", 1, AN_HOUR):
        return True
    return too_often(f"{what}:{request.META.get('REMOTE_ADDR', '')}", most, AN_HOUR)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page for search engines, with the same page in other languages."""
    house, base = _open(), address_for(request)
    rows = public_articles().filter(language__in=house.languages).order_by("article_id", "id")
    groups: dict[int, list[Translation]] = {}
    for one in rows.only("article_id", "language", "live_title", "live_at")[:MOST_ON_MAP]:
        groups.setdefault(one.article_id, []).append(one)
    homes = [(f"{base}{reverse('knowledge:help_home', args=[code])}", code) for code in house.languages]
    pages: list[dict[str, Any]] = [{"url": url, "at": None, "there": homes} for url, _code in homes]
    for group in groups.values():
        there = [(f"{base}{one.get_absolute_url()}", one.language) for one in group]
        pages += [
            {"url": url, "at": one.live_at, "there": there}
            for one, (url, _code) in zip(group, there, strict=True)
        ]
    return for_all(
        render(request, "knowledge/help/sitemap.xml", {"pages": pages}, content_type="application/xml")
    )


@require_safe
def brand(request: HttpRequest) -> HttpResponse:
    """The house's colour as a style sheet, made to be read on both papers."""
    colour = _open().centre.colour or COLOUR
    light, dark = (readable(colour, paper) for paper in PAPERS)
    rules = f"--brand: {colour}; --brand-ink: {ink_on(colour)}; --brand-text: light-dark({light}, {dark});"
    return for_all(HttpResponse(f":root {{ {rules} }}\n", content_type="text/css"))


@require_safe
def logo(request: HttpRequest) -> HttpResponseBase:
    centre = _open().centre
    if not centre.logo:
        raise Http404("there is no logo")
    response = hand_out(centre.logo, "logo", centre.logo_type)
    response["Cache-Control"] = "public, max-age=3600"
    return response


def name_of(house: Outline, language: str) -> str:
    return said(house.centre.names, language) or str(settings.COMPANY)


def _page(
    request: HttpRequest,
    house: Outline,
    language: str,
    template: str,
    there: Mapping[str, str],
    context: Mapping[str, Any],
    status: int = 200,
    for_everybody: bool = True,
) -> HttpResponse:
    """A page in a language. `there`: its address in each language it is to be had in."""
    base, webform = address_for(request), house.centre.webform
    with speech.override(language):
        names = dict(settings.LANGUAGES)
        shown = {
            **context, "house": house, "language": language, "name": name_of(house, language), "base": base,
            "rtl": language in settings.LANGUAGES_BIDI, "home_url": reverse("knowledge:help_home", args=[language]),
            "languages": [
                {
                    "code": code, "name": names[code], "here": code == language, "there": code in there,
                    "url": there.get(code) or reverse("knowledge:help_home", args=[code]),
                }
                for code in house.languages
            ],
            "alternates": [(code, f"{base}{url}") for code, url in there.items()] if len(there) > 1 else [],
            "canonical": f"{base}{there[language]}" if language in there else "",
            "contact_url": f"{webform.get_absolute_url()}?lang={language}" if webform and webform.is_active else "",
        }  # fmt: skip
        response = render(request, f"knowledge/help/{template}.html", shown, status=status)
    response["Content-Language"] = language
    same = for_everybody and request.method in ("GET", "HEAD") and status == 200
    return for_all(response) if same else response
