"""Several campaigns of one partner read together: what a reminder brings there, on the whole.

Random effects: campaigns differ, and the interval says so. The spread between them is DerSimonian and Laird's
(Controlled Clinical Trials 7, 1986, 177–188); the interval is Hartung and Knapp's (Statistics in Medicine 20, 2001,
3875–3889), never narrower than without it (C. Röver, G. Knapp, T. Friede, BMC Medical Research Methodology 15, 2015),
with Student's t for so few campaigns.
"""

from collections.abc import Sequence
from math import sqrt

from core.rules.effect import Difference, Z

FEWEST = 3
"""Two campaigns say nothing about how campaigns differ."""

T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120)
"""Student's t, two-sided 95 %, from one degree of freedom on."""


def pooled(readings: Sequence[Difference]) -> Difference | None:
    """The mean effect over campaigns of the same kind; None when there are fewer than three."""
    if len(readings) < FEWEST:
        return None
    effects = [each.estimate for each in readings]
    variances = [((each.high - each.low) / (2 * Z)) ** 2 for each in readings]
    between = _between(effects, variances)
    weights = [1 / (variance + between) for variance in variances]
    total = sum(weights)
    mean = sum(w * each for w, each in zip(weights, effects, strict=True)) / total
    freedom = len(effects) - 1
    scale = sum(w * (each - mean) ** 2 for w, each in zip(weights, effects, strict=True)) / freedom
    half = student(freedom) * sqrt(max(1.0, scale) / total)
    return Difference(mean, max(-1.0, mean - half), min(1.0, mean + half))


def student(freedom: int) -> float:
    """The two-sided 95 % point of Student's t (beyond the table: Cornish and Fisher's expansion, two terms)."""
    if freedom <= len(T):
        return T[freedom - 1]
    return Z + (Z**3 + Z) / (4 * freedom) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)


def _between(effects: Sequence[float], variances: Sequence[float]) -> float:
    """The variance between campaigns."""
    weights = [1 / each for each in variances]
    total = sum(weights)
    mean = sum(w * each for w, each in zip(weights, effects, strict=True)) / total
    scatter = sum(w * (each - mean) ** 2 for w, each in zip(weights, effects, strict=True))
    return max(0.0, (scatter - (len(effects) - 1)) / (total - sum(w * w for w in weights) / total))
