"""Pages about those who ask."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.keyset import page
from ahlan.customers import actions
from ahlan.customers.forms import AddressForm, CustomerForm, MergeForm, OrganisationForm
from ahlan.customers.history import lines_of
from ahlan.customers.models import Address, Customer, Organisation
from ahlan.customers.policies import customer_for, customers_of
from ahlan.customers.queries import addresses_starting, of_address


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


@login_required
@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    """All customers, the newest first; `q` finds one by the beginning of an address."""
    found = customers_of(request).filter(merged_into=None).prefetch_related("addresses")
    asked = request.GET.get("q", "").strip()
    if asked:
        found = found.filter(pk__in=addresses_starting(asked).values("customer")[:200])
    shown = page(found, ("-id",), request.GET.get("after"), 50)
    return render(request, "customers/list.html", {"page": shown, "asked": asked})


@login_required
@require_http_methods(["GET", "POST"])
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer: facts to change, addresses, those merged into him, history."""
    changing = ["customers.edit"] if request.method == "POST" else []
    found = customer_for(request, pk, *changing)
    if found.merged_into:
        return redirect("customers:customer", pk=found.merged_into_id)
    form = CustomerForm(request.POST or None, instance=Customer.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        actions.change(found, actor=_actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("customers:customer", pk=pk)
    return _page(request, found, form, status=422 if form.errors else 200)


def _page(request: HttpRequest, found: Customer, form: CustomerForm, status: int = 200) -> HttpResponse:
    context = {
        "customer": found,
        "form": form,
        "address_form": AddressForm(),
        "merge_form": MergeForm(prefix="merge"),
        "addresses": Address.objects.filter(customer__in=[found.pk, *found.merged.values("pk")])[:100],
        "merged": found.merged.all()[:100],
        "lines": lines_of(found),
        "may_edit": request.user.has_perm("customers.edit"),
    }
    return render(request, "customers/customer.html", context, status=status)


@login_required
@require_POST
def addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a customer one more address."""
    found = customer_for(request, pk, "customers.edit")
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is not an e-mail address."))
    else:
        try:
            actions.add_address(found, "email", form.cleaned_data["value"], actor=_actor(request))
        except ValueError:
            messages.error(
                request,
                _("This address belongs to another customer. If it is the same person, merge the two."),
            )
    return redirect("customers:customer", pk=pk)


@login_required
@require_POST
def address_removal(request: HttpRequest, pk: int, address: int) -> HttpResponse:
    found = customer_for(request, pk, "customers.edit")
    family = [found.pk, *found.merged.values_list("pk", flat=True)]
    try:
        actions.remove_address(
            get_object_or_404(Address, pk=address, customer__in=family), actor=_actor(request)
        )
    except ValueError:
        messages.error(request, _("This is the last address; without one nobody could answer."))
    return redirect("customers:customer", pk=pk)


@login_required
@require_POST
def merging(request: HttpRequest, pk: int) -> HttpResponse:
    """Make two customers one. It can be undone for ever."""
    found = customer_for(request, pk, "customers.edit")
    form = MergeForm(request.POST, prefix="merge")
    other = None
    if form.is_valid():
        other = of_address(form.cleaned_data["value"])
    if other is None or other.primary.pk == found.pk:
        messages.error(request, _("No other customer has this address."))
    else:
        try:
            actions.merge(found, other, actor=_actor(request))
        except ValueError:
            messages.error(request, _("No other customer has this address."))
        else:
            messages.success(request, _("The two are one now. You can take them apart again below."))
    return redirect("customers:customer", pk=pk)


@login_required
@require_POST
def unmerging(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    found = customer_for(request, pk, "customers.edit")
    actions.unmerge(get_object_or_404(Customer, pk=other, merged_into=found), actor=_actor(request))
    return redirect("customers:customer", pk=pk)


@login_required
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    customers_of(request)
    return render(
        request, "customers/organisations.html", {"organisations": Organisation.objects.all()[:500]}
    )


@login_required
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change an organisation."""
    if not request.user.has_perm("customers.edit"):
        customers_of(request)
    found = get_object_or_404(Organisation, pk=pk) if pk else Organisation()
    form = OrganisationForm(request.POST or None, instance=found)
    if request.method == "POST" and request.user.has_perm("customers.edit") and form.is_valid():
        actions.save_organisation(form.save(commit=False), actor=_actor(request))
        return redirect("customers:organisations")
    context = {"form": form, "title": found.name or _("New organisation")}
    return render(request, "core/form.html", context, status=422 if form.errors else 200)
