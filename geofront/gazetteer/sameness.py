"""When two records are taken for the same place: near each other, of one kind, called alike."""

from __future__ import annotations

from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz

from geofront.crs import EARTH_KM, geodesic_km, unit_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from geofront.gazetteer.place import Place

__all__ = [
    "LEAST_LIKENESS",
    "NEAR_KM",
    "distance_km",
    "folded_likeness",
    "limit_km",
    "near_pairs",
    "one_kind",
]

NEAR_KM: Mapping[str, float] = MappingProxyType(
    {"": 2.0, "ADM": 25.0, "AIR": 4.0, "LK": 5.0, "MILB": 3.0, "MSQE": 0.5, "OILF": 5.0}
)
"""How far apart, in km, two records of one place may lie, by what the feature code begins with.

The longest beginning that fits counts; the empty one is for all others, towns among them.
"""

LEAST_LIKENESS = 0.86
"""How alike (from 0 to 1) two folded spellings must be that are not equal."""

_SHORTEST_ALIKE = 5  # shorter keys that differ in a letter are different names
# What is one kind of place, by what the code begins with; other codes are kinds of their own.
_KINDS = (
    ("PPL", "STLMT"),
    ("AIR",),
    ("ADM",),
    ("PCL",),
    ("MILB", "INSM", "BRKS", "NVB", "MVA"),
    ("CSTL", "FT", "RUIN", "ANS", "PAL", "HSTS"),
    ("HLL", "MT", "PK", "RDGE", "VLC"),
    ("LK", "RSV"),
    ("OILF", "GASF"),
    ("RDJCT", "RDCR"),
    ("STM", "WAD"),
)
# How words begin by which neighbours tell themselves apart: Upper and Lower, Novyi and Staryi.
_TELLING = (
    *("north", "south", "east", "west", "upper", "lower", "new", "old", "big", "little", "great"),
    *("small", "nov", "star", "velyk", "mal", "verkhn", "nyzhn", "nizhn", "gharb", "sharq"),
    *("shamal", "janub", "fawq", "tahta", "kabir", "saghir", "jadid", "qadim"),
)


def limit_km(limits: float | Mapping[str, float]) -> Callable[[str], float]:
    """Return the function from a feature code to the distance in km that is near for it.

    Parameters
    ----------
    limits
        One distance, or one by what the code begins with, as `NEAR_KM`.

    Returns
    -------
    Callable[[str], float]
        The distance of the longest beginning that fits.
    """
    if isinstance(limits, (int, float)):
        return lambda _: float(limits)
    by_beginning = {"": NEAR_KM[""], **limits}
    beginnings = sorted(by_beginning, key=len, reverse=True)
    return cache(lambda code: by_beginning[next(b for b in beginnings if code.startswith(b))])


def one_kind(one: str, other: str) -> bool:
    """Return whether places of two feature codes may be one; where a code is missing, they may."""
    return len({_kind(one), _kind(other)} - {""}) <= 1


@lru_cache(maxsize=4096)
def _kind(feature: str) -> str:
    return next((kind[0] for kind in _KINDS if feature.startswith(kind)), feature)


def folded_likeness(ours: frozenset[str], theirs: frozenset[str], *, least: float) -> float:
    """Return how alike the two most alike of two sets of folded spellings are.

    Spellings of fewer than five letters, and those that differ in a number or in a word such as
    Upper or New, are alike only where they are equal.

    Parameters
    ----------
    ours, theirs
        The folded spellings of two places.
    least
        From 0 to 1; what is less alike counts as 0.

    Returns
    -------
    float
        From 0 to 1, which means equal.
    """
    if not ours.isdisjoint(theirs):
        return 1.0
    best = 0.0
    for one in ours:
        for other in theirs:
            if min(len(one), len(other)) >= _SHORTEST_ALIKE:
                score = fuzz.ratio(one, other, score_cutoff=100 * max(least, best)) / 100
                if score > best and _telling(one) == _telling(other):
                    best = score
    return best


@lru_cache(maxsize=65536)
def _telling(key: str) -> tuple[str, ...]:
    words = key.split()
    numbers = [word for word in words if any(c.isdigit() for c in word)]
    return tuple(sorted(numbers + [b for w in words for b in _TELLING if w.startswith(b)]))


def distance_km(one: Place, other: Place) -> float:
    """Return the distance between two places in km."""
    return float(geodesic_km(np.array([one.position]), np.array([other.position]))[0])


def near_pairs(
    here: NDArray[np.float64], there: NDArray[np.float64], km: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return all pairs of near points, found in a tree, in little more than linear time.

    Parameters
    ----------
    here, there
        Positions in degrees, shapes (n, 2) and (m, 2).
    km
        How far from each point of `here` to look, shape (n,).

    Returns
    -------
    tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
        Numbers in `here`, numbers in `there`, and km (on a sphere, which is within 0.6 %), the
        nearest pair first.
    """
    from scipy.spatial import cKDTree

    if not len(here) or not len(there):
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    ours, theirs = unit_vectors(here), unit_vectors(there)
    chords = 2 * np.sin(np.minimum(km / EARTH_KM, np.pi) / 2)
    found = cKDTree(theirs).query_ball_point(ours, chords, workers=-1)
    rows = np.repeat(np.arange(len(here)), [len(numbers) for numbers in found])
    columns = np.concatenate([np.asarray(numbers, dtype=np.intp) for numbers in found])
    lengths = np.linalg.norm(ours[rows] - theirs[columns], axis=1)
    apart = 2 * EARTH_KM * np.arcsin(np.minimum(lengths / 2, 1))
    order = np.lexsort((columns, rows, apart))
    return rows[order], columns[order], apart[order]
