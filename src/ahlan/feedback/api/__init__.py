"""Feedback through the API. Its chapters are imported for what they hang on the room."""

from ahlan.feedback.api import (
    answers,
    complaints,
    compliments,
    instruments,
    journal,
    register,
    segments,
    surveys,
)

__all__ = [
    "answers",
    "complaints",
    "compliments",
    "instruments",
    "journal",
    "register",
    "segments",
    "surveys",
]
