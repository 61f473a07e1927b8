"""Articles through the API. Its chapters are imported for what they hang on `room`."""

from ahlan.knowledge.api import articles, needs, sections

__all__ = ["articles", "needs", "sections"]
