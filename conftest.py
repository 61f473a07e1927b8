"""The cast of the house's tests."""

import pytest
from django.conf import settings
from django.utils import timezone, translation


def pytest_configure() -> None:
    """WhiteNoise warns of a missing folder, and warnings are errors."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """What kills processes and what measures time run one after another; the other core does all the rest."""
    for item in items:
        if item.get_closest_marker("slow") or "test_live" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("one after another"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The plugin's own step before it makes the database."""
    from tests.pattern import begin_as_copy

    begin_as_copy()


@pytest.fixture(autouse=True)
def _as_at_the_start():
    """The language and time zone of a request stay with its thread, and tests share one."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture
def tell(record_property):
    """Say a figure that was measured; all of them stand at the end of the run."""

    def say(text: str) -> None:
        record_property("told", text)

    return say


def pytest_terminal_summary(terminalreporter):
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    told = [value for one in reports for name, value in one.user_properties if name == "told"]
    if told:
        terminalreporter.section("measured")
        terminalreporter.write("\n".join(sorted(set(told))) + "\n")


@pytest.fixture
def desk(db):
    """The inbox of the house's tests, and the team that answers it."""
    from tests.makers import make_inbox, make_team

    inbox = make_inbox(name="Support", address="support@desk.example")
    make_team(inbox, name="Care")
    return inbox


@pytest.fixture
def ada(desk):
    """An agent with access to the desk."""
    from tests.makers import make_agent

    return make_agent(*desk.teams.all(), email="ada@desk.example", name="Ada")


@pytest.fixture
def bo(desk):
    """An agent of another team, who must not see the desk's tickets."""
    from tests.makers import make_agent, make_inbox, make_team

    return make_agent(make_team(make_inbox(), name="Elsewhere"), email="bo@desk.example", name="Bo")


@pytest.fixture
def cy(db):
    """A customer."""
    from tests.makers import make_customer

    return make_customer(address="cy@else.example", name="Cy Customer")


@pytest.fixture
def di(db):
    """A stranger, who must get nothing."""
    from tests.makers import make_customer

    return make_customer(address="di@nowhere.example", name="Di Stranger")


@pytest.fixture
def chief(db):
    """Somebody who may do everything."""
    from tests.makers import make_agent

    return make_agent(role="admin", email="chief@desk.example", name="Chief")
