"""A house whose instruments are there, and a wire that keeps what it is given."""

import pytest
from django.core.cache import cache

from ahlan.feedback.actions.instruments import make_ready


@pytest.fixture(autouse=True)
def _ready(db):
    make_ready()
    cache.clear()


@pytest.fixture
def sent(monkeypatch):
    """What left by mail: the last step before the network is recorded."""
    from ahlan.channels.email import channel

    out = []

    def hand_over(mail, message, committing):
        committing()
        out.append(message)
        return ()  # by its own mail server, which gives it no other name

    monkeypatch.setattr(channel, "hand_over", hand_over)
    return out
