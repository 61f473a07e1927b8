"""What a pile of answers comes to: the score, how sure it is, and what else its instrument tells. Pure; no Django, no words.

One respondent's answers become *parts*, whole numbers by name; parts are counted, value by value, into a *tally*; a reading is
made of the tally. So a file read on the command line, an answer just given and a year of daily counts go the same way. All
intervals are at 95 %. What cannot be measured is None, never 0.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum, sqrt
from typing import Any, ClassVar

from ahlan.feedback.instruments.intervals import (
    LEVEL,
    Span,
    Z,
    adjusted_wald,
    net_error,
    spread,
    student_span,
    wilson,
)

Parts = Mapping[str, int]
Tally = Mapping[str, Mapping[int, int]]  # part -> value -> how many
FEWEST = 5  # answers of a group that may be shown where nobody is to be known
WILSON, ADJUSTED_WALD, STUDENT = "Wilson", "adjusted Wald (n + 3)", "Student’s t"


@dataclass(frozen=True, slots=True)
class Reading:
    """`low` and `high` bound the score at 95 % by `method`; None where there is too little for it.

    `error` is the standard error, where the method has one. `more`: what the instrument tells beside, ready for JSON.
    """

    score: float | None
    n: int
    low: float | None = None
    high: float | None = None
    method: str = ""
    mean: float | None = None
    error: float | None = None
    distribution: Mapping[int, int] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As JSON, with no digits that only a machine's arithmetic has put there."""
        told: dict[str, Any] = {"score": self.score, "n": self.n, "low": self.low, "high": self.high}
        told |= {"method": self.method or None, "level": LEVEL}
        if self.mean is not None or self.distribution:
            told["mean"] = self.mean
        if self.distribution:
            told["distribution"] = {str(value): n for value, n in self.distribution.items()}
        found: dict[str, Any] = _rounded({**told, **self.more})
        return found


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 10) + 0.0  # no -0.0
    return {key: _rounded(one) for key, one in value.items()} if isinstance(value, Mapping) else value


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a hundred answer `since` or above."""

    kind: ClassVar[str] = "share"
    of: str
    since: int
    scale: tuple[int, int]
    runs: Span = (0, 100)
    better: str = "higher"

    def parts(self, answers: Mapping[str, Any]) -> Parts:
        return _one(answers, self.of)

    def own(self, parts: Parts) -> float | None:
        return parts.get("value")

    def reading(self, tally: Tally) -> Reading:
        counts, shown = _counts(tally, self.scale)
        n, mean, _error = spread(counts)
        if not n:
            return Reading(None, 0, distribution=shown)
        k = sum(many for value, many in counts.items() if value >= self.since)
        low, high = wilson(k, n)
        return Reading(100 * k / n, n, 100 * low, 100 * high, WILSON, mean, distribution=shown)


@dataclass(frozen=True, slots=True)
class Net:
    """Promoters less detractors in a hundred; `above` and `below` are where the one begin and the other end."""

    kind: ClassVar[str] = "net"
    of: str
    above: int = 9
    below: int = 6
    scale: tuple[int, int] = (0, 10)
    runs: Span = (-100, 100)
    better: str = "higher"

    def parts(self, answers: Mapping[str, Any]) -> Parts:
        return _one(answers, self.of)

    def own(self, parts: Parts) -> float | None:
        return parts.get("value")

    def reading(self, tally: Tally) -> Reading:
        counts, shown = _counts(tally, self.scale)
        n, mean, _error = spread(counts)
        promoters = sum(many for value, many in counts.items() if value >= self.above)
        detractors = sum(many for value, many in counts.items() if value <= self.below)
        more: dict[str, Any] = {
            "promoters": promoters, "passives": n - promoters - detractors, "detractors": detractors, "standard_error": None,
        }  # fmt: skip
        if not n:
            return Reading(None, 0, distribution=shown, more=more)
        error = 100 * net_error(promoters / n, detractors / n, n)
        low, high = adjusted_wald(promoters, detractors, n)
        more["standard_error"] = error
        score = 100 * (promoters - detractors) / n
        return Reading(score, n, low, high, ADJUSTED_WALD, mean, error, shown, more)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of what is answered; of several questions, the mean of each respondent's own."""

    kind: ClassVar[str] = "mean"
    of: tuple[str, ...]
    scale: tuple[int, int]
    better: str = "higher"

    @property
    def runs(self) -> Span:
        return self.scale

    @property
    def unit(self) -> int:
        return 1 if len(self.of) == 1 else 1000

    def parts(self, answers: Mapping[str, Any]) -> Parts:
        given = [int(answers[one]) for one in self.of if answers.get(one) is not None]
        return {"value": round(self.unit * sum(given) / len(given))} if given else {}

    def own(self, parts: Parts) -> float | None:
        return parts["value"] / self.unit if "value" in parts else None

    def reading(self, tally: Tally) -> Reading:
        counts, shown = _counts(tally, self.scale) if self.unit == 1 else (tally.get("value", {}), {})
        n, mean, error = spread(counts, self.unit)
        low, high = student_span(mean, error, n, self.runs) or (None, None)
        return Reading(mean, n, low, high, STUDENT if n > 1 else "", mean, error, shown)


