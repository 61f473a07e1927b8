"""How sure a figure is: intervals at 95 % and what they are made of. Pure."""

from collections.abc import Mapping
from functools import cache
from math import atan, cos, fsum, pi, sin, sqrt
from statistics import NormalDist

Span = tuple[float, float]
LEVEL = 0.95
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)


def wilson(k: int, n: int) -> Span:
    """Of a share k of n, between 0 and 1."""
    share, square = k / n, Z * Z / n
    centre = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * sqrt(share * (1 - share) / n + square / (4 * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def net_error(p: float, d: float, n: float) -> float:
    """The standard error of p - d, both shares of n."""
    return sqrt(max(0.0, p + d - (p - d) ** 2) / n)


def adjusted_wald(promoters: int, detractors: int, n: int) -> Span:
    """Of a net promoter score, from -100 to 100: three answers more, 3/4 of one on each side."""
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    half = Z * net_error(p, d, n + 3)
    return max(-100.0, 100 * (p - d - half)), min(100.0, 100 * (p - d + half))


@cache
def student(freedom: int) -> float:
    """How many standard errors 95 % takes at so many degrees of freedom."""
    if freedom > 200:  # Abramowitz & Stegun 26.7.5; right to nine digits here
        z, f = Z, freedom
        first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
        third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
        return z + first / f + second / f**2 + third / f**3
    low, high = 0.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < LEVEL else (low, middle)
    return high


def _within(t: float, freedom: int) -> float:
    """The share of Student's distribution between -t and t (Abramowitz & Stegun 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    for n in range(1 + odd, freedom, 2):
        total += term
        term *= n / (n + 1) * cos(angle) ** 2
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def spread(
    counts: Mapping[int, int] | Mapping[float, int], unit: float = 1
) -> tuple[int, float | None, float | None]:
    """(n, mean, standard error) of values counted in `unit`ths; the last two None where there is too little."""
    n = sum(counts.values())
    if not n:
        return 0, None, None
    mean = sum(value * many for value, many in counts.items()) / n
    if n < 2:
        return n, mean / unit, None
    squares = fsum(many * (value - mean) ** 2 for value, many in counts.items())
    return n, mean / unit, sqrt(squares / (n - 1) / n) / unit


def student_span(
    centre: float | None, error: float | None, n: int, within: Span
) -> tuple[float, float] | None:
    """Round a mean, clipped to what it can be. None where there is too little."""
    if centre is None or error is None:
        return None
    half = student(n - 1) * error
    return max(within[0], centre - half), min(within[1], centre + half)


def needed_for(margin: float, variance: float, population: int | None = None) -> int:
    """How many answers a margin takes, both as shares; of a population, if it is small."""
    n = Z * Z * variance / margin**2
    return -int(-(n if population is None else n / (1 + (n - 1) / population)) // 1)
