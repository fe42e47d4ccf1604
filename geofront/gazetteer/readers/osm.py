"""Places from OpenStreetMap: what the Overpass API answers, and GeoJSON made of such data."""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geofront.crs import MAX_LON, LonLat
from geofront.errors import Fault
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.records import (
    BrokenRecordError,
    ReadReport,
    farthest_km,
    features_of,
    former_names,
    located,
    loose_text,
    position,
    read_json,
    spellings,
    telling,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["read_osm"]

_OSM_ID = re.compile(r"(?P<type>node|way|relation|[nwra])/?(?P<number>\d{1,19})\Z")
_TYPES = {"n": "node", "w": "way", "r": "relation"}
_NAME = re.compile(r"name:[a-z]{2,3}([-_]\w+)*\Z")
_ALIAS = re.compile(r"((alt|int|loc|nat|official|reg|short)_name(_\d+)?(:.+)?|iata|icao)\Z")
_FORMER = re.compile(r"(old_name|was:name)(_\d+)?(:.+)?\Z")
_YEARS = re.compile(r".*:(?P<since>\d{4})?-+(?P<until>\d{4})?\Z")
# Tags to GeoNames codes; of several tags of an element the one that stands first here decides.
_TAGS = """
    military=airfield:AIRB aerodrome:type=military:AIRB aeroway=aerodrome:AIRP
    aeroway=airstrip:AIRF aeroway=heliport:AIRH aeroway=helipad:AIRH military=naval_base:NVB
    military=base:MILB military=barracks:BRKS military=checkpoint:PSTP military=range:RNGA
    military=training_area:MVA military=*:INSM landuse=military:MILB
    capital=yes:PPLC capital=4:PPLA capital=6:PPLA2
    place=city:PPL place=town:PPL place=village:PPL place=hamlet:PPL place=isolated_dwelling:PPL
    place=suburb:PPLX place=quarter:PPLX place=neighbourhood:PPLX place=borough:PPLX
    place=farm:FRM place=island:ISL place=islet:ISLET place=archipelago:ISLS place=square:SQR
    place=region:RGN place=state:ADM1 place=province:ADM1 place=district:ADMD place=county:ADMD
    place=municipality:ADMD place=country:PCLI place=sea:SEA place=ocean:OCN
    abandoned:place=*:PPLQ disused:place=*:PPLQ
    waterway=dam:DAM natural=volcano:VLC natural=peak:PK natural=hill:HLL natural=ridge:RDGE
    natural=mountain_range:MTS natural=saddle:SDL mountain_pass=yes:PASS natural=valley:VAL
    natural=cliff:CLF natural=cape:CAPE natural=bay:BAY natural=beach:BCH natural=spring:SPNG
    natural=desert:DSRT natural=plateau:PLAT natural=cave_entrance:CAVE natural=wood:FRST
    landuse=forest:FRST landuse=reservoir:RSV water=reservoir:RSV natural=water:LK
    waterway=river:STM waterway=stream:STM waterway=canal:CNL waterway=waterfall:FLLS
    barrier=border_control:PSTB barrier=checkpoint:PSTP amenity=customs:PSTC
    amenity=hospital:HSP healthcare=hospital:HSP building=hospital:HSP amenity=prison:PRN
    amenity=police:PP amenity=university:UNIV amenity=college:SCHC amenity=school:SCH
    amenity=monastery:MSTY amenity=marketplace:MKT amenity=bus_station:BUSTN
    amenity=refugee_site:CMPRF social_facility=refugee_site:CMPRF
    historic=castle:CSTL historic=fort:FT historic=ruins:RUIN historic=archaeological_site:ANS
    historic=tomb:TMB historic=monument:MNMT historic=monastery:MSTY historic=city_gate:GATE
    railway=station:RSTN railway=halt:RSTP highway=motorway_junction:RDJCT
    junction=roundabout:RDCR junction=*:RDJCT man_made=bridge:BDG man_made=petroleum_well:OILW
    man_made=pumping_station:PMPW man_made=water_works:WTRW man_made=works:MFG
    man_made=silo:SHSE man_made=tower:TOWR man_made=mineshaft:MN industrial=oil:OILF
    industrial=gas:GASF industrial=refinery:OILR industrial=port:PRT landuse=port:PRT
    landuse=quarry:MNQR landuse=industrial:INDS power=plant:PS boundary=national_park:PRK
    landuse=cemetery:CMTY amenity=grave_yard:CMTY building=mosque:MSQE religion=muslim:MSQE
    building=church:CH religion=christian:CH place=locality:LCTY boundary=administrative:ADMD
    highway=*:RD
"""
_FEATURES = {
    tag: (rank, code) for rank, (tag, code) in enumerate(re.findall(r"(\S+):([A-Z\d]+)\s", _TAGS))
}


def read_osm(
    path: Path | str,
    *,
    language: str = "",
    country: str = "",
    report: ReadReport | None = None,
) -> Iterator[Place]:
    """Read places from OpenStreetMap: JSON of the Overpass API, or GeoJSON made of such data.

    Elements without a name are passed over. All names become aliases but for those that are no
    spellings (``name:etymology``); names no longer in use (``old_name``, ``was:name``) stand
    also in ``extra["former_names"]``, with the years of a key such as ``old_name:1924-2016``.

    Parameters
    ----------
    path
        What Overpass answered to a query that ends in ``out center``, or the GeoJSON of
        overpass turbo or ``osmium export --add-unique-id=type_id``.
    language
        The language whose name comes first, as in ``name:en``; without it the local name does.
    country
        The ISO code to note on all places.
    report
        Is filled while reading; its rows are the numbers of the elements. Without it, a warning
        at the end tells what was broken.

    Returns
    -------
    Iterator[Place]
        The places in the order of the file, ids ``osm-node-...``. It raises DataFaultsError at
        its end if every record was broken.

    Raises
    ------
    DataFaultsError
        If the file can't be read or is in neither form.
    """
    file = Path(path)
    document = read_json(file)
    elements = document.get("elements") if isinstance(document, dict) else None
    items = elements if isinstance(elements, list) else features_of(file, document)
    remark = str(document.get("remark", "")) if isinstance(document, dict) else ""

    def records(report: ReadReport) -> Iterator[Place]:
        if "error" in remark:
            report.note(Fault(file.name, 0, f"is incomplete, as Overpass says: {remark}"))
        for row, item in enumerate(items, start=1):
            report.read += 1
            try:
                tags = _tags(item)
                name = _name(tags, language)
                if name:
                    yield _place(item, tags, name, country)
                else:
                    report.passed_over += 1
            except BrokenRecordError as error:
                report.leave_out(error.fault(file.name, row))

    return telling(records, report)


def _tags(item: Any) -> dict[str, str]:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(item, dict):
        raise BrokenRecordError("is not an element")
    tags = _object(item, "properties") if "properties" in item else item
    tags = tags["tags"] if isinstance(tags.get("tags"), dict) else tags
    return {} if tags is item else {key: loose_text(value) for key, value in tags.items()}


def _name(tags: Mapping[str, str], language: str) -> str:
    keys = [f"name:{language}", "name", "int_name", "name:en", *filter(_NAME.match, tags)]
    return next((tags[key] for key in keys if tags.get(key)), "")


def _place(item: Mapping[str, Any], tags: Mapping[str, str], name: str, country: str) -> Place:
    at, radius_km = located(item.get("geometry")) if "properties" in item else _element_at(item)
    present = [k for k in tags if _NAME.match(k) or _ALIAS.match(k)]
    current = spellings(name, [tags.get("name", ""), *_parts(tags, present)])
    former: dict[str, tuple[str, str]] = {}
    for key in filter(_FORMER.match, tags):
        span = _YEARS.match(key)
        years = (span["since"] or "", span["until"] or "") if span else ("", "")
        for spelling in spellings(name, _parts(tags, [key])):
            if spelling not in current and (any(years) or spelling not in former):
                former[spelling] = years
    found = [_FEATURES.get(f"{k}={v}") or _FEATURES.get(f"{k}=*") for k, v in tags.items()]
    kept = {key: tags[key] for key in ("population", "wikidata") if tags.get(key)}
    return Place(
        id=_id(item, tags, at),
        name=name,
        lon=at.lon,
        lat=at.lat,
        aliases=(*current, *former),
        feature=min(filter(None, found), default=(0, ""))[1],
        radius_km=radius_km,
        country=country,
        source="openstreetmap",
        licence="ODbL-1.0",
        extra=MappingProxyType(kept | former_names(former)),
    )


def _parts(tags: Mapping[str, str], keys: list[str]) -> list[str]:
    return [part for key in keys for part in tags[key].split(";")]


def _id(item: Mapping[str, Any], tags: Mapping[str, str], at: LonLat) -> str:
    own = loose_text(item.get("id"))
    kind = tags.get("@type") or (loose_text(item.get("type")) if "properties" not in item else "")
    candidates = [f"{kind}/{tags.get('@id') or own}", tags.get("@id", ""), own]
    found = next(filter(None, map(_OSM_ID.match, candidates)), None)
    if found is None:
        return f"osm-at-{at.lon:.5f}-{at.lat:.5f}"
    kind, digits = found["type"], int(found["number"])
    if kind == "a":  # osmium numbers areas: twice the way, or twice the relation and one
        kind, digits = ("relation" if digits % 2 else "way"), digits // 2
    return f"osm-{_TYPES.get(kind, kind)}-{digits}"


def _object(element: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = element.get(key)
    if value is not None and not isinstance(value, dict):
        raise BrokenRecordError(f"{key} is no object", key, loose_text(value))
    return value or {}


def _middle(west: float, east: float) -> float:
    """Return the longitude halfway eastwards, over the 180th meridian if west is the greater."""
    middle = (west + east) / 2
    if west <= east:
        return middle
    return middle + math.copysign(MAX_LON, -middle)


def _element_at(element: Mapping[str, Any]) -> tuple[LonLat, float]:
    bounds, center = _object(element, "bounds"), _object(element, "center")
    corners = [
        position(loose_text(bounds.get(lon)), loose_text(bounds.get(lat)))
        for lon in ("minlon", "maxlon")
        for lat in ("minlat", "maxlat")
        if bounds
    ]
    at = element if "lat" in element else center
    if at:
        lonlat = position(loose_text(at.get("lon")), loose_text(at.get("lat")))
    elif corners:
        (west, south), (east, north) = corners[0], corners[-1]
        lonlat = LonLat(_middle(west, east), (south + north) / 2)
    else:
        raise BrokenRecordError("has no position; end the Overpass query with 'out center'")
    return lonlat, farthest_km(lonlat, corners)