@dataclass(frozen=True, slots=True)
class Index:
    """Of three answers, each carried to between 0 and 100. A respondent who left one out has no index of his own."""

    kind: ClassVar[str] = "index"
    of: tuple[str, str, str]
    scale: tuple[int, int] = (1, 10)
    weights: tuple[float, ...] = ()  # published ones are estimated anew each year, and not ours to give
    runs: Span = (0, 100)
    better: str = "higher"

    def parts(self, answers: Mapping[str, Any]) -> Parts:
        given = {
            f"x{n}": int(answers[one]) for n, one in enumerate(self.of, 1) if answers.get(one) is not None
        }
        if not given:
            return {}
        whole = {"whole": given["x1"] * 10_000 + given["x2"] * 100 + given["x3"]} if len(given) == 3 else {}
        return {"any": 1, **given, **whole}

    def own(self, parts: Parts) -> float | None:
        return self.of_means(_three(parts["whole"])) if "whole" in parts else None

    def of_means(self, means: Iterable[float], weights: Iterable[float] = (1 / 3, 1 / 3, 1 / 3)) -> float:
        low, high = self.scale
        return 100 * fsum(w * (x - low) for w, x in zip(weights, means, strict=True)) / (high - low)

    def reading(self, tally: Tally) -> Reading:
        known = {f"x{n}": spread(tally.get(f"x{n}", {})) for n in (1, 2, 3)}
        means = [mean for _n, mean, _error in known.values() if mean is not None]
        more: dict[str, Any] = {
            "complete": sum(tally.get("whole", {}).values()),
            "items": {name: {"n": n, "mean": mean} for (_x, (n, mean, _e)), name in zip(known.items(), self.of, strict=True)},
        }  # fmt: skip
        n = sum(tally.get("any", {}).values())
        score = self.of_means(means) if len(means) == 3 else None
        low, high, error = self._sure(tally, score, (1 / 3, 1 / 3, 1 / 3))
        if self.weights:
            weighted = self.of_means(means, self.weights) if len(means) == 3 else None
            begins, ends, _error = self._sure(tally, weighted, self.weights)
            more |= {"weighted": weighted, "weighted_low": begins, "weighted_high": ends}
        return Reading(score, n, low, high, "" if low is None else STUDENT, None, error, {}, more)

    def _sure(
        self, tally: Tally, score: float | None, weights: tuple[float, ...]
    ) -> tuple[float | None, ...]:
        """(low, high, standard error), of the respondents with an index of their own."""
        own: Counter[float] = Counter()
        for value, many in tally.get("whole", {}).items():
            own[self.of_means(_three(value), weights)] += many
        n, _mean, error = spread(own)
        span = student_span(score, error, n, self.runs)
        return (*span, error) if span else (None, None, error)


