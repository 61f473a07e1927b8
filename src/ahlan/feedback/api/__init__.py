"""Feedback through the API. Its chapters are imported for what they hang on the room."""

from ahlan.feedback.api import answers, instruments, surveys

__all__ = ["answers", "instruments", "surveys"]
