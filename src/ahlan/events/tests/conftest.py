import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from ahlan.events.tests import chores
from ahlan.events.worker import run_worker

Working = Callable[..., AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _fresh_chores() -> None:
    chores.done.clear()
    chores.failures.clear()


@pytest.fixture
def working() -> Working:
    """A worker in this process, stopped at the end of the block."""

    @contextmanager
    def work(**options: object) -> Iterator[None]:
        stop = threading.Event()
        thread = threading.Thread(target=run_worker, kwargs={"stop": stop, **options})
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(30)
        assert not thread.is_alive()

    return work


@pytest.fixture(autouse=True)
def _streams_for_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream's own tests have no people in them: what upper rooms allow is asked in their tests."""
    from ahlan.events import live

    monkeypatch.setattr(live, "_narrowing", [])
