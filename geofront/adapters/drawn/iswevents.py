"""The tiers of ISW/CTP that are not drawn, as statements: an event for each new polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofront.adapters.imported import Records
from geofront.adapters.publishers import ISW
from geofront.crs import geodesic_km
from geofront.files.shapes import wkt_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofront.adapters.drawn.maps import Sheet
    from geofront.adapters.report import Ledger
    from geofront.events.timeline import About

__all__ = ["Saying"]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a polygon of a tier says; `by_opponent` where the opponent is the one who acts."""

    title: str
    kind: str
    standing: str
    credibility: int
    by_opponent: bool = False


_MEANINGS = {
    "control": _Meaning("assessed Russian control", "hold", "confirmed", 2),
    "advance": _Meaning("assessed Russian advance", "contest", "confirmed", 3),
    "infiltration": _Meaning("assessed Russian infiltration", "movement", "confirmed", 3),
    "claimed": _Meaning("claimed Russian control", "hold", "claimed", 6),
    "counteroffensive": _Meaning(
        "claimed Ukrainian counteroffensive", "contest", "claimed", 6, by_opponent=True
    ),
}


@dataclass(frozen=True, slots=True)
class Saying:
    """Makes statements of polygons, between two actors."""

    actor: str
    opponent: str
    about: About

    def records(self, sheets: Sequence[Sheet], ledger: Ledger) -> Records:
        """Return an event for each polygon that was not on the tier's sheet before.

        Parameters
        ----------
        sheets
            The polygons of a tier on a day, under the name of the tier, by day.
        ledger
            Counts the polygons that still stand.

        Returns
        -------
        Records
            Events with their places, sources and actors.
        """
        records = Records()
        standing: dict[str, set[bytes]] = {}
        for sheet in sheets:
            for tier, polygons in sheet.shapes.items():
                unique = {shape.normalize().wkb: shape for shape in polygons}
                before = standing.get(tier, set())
                new = [shape for wkb, shape in unique.items() if wkb not in before]
                standing[tier] = set(unique)
                still = len(polygons) - len(new)
                if still:
                    reason = "the polygon stood there before: said already"
                    ledger.drop(sheet.file, 0, reason, str(sheet.day), count=still)
                for number, shape in enumerate(new, start=1):
                    self._say(records, sheet, tier, shape, number)
        tiers = sorted(standing)
        records.sources += [
            {
                "id": f"isw-{tier}",
                "title": f"ISW/CTP, layer: {_MEANINGS[tier].title}",
                "publisher": ISW,
                "licence": self.about.licence,
            }
            for tier in tiers
        ]
        records.actors += [
            {"id": actor, "name": " ".join(word.capitalize() for word in actor.split("-"))}
            for actor in (self.actor, self.opponent)
        ]
        return records

    def _say(
        self, records: Records, sheet: Sheet, tier: str, shape: shapely.Geometry, number: int
    ) -> None:
        meaning = _MEANINGS[tier]
        who, whom = self.actor, self.opponent
        if meaning.by_opponent:
            who, whom = whom, who
        valid = shapely.make_valid(shape)
        inside = valid.representative_point()
        corners = shapely.get_coordinates(shapely.convex_hull(valid))
        radius = geodesic_km(np.full_like(corners, (inside.x, inside.y)), corners).max()
        place = f"isw-{tier}-{sheet.day}-{number}"
        records.places.append(
            {
                "id": place,
                "name": f"{meaning.title}, {sheet.day} ({number})",
                "lon": inside.x,
                "lat": inside.y,
                "radius_km": round(float(radius), 1),
                "source": ISW,
                "licence": self.about.licence,
            }
        )
        records.events.append(
            {
                "date": str(sheet.day),
                "place": place,
                "kind": meaning.kind,
                "actor": who,
                "from_actor": whom if meaning.kind == "contest" else "",
                "source": f"isw-{tier}",
                "reported": str(sheet.day),
                "standing": meaning.standing,
                "claimed_by": who if meaning.standing == "claimed" else "",
                "credibility": meaning.credibility,
                "note": sheet.file,
                "geometry": wkt_of(shape),
            }
        )
