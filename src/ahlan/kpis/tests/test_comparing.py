"""Whether two times differ, by values worked out by hand."""

from datetime import date

import pytest
from django.db.models import F

from ahlan.calendars.tests.makers import at
from ahlan.feedback.instruments.intervals import adjusted_wald, net_error, student_span, wilson
from ahlan.kpis.comparing import DIFFERS, SAME, UNJUDGED, Sample, change_of, ranks_round, sampled, sampled_by
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.figures import read
from ahlan.kpis.models import Fact
from ahlan.kpis.reading import NO_FILTERS, Period, Reading, facts_of
from ahlan.kpis.tests.test_goals import make_facts

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def share(k, n):
    return Sample(Reading(k / n, "share", n, "share", *wilson(k, n)))


def mean(value, n, error):
    return Sample(Reading(value, "score", n, "mean", *student_span(value, error, n, (1.0, 5.0))), error)


def net(promoters, detractors, n):
    error = 100 * net_error(promoters / n, detractors / n, n)
    value = 100 * (promoters - detractors) / n
    return Sample(Reading(value, "score", n, "net", *adjusted_wald(promoters, detractors, n)), error)


@pytest.mark.parametrize(("one", "other", "by", "low", "high", "verdict"), [
    (share(56, 70), share(48, 80), 0.2, 0.0524, 0.3339, DIFFERS),  # Newcombe 1998, table II (a), method 10
    (share(9, 10), share(3, 10), 0.6, 0.1705, 0.8090, DIFFERS),  # (b)
    (share(5, 56), share(0, 29), 0.0893, -0.0381, 0.1926, SAME),  # (e)
    (share(50, 100), share(45, 100), 0.05, -0.0870, 0.1844, SAME),
])  # fmt: skip
def test_shares_by_newcombe(one, other, by, low, high, verdict):
    found = change_of(kpi_for("csat"), one, other)

    assert (round(found.by, 4), round(found.low, 4), round(found.high, 4), found.verdict) == (
        by,
        low,
        high,
        verdict,
    )


def test_means_by_welch():
    """1, 2, 3, 4, 5 against 3, 5, 7, 9, 11: squares of errors 0.5 and 2, so 6.25 / (0.25/4 + 4/4) = 5.88 degrees, 2.459 errors."""
    kpi = kpi_for("csat_mean")
    one, other = mean(3.0, 5, 0.5**0.5), mean(7.0, 5, 2**0.5)

    found = change_of(kpi, other, one)

    assert (round(found.by, 2), round(found.low, 2), round(found.high, 2), found.verdict) == (
        4.0,
        0.11,
        7.89,
        DIFFERS,
    )
    assert change_of(kpi, mean(3.5, 5, 0.5**0.5), one).verdict == SAME


def test_net_scores_by_their_errors():
    """Domain A9: 200/120/80 of 400 against 180/110/110: 12.5, margin 11.2."""
    found = change_of(kpi_for("nps"), net(200, 80, 400), net(180, 110, 400))

    assert (found.by, round(found.by - found.low, 1), found.verdict) == (12.5, 11.2, DIFFERS)
    assert change_of(kpi_for("nps"), net(9, 2, 15), net(180, 110, 400)).verdict == SAME


def test_counts_are_no_samples_and_nothing_is_nothing():
    kpi = kpi_for("contacts")
    many, few = (Sample(Reading(n, "count", n, "count")) for n in (150, 120))

    assert change_of(kpi, many, few) == (30, None, None, UNJUDGED)
    assert change_of(kpi, many, Sample(Reading(None, "count", 0, "count"))) is None


@pytest.mark.django_db
def test_medians_differ_where_their_intervals_do_not_meet():
    kpi = kpi_for("first_response_time")
    make_facts([60 * n for n in range(1, 101)])
    make_facts([60 * n for n in range(31, 131)], at=at("2026-02-02 12:00"))
    before = sampled(kpi, JANUARY, NO_FILTERS, read(kpi, JANUARY))
    after = sampled(kpi, FEBRUARY, NO_FILTERS, read(kpi, FEBRUARY))

    assert (before.reading.low, before.reading.high) == (40 * 60, 61 * 60)  # 50 ± 9.8, outwards
    assert (after.reading.low, after.reading.high) == (70 * 60, 91 * 60)
    assert change_of(kpi, after, before) == (1800.0, None, None, DIFFERS)
    make_facts([60] * 30, at=at("2026-02-03 12:00"))
    again = sampled(kpi, FEBRUARY, NO_FILTERS, read(kpi, FEBRUARY))
    assert change_of(kpi, again, before).verdict == SAME  # 66 of 130 lie below what is the 36th of January's
    assert (ranks_round("median", 6), ranks_round("p90", 100)) == ((1, 6), (84, 97))


@pytest.mark.django_db
def test_groups_are_made_ready_in_one_query(django_assert_num_queries):
    kpi = kpi_for("first_response_time")
    make_facts([60, 120, 180], team=1)
    make_facts([300, 500], team=2)
    make_facts([60], team=3)
    rows = facts_of(kpi, JANUARY, NO_FILTERS)
    readings = {
        team: Reading(value, "seconds", n, "mean") for team, value, n in ((1, 120.0, 3), (2, 400.0, 2), (3, 60.0, 1))
    }  # fmt: skip

    with django_assert_num_queries(1):
        found = sampled_by(kpi, rows, F("team"), readings, business=False)

    assert found[1].error == pytest.approx(60 / 3**0.5)
    assert found[2].error == pytest.approx(141.4214 / 2**0.5, rel=1e-5)
    assert found[3].error is None
    assert Fact.objects.count() == 6