def _three(whole: int) -> tuple[int, int, int]:
    return whole // 10_000, whole // 100 % 100, whole % 100


SIXTIETHS = 60  # the mean of up to five whole numbers is a whole number of these
ALL = 5


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The mean of five dimensions, each the mean of its statements: of what is met, less what is expected where that is asked.

    `met`: the columns of each dimension; `expected`: the same, or empty. `points`: by dimension, the column in which a respondent
    says of 100 how much it counts for him.
    """

    kind: ClassVar[str] = "dimensions"
    met: Mapping[str, tuple[str, ...]]
    scale: tuple[int, int]
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    better: str = "higher"

    @property
    def runs(self) -> Span:
        low, high = self.scale
        return (low - high, high - low) if self.expected else (low, high)

    def parts(self, answers: Mapping[str, Any]) -> Parts:
        found = {name: mean for name in self.met if (mean := self._mean(name, answers)) is not None}
        if not found:
            return {}
        parts = {"any": 1, **{f"d.{name}": value for name, value in found.items()}}
        given = {
            name: answers[column] for name, column in self.points.items() if answers.get(column) is not None
        }
        whole = len(given) == len(self.points) == len(self.met)
        parts |= {f"w.{name}": int(value) for name, value in given.items()} if whole else {}
        if len(found) < len(self.met):
            return parts
        parts["value"] = sum(found.values())
        if whole:
            return {**parts, "own": sum(int(given[name]) * value for name, value in found.items())}
        return {**parts, **{f"f.{name}": value for name, value in found.items()}}

    def _mean(self, name: str, answers: Mapping[str, Any]) -> int | None:
        """In sixtieths; None when none of its statements is answered (twice, where it is asked twice)."""
        expected = self.expected.get(name) or ("",) * len(self.met[name])
        both = [
            (answers.get(met), answers.get(exp, 0) if exp else 0)
            for met, exp in zip(self.met[name], expected, strict=True)
        ]
        gaps = [int(met) - int(exp) for met, exp in both if met is not None and exp is not None]
        return round(SIXTIETHS * sum(gaps) / len(gaps)) if gaps else None

    def own(self, parts: Parts) -> float | None:
        return parts["value"] / SIXTIETHS / len(self.met) if "value" in parts else None

    def reading(self, tally: Tally) -> Reading:
        read = {name: self._span(tally.get(f"d.{name}", {}), SIXTIETHS) for name in self.met}
        means = [one["score"] for one in read.values() if one["score"] is not None]
        score = fsum(means) / len(means) if len(means) == len(self.met) else None
        n, _mean, error = spread(tally.get("value", {}), SIXTIETHS * len(self.met))
        low, high = student_span(score, error, n, self.runs) or (None, None)
        weights = self._weights(tally)
        more: dict[str, Any] = {"complete": n, "unweighted": score, "dimensions": read}
        if self.points:
            more |= {"weights": weights, **self._weighted(tally, weights)}
        everybody = sum(tally.get("any", {}).values())
        return Reading(score, everybody, low, high, "" if low is None else STUDENT, None, error, {}, more)

    def _span(self, counts: Mapping[int, int], unit: int) -> dict[str, Any]:
        n, mean, error = spread(counts, unit)
        low, high = student_span(mean, error, n, self.runs) or (None, None)
        return {"score": mean, "n": n, "low": low, "high": high}

    def _weights(self, tally: Tally) -> dict[str, float] | None:
        """The points in the mean; None when nobody gave any."""
        means = {name: spread(tally.get(f"w.{name}", {}))[1] for name in self.points}
        return {name: one for name, one in means.items() if one is not None} or None

    def _weighted(self, tally: Tally, weights: Mapping[str, float] | None) -> dict[str, Any]:
        """Each respondent by his own points; who gave none by those of the group. The interval is of the former alone."""
        unit = SIXTIETHS * 100
        n, _mean, error = spread(tally.get("own", {}), unit)
        if weights is None:
            return {"weighted": None, "weighted_low": None, "weighted_high": None}
        total = sum(value * many for value, many in tally.get("own", {}).items()) / unit
        others = sum(next((tally[f"f.{name}"] for name in self.met if f"f.{name}" in tally), {}).values())
        for name, points in weights.items():
            lent = sum(value * many for value, many in tally.get(f"f.{name}", {}).items())
            total += points / 100 * lent / SIXTIETHS
        mean = total / (n + others) if n + others else None
        low, high = student_span(mean, error, n, self.runs) or (None, None)
        return {"weighted": mean, "weighted_low": low, "weighted_high": high}


@dataclass(frozen=True, slots=True)
class Unscored:
    """Answers are counted and read; they come to no score."""

    kind: ClassVar[str] = "none"
    of: str = ""
    runs: Span = (0, 0)
    better: str = "higher"

    def parts(self, answers: Mapping[str, Any]) -> Parts:
        return {"any": 1} if any(value not in (None, "", []) for value in answers.values()) else {}

    def own(self, parts: Parts) -> float | None:
        return None

    def reading(self, tally: Tally) -> Reading:
        return Reading(None, sum(tally.get("any", {}).values()))


Measure = Share | Net | Mean | Index | Dimensions | Unscored


def _one(answers: Mapping[str, Any], column: str) -> Parts:
    return {"value": int(answers[column])} if answers.get(column) is not None else {}


def _counts(tally: Tally, scale: tuple[int, int]) -> tuple[Mapping[int, int], dict[int, int]]:
    """What was answered, and the same with every step of the scale."""
    counts = tally.get("value", {})
    return counts, {value: counts.get(value, 0) for value in range(scale[0], scale[1] + 1)}


def tallied(many: Iterable[Parts]) -> dict[str, Counter[int]]:
    """The parts of many respondents, counted."""
    found: dict[str, Counter[int]] = {}
    for parts in many:
        for part, value in parts.items():
            found.setdefault(part, Counter())[value] += 1
    return found


def added(tallies: Iterable[Tally]) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {}
    for tally in tallies:
        for part, counts in tally.items():
            found.setdefault(part, Counter()).update(counts)
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two readings; `sure` only when the interval leaves nothing out: else the two cannot be told apart."""

    by: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        return self.low > 0 or self.high < 0


