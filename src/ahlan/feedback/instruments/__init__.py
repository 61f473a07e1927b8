"""Instruments as declared values, and what their answers come to. Nothing in here knows of Django or of the desk."""
