import pytest

from ahlan.assistant.tests.makers import make_bot, make_chat, tell_articles
from ahlan.assistant.tests.model_server import Running
from ahlan.search.actions import count_new


@pytest.fixture
def articles(db):
    """The sample company's, for customers."""
    made = tell_articles()
    while count_new():
        pass
    return made


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
