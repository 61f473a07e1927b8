"""Who may see customers: everybody who may see tickets; who may change them: the permission says."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from ahlan.customers.models import Customer


def customers_of(request: HttpRequest) -> QuerySet[Customer]:
    """Raises PermissionDenied for somebody who may not see tickets either."""
    if not request.user.has_perm("tickets.view"):
        raise PermissionDenied
    return Customer.objects.select_related("merged_into", "organisation")


def customer_for(request: HttpRequest, pk: int, *permissions: str) -> Customer:
    """One customer. Raises Http404, PermissionDenied."""
    customer = customers_of(request).filter(pk=pk).first()
    if customer is None:
        raise Http404("no such customer")
    if not all(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied
    return customer
