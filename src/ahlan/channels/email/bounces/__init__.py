"""Delivery reports: recognised, and read recipient by recipient."""

from .complaints import is_complaint
from .reading import failures
from .recognition import is_bounce
from .wording import REASONS

__all__ = ["REASONS", "failures", "is_bounce", "is_complaint"]
