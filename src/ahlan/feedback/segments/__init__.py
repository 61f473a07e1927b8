"""Segments: customers who belong together by a rule, and how they are met."""
