"""The published logs, taken in whole: what the desk holds afterwards comes to the very figures that were worked out from the files.

How each is counted stands beside it. All are read from calls, tickets, steps and events of the house, none from a file.
"""

import json
from collections import Counter, defaultdict
from datetime import date
from statistics import fmean, median, quantiles
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Avg, Count, Max, Min, Sum
from django.db.models.functions import ExtractHour

from ahlan.dialer.models import Call
from ahlan.events.models import Event
from ahlan.importers.actions.calls import import_calls
from ahlan.importers.actions.events import import_events
from ahlan.importers.mapping import read_call_mapping, read_event_mapping
from ahlan.importers.models import Case, CaseStep
from ahlan.importers.reading import Report, opened
from ahlan.importers.tests.makers import DATA, there
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.figures import read
from ahlan.kpis.reading import Period
from ahlan.tickets.models import Status, Tag, Ticket
from ahlan.tickets.models.own import Field, FieldValue

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once, there]
FIGURES = DATA / "figures_dev.json"


def figures(name):
    return json.loads(FIGURES.read_text())[name]


def share(part, whole):
    return round(part / whole, 4)


def spans(seconds, unit, letter):
    """Mean, median and ninetieth percentile by interpolation, as the file gives them."""
    found = [one / unit for one in seconds]
    return {
        f"mean_{letter}": round(fmean(found), 4),
        f"median_{letter}": round(median(found), 4),
        f"p90_{letter}": round(quantiles(found, n=10, method="inclusive")[8], 4),
        f"max_{letter}": round(max(found), 4),
        "n": len(found),
    }


def test_the_calls_of_the_bank():
    with opened(str(DATA / "callcentre/anonymous_bank_1999-08-01_07.csv")) as file:
        report = import_calls(file, read_call_mapping("anonymous-bank"), Report())
    assert (report.taken, report.refused) == (11_715, 0)
    calls = Call.objects.all()
    zone = ZoneInfo("Asia/Jerusalem")
    answered, failed = calls.filter(outcome="answered"), calls.filter(outcome="failed")
    lost, left = calls.filter(outcome="abandoned"), calls.filter(outcome="left_menu")
    offered = calls.exclude(outcome="failed")
    waits = [one.wait_seconds for one in answered]
    waited = [one.wait_seconds for one in lost]
    talks = list(answered.values_list("talk_seconds", flat=True))
    queued = offered.exclude(queued_at=None).count()
    by_priority = defaultdict(list)
    for one in answered:
        by_priority[str(one.priority)].append(one.wait_seconds)

    def by(field):
        return {str(key): n for key, n in calls.values_list(field).annotate(n=Count("id")).order_by(field)}

    hours = calls.annotate(hour=ExtractHour("offered_at", tzinfo=zone))
    found = {
        "rows": calls.count(),
        "days": len({one.astimezone(zone).date() for one in calls.values_list("offered_at", flat=True)}),
        # what hangs up is in the file one outcome; here, whether it had come into the queue
        "outcome": {"AGENT": answered.count(), "HANG": lost.count() + left.count(), "PHANTOM": failed.count()},
        "type": by("kind"),
        "priority": by("priority"),
        "offered_excluding_phantom": offered.count(),
        "answered": answered.count(),
        "abandoned": lost.count() + left.count(),
        "abandonment_rate_of_offered": share(lost.count() + left.count(), offered.count()),
        "queued": queued,
        "abandoned_in_queue": lost.count(),
        "abandonment_rate_of_queued": share(lost.count(), queued),
        "answered_without_queue": answered.filter(queued_at=None).count(),
        "ASA_all_answered_s": round(fmean(waits), 4),
        "ASA_answered_after_queue_s": round(fmean(one for one in waits if one), 4),
        "ASA_median_all_answered_s": median(waits),
        "mean_queue_time_all_rows_s": round(fmean(one.wait_seconds for one in calls), 4),  # phantoms too
        "mean_wait_before_abandon_s": round(fmean(waited), 4),
        "median_wait_before_abandon_s": median(waited),
        "service_level_20s_answered_over_offered": share(sum(one <= 20 for one in waits), offered.count()),
        "service_level_60s_answered_over_offered": share(sum(one <= 60 for one in waits), offered.count()),
        "service_level_20s_of_answered": share(sum(one <= 20 for one in waits), len(waits)),
        "AHT_answered_s": round(answered.aggregate(mean=Avg("talk_seconds"))["mean"], 4),  # of no length too
        "AHT_median_answered_s": median(talks),
        "AHT_answered_ser_time_gt0_s": round(fmean(one for one in talks if one), 4),
        "AHT_by_type_s": {
            key: round(mean, 4) for key, mean in answered.values_list("kind").annotate(mean=Avg("talk_seconds"))
        },
        "ASA_by_priority_s": {key: round(fmean(some), 4) for key, some in by_priority.items()},
        "answered_short_calls_lt10s": answered.filter(talk_seconds__lt=10).count(),
        "negative_vru_time": sum("menu" in one for one in calls.values_list("doubts", flat=True)),
        "service_over_2h": sum("long" in one for one in calls.values_list("doubts", flat=True)),
        "distinct_identified_customers": calls.exclude(customer=None).values("customer").distinct().count(),
        "agents": calls.exclude(agent=None).values("agent").distinct().count(),
        "calls_by_hour": {str(h): n for h, n in hours.values_list("hour").annotate(n=Count("id")).order_by("hour")},
    }  # fmt: skip

    expected = figures("bank_august_01_07")
    # of the file itself, not of calls: whether its clock and its seconds agree; and what one week cannot tell
    for one in ("q_time_agrees_with_clock", "no_repeat_within_7d_of_answered", "no_repeat_base"):
        expected.pop(one)
    assert found == expected
    see_figures_of_the_house(expected)


