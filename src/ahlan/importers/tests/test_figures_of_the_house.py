"""The house's own figures of the published calls: those that both define alike come out as worked out from the file."""

import json
from datetime import date

import pytest

from ahlan.importers.actions.calls import import_calls
from ahlan.importers.mapping import read_call_mapping
from ahlan.importers.reading import Report, opened
from ahlan.importers.tests.makers import DATA, there
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.figures import read
from ahlan.kpis.reading import Period

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once, there]


def test_the_week_of_the_bank():
    with opened(str(DATA / "callcentre/anonymous_bank_1999-08-01_07.csv")) as file:
        import_calls(file, read_call_mapping("anonymous-bank"), Report())
    week = Period(date(1999, 8, 1), date(1999, 8, 8), "Asia/Jerusalem")
    expected = json.loads((DATA / "figures_dev.json").read_text())["bank_august_01_07"]

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
