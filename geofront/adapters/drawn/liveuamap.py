"""Daily polygons made of Liveuamap's data, as a newspaper (NZZ) publishes them.

A file is GeoJSON, mostly inside ``{"value": ...}``. Each polygon has a ``type``, a ``date``, the
period ``_datefrom`` to ``_dateto`` that it compares, and a ``view``:

============  ====================================================================================
``nochange``  held at the beginning and at the end of the period
``gains``     held at the end only: so the area of a day is ``nochange`` and ``gains``
``losses``    held at the beginning only: not held on the day, and left out
============  ====================================================================================

The newspaper prepares polygons for periods, not for each day: who asks for a day within a period
gets those of the whole period (conflict-investigations/nzz-maps, issue 1, by their author, 2023).
So the day is that of ``date``, never that of the file's name, and polygons of a period of more than
a day are no daily ones. They are dropped, or with ``periods="end"`` taken for the map of the
period's last day, which is what ``nochange`` and ``gains`` together show. Crimea is not part of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geofront.adapters.drawn.days import day_in_name, day_of_value
from geofront.adapters.drawn.files import (
    features_of,
    json_of,
    listed,
    polygon_of,
    properties_of,
    take_each,
    text_of,
)
from geofront.adapters.drawn.maps import Sheet, Sheets, actor_given, imported_maps
from geofront.adapters.foreign import joint_name, looks_like
from geofront.adapters.report import DropError, Ledger
from geofront.errors import UnknownNameError
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import shapely

    from geofront.adapters.drawn.files import MapFile
    from geofront.adapters.foreign import Files
    from geofront.adapters.imported import Imported

__all__ = ["LICENCE", "read_liveuamap"]

LICENCE = "Liveuamap terms: data of a paid service; no redistribution of the polygons"
ATTRIBUTION = "Liveuamap, processed by NZZ"

_SUFFIXES = (".json", ".geojson", ".csv", ".gz")
_HELD = ("nochange", "gains")
_PERIODS = ("drop", "end")


@paused_collection()
def read_liveuamap(
    files: Files,
    *,
    actor: str = "russia",
    periods: str = "drop",
) -> Imported:
    """Read daily polygons of ``nochange``, ``gains`` and ``losses``.

    Parameters
    ----------
    files
        Files, folders and archives of them; a folder is read with all below it.
    actor
        The id of the actor who holds the polygons.
    periods
        What polygons of a period of more than a day are: ``drop``, or ``end`` for the map of the
        period's last day.

    Returns
    -------
    Imported
        Daily maps, their actor, and the report.

    Raises
    ------
    UnknownNameError
        If `periods` is neither.
    DataFaultsError
        If a file is not there, or nothing usable is left.
    """
    if periods not in _PERIODS:
        raise UnknownNameError("way with periods", periods, _PERIODS)
    ledger = Ledger("liveuamap")
    sheets = Sheets(ledger)
    reading = _Reading(ledger, sheets, actor_given(actor, "actor"), periods == "end")
    paths = listed(files)
    take_each(paths, _SUFFIXES, ledger, reading.take)
    if reading.misnamed:
        ledger.note(
            f"{reading.misnamed:,} files are named by a day that their polygons are not of; the "
            "property 'date' counts"
        )
    ledger.note("Crimea is not part of these polygons")
    ledger.note(f"licence: {LICENCE}")
    about = About(
        title="Control of terrain in Ukraine (Liveuamap)",
        timezone="Europe/Kyiv",
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    return imported_maps(sheets, joint_name([path.name for path in paths]), about)


@dataclass(slots=True)
class _Reading:
    """Takes the files one after another."""

    ledger: Ledger
    sheets: Sheets
    actor: str
    at_end: bool
    misnamed: int = 0

    def take(self, file: MapFile) -> None:
        """Read the polygons of a file, by day.

        Raises
        ------
        DropError
            If it is of another format.
        """
        self.sheets.opened(file)
        found: dict[date, dict[str, list[shapely.Geometry]]] = {}
        rows: dict[date, list[int]] = {}
        for row, feature in enumerate(_features(file), start=1):
            self.ledger.read += 1
            lacking: date | None = None
            try:
                kind, day = self._kind_and_day(properties_of(feature))
                lacking = day
                shape = polygon_of(feature.get("geometry"))
            except DropError as error:
                self.ledger.drop(file.name, row, error.reason, error.value)
                if lacking is not None:
                    self.sheets.lacks(lacking)
                continue
            found.setdefault(day, {}).setdefault(kind, []).append(shape)
            rows.setdefault(day, []).append(row)
        for day, shapes in found.items():
            self._keep(file, day, shapes, rows[day])

    def _keep(
        self,
        file: MapFile,
        day: date,
        shapes: Mapping[str, list[shapely.Geometry]],
        rows: Sequence[int],
    ) -> None:
        if "nochange" not in shapes:
            reason = "the map of this day has no usable 'nochange' and so is not whole"
            self.ledger.drop(file.name, rows[0], reason, str(day), count=len(rows))
            return
        with suppress(DropError):  # the name need not tell a day
            self.misnamed += day_in_name(file.name, {}) != day
        together = [shape for kind in _HELD for shape in shapes.get(kind, [])]
        self.sheets.add(Sheet(day, file.name, {self.actor: together}, len(rows)))

    def _kind_and_day(self, properties: Mapping[str, Any]) -> tuple[str, date]:
        kind, day = _kind(properties), self._day(properties)
        if kind == "losses":
            raise DropError("losses: not held on this day any more", str(day))
        return kind, day

    def _day(self, properties: Mapping[str, Any]) -> date:
        """Return the day of a polygon.

        Raises
        ------
        DropError
            If it has none, is of a period, or is not for the daily view.
        """
        days = {
            name: day_of_value(properties[name])
            for name in ("date", "_datefrom", "_dateto")
            if str(properties.get(name) or "").strip()
        }
        day = days.get("date") or days.get("_dateto")
        if day is None:
            raise DropError("the record has no day")
        last = days.get("_dateto", day)
        first = days.get("_datefrom", last)
        if last != day:
            raise DropError("'date' is not the end of the period", f"{day}, {first} to {last}")
        if (last - first).days > 1 and not self.at_end:
            reason = (
                "a polygon of a period is no daily one; periods='end' takes it for its last day"
            )
            raise DropError(reason, f"{first} to {last}")
        view = str(properties.get("view") or "daily")
        if view != "daily" and not self.at_end:
            raise DropError("the view is not the daily one", view[:100])
        return day


def _features(file: MapFile) -> Sequence[Any]:
    if file.stem.lower() == "territory" or file.name.lower().endswith(".csv"):
        head = text_of(file)[:200].splitlines()[:1]
        known = looks_like(file.data)
        if head and not known:
            reason = "a table of figures has no polygons; there is nothing to draw"
            raise DropError(reason, f"its header is {head[0]!r}")
    value = json_of(file)
    if isinstance(value, dict) and isinstance(value.get("value"), dict):
        value = value["value"]
    return features_of(value)


def _kind(properties: Mapping[str, Any]) -> str:
    kind = str(properties.get("type") or "").strip().lower()
    if kind not in {*_HELD, "losses"}:
        there = ", ".join(sorted(map(str, properties))[:5]) or "no properties at all"
        told = repr(kind[:100]) if kind else f"it has {there}"
        raise DropError("the type is none of nochange, gains and losses", told)
    return kind
