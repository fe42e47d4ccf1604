"""DeepState's maps of Ukraine, in the three forms in which they are passed on.

======================  ==========================================================================
a file a day            ``deepstatemap_data_YYYYMMDD.geojson`` of a public archive: one
                        MultiPolygon without properties, the ground held by Russian forces. The
                        day stands in the file's name only
the unified archive     one GeoJSON, mostly gzipped, with ``id``, ``date`` and a polygon a day
the map's own JSON      ``/api/history/last`` or ``/api/history/ID/geojson``: areas and points whose
                        ``name`` is ``Ukrainian /// English /// geoJSON.KEY``
======================  ==========================================================================

What the keys of the map's own JSON mean, after its legend (as other parsers read it, 2026):

==================================  ==============================================================
``status.occupied``                 `actor` holds it
``territories.crimea, ordlo,        `actor` holds it, since before February 2022
tuzla``
``status.dismissed``,               `opponent` holds it again
``status.dismissed_at``
``status.unknown``                  not known: left blank, or as `unknown` says
other ``territories``               outside this war's map; dropped
points                              units, directions of attack, airfields; dropped
==================================  ==============================================================

An area without a key is read by its fill, which is the legend's colour. Where polygons overlap,
what is occupied goes before what is unknown, and that before what was retaken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from geofront.adapters.drawn.days import day_in_name, day_of_value
from geofront.adapters.drawn.files import (
    drop_unread,
    features_of,
    json_of,
    listed,
    polygon_of,
    properties_of,
    take_each,
)
from geofront.adapters.drawn.maps import (
    BETWEEN,
    Sheet,
    Sheets,
    actor_given,
    days_given,
    imported_maps,
)
from geofront.adapters.foreign import joint_name
from geofront.adapters.report import DropError, Ledger
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import shapely

    from geofront.adapters.drawn.files import MapFile
    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported

__all__ = ["LICENCE", "read_deepstate"]

LICENCE = "DeepState site terms: no licence to redistribute; ask DeepState before publishing"
ATTRIBUTION = "DeepStateMap.Live"

_SUFFIXES = (".geojson", ".json", ".gz")
_ZONE = ZoneInfo("Europe/Kyiv")
_KEY = re.compile(r"geoJSON\.((?:status|territories)\.[A-Za-z_]+|[A-Za-z_]+)")
_HELD, _RETAKEN, _UNKNOWN = "held", "retaken", "unknown"
_MEANINGS = {
    "status.occupied": _HELD,
    "territories.crimea": _HELD,
    "territories.ordlo": _HELD,
    "territories.tuzla": _HELD,
    "status.dismissed": _RETAKEN,
    "status.dismissed_at": _RETAKEN,
    "status.unknown": _UNKNOWN,
}
_FILLS = {
    "#a52714": _HELD,
    "#880e4f": _HELD,
    "#0f9d58": _RETAKEN,
    "#0288d1": _RETAKEN,
    "#01579b": _RETAKEN,
    "#bcaaa4": _UNKNOWN,
    "#bdbdbd": _UNKNOWN,
}
_POINTS = {
    "status.attack_direction": "a point: a direction of attack, not an area",
    "units": "a point: a unit, not an area",
}
_DELAY = (
    "DeepState publishes two or three days late on purpose; the day of a map is that of its update"
)


@paused_collection()
def read_deepstate(
    files: Files,
    *,
    actor: str = "russia",
    opponent: str = "ukraine",
    unknown: str = "",
    dates: Mapping[str, object] | str | None = None,
) -> Imported:
    """Read DeepState's maps: daily files, their folder, the unified archive, the map's own JSON.

    Parameters
    ----------
    files
        Files, folders and archives of them; a folder is read with all below it.
    actor
        The id of the actor who holds what is occupied.
    opponent
        The id of the actor who holds what was retaken.
    unknown
        Whose ground of unknown status is: nobody's if empty, an actor's, or contested as in
        ``russia|ukraine``.
    dates
        The day of a file whose name and content do not tell it: ``{"last.json": "2024-07-08"}``,
        or ``last.json=2024-07-08``.

    Returns
    -------
    Imported
        Daily maps, their actors, and the report. Of several versions of a day the last one stays.

    Raises
    ------
    DataFaultsError
        If a file is not there, or nothing usable is left.
    """
    ledger = Ledger("deepstate")
    actor, opponent = actor_given(actor, "actor"), actor_given(opponent, "opponent")
    unknown = BETWEEN.join(actor_given(name, "unknown") for name in _parties(unknown))
    labels = {_HELD: actor, _UNKNOWN: unknown, _RETAKEN: opponent}
    sheets = Sheets(ledger, order=(actor, unknown, opponent))
    reading = _Reading(ledger, sheets, labels, days_given(dates))
    paths = listed(files)
    take_each(paths, _SUFFIXES, ledger, reading.take)
    ledger.note(_DELAY)
    ledger.note(f"licence: {LICENCE}")
    about = About(
        title="Control of terrain in Ukraine (DeepState)",
        timezone=str(_ZONE),
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    return imported_maps(sheets, joint_name([path.name for path in paths]), about)


@dataclass(slots=True)
class _Reading:
    """Takes the files one after another."""

    ledger: Ledger
    sheets: Sheets
    labels: Mapping[str, str]
    days: Mapping[str, date]

    def take(self, file: MapFile) -> None:
        """Read a file of any of the forms.

        Raises
        ------
        DropError
            If it is of none.
        """
        self.sheets.opened(file)
        value = json_of(file)
        versions = value if isinstance(value, list) else [value]
        if any(isinstance(version, dict) and "map" in version for version in versions):
            for version in versions:
                self._version(file, version)
            return
        if isinstance(value, list):
            reason = "a list of updates has no areas; fetch /api/history/ID/geojson of each"
            raise DropError(reason, f"{len(value):,} entries")
        features = features_of(value)
        properties = [properties_of(feature) for feature in features if isinstance(feature, dict)]
        if any("date" in p and "name" not in p for p in properties):
            _refuse_others(properties)
            self._archive(file, features)
        else:
            self._map(file, features, day_in_name(file.name, self.days), None)

    def _version(self, file: MapFile, version: Any) -> None:  # noqa: ANN401 - as JSON has it
        try:
            features = features_of(version.get("map") if isinstance(version, dict) else version)
            moment = self._moment(version)
        except DropError as error:
            drop_unread(self.ledger, file.name, error)
            return
        day = self.days.get(file.name) or moment.astimezone(_ZONE).date()
        self._map(file, features, day, moment)

    def _moment(self, version: Mapping[str, Any]) -> datetime:
        """Return when a version was made: as it says, or as its number does.

        Raises
        ------
        DropError
            If neither is readable.
        """
        told = version.get("datetime")
        try:
            moment = datetime.fromisoformat(str(told).strip())
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except ValueError:
            pass
        try:
            number = version.get("id")
            moment = datetime.fromtimestamp(float(str(number)), UTC)
            day_of_value(moment)
        except (ValueError, OverflowError, OSError, DropError) as error:
            value = f"datetime {told!r}, id {version.get('id')!r}"[:200]
            raise DropError("the version of the map has no readable day", value) from error
        self.ledger.mend("the day of a version was taken from its number, seconds since 1970")
        return moment

    def _archive(self, file: MapFile, features: Sequence[object]) -> None:
        """Take each feature as the map of a day; what is none is dropped."""
        for row, feature in enumerate(features, start=1):
            try:
                day = _day_of(properties_of(feature))
                shape = polygon_of(feature.get("geometry"))  # type: ignore[attr-defined]
            except DropError as error:
                drop_unread(self.ledger, file.name, error, row)
                continue
            self.ledger.read += 1
            self.sheets.add(Sheet(day, file.name, {self.labels[_HELD]: [shape]}, 1))

    def _map(
        self, file: MapFile, features: Sequence[object], day: date, moment: datetime | None
    ) -> None:
        """Take all features as the map of one day.

        Raises
        ------
        DropError
            If there is none.
        """
        shapes: dict[str, list[shapely.Geometry]] = {}
        records = 0
        for row, feature in enumerate(features, start=1):
            label = ""
            try:
                label = self._label(feature)
                shape = polygon_of(feature.get("geometry"))  # type: ignore[attr-defined]
            except DropError as error:
                drop_unread(self.ledger, file.name, error, row)
                if label:
                    self.sheets.lacks(day)
                continue
            self.ledger.read += 1
            shapes.setdefault(label, []).append(shape)
            records += 1
        if not features:
            raise DropError("the map shows no area", str(day))
        if shapes:
            self.sheets.add(Sheet(day, file.name, shapes, records, version=moment))

    def _label(self, feature: object) -> str:
        """Return whose an area is.

        Raises
        ------
        DropError
            If it is no area, or nobody's.
        """
        properties = properties_of(feature)
        geometry = feature.get("geometry")  # type: ignore[attr-defined]
        name = str(properties.get("name") or "").replace("\xa0", " ")
        if isinstance(geometry, dict) and "Point" in str(geometry.get("type")):
            raise DropError(_point(name), name[:100])
        label = self.labels[self._meaning(name, properties)]
        if not label:
            raise DropError("the status of the area is unknown: it is nobody's", name[:100])
        return label

    def _meaning(self, name: str, properties: Mapping[str, Any]) -> str:
        if not name and "fill" not in properties:
            _refuse_others([properties])
            return _HELD
        keys = _KEY.findall(name)
        for key in keys:
            if key in _MEANINGS:
                return _MEANINGS[key]
            if key.startswith("territories."):
                raise DropError("an area outside this war's map", name[:100])
        fill = str(properties.get("fill") or "").lower()
        if not keys and fill in _FILLS:
            self.ledger.mend("the status of an area without a key was taken from its colour")
            return _FILLS[fill]
        told = f"{name[:100]!r}, fill {fill[:20]!r}"
        raise DropError("the area has neither a key nor a colour that is known", told)


def _parties(unknown: str) -> list[str]:
    return unknown.split(BETWEEN) if unknown.strip() else []


def _day_of(properties: Mapping[str, Any]) -> date:
    if properties.get("date") is None:
        raise DropError("the record has no day")
    return day_of_value(properties["date"])


def _point(name: str) -> str:
    key = next(iter(_KEY.findall(name)), "")
    return _POINTS.get(key, "a point: a place or a symbol, not an area")


def _refuse_others(properties: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a file whose properties are those of another format.

    Raises
    ------
    DropError
        If they are.
    """
    for p in properties:
        if str(p.get("type")) in {"nochange", "gains", "losses"}:
            raise DropError("the file is of another format", "it looks like 'liveuamap'")
        if "actor" in p or "holder" in p:
            told = f"it has {', '.join(sorted(map(str, p))[:5])}"
            raise DropError("the file is of another format", told)
