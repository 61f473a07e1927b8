"""Scores by rank: fifths of all who wrote, the best 5. Equal values get equal scores. Pure.

score = 1 + floor(5 x share of all who are strictly worse)
"""

from collections.abc import Mapping

SCORES = (2, 3, 4, 5)


def least_values(counts: Mapping[int, int]) -> dict[int, int]:
    """The least value that has each score or a better one; a score that nobody reaches is left out. `counts`: how many have each value, more is better."""
    total, worse = sum(counts.values()), 0
    found: dict[int, int] = {}
    for value in sorted(counts):
        score = 1 + 5 * worse // total
        for one in SCORES:
            if one <= score:
                found.setdefault(one, value)
        worse += counts[value]
    return found


def score_of(value: int, least: Mapping[int, int]) -> int:
    """1 to 5."""
    return max((score for score, begin in least.items() if value >= begin), default=1)
