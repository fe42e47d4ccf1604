"""A match: a place proposed for a name, and what is known of the name besides its spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geofront.crs import BBox, LonLat, check_position
from geofront.gazetteer.features import feature_codes

if TYPE_CHECKING:
    from geofront.gazetteer.place import Place

__all__ = ["NO_CONTEXT", "Context", "Match"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a mention besides its spelling.

    `near` holds points, in degrees, that the place should lie close to (the nearest of them
    counts), `extent` a box it should lie in, `feature` GeoNames codes, or their first letters, of
    which it should have one, `admin1` the name or code of its first-level division, `country`
    its ISO code of two letters. A place of which only the code of the division is known is held to
    a name only if the gazetteer has the division itself (``ADM1``).

    Examples
    --------
    >>> import geofront
    >>> from geofront.crs import LonLat
    >>> from geofront.gazetteer.match import Context
    >>> geofront.locate("Khattab", context=Context(near=LonLat(36.7, 35.1))).id
    'khattab-hama'
    """

    near: LonLat | tuple[LonLat, ...] | None = None
    extent: BBox | None = None
    feature: str | tuple[str, ...] = ""
    admin1: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        """Refuse points that are nowhere on Earth.

        Raises
        ------
        PositionError
            If a coordinate is not finite or out of range.
        """
        for point in self.points:
            check_position(*point)

    @property
    def points(self) -> tuple[LonLat, ...]:
        """The points of `near`."""
        if self.near is None:
            return ()
        return (self.near,) if isinstance(self.near, LonLat) else self.near

    @property
    def features(self) -> tuple[str, ...]:
        """The codes of `feature`, in capitals."""
        return feature_codes(self.feature)


NO_CONTEXT = Context()
"""Nothing is known but the spelling."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place proposed for a name: its score from 0 to 1 and the reasons for it."""

    place: Place
    score: float
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """Tell the place, where it is and how well that is known, the score and its reasons."""
        place = self.place
        told = filter(None, (place.id, place.feature, place.admin1, place.country))
        where = f"{place.lon:.4f} E {place.lat:.4f} N, within {place.radius_km:.3g} km"
        why = f"score {self.score:.2f}: {'; '.join(self.reasons)}"
        return f"{place.name} ({', '.join(told)}), {where}, {why}"
