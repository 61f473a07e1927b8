"""Settings of the register: the profile, the head of letters, lists and wordings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.handing_out import harmless
from ahlan.core.reached import address_for
from ahlan.core.sizes import WORDS, at_most
from ahlan.feedback.register.actions import settings as verbs
from ahlan.feedback.register.actions.letters import EVENTS, PDF
from ahlan.feedback.register.forms import HeadForm, RegisterForm, TermForm, WordingForm
from ahlan.feedback.register.letterhead import pdf_of
from ahlan.feedback.register.models import LetterKind, List, Register, Term
from ahlan.feedback.register.policies import must_manage, term_for
from ahlan.feedback.register.profiles import keys, latest
from ahlan.feedback.register.queries import own_letters, terms
from ahlan.feedback.register.wording import HOLES, words_of
from ahlan.staff.requests import AgentRequest


@at_most(verbs.LARGEST_LOGO + WORDS)
@login_required
@require_http_methods(["GET", "POST"])
def settings(request: AgentRequest) -> HttpResponse:
    """All that the house has chosen, in two forms: how it registers, and the head of its letters."""
    must_manage(request.user)
    held = Register.objects.first() or Register()
    of_head = request.method == "POST" and "of_head" in request.POST
    chosen = RegisterForm(request.POST if request.method == "POST" and not of_head else None, register=held)
    head = HeadForm(request.POST if of_head else None, request.FILES if of_head else None, register=held)
    if request.method == "POST" and (_set_head(request, head) if of_head else _set_chosen(request, chosen)):
        messages.success(request, _("Saved."))
        return redirect("feedback:register_settings")
    context = {
        "form": chosen, "head": head, "register": held, "profiles": [latest(key) for key in keys()], "lists": List.choices,
        "letters": [(kind, label, kind in own_letters()) for kind, label in LetterKind.choices],
        "address": f"{address_for(request)}/complaints/",
    }  # fmt: skip
    return render(
        request,
        "feedback/register/settings.html",
        context,
        status=422 if chosen.errors or head.errors else 200,
    )


def _set_chosen(request: AgentRequest, form: RegisterForm) -> bool:
    if not form.is_valid():
        return False
    verbs.set_register(actor=request.user.actor, **form.cleaned_data)
    return True


def _set_head(request: AgentRequest, form: HeadForm) -> bool:
    if not form.is_valid():
        return False
    given = {name: form.cleaned_data[name] for name in ("head_name", "head_address", "head_foot")}
    logo = form.cleaned_data["logo"]
    content = b"" if form.cleaned_data["no_logo"] else logo.read(verbs.LARGEST_LOGO + 1) if logo else None
    try:
        verbs.set_register(actor=request.user.actor, logo=content, **given)
    except verbs.BadLogo:
        form.add_error("logo", _("This is no PNG, JPEG, GIF or WebP picture, or it is too large."))
        return False
    return True


@login_required
@require_GET
def example(request: AgentRequest) -> HttpResponseBase:
    """How a letter looks under the head, in the reader's language."""
    must_manage(request.user)
    pdf = pdf_of(words_of(LetterKind.ACKNOWLEDGEMENT, request.user.language), to=request.user.name)
    return harmless(HttpResponse(pdf, content_type=PDF), "attachment", "letter.pdf")


def _list(name: str) -> List:
    """Raises Http404."""
    if name not in List.values:
        raise Http404("no such list")
    return List(name)


@login_required
@require_GET
def term_list(request: AgentRequest, name: str) -> HttpResponse:
    """The entries of a list."""
    must_manage(request.user)
    chosen = _list(name)
    found = [one for one in terms() if one.list == name]
    context = {
        "list": chosen, "found": [one for one in found if not one.archived_at], "away": [one for one in found if one.archived_at],
        "lists": List.choices,
    }  # fmt: skip
    return render(request, "feedback/register/terms.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_term(request: AgentRequest, name: str) -> HttpResponse:
    must_manage(request.user)
    return _term_form(request, None, _list(name))


@login_required
@require_http_methods(["GET", "POST"])
def term(request: AgentRequest, pk: int) -> HttpResponse:
    found = term_for(request.user, pk)
    return _term_form(request, found, List(found.list))


def _term_form(request: AgentRequest, found: Term | None, chosen: List) -> HttpResponse:
    form = TermForm(request.POST or None, term=found)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.save_term(found, actor=request.user.actor, list=chosen.value, **form.cleaned_data)
        except verbs.NoName:
            form.add_error("names", _("Give it a name."))
        except verbs.TooManyTerms:
            form.add_error(None, _("There are as many entries as can be kept."))
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:terms", chosen.value)
    context = {
        "form": form, "title": str(found) if found else _("New entry"), "text": chosen.label, "base": "core/settings.html",
        "cancel_url": f"/settings/register/lists/{chosen.value}/",
    }  # fmt: skip
    return render(request, "core/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def arrange_term(request: AgentRequest, pk: int) -> HttpResponse:
    """Up, down, away or back."""
    found, act = term_for(request.user, pk), request.POST.get("act", "")
    if act in ("up", "down"):
        verbs.move_term(found, -1 if act == "up" else 1, actor=request.user.actor)
    elif act in ("away", "back"):
        verbs.archive_term(found, act == "away", actor=request.user.actor)
    else:
        return HttpResponse(status=422)
    return redirect("feedback:terms", found.list)


@login_required
@require_http_methods(["GET", "POST"])
def wording(request: AgentRequest, kind: str) -> HttpResponse:
    """How a letter is worded, in each language."""
    must_manage(request.user)
    if kind not in LetterKind.values:
        raise Http404("no such letter")
    form = WordingForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        verbs.save_letter(kind, form.cleaned_data["texts"], actor=request.user.actor)
        messages.success(request, _("Saved."))
        return redirect("feedback:register_settings")
    holes = " ".join(
        f"{{{name}}}" for name in HOLES if kind in EVENTS or name in ("name", "agent", "praised")
    )
    context = {
        "form": form, "title": LetterKind(kind).label, "base": "core/settings.html", "cancel_url": "/settings/register/",
        "text": _("Filled in by itself: %(holes)s. What is left empty is said as it came with the house.") % {"holes": holes},
    }  # fmt: skip
    return render(request, "core/form.html", context, status=422 if form.errors else 200)
