"""The way of service through the API. Its chapters are imported for what they hang on `room`."""

from ahlan.courtesy.api import cards, inquiries, questionnaires, way

__all__ = ["cards", "inquiries", "questionnaires", "way"]