def difference(one: Reading, other: Reading) -> Difference | None:
    """How much the one is above the other; None where either says nothing.

    By standard errors where both have them, else by their intervals (Newcombe's way with Wilson's).
    """
    if one.score is None or other.score is None:
        return None
    by = one.score - other.score
    if one.error is not None and other.error is not None:
        margin = Z * sqrt(one.error**2 + other.error**2)
        return Difference(by, by - margin, by + margin)
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None
    down = sqrt((one.score - one.low) ** 2 + (other.high - other.score) ** 2)
    up = sqrt((one.high - one.score) ** 2 + (other.score - other.low) ** 2)
    return Difference(by, by - down, by + up)


def missed(reading: Reading, goal: float, better: str) -> bool | None:
    """Whether a goal is missed: only when the whole interval lies on the bad side. None: not distinguishable, or nothing measured."""
    if reading.low is None or reading.high is None:
        return None
    bad, good = (
        (reading.high < goal, reading.low >= goal)
        if better == "higher"
        else (reading.low > goal, reading.high <= goal)
    )
    return True if bad else False if good else None


def response_rate(answered: int, invited: int, undelivered: int = 0) -> float | None:
    """In percent, of those who were reached."""
    reached = invited - undelivered
    return 100 * answered / reached if reached > 0 else None


def hidden(groups: Mapping[Any, int]) -> set[Any]:
    """Which groups of an anonymous survey must not be shown: those under five, and enough others that nothing follows by subtraction."""
    small = {key for key, n in groups.items() if 0 < n < FEWEST}
    for key, n in sorted(groups.items(), key=lambda one: one[1]):
        if not small or (len(small) > 1 and sum(groups[one] for one in small) >= FEWEST):
            break
        if key not in small and n:
            small.add(key)
    return small
