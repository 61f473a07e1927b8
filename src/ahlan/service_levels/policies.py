"""Who may set up service levels: the permission says."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ahlan.service_levels.models import Policy


def policy_for(request: HttpRequest, pk: int) -> Policy:
    """One policy. Raises Http404, PermissionDenied."""
    if not request.user.has_perm("service_levels.manage"):
        raise PermissionDenied
    policy = Policy.objects.filter(pk=pk).first()
    if policy is None:
        raise Http404("no such policy")
    return policy
