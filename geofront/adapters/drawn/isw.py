"""Layers of the Institute for the Study of War and the Critical Threats Project (ISW/CTP).

Shapefiles (loose or zipped), and the JSON and GeoJSON of their feature services. What a polygon
says stands in no field but in the layer's name alone. So a layer's tier is read from the name of
the file, or of the layer where the file tells it; the sense of the tiers is that of the legend (as
CNN printed it, 12 December 2024): assessed means reliable and verifiable information; advances are
where Russian forces have operated or attacked and do not control; claimed is what ISW can neither
corroborate nor show to be false.

====================  ===========================  =================  ============================
tier                  names like                   drawn by default   as an event
====================  ===========================  =================  ============================
``control``           UkraineControlMap,           held by `actor`    hold, confirmed, 2
                      RussiaCoTinUkraine, before
                      February 24 2022
``advance``           AssessedRussianAdvance       contested          contest, confirmed, 3
``infiltration``      AssessedRussianInfiltration  contested          movement, confirmed, 3
``claimed``           ClaimedRussianTerritory      no                 hold, claimed, 6
``counteroffensive``  ClaimedUkrainianCounter-     no                 contest, claimed, 6
                      offensives
====================  ===========================  =================  ============================

The figure is the Admiralty grade of credibility. Of tiers that are not drawn each polygon becomes
an event with the polygon as its geometry, once for as long as it stays the same. Gains of the past
24 hours repeat ground of the other layers and are dropped, as are layers of any other name.

The day of a polygon is, in this order, that of `dates`; of its field ``pub_date`` (a text) or
``datetime`` (milliseconds since 1970, UTC); that in the file's name; or, for the living layer, that
of the latest edit (``EditDate``) of any of its polygons: the others are as old, and still stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geofront.adapters.drawn.days import NO_DAY, day_in_name, day_of_value, given_day
from geofront.adapters.drawn.esri import SIDECARS, layer_of
from geofront.adapters.drawn.files import drop_unread, listed, take_each
from geofront.adapters.drawn.iswevents import Saying
from geofront.adapters.drawn.maps import (
    BETWEEN,
    Sheet,
    Sheets,
    actor_given,
    actors_of,
    days_given,
    refuse_empty,
)
from geofront.adapters.foreign import joint_name
from geofront.adapters.imported import Imported, assemble
from geofront.adapters.options import pairs_given
from geofront.adapters.report import DropError, Ledger
from geofront.errors import UnknownNameError
from geofront.events.timeline import About
from geofront.garbage import paused_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import shapely

    from geofront.adapters.drawn.esri import Layer, PolygonRow
    from geofront.adapters.drawn.files import MapFile
    from geofront.adapters.foreign import Files

__all__ = ["DRAWN", "LICENCE", "TIERS", "read_isw", "tier_of"]

LICENCE = (
    "ISW/CTP: exclusive intellectual property; no redistribution of the layers or of maps made of "
    "them without permission"
)
ATTRIBUTION = "Institute for the Study of War and AEI's Critical Threats Project"

TIERS = ("control", "advance", "infiltration", "claimed", "counteroffensive")
"""The tiers of the legend, the surest first."""
DRAWN = ("control", "advance", "infiltration")
"""The tiers that are drawn unless told otherwise: what ISW itself assesses."""

_SUFFIXES = (".shp", ".json", ".geojson")
_BEFORE = "before"
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_GAINS = re.compile(r"gains.*24|24h")
_NAMES = (
    (re.compile(r"beforefeb"), _BEFORE),
    (re.compile(r"claimed.*ukrain.*counte"), "counteroffensive"),
    (re.compile(r"claimedrussian|russianclaimed"), "claimed"),
    (re.compile(r"russianinfil|infiltrationareasinukraine"), "infiltration"),
    (re.compile(r"russianadvance"), "advance"),
    (
        re.compile(
            r"ukrainecontrol|russiacot|ukrainiancot|assessedrussiancontrol|russiancontrolled"
            r"|russiancot|rucot|cottimelapse"
        ),
        "control",
    ),
)
_DAY_FIELDS = ("pub_date", "datetime")


@paused_collection()
def read_isw(
    files: Files,
    *,
    actor: str = "russia",
    opponent: str = "ukraine",
    tiers: Mapping[str, str] | Sequence[str] | str = DRAWN,
    layers: Mapping[str, str] | str | None = None,
    dates: Mapping[str, object] | str | None = None,
    crs: str | None = None,
) -> Imported:
    """Read layers of ISW/CTP: shapefiles, and answers of their feature services.

    Parameters
    ----------
    files
        Files, folders and archives of them; a folder is read with all below it.
    actor, opponent
        The ids of the two actors.
    tiers
        What is drawn: names of `TIERS`, ``control,advance``; or whose ground each is,
        ``control=russia,advance=russia``, contested as in ``russia|ukraine``.
    layers
        The tier of layers with other names: ``{"VIEW_Mine": "control"}``, or
        ``VIEW_Mine=control``, where the text stands in the name of the file or layer.
    dates
        The day of files whose name has none, or a wrong one:
        ``{"UkraineControlMapAO02FEB22024.zip": "2024-02-02"}``.
    crs
        The CRS of files that state none; degrees of WGS 84 if empty.

    Returns
    -------
    Imported
        Daily maps of the tiers that are drawn, a timeline of the others (None where there are
        none), the actors, and the report.

    Raises
    ------
    UnknownNameError
        If there is no such tier.
    DataFaultsError
        If a file is not there, or nothing usable is left.
    """
    actor, opponent = actor_given(actor, "actor"), actor_given(opponent, "opponent")
    labels = _labels(tiers, actor, opponent)
    named = {_folded(text): tier for text, tier in pairs_given(layers, "layers").items()}
    _check_tiers(named.values())
    ledger = Ledger("isw")
    order = [labels[tier] for tier in TIERS if tier in labels]
    reading = _Reading(
        Sheets(ledger, order=tuple(dict.fromkeys(order))),
        Sheets(ledger),
        labels,
        named,
        days_given(dates),
        crs,
    )
    paths = listed(files)
    take_each(paths, _SUFFIXES, ledger, reading.take, beside=SIDECARS)
    ledger.note(f"licence: {LICENCE}")
    name = joint_name([path.name for path in paths])
    maps = reading.drawn.maps(name, reading.always())
    told = reading.aside.kept
    if not maps and not told:
        refuse_empty(ledger)
    days = [*maps, *(sheet.day for sheet in told)]
    about = About(
        title="Control of terrain (ISW/CTP)",
        start=min(days),
        end=max(days),
        timezone="Europe/Kyiv",
        licence=LICENCE,
        attribution=ATTRIBUTION,
    )
    said = Saying(actor, opponent, about)
    records = said.records(told, ledger)
    digest = reading.drawn.digest
    timeline = (
        assemble(records, ledger, about=about, file=name, digest=digest).timeline
        if records.events
        else None
    )
    return Imported(
        about=about,
        report=ledger.report(),
        timeline=timeline,
        maps=maps or None,
        actors=actors_of(maps),
    )


def tier_of(name: str) -> str:
    """Return the tier that the name of a file or layer tells, or nothing.

    Parameters
    ----------
    name
        The name, in whatever spelling.

    Returns
    -------
    str
        One of `TIERS`; ``before`` for the ground that was held before 24 February 2022.

    Raises
    ------
    DropError
        If it is a layer that repeats ground of the others.
    """
    folded = _folded(name)
    if _GAINS.search(folded):
        raise DropError("gains of the past 24 hours repeat ground of the other layers", name)
    if "inrussia" in folded:
        return ""
    return next((tier for pattern, tier in _NAMES if pattern.search(folded)), "")


def _folded(name: str) -> str:
    return _NOT_LETTERS.sub("", name.lower())


def _check_tiers(names: Iterable[str]) -> None:
    for name in names:
        if name not in TIERS:
            raise UnknownNameError("tier", name, TIERS)


def _labels(
    tiers: Mapping[str, str] | Sequence[str] | str, actor: str, opponent: str
) -> dict[str, str]:
    """Return whose ground each tier is that is drawn."""
    both = f"{actor}{BETWEEN}{opponent}"
    usual = {
        "control": actor,
        "advance": both,
        "infiltration": both,
        "claimed": actor,
        "counteroffensive": both,
    }
    if isinstance(tiers, str):
        tiers = pairs_given(tiers, "tiers") if "=" in tiers else tiers.split(",")
    if not isinstance(tiers, Mapping):
        tiers = {name.strip(): "" for name in tiers if name.strip()}
    _check_tiers(tiers)
    return {tier: tiers[tier] or usual[tier] for tier in TIERS if tier in tiers}


@dataclass(slots=True)
class _Reading:
    """Takes the files one after another; `drawn` gathers what is drawn, `aside` the rest."""

    drawn: Sheets
    aside: Sheets
    labels: Mapping[str, str]
    named: Mapping[str, str]
    days: Mapping[str, date]
    crs: str | None
    _before: list[tuple[str, list[shapely.Geometry]]] = field(default_factory=list)

    def take(self, file: MapFile) -> None:
        """Read a layer.

        Raises
        ------
        DropError
            If the file is none.
        """
        self.drawn.opened(file)
        ledger = self.drawn.ledger
        layer = layer_of(file, ledger.mend, self.crs)
        try:
            tier = self._tier(file, layer)
        except DropError as error:
            drop_unread(ledger, file.name, error, count=max(len(layer.rows), 1))
            return
        if not layer.rows:
            raise DropError("the layer has no polygon")
        if layer.more:
            ledger.note(
                f"{file.name}: the server cut its answer short; without the further pages the map "
                "lacks polygons"
            )
        shapes: dict[date | None, list[shapely.Geometry]] = {}
        given = given_day(file.name, self.days)
        usual = given or (None if tier == _BEFORE else self._usual_day(file, layer))
        for number, row in enumerate(layer.rows, start=1):
            ledger.read += 1
            lacking: date | None = None
            try:
                day = given if given or tier == _BEFORE else _day(row, usual)
                lacking = day
                polygon = row.polygon()
            except DropError as error:
                ledger.drop(file.name, number, error.reason, error.value)
                if lacking is not None and tier in self.labels:
                    self.drawn.lacks(lacking)
                continue
            shapes.setdefault(day, []).append(polygon)
        self._keep(file, tier, shapes, more=layer.more)

    def _keep(
        self,
        file: MapFile,
        tier: str,
        shapes: Mapping[date | None, list[shapely.Geometry]],
        *,
        more: bool,
    ) -> None:
        for day, polygons in shapes.items():
            if day is None:
                self._before.append((file.name, polygons))
                continue
            label, gathered = self.labels.get(tier, tier), self.aside
            if tier in self.labels:
                gathered = self.drawn
            sheet = Sheet(day, file.name, {label: polygons}, len(polygons), tier, continued=more)
            gathered.add(sheet)

    def always(self) -> dict[str, list[shapely.Geometry]]:
        """Return the polygons that belong to every day; without a day they are dropped."""
        ledger = self.drawn.ledger
        if not self._before:
            return {}
        if "control" in self.labels and self.drawn.kept:
            return {self.labels["control"]: [p for _, polygons in self._before for p in polygons]}
        for file, polygons in self._before:
            reason = "the ground held before 24 February 2022 is no map of a day by itself"
            ledger.drop(file, 0, reason, count=len(polygons))
        return {}

    def _tier(self, file: MapFile, layer: Layer) -> str:
        names = (file.stem, file.name, layer.name)
        for name in names:
            for text, tier in self.named.items():
                if text in _folded(name):
                    return tier
        found = next((tier for name in names if (tier := tier_of(name))), "")
        if not found:
            told = f"{layer.name or file.stem}; say it with layers="
            raise DropError("the name of the layer tells no tier that is known", told)
        return found

    def _usual_day(self, file: MapFile, layer: Layer) -> date | DropError:
        """Return the day of records that have none of their own, or why there is none."""
        try:
            return day_in_name(file.name, {})
        except DropError as error:
            wrong = error
        edits = [_field(row, "editdate") for row in layer.rows]
        moments = [x for x in (*edits, layer.edited) if isinstance(x, int | float)]
        # A name with a wrong day is no reason to take another day for the right one.
        if not moments or not wrong.value.startswith(NO_DAY):
            return wrong
        self.drawn.ledger.note(f"{file.name}: its day is that of the latest edit of a polygon")
        try:
            return day_of_value(max(moments))
        except DropError as error:
            return error


def _day(row: PolygonRow, usual: date | DropError | None) -> date:
    value = next((v for name in _DAY_FIELDS if (v := _field(row, name)) is not None), None)
    if value is not None:
        return day_of_value(value)
    if isinstance(usual, DropError):
        raise usual
    assert usual is not None
    return usual


def _field(row: PolygonRow, name: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Return the value of a field, its name in whatever case; None where it is missing."""
    value = next((v for key, v in row.fields.items() if str(key).lower() == name), None)
    missing = value is None or value != value or not str(value).strip()  # noqa: PLR0124 - NaN, NaT
    return None if missing else value
