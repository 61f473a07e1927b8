"""Delivery reports: recognised, and read recipient by recipient."""

from .reading import failures
from .recognition import is_bounce
from .wording import REASONS

__all__ = ["REASONS", "failures", "is_bounce"]
