"""Business hours through the API."""

from ahlan.calendars.api import holidays, hours

__all__ = ["holidays", "hours"]