def see_figures_of_the_house(expected):
    """The house's own figures of the same calls: those that both define alike."""
    week = Period(date(1999, 8, 1), date(1999, 8, 8), "Asia/Jerusalem")

    def figure(key, method=None):
        reading = read(kpi_for(key), week, method=method)
        return round(reading.value, 4), reading.n

    answered = expected["answered"]
    assert figure("average_speed_of_answer", "mean") == (expected["ASA_all_answered_s"], answered)
    assert figure("average_speed_of_answer", "median") == (expected["ASA_median_all_answered_s"], answered)
    assert figure("average_handle_time", "mean") == (expected["AHT_answered_s"], answered)
    assert figure("average_handle_time", "median") == (expected["AHT_median_answered_s"], answered)
    assert figure("service_level_f2") == (expected["service_level_20s_of_answered"], answered)
    # of who came into a queue or was answered at once; the file's own rates have other populations
    reached = answered + expected["abandoned_in_queue"]
    assert figure("abandonment_rate_raw") == (round(expected["abandoned_in_queue"] / reached, 4), reached)
    assert figure("contacts") == (
        expected["offered_excluding_phantom"],
        expected["offered_excluding_phantom"],
    )


def test_the_tickets_of_the_help_desk():
    with opened(str(DATA / "eventlogs/helpdesk_tax2017.csv")) as file:
        report = import_events(file, read_event_mapping("helpdesk-tax2017"), Report())
    assert (report.taken, report.refused) == (13_710, 0)
    tickets, steps = Ticket.objects.all(), CaseStep.objects.order_by("case", "at", "id")
    ways = defaultdict(tuple)
    for case, activity in steps.values_list("case", "activity"):
        ways[case] += (activity,)
    lengths = [len(one) for one in ways.values()]
    ends = steps.aggregate(first=Min("at"), last=Max("at"))

    found = {
        "cases": tickets.count(),
        "events": steps.count(),
        "activities": len(set(steps.values_list("activity", flat=True))),
        "variants": len(set(ways.values())),
        "events_per_case_mean": round(fmean(lengths), 4),
        "events_per_case_median": median(lengths),
        "events_per_case_max": max(lengths),
        # of tickets: from when one was opened to when it was closed for good
        "throughput": spans(
            [(end - start).total_seconds() for start, end in tickets.values_list("opened_at", "closed_at")],
            86_400,
            "d",
        ),
        "first": str(ends["first"]),
        "last": str(ends["last"]),
        "activity_counts": dict(Counter(steps.values_list("activity", flat=True))),
    }

    assert found == figures("helpdesk_tax2017")
    assert tickets.filter(state="closed").count() == 3804


def test_the_incidents():
    with opened(str(DATA / "eventlogs/uci_incident_first5998.csv")) as file:
        report = import_events(file, read_event_mapping("uci-incident"), Report())
    assert (report.taken, report.refused) == (5_998, 0)
    tickets = Ticket.objects.all()
    opened_at = dict(tickets.values_list("id", "opened_at"))
    resolved = Status.objects.get(name="Resolved").pk
    of_tickets = Event.objects.filter(subject_kind="ticket").order_by("id")
    entered = {  # the last one stands
        event.subject_id: event.at
        for event in of_tickets.filter(kind__in=["ticket.closed", "ticket.status_changed"])
        if event.facts.get("status") == resolved
    }
    ended = dict(
        CaseStep.objects.filter(activity="Closed").values_list("case__ticket").annotate(at=Max("at"))
    )

    def tagged(name):
        return share(tickets.filter(tags=Tag.objects.get(name=name)).count(), tickets.count())

    names = {1: "4 - Low", 2: "3 - Moderate", 3: "2 - High", 4: "1 - Critical"}
    contact = FieldValue.objects.filter(field=Field.objects.get(name="Way of contact"))
    reassigned = FieldValue.objects.filter(field=Field.objects.get(name="Reassignments"))
    found = {
        "rows": CaseStep.objects.count(),
        "cases": Case.objects.count(),
        "cases_closed_in_file": tickets.filter(state="closed", status__name="Confirmed").count(),
        "made_sla_last_row": tagged("within service level"),
        "reopened_cases": of_tickets.filter(kind="ticket.reopened").values("subject_id").distinct().count(),
        "reassigned_cases": reassigned.filter(number__gt=0).count(),
        "reassignments_mean": round(
            float(reassigned.aggregate(all=Sum("number"))["all"]) / tickets.count(), 4
        ),
        "open_to_resolved": spans(
            [(at - opened_at[pk]).total_seconds() for pk, at in entered.items()], 3600, "h"
        ),
        "open_to_closed": spans(
            [(at - opened_at[pk]).total_seconds() for pk, at in ended.items()], 3600, "h"
        ),
        "contact_type": dict(Counter(contact.values_list("text", flat=True))),
        "priority": {names[key]: n for key, n in tickets.values_list("priority").annotate(n=Count("id"))},
        "state_rows": dict(Counter(CaseStep.objects.values_list("activity", flat=True))),
        "knowledge_used": tagged("knowledge used"),
    }

    expected = figures("uci_incident_sample")
    expected.pop("columns")  # of the file
    assert found == expected
