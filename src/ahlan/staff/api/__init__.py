"""People through the API. Its chapters are imported for what they hang on `staff`."""

from ahlan.staff.api import people, presence, teams

__all__ = ["people", "presence", "teams"]
