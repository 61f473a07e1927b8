"""Settings: the fields of a desk's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.staff.requests import AgentRequest
from ahlan.tickets import condition_form
from ahlan.tickets.actions import words as verbs
from ahlan.tickets.conditions import BadCondition, tests_of
from ahlan.tickets.conditions import words as told
from ahlan.tickets.field_form import (
    PARTS,
    FieldForm,
    OptionRow,
    given_options,
    gone_options,
    options_of,
    read_options,
)
from ahlan.tickets.fields import BadValue, Box, agents_for, given_in
from ahlan.tickets.models.own import Field, Kind
from ahlan.tickets.views.words import for_setters
from ahlan.tickets.vocabulary import Vocabulary, vocabulary


@for_setters
@require_GET
def fields(request: AgentRequest) -> HttpResponse:
    """All fields in their order."""
    words = vocabulary()
    found = words.fields.values()
    context = {
        "found": [_summary(one, words) for one in found if not one.is_archived],
        "archived": [one for one in found if one.is_archived],
        "kind": "fields",
    }
    return render(request, "tickets/fields.html", context)


def _summary(field: Field, words: Vocabulary) -> dict[str, Any]:
    return {
        "field": field,
        "types": [words.types[pk].name for pk in field.types if pk in words.types],
        "when": told(field.shown_when) if any(tests_of(field.shown_when)) else "",
    }


@for_setters
@require_http_methods(["GET", "POST"])
def new_field(request: AgentRequest) -> HttpResponse:
    """Name, kind and choices first; the rest follows on its own page."""
    return _edit(request, None)


@for_setters
@require_http_methods(["GET", "POST"])
def field(request: AgentRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Field.objects.prefetch_related("options"), pk=pk))


def _edit(request: AgentRequest, found: Field | None) -> HttpResponse:
    posted = request.method == "POST"
    form = FieldForm(request.POST if posted else None, found=found)
    options = read_options(request.POST, found) if posted else options_of(found)
    parts, well = _parts(request, found)
    box = Box(found, given_in(request.POST, found) if posted else found.fill) if found else None
    if posted and form.is_valid() and well:
        made = _save(request, found, form, options, parts, box)
        if made:
            messages.success(request, _("Saved."))
            return redirect("tickets:fields") if found else redirect("tickets:field", pk=made.pk)
    context = {
        "form": form, "field": found, "options": options, "gone": gone_options(found, options), "box": box,
        "agents": agents_for([box] if box else []),
        **{name: {**condition_form.builder(rows, name), "asks": any(rows.values())} for name, rows in parts.items()},
    }  # fmt: skip
    return render(request, "tickets/field.html", context, status=422 if posted else 200)


def _parts(request: AgentRequest, found: Field | None) -> tuple[dict[str, condition_form.Rows], bool]:
    """The rows of each condition, and whether all is well."""
    if request.method != "POST":
        trees = {name: getattr(found, f"{name}_when") if found else {"all": []} for name in PARTS}
        return {name: condition_form.rows_of(tree) for name, tree in trees.items()}, True
    read = {name: condition_form.checked(condition_form.read(request.POST, name)) for name in PARTS}
    return {name: rows for name, (rows, _well) in read.items()}, all(well for _rows, well in read.values())


def _save(
    request: AgentRequest,
    found: Field | None,
    form: FieldForm,
    options: list[OptionRow],
    parts: dict[str, condition_form.Rows],
    box: Box | None,
) -> Field | None:
    """None, and the reason on the form, when it cannot be."""
    if form.cleaned_data["kind"] in (Kind.CHOICE, Kind.CHOICES) and not any(
        row.name.strip() for row in options
    ):
        form.add_error(None, _("Give at least one choice."))
        return None
    trees: dict[str, Any] = {f"{name}_when": condition_form.tree_of(rows) for name, rows in parts.items()}
    try:
        return verbs.save_field(
            found, **form.cleaned_data, **trees, options=given_options(options), fill=box.given if box else (),
            actor=request.user.actor,
        )  # fmt: skip
    except verbs.NameTaken:
        form.add_error("name", _("There is one of this name already. Look among the archived ones as well."))
    except verbs.TooManyWords:
        form.add_error(None, _("There are as many as menus can offer. Rename one that nobody needs."))
    except (BadCondition, BadValue) as error:
        form.add_error(None, str(error))
    return None


@for_setters
@require_POST
def options(request: AgentRequest, pk: int = 0) -> HttpResponse:
    """The choices anew, after one was moved, added or dropped; nothing is saved."""
    found = get_object_or_404(Field.objects.prefetch_related("options"), pk=pk) if pk else None
    rows = read_options(request.POST, found)
    context = {"options": rows, "gone": gone_options(found, rows), "field": found}
    return render(request, "tickets/_options.html", context)
