"""Verbs of feedback."""
