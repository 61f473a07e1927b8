"""Who may set up business hours: the permission says."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ahlan.calendars.models import BusinessHours


def hours_for(request: HttpRequest, pk: int) -> BusinessHours:
    """One set of hours. Raises Http404, PermissionDenied."""
    if not request.user.has_perm("hours.manage"):
        raise PermissionDenied
    hours = BusinessHours.objects.filter(pk=pk).first()
    if hours is None:
        raise Http404("no such hours")
    return hours
