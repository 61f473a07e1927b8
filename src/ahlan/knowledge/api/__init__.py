"""Articles through the API. Its chapters are imported for what they hang on `room`."""

from ahlan.knowledge.api import articles, help_centre, needs, sections

__all__ = ["articles", "help_centre", "needs", "sections"]
