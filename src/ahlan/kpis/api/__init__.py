"""Figures through the API. Its chapters are imported for what they hang on the room."""

from ahlan.kpis.api import figures, goals, handling, reports

__all__ = ["figures", "goals", "handling", "reports"]
