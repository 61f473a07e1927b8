"""What happens by itself, and what people do at once, through the API."""

from ahlan.rules.api import bulk, rules, shortcuts, templates

__all__ = ["bulk", "rules", "shortcuts", "templates"]
