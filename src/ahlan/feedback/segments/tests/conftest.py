"""A house whose instruments are there."""

import pytest

from ahlan.feedback.actions.instruments import make_ready


@pytest.fixture(autouse=True)
def _ready(db):
    make_ready()
