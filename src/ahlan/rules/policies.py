"""Who may set up rules: the permission says."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ahlan.rules.models import Rule


def rule_for(request: HttpRequest, pk: int) -> Rule:
    """One rule. Raises Http404, PermissionDenied."""
    if not request.user.has_perm("rules.manage"):
        raise PermissionDenied
    rule = Rule.objects.filter(pk=pk).first()
    if rule is None:
        raise Http404("no such rule")
    return rule
