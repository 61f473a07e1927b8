"""Scores: the worked examples of published sources and of our own reference, to the last digit; and what cannot be scored."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahlan.feedback.instruments import intervals, scores
from ahlan.feedback.instruments.files import NotRead, rows_of, score
from ahlan.feedback.instruments.ready import DIMENSIONS, READY, ready
from ahlan.feedback.instruments.shape import Instrument

OHIO = (0.3885, 0.3190, 0.2925)
GAPS = {
    "tangibles": (0.5, 0, -0.25, 0.25), "reliability": (-1.2, -0.8, -1, -0.6, -1.4), "responsiveness": (-0.5, -0.75, -1, -0.25),
    "assurance": (-0.2, -0.4, 0, -0.2), "empathy": (-0.6, -0.4, -0.8, -0.2, -0.5),
}  # fmt: skip
POINTS = (11, 32, 22, 19, 16)


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def exactly(value):
    return pytest.approx(value, abs=1e-9)


def of(key, *answers):
    """The reading of rows as they stand in a file."""
    return score(ready(key), [",".join(map(str, one)) + "\n" for one in answers]).reading


def column(key, answers):
    return of(key, *([one] for one in answers))


def counted(counts):
    return [value for value, many in counts.items() for _ in range(many)]


def test_csat_is_the_share_of_the_two_best_and_its_mean_stands_apart():
    read = column("csat", counted({5: 40, 4: 32, 3: 12, 2: 6, 1: 10}))

    assert (read.score, read.n, read.mean) == (exactly(72), 100, exactly(3.86))
    assert (read.low, read.high) == (exactly(62.51197129007884), exactly(79.86031478881379))
    assert read.distribution == {1: 10, 2: 6, 3: 12, 4: 32, 5: 40}
    assert column("csat", [5] * 8 + [1] * 2).score == exactly(80)


def test_wilson_as_newcombe_published_it():
    assert intervals.wilson(81, 263) == (exactly(0.2552885198782742), exactly(0.36620957698280004))
    assert intervals.wilson(0, 20) == (0, exactly(0.16112515805281938))
    assert intervals.wilson(20, 20) == (exactly(1 - 0.16112515805281938), 1)
    assert [round(one, 4) for one in intervals.wilson(9, 10)] == [0.5958, 0.9821]


def test_nps_is_promoters_less_detractors():
    read = column("nps", [10, 9, 9, 8, 8, 7, 6, 5, 3, 0])

    assert (read.score, read.n) == (-10, 10)
    assert (read.more["promoters"], read.more["passives"], read.more["detractors"]) == (3, 3, 4)


def test_nps_of_four_hundred_with_its_error():
    read = column("nps", counted({10: 200, 8: 120, 3: 80}))

    assert (read.score, read.n) == (exactly(30), 400)
    assert read.error == exactly(3.905124837953327)
    assert (read.score - intervals.Z * read.error, read.score + intervals.Z * read.error) == (
        exactly(22.346095962478664),
        exactly(37.653904037521336),
    )


def test_nps_of_a_few_by_adjusted_wald():
    read = column("nps", counted({9: 9, 7: 4, 2: 2}))

    assert read.score == exactly(100 * 7 / 15)
    assert (read.low, read.high) == (exactly(4.840570511951875), exactly(72.93720726582589))
    assert read.method == scores.ADJUSTED_WALD


def test_nps_in_theory():
    assert intervals.net_error(1 / 2, 1 / 6, 1) ** 2 == exactly(5 / 9)


def test_two_waves_of_nps_are_told_apart():
    first, second = (
        column("nps", counted({9: a, 7: b, 0: c})) for a, b, c in ((200, 120, 80), (180, 110, 110))
    )

    found = scores.difference(first, second)

    assert second.score == exactly(17.5)
    assert second.error == exactly(4.16645832812474)
    assert (found.by, found.by - found.low) == (exactly(12.5), exactly(11.192299639978932))
    assert found.sure


def test_two_small_groups_are_not_told_apart():
    one, other = column("csat", [5, 5, 4, 1]), column("csat", [5, 4, 1, 1])

    assert not scores.difference(one, other).sure
    assert scores.difference(one, column("csat", [])) is None


def test_a_difference_of_shares_by_newcombes_way():
    """His example of 56 of 70 against 48 of 80: 0.0524 to 0.3339."""
    one, other = column("csat", [5] * 56 + [1] * 14), column("csat", [5] * 48 + [1] * 32)

    found = scores.difference(one, other)

    assert (round(found.low, 2), round(found.high, 2)) == (5.24, 33.39)


def test_ces_is_a_share_and_ces_of_old_a_mean():
    new, old = column("ces", [7, 7, 6, 6, 5, 5, 4, 3, 2, 1]), column("ces1", [1, 2, 2, 3, 5])

    assert (new.score, new.mean, new.method) == (exactly(60), exactly(4.6), scores.WILSON)
    assert (old.score, old.n, old.method) == (exactly(2.6), 5, scores.STUDENT)
    assert ready("ces1").measure.better == "lower"


def test_acsi_unweighted_and_weighted():
    read = of("acsi", (8, 7, 7))
    measure = Instrument.of(
        {**ready("acsi").kept(), "measure": {**ready("acsi").kept()["measure"], "weights": OHIO}}
    ).measure

    assert read.score == exactly(70.37037037037037)
    assert (read.low, read.high, read.n) == (None, None, 1)
    weighted = measure.reading(scores.tallied([measure.parts({"overall": 8, "expected": 7, "ideal": 7})]))
    assert weighted.more["weighted"] == exactly(70.98333333333333)
    assert measure.of_means((8.2, 7.6, 7.1)) == exactly(73.7037037037037)
    assert measure.of_means((8.2, 7.6, 7.1), OHIO) == exactly(74.29833333333333)
    assert (of("acsi", (1, 1, 1)).score, of("acsi", (10, 10, 10)).score) == (0, exactly(100))


def test_acsi_of_a_group_uses_the_means_there_are():
    read = of("acsi", (8, 7, 7), (10, "", 4), ("", 5, ""))

    assert {name: (one["n"], one["mean"]) for name, one in read.more["items"].items()} == {
        "overall": (2, 9), "expected": (2, 6), "ideal": (2, 5.5),
    }  # fmt: skip
    assert read.score == exactly(100 * (9 + 6 + 5.5 - 3) / 27)
    assert (read.n, read.more["complete"]) == (3, 1)
    assert of("acsi", (8, "", 7)).score is None


def test_acsi_interval_is_of_whole_respondents_and_stays_in_range():
    read = of("acsi", (10, 10, 10), (10, 10, 9), (9, 10, 10))
    own = [100, 100 * 26 / 27, 100 * 26 / 27]
    mean = sum(own) / 3
    half = 4.302652729911275 * (sum((one - mean) ** 2 for one in own) / 2 / 3) ** 0.5

    assert (read.score, read.low, read.high) == (exactly(mean), exactly(mean - half), 100)


def quality(gaps):
    """One respondent whose items differ by whole numbers: expectation 4, perception 4 and the gap."""
    return [4] * 22 + [4 + gap for gap in gaps]


def test_servqual_as_the_reference_works_it_out():
    """Gaps in the mean of a group: twenty respondents, whose whole numbers come to those means."""
    gaps = [gap for name in DIMENSIONS for gap in GAPS[name]]
    rows = [quality([_spread(gap, n) for gap in gaps]) + list(POINTS) for n in range(20)]

    read = of("servqual", *rows)
    means = {name: one["score"] for name, one in read.more["dimensions"].items()}

    assert means == {
        "tangibles": exactly(0.125), "reliability": exactly(-1), "responsiveness": exactly(-0.625),
        "assurance": exactly(-0.2), "empathy": exactly(-0.5),
    }  # fmt: skip
    assert (read.score, read.more["unweighted"]) == (exactly(-0.44), exactly(-0.44))
    assert read.more["weighted"] == exactly(-0.56175)
    assert sum(gaps) / 22 == exactly(-0.4681818181818182)  # another number
    assert (read.n, read.more["weights"]["reliability"]) == (20, 32)


def _spread(gap, n):
    """A whole number for the n-th of twenty, so that they come to the gap in the mean."""
    twenty = round(gap * 20)
    low, more = divmod(twenty, 20)
    return low + (n < more)


def test_servqual_weighs_each_by_his_own_points_and_the_rest_by_the_groups():
    first, second, third = (
        quality([1] * 4 + [0] * 18),
        quality([0] * 17 + [-1] * 5),
        quality([-2] * 4 + [0] * 18),
    )

    read = of("servqual", [*first, 100, 0, 0, 0, 0], [*second, 0, 50, 0, 0, 50], third)

    assert read.more["weights"] == {
        "tangibles": 50,
        "reliability": 25,
        "responsiveness": 0,
        "assurance": 0,
        "empathy": 25,
    }
    assert read.more["weighted"] == exactly((1 - 0.5 + 0.5 * -2) / 3)
    assert read.score == exactly((0.2 - 0.2 - 0.4) / 3)
    assert of("servqual", first, second).more["weighted"] is None


def test_servqual_half_answered_has_no_score_of_its_own():
    half = [4] * 22 + [5] * 9

    alone, beside = of("servqual", half), of("servqual", half, quality([0] * 22))

    assert (alone.score, alone.n, alone.more["complete"]) == (None, 1, 0)
    assert (beside.n, beside.more["complete"]) == (2, 1)
    assert [one["n"] for one in beside.more["dimensions"].values()] == [2, 2, 1, 1, 1]
    assert of("servqual", [4] * 22).n == 0


def test_servperf_is_of_perceptions_alone():
    row = [7] * 4 + [6] * 5 + [5] * 4 + [4] * 4 + [3] * 5

    read = of("servperf", row + [20] * 5, row)

    assert (read.score, read.more["weighted"], read.n) == (5, exactly(5), 2)
    assert (read.low, read.high) == (5, 5)


def test_what_is_not_measured_is_null():
    for key in READY:
        told = score(ready(key), []).reading.told()
        assert (told["score"], told["n"], told["low"], told["high"]) == (None, 0, None, None), key
        json.dumps(told)


def test_rates_and_sizes_of_samples():
    assert scores.response_rate(180, 1200, 60) == exactly(15.789473684210527)
    assert scores.response_rate(180, 1200) == exactly(15)
    assert scores.response_rate(0, 5, 5) is None
    assert (
        intervals.needed_for(0.05, 0.25),
        intervals.needed_for(0.05, 0.25, 500),
        intervals.needed_for(0.05, 0.61),
    ) == (385, 218, 938)


def test_a_goal_is_missed_only_when_the_whole_interval_lies_on_the_bad_side():
    read = column("csat", counted({5: 72, 1: 28}))

    assert [scores.missed(read, goal, "higher") for goal in (85, 75, 60)] == [True, None, False]
    assert [scores.missed(column("ces1", [2, 2, 2, 2, 3]), goal, "lower") for goal in (1.2, 2, 4.5)] == [
        True,
        None,
        False,
    ]
    assert scores.missed(column("csat", []), 80, "higher") is None


def test_students_t_as_tabled():
    known = {
        1: 12.706205,
        2: 4.302653,
        5: 2.570582,
        10: 2.228139,
        30: 2.042272,
        100: 1.983972,
        1000: 1.962339,
    }

    assert {n: round(intervals.student(n), 6) for n in known} == known
    assert intervals.student(200) - intervals.student(201) < 1e-4


@pytest.mark.parametrize(
    ("groups", "hidden"),
    [
        ({"a": 9, "b": 6}, set()),
        ({"a": 4, "b": 9, "c": 30}, {"a", "b"}),  # a follows from all less b and c
        ({"a": 4, "b": 4, "c": 30}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 7, "d": 30}, {"a", "b", "c"}),  # the two of a and b together are too few
        ({"a": 4}, {"a"}),
        ({"a": 0, "b": 8}, set()),
    ],
)  # fmt: skip
def test_small_groups_are_hidden_also_by_subtraction(groups, hidden):
    assert scores.hidden(groups) == hidden


@unhurried
@given(st.lists(st.integers(0, 10), min_size=1, max_size=80), st.lists(st.integers(0, 10), max_size=80))
def test_tallies_added_are_answers_together(some, others):
    measure = ready("nps").measure
    parts = [[measure.parts({"score": one}) for one in many] for many in (some, others)]

    apart = scores.added(scores.tallied(one) for one in parts)

    assert apart == scores.tallied(parts[0] + parts[1])
    read = measure.reading(apart)
    assert read.n == len(some) + len(others)
    assert -100 <= read.low <= read.high <= 100


@unhurried
@given(st.dictionaries(st.integers(), st.integers(1, 40), max_size=8))
def test_what_is_hidden_can_never_be_worked_out(groups):
    hidden = scores.hidden(groups)

    assert {key for key, n in groups.items() if n < scores.FEWEST} <= hidden
    if hidden and hidden != set(groups):
        assert len(hidden) > 1
        assert sum(groups[one] for one in hidden) >= scores.FEWEST


# files


def read(key, text):
    return score(ready(key), text.splitlines(keepends=True))


def test_a_header_may_be_there_or_not():
    assert read("csat", "score\n5\n4\n").reading.n == read("csat", "5\n4\n").reading.n == 2
    assert read("nps", "\ufeffHow likely?;Why?\n0;\n10;Good\n").reading.n == 2
    assert read("acsi", "overall,expected,ideal,comment\n8,7,7,fine\n").reading.n == 1


def test_what_cannot_be_is_refused_with_its_reason_and_never_used():
    found = read("csat", "5\n0\n6\nfive\n4.5\n\n4\n")

    assert (found.reading.n, found.rows, found.blank) == (2, 6, 0)
    assert found.refusals == [
        (2, "score: 0 is outside 1 to 5"), (3, "score: 6 is outside 1 to 5"),
        (4, "score: “five” is not a whole number"), (5, "score: “4.5” is not a whole number"),
    ]  # fmt: skip


def test_zero_is_an_answer_of_nps_and_an_empty_cell_is_none():
    found = read("nps", "0,bad\n,no number\n10,\n")

    assert (found.reading.n, found.reading.score, found.blank, found.refusals) == (2, 0, 1, [])


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("30,30,20,10,5", "the points come to 95, not 100"),
        ("30,30,20,20,", "some of the points are missing"),
        ("-10,50,20,20,20", "w_tangibles: -10 is outside 0 to 100"),
    ],
)
def test_points_that_do_not_come_to_a_hundred_refuse_the_row(points, told):
    row = ",".join(["4"] * 44)

    found = read("servqual", f"{row},{points}\n{row},20,20,20,20,20\n")

    assert (found.reading.n, found.refusals) == (1, [(1, told)])


def test_a_row_of_too_many_columns_is_refused():
    assert read("csat", "5,fine,1\n4\n").refusals == [
        (1, "there are 3 columns, more than the instrument has")
    ]


def test_digits_of_other_scripts_and_whole_numbers_with_a_point_are_read():
    assert [row.answers for row in rows_of(ready("nps"), ["١٠\n", "۷\n", "8.0\n", " 9 \n"])] == [
        {"score": 10}, {"score": 7}, {"score": 8}, {"score": 9},
    ]  # fmt: skip


def test_what_is_no_text_is_told(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"5\n\xff\xfe\x00\n")

    with pytest.raises(NotRead), (tmp_path / "x.csv").open(encoding="utf-8") as lines:
        score(ready("csat"), lines)
    with pytest.raises(NotRead):
        score(ready("csat"), ["5\n", "x" * 200_000])


def test_every_instrument_is_worded_in_six_languages_and_comes_back_from_json():
    for key in READY:
        one = ready(key)
        texts = [
            one.title,
            *(text for item in one.items for text in (item.wording, *(o.label for o in item.options))),
        ]
        assert {frozenset(text) for text in texts} == {frozenset({"en", "he", "ar", "fi", "fa", "ru"})}
        assert Instrument.of(json.loads(json.dumps(one.kept()))) == one
    assert len(ready("servqual").columns) == 22 + 22 + 5 + 1


def test_a_tally_read_from_counters_is_the_same():
    measure = ready("acsi").measure
    tally = scores.tallied([measure.parts({"overall": 3, "expected": 4, "ideal": 5})] * 3)

    assert measure.reading({part: Counter(counts) for part, counts in tally.items()}) == measure.reading(
        tally
    )
