"""Folders of daily maps, as imports write them, and what imports give, opened as series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.control.drawn import DrawnSeries, series_from_maps
from geofront.dates import as_day
from geofront.errors import DataFaultsError, Fault, SpanError
from geofront.events.actor import Actors, read_actors
from geofront.events.conflict import read_conflict
from geofront.events.dailymaps import MAPS, DailyMaps, holds_maps, read_daily_maps
from geofront.events.publishing import NOTHING, Publishing, counted_from
from geofront.events.timeline import About, InputFile
from geofront.files import check_complete, check_file_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from os import PathLike

    import shapely

    from geofront.adapters.imported import Imported
    from geofront.events.actor import Actor

__all__ = ["draw_import", "read_map_folder"]


def read_map_folder(
    folder: str | PathLike[str],
    *,
    start: date | str | None = None,
    end: date | str | None = None,
    extent: shapely.Geometry | None = None,
    actors: Sequence[Path] = (),
    palette: str = "customary",
    otherwise: str | None = None,
    tolerance_m: float = 1.0,
    publishing: Publishing = NOTHING,
    today: date | None = None,
    instead: bool = False,
    allow_restricted: bool = False,
) -> DrawnSeries:
    """Open a folder of daily maps, as ``Imported.write`` and ``geofront import`` make it.

    Parameters
    ----------
    folder
        It has a file ``maps/YYYY-MM-DD.geojson`` a day, whose polygons name their ``actor``, and
        may have ``actors.csv`` and ``conflict.toml``, of which title, span, extent, licence and
        attribution count.
    start, end
        First and last day, as dates or ``YYYY-MM-DD``; by default those of conflict.toml, or else
        of the maps.
    extent
        Polygon or multipolygon in degrees; by default that of conflict.toml, or else the hull of
        all polygons with a margin.
    actors
        Further tables of actors; they come before those of the folder.
    palette
        ``"customary"`` or ``"colour-blind-safe"``.
    otherwise
        The actor who holds what lies in no polygon.
    tolerance_m
        Lines closer than this become one.
    publishing
        What is withheld beside what conflict.toml says. Maps that others drew can only be delayed.
    today
        The day that a delay is counted from; None for today in the conflict's time zone.
    instead
        Whether `publishing` takes the place of what conflict.toml says.
    allow_restricted
        Whether areas whose licence forbids to pass them on are written all the same.

    Returns
    -------
    DrawnSeries
        One snapshot a day.

    Raises
    ------
    DataFaultsError
        With every fault of every file, or if it is no such folder.
    SpanError
        If the span ends before it starts.
    ExtentError
        If the extent can't be drawn on one map.
    UnknownNameError
        If there is no such palette.
    DateError
        If a text is not a day.
    """
    path = Path(folder)
    check_file_name(path)
    if not holds_maps(path):
        message = f"is no folder of maps: it has no {MAPS}/YYYY-MM-DD.geojson, or it has events"
        raise DataFaultsError([Fault(str(path), 0, message)])
    check_complete(path)
    inputs = []
    about, published = About(title=path.resolve().name), NOTHING
    if (settings := path / "conflict.toml").is_file():
        conflict = read_conflict(settings)
        about, published = conflict.about, conflict.published
        inputs.append(InputFile(settings.name, conflict.sha256))
    known: list[Actor] = []
    for table in (*actors, path / "actors.csv"):
        if table in actors or table.is_file():
            found, digest = read_actors(table)
            known += found
            inputs.append(InputFile(table.name, digest, "actors"))
    maps = read_daily_maps(path / MAPS, column="actor")
    asked = (NOTHING if instead else about.publishing).stricter(publishing)
    applied = asked.on(counted_from(about.timezone, today)).stricter(published)
    if applied:
        maps = _shown(maps, applied, path)
        inputs = [replace(file, sha256="") for file in inputs]
    colored = Actors.named(maps.actor_names | ({otherwise} if otherwise else set()), known)
    series = series_from_maps(
        maps,
        extent=about.extent if extent is None else extent,
        actors=colored.in_palette(palette),
        otherwise=otherwise,
        start=as_day(start) or about.start,
        end=_last(as_day(end), about.end, applied.until),
        tolerance_m=tolerance_m,
        title=about.title,
        attribution=about.attribution,
        licence=about.licence,
        inputs=inputs,
    )
    drawn = replace(
        series.timeline.about,
        allow_restricted=about.allow_restricted or allow_restricted,
        publishing=about.publishing if asked.looser_than(about.publishing) else NOTHING,
    )
    timeline = replace(series.timeline, about=drawn, published=applied)
    return replace(series, history=replace(series.history, timeline=timeline))


def _shown(maps: DailyMaps, applied: Publishing, path: Path) -> DailyMaps:
    """Return the maps that may be shown, without the hash that tells of the others.

    Raises
    ------
    DataFaultsError
        If more is to be withheld than days, or no map is left.
    """
    if applied.round_km:
        message = "maps that others drew can't be rounded; delay them, or leave round_km out"
        raise DataFaultsError([Fault(str(path), 0, message)])
    until = applied.until
    kept = {day: areas for day, areas in maps.by_day.items() if until is None or day <= until}
    if not kept:
        raise DataFaultsError([Fault(str(path), 0, f"no map is left to publish ({applied.told})")])
    repairs = tuple(repair for repair in maps.repairs if repair.day in kept)
    return replace(maps, by_day=kept, digest="", repairs=repairs)


def _last(end: date | None, own: date | None, until: date | None) -> date | None:
    """Return the last day to draw.

    Raises
    ------
    SpanError
        If all of the day asked for is withheld.
    """
    if until is None:
        return end or own
    if end is not None and end > until:
        raise SpanError(f"the days after {until} are not published; draw none up to {end}")
    return end or (min(own, until) if own else None)


def draw_import(
    imported: Imported,
    *,
    extent: shapely.Geometry | None = None,
    otherwise: str | None = None,
    tolerance_m: float = 1.0,
) -> DrawnSeries:
    """Make a series of the maps of an import, with its actors, title, licence and attribution.

    Parameters
    ----------
    imported
        What a reader of maps gave.
    extent
        Polygon or multipolygon in degrees; by default the hull of all polygons with a margin.
    otherwise
        The actor who holds what lies in no polygon.
    tolerance_m
        Lines closer than this become one.

    Returns
    -------
    DrawnSeries
        One snapshot a day.

    Raises
    ------
    ValueError
        If the import has no maps.
    DataFaultsError
        If polygons of two actors overlap.
    ExtentError
        If the extent can't be drawn on one map, or `otherwise` is given without one.
    """
    if imported.maps is None:
        raise ValueError("the import has no maps; draw its timeline with geofront.draw")
    about = imported.about
    return series_from_maps(
        imported.maps,
        extent=about.extent if extent is None else extent,
        actors=imported.actors,
        otherwise=otherwise,
        start=about.start,
        end=about.end,
        tolerance_m=tolerance_m,
        title=about.title,
        attribution=about.attribution,
        licence=about.licence,
    )
