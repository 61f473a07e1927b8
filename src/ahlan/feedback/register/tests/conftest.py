"""A house whose lists are there."""

import pytest
from django.core.cache import cache

from ahlan.feedback.register.actions.settings import make_terms


@pytest.fixture(autouse=True)
def _ready(request):
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        make_terms()
        cache.clear()
