from unittest import mock

import pytest
from django.db import connection, transaction

from ahlan.assistant.tests.makers import make_bot, make_chat, tell_articles
from ahlan.assistant.tests.model_server import Running
from ahlan.search.actions import count_new


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The sample company's articles, written and indexed once for all tests of a module, and gone after them."""
    with django_db_blocker.unblock(), transaction.atomic(), mock.patch.object(connection, "close"):
        made = tell_articles()
        while count_new():
            pass
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def articles(told, db):
    """Those for customers."""
    return told


@pytest.fixture
def visitor(articles):
    """Somebody in a chat with a bot in front."""
    found = make_chat()
    make_bot(found.inbox)
    return found


@pytest.fixture
def model(settings):
    with Running(settings) as running:
        yield running
