"""Who may set up routing: the permission says."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ahlan.routing.models import Plan


def plan_of(request: HttpRequest, pk: int) -> Plan:
    """One plan. Raises Http404, PermissionDenied."""
    if not request.user.has_perm("routing.manage"):
        raise PermissionDenied
    plan = Plan.objects.filter(pk=pk).first()
    if plan is None:
        raise Http404("no such plan")
    return plan
