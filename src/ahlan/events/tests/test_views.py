import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ahlan.core.clock import now
from ahlan.events import jobs
from ahlan.events.errors import GiveUp, WorkerDied, class_path
from ahlan.events.models import Event, Job
from ahlan.events.tests.chores import path, want

pytestmark = pytest.mark.django_db


def dead(number: int = 1, **over: object) -> Job:
    want(number)
    job = Job.objects.latest("pk")
    given = {
        "state": "dead",
        "attempts": 3,
        "finished_at": now(),
        "error_class": "builtins.ValueError",
        "last_error": "ValueError: <b>no</b>",
        **over,
    }
    Job.objects.filter(pk=job.pk).update(**given)
    job.refresh_from_db()
    return job


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def manager(client, chief):
    client.force_login(chief)
    return client


def test_page_tells_what_failed_and_why(manager):
    job = dead()
    dead(2, error_class=class_path(GiveUp("")), last_error="GiveUp: 550")
    dead(3, error_class=class_path(WorkerDied("")), attempts=2)

    html = manager.get(reverse("events:work")).content.decode()

    said = words(html)
    assert "It was tried 3 times and failed each time." in said
    assert "It was given up at once" in said
    assert "The worker stopped in the middle of it 2 times" in said
    assert "Failed: 3 Waiting: 0 Running: 0" in said
    assert "Do chore" in said
    assert "worker:1" in said
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in html
    assert reverse("events:run_again", args=[job.pk]) in html


def test_page_is_empty_without_failures(manager):
    want(1)

    assert "No work has failed" in manager.get(reverse("events:work")).content.decode()


def test_page_costs_the_same_for_any_number_of_rows(manager):
    costs = []
    for rows in (1, 2):  # one row, then three
        for number in range(rows):
            dead(number + 1)
        manager.get(reverse("events:work"))
        with CaptureQueriesContext(connection) as queries:
            manager.get(reverse("events:work"))
        costs.append(len(queries))

    assert Job.objects.filter(state="dead").count() == 3
    assert costs[0] == costs[1]


def test_page_goes_on_by_key(manager, monkeypatch):
    monkeypatch.setattr("ahlan.events.views.PAGE", 2)
    made = [dead(number + 1) for number in range(3)]

    first = manager.get(reverse("events:work")).content.decode()
    next_page = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = manager.get(reverse("events:work") + next_page).content.decode()

    assert [job.pk for job in made if f'id="job-{job.pk}"' in first] == [made[1].pk, made[2].pk]
    assert [job.pk for job in made if f'id="job-{job.pk}"' in second] == [made[0].pk]


def test_page_is_drawn_from_right_to_left(manager, chief):
    chief.language = "he"
    chief.save()
    dead()

    html = manager.get(reverse("events:work"), headers={"accept-language": "he"}).content.decode()

    assert 'dir="rtl"' in html


def test_failed_job_is_run_again(manager, chief):
    job = dead()

    answer = manager.post(reverse("events:run_again", args=[job.pk]), follow=True)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.finished_at) == ("ready", 0, None)
    assert answer.redirect_chain == [(reverse("events:work"), 302)]
    assert "It will be run again." in words(answer.content.decode())
    event = Event.objects.get(kind="job.run_again")
    assert (event.actor, event.subject, event.facts) == (
        f"agent:{chief.pk}",
        f"job:{job.pk}",
        {"name": path("do_chore"), "event": job.event_id},
    )


def test_failed_job_is_discarded(manager, chief):
    job = dead()

    manager.post(reverse("events:discard", args=[job.pk]))

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert Event.objects.get(kind="job.discarded").actor == f"agent:{chief.pk}"


def test_htmx_gets_the_row_alone(manager):
    job = dead()

    html = manager.post(
        reverse("events:run_again", args=[job.pk]), headers={"hx-request": "true"}
    ).content.decode()

    assert html.strip().startswith("<tr") or "<tr id" in html
    assert "<html" not in html
    assert "It will be run again." in html
    assert "<form" not in html


def test_what_is_not_failed_any_more_is_left_alone(manager):
    want(1)
    job = Job.objects.get()

    for name in ("events:run_again", "events:discard"):
        answer = manager.post(reverse(name, args=[job.pk]), follow=True)
        assert "Somebody has seen to it already." in words(answer.content.decode())

    job.refresh_from_db()
    assert job.state == "ready"
    assert Event.objects.filter(kind__startswith="job.").count() == 0


def test_same_work_waiting_is_not_doubled(manager):
    job = dead(unique_key="fetch:3")
    jobs.enqueue("nothing", unique_key="fetch:3")

    html = manager.post(
        reverse("events:run_again", args=[job.pk]), headers={"hx-request": "true"}
    ).content.decode()

    job.refresh_from_db()
    assert job.state == "dead"
    assert "waiting already" in html
    assert reverse("events:discard", args=[job.pk]) in html


def test_others_get_nothing(client, bo):
    job = dead()
    addresses = [
        ("get", reverse("events:work")),
        ("post", reverse("events:run_again", args=[job.pk])),
        ("post", reverse("events:discard", args=[job.pk])),
    ]

    stranger = [getattr(client, method)(address).status_code for method, address in addresses]
    client.force_login(bo)
    other_team = [getattr(client, method)(address).status_code for method, address in addresses]
    by_get = [client.get(address).status_code for _method, address in addresses[1:]]

    assert stranger == [302, 302, 302]
    assert other_team == [403, 403, 403]
    assert by_get == [405, 405]
    job.refresh_from_db()
    assert job.state == "dead"


def test_unknown_job_is_not_found(manager):
    assert manager.post(reverse("events:discard", args=[404])).status_code == 404
