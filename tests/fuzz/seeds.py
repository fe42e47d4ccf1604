"""What the fuzzer begins with: files as geofront writes them, and as others do."""

from __future__ import annotations

import csv
import functools
import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from geofront.adapters import acled, ucdp
from geofront.adapters.timemap.writer import write_timemap
from geofront.events.reader import read_timeline
from geofront.events.writer import write_timeline
from geofront.render.gis.database import to_geopackage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geofront.events.timeline import Timeline

_DATASETS = Path(acled.__file__).parents[2] / "datasets"
_LUA = Path(__file__).parents[1] / "data" / "adapters" / "wikipedia" / "forms.lua"

_EVENTS = """id,date,time,place,lon,lat,kind,actor,from_actor,source,reported,standing,claimed_by,\
credibility,corrects,effective,order,radius_km,geometry,note
e1,2020-01-01,06:30,ain,38.0,34.0,hold,North,,one,2020-01-02,confirmed,,2,,end,1,5,,a note
e2,2020-01/2020-02,,bir,38.4,34.0,capture,South,North,two,,claimed,South,,,start,,,"LINESTRING \
(37.6 34.5, 37.2 34.2)",
e3,../2020-02-03,22:30Z,,38.4,34.4,siege,North|South,,,,,,,,,,,"POLYGON ((37 34, 38 34, 38 35, \
37 34))",
,2020-02-04,,,,,retraction,,,,,,,,e1,,,,,
"""
_PLACES = """id;name;lon;lat;aliases;feature;radius_km;admin1;country;parent;source;licence;height
ain;Ain;38.0;34.0;Ayn al-Ain|عين;PPL;2;Homs;SY;;geonames;CC-BY-4.0;400
bir;Bir;38.4;34.0;;MILB;;;SY;ain;;;
"""
_ACTORS = """id,name,side,color,aliases,since
north,North,east,#4477AA,N|Nordic,
east,East,north,,,
north,,south,,,2020-01-01
"""
_SOURCES = """id,title,publisher,published,url,reliability,favours,licence
one,A report,Publisher,2016-12-11,https://example.org/,C,north,CC-BY-4.0
two,,,2016-12/2017,,,,
"""
_CONFLICT = """title = "A war"
start = 2020-01-01
end = "2020-12-31"
timezone = "Asia/Damascus"
extent = { bbox = [37.0, 33.5, 39.5, 35.5] }
method = "nearest"
reach_km = 20
policy = "best-evidence"
gazetteers = ["syria"]
licence = "CC-BY-4.0"
attribution = "us"
"""
_SQUARE = json.loads(shapely.to_geojson(shapely.box(37, 48, 38, 49)))


def _feature(geometry: object = _SQUARE, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _collection(*features: object, **more: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def _dumped(*values: object) -> Iterator[bytes]:
    for value in values:
        yield json.dumps(value, ensure_ascii=False).encode()


def _encoded(*texts: str) -> Iterator[bytes]:
    for text in texts:
        yield text.encode()


def _row(delimiter: str, cells: dict[str, object]) -> bytes:
    made = io.StringIO()
    writer = csv.DictWriter(made, list(cells), delimiter=delimiter)
    writer.writeheader()
    writer.writerow(cells)
    return made.getvalue().encode()


@functools.cache
def _timeline() -> Timeline:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "places.csv").write_text(_PLACES, "utf-8")
        (Path(folder) / "events.csv").write_text(_EVENTS, "utf-8")
        return read_timeline(Path(folder))


def _written(write: Callable[[Path], object]) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        files = (file for file in sorted(Path(folder).rglob("*")) if file.is_file())
        return [file.read_bytes() for file in files]


def dates() -> Iterator[bytes]:
    """Dates and times of day of every form."""
    return _encoded(
        *("2016-12-08", "2016-12", "2016", "2016-12-08/2016-12-11", "../2016-12-23", "2016-12~"),
        *("2016-12-08/..", "2016-12-08?", "201x", "2016-21", "y17e7", "[2016..2018]", "22:30Z"),
        *("01:15+02:00", "-0044", "1900s", "{2016,2017}", "2004-06-(01)~", "uuuu-12", "1.5e3"),
    )


def phrases() -> Iterator[bytes]:
    """Dates and places as the press writes them."""
    return _encoded(
        "Late on December 22, after two days of clashes",
        "by 23 December 2016",
        "mid-April 2014, the night of 3-4 May",
        "a month later; yesterday evening; last Tuesday; the early hours of Monday",
        "between the end of March and the first week of April 2015",
        "4 km west of Palmyra",
        "the road between Homs and al-Bab, 2-3 km south-west of T4",
        "hills north of Homs (Tiyas Airbase) and west al-Bab in eastern Homs",
        "On Monday the army took Homs, al-Bab/Hims and the T4 airbase's أطراف الباب.",
    )


def wkt() -> Iterator[bytes]:
    """Shapes of every kind."""
    return _encoded(
        "POINT (1 2)",
        "LINESTRING Z (1 2 3, 4 5 6)",
        "POLYGON ((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), EMPTY)",
        "GEOMETRYCOLLECTION (POINT (1e3 nan), GEOMETRYCOLLECTION (LINESTRING EMPTY))",
        "CIRCULARSTRING (0 0, 1 1, 2 0)",
        "SRID=4326;MULTIPOINT ((0 0), (1 1))",
    )


def lua() -> Iterator[bytes]:
    """Modules of marks."""
    yield _LUA.read_bytes()
    yield from _encoded('local a = { b = "c" }\na.d = a.b .. "x"\nreturn { a, ["k"] = a.d, -1 }')


def events() -> Iterator[bytes]:
    """Tables of events."""
    yield from _encoded(_EVENTS, "\ufeff" + _EVENTS.replace(",", ";"))
    yield (_DATASETS / "khanasser-2017" / "events.csv").read_bytes()[:4000]


def places() -> Iterator[bytes]:
    """Tables of places."""
    return _encoded(_PLACES, _PLACES.replace(";", ","), _PLACES.replace(";", "\t"))


def actors() -> Iterator[bytes]:
    """Tables of actors, whose sides go in a circle."""
    return _encoded(_ACTORS)


def sources() -> Iterator[bytes]:
    """Tables of sources."""
    return _encoded(_SOURCES)


def tables() -> Iterator[bytes]:
    """Tables as CSV."""
    for kind in (events, places, actors, sources):
        yield from kind()


def formats(suffix: str) -> list[bytes]:
    """Tables in another format, as geofront writes them."""
    return _written(lambda folder: write_timeline(_timeline(), folder, suffix))


def conflict() -> Iterator[bytes]:
    """Settings."""
    yield from _encoded(_CONFLICT, 'extent = "SY"\ntimezone = "../../etc/passwd"')


def maps() -> Iterator[bytes]:
    """Maps, and places, as GeoJSON."""
    point = {"type": "Point", "coordinates": [38.0, 34.0]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    return _dumped(
        _collection(_feature(actor="North"), _feature(actor="South", name="Ain", id="a")),
        _collection(_feature(point, name="Ain", aliases="A|B", radius_km=3), crs=crs),
        _feature(None, name="nowhere"),
    )


def geopackage() -> list[bytes]:
    """A conflict stored in a GeoPackage."""
    return _written(lambda folder: to_geopackage(_timeline(), folder / "store.gpkg"))


def geonames() -> Iterator[bytes]:
    """Lines of a dump, bare and zipped."""
    text = "\t".join(
        [
            *("169577", "Homs", "Homs", "Emesa,QHS,حمص", "34.72682", "36.72339", "P", "PPLA"),
            *("SY", "", "11", "", "", "", "775404", "", "507", "Asia/Damascus", "2024-01-01"),
        ]
    )
    yield from _encoded(f"{text}\n{text}\n")
    yield _zipped("SY.txt", text.encode())


def osm() -> Iterator[bytes]:
    """Answers of Overpass, and GeoJSON of such data."""
    tags = {"name": "Homs", "name:ar": "حمص", "old_name:1924-2016": "Emesa", "place": "city"}
    return _dumped(
        {
            "remark": "runtime error: timed out",
            "elements": [
                {"type": "node", "id": 1, "lat": 34.7, "lon": 36.7, "tags": tags},
                {"type": "way", "id": 2, "center": {"lat": 34, "lon": 36}, "tags": tags}
                | {"bounds": {"minlat": 33, "minlon": 35, "maxlat": 35, "maxlon": 37}},
            ],
        },
        _collection(_feature(**{"@id": "relation/9", **tags})),
    )


def wikidata() -> Iterator[bytes]:
    """Answers of the query service."""
    item = "http://www.wikidata.org/entity/Q5826"
    binding = {"type": "uri", "value": item}
    return _dumped(
        [{"item": item, "itemLabel": "Homs", "coord": "Point(36.72 34.73)", "altLabel": "A|B"}],
        {"results": {"bindings": [{"item": binding, "itemLabel": {"value": "Homs"}}]}},
    )


def adapter(form: str) -> Iterator[bytes] | list[bytes]:
    """Files of a foreign format."""
    return _ADAPTERS[form]()


def _zipped(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def _acled() -> Iterator[bytes]:
    cells: dict[str, object] = {
        "event_id_cnty": "RUR1",
        "event_date": "2023-01-10",
        "time_precision": 1,
        "event_type": "Battles",
        "sub_event_type": "Government regains territory",
        "actor1": "Army (2010-)",
        "assoc_actor_1": "Militia",
        "inter1": 1,
        "actor2": "Rebels",
        "inter2": 2,
        "interaction": 12,
        "country": "Ruritania",
        "admin1": "North",
        "location": "Strelsau",
        "latitude": 44.1,
        "longitude": 20.2,
        "geo_precision": 1,
        "source": "Herald; Radio",
        "source_scale": "National",
        "notes": "Fighting.",
        "fatalities": 0,
        "timestamp": 1673913600,
    }
    yield _row(",", cells)
    yield _row(";", cells)
    yield _zipped("acled.csv", _row(",", cells))
    yield from _dumped({"success": True, "count": 1, "data": [cells]})
    yield from _dumped([{"event_id_cnty": "RUR1", "deleted_timestamp": 1673913600}])


def _ucdp() -> Iterator[bytes]:
    told: dict[str, object] = {
        "id": 461727,
        "relid": "RUR-2023-1-1-1",
        "year": 2023,
        "type_of_violence": 1,
        "conflict_name": "Ruritania",
        "side_a": "Government",
        "side_b": "RLF",
        "best": 10,
        "source_article": "Herald, 2023-01-12",
        "source_date": "2023-01-12;2023-01-15",
        "where_prec": 1,
        "where_coordinates": "Strelsau town",
        "adm_1": "North",
        "latitude": 44.1,
        "longitude": 20.2,
        "geom_wkt": "POINT (20.2 44.1)",
        "date_prec": 1,
        "country": "Ruritania",
        "event_clarity": 1,
        "date_start": "2023-01-10 00:00:00.000",
        "date_end": "2023-01-11",
        "high": 12,
        "low": 8,
    }
    cells = {column: told.get(column, "") for column in ucdp.COLUMNS}
    table = _row(",", cells)
    yield table
    yield table.partition(b"\r\n")[2]
    yield from _dumped({"TotalCount": 1, "Result": [told]})


def _geoconfirmed() -> Iterator[bytes]:
    cells: dict[str, object] = {
        "Date": "2025-09-17",
        "Name": "17 SEP",
        "Faction": "Ruritania",
        "Origin": "UAV",
        "Latitude": 44.1,
        "Longitude": 20.2,
        "PlusCode": "GH4P+X43 Strelsau, North",
        "Description": "FPV strike on a truck",
        "Source": "https://x.example/1",
        "Geolocation": "https://x.example/2, https://x.example/3",
        "Id": "id1",
    }
    yield _row(";", cells)
    yield from _dumped([{key.lower(): value for key, value in cells.items()}])


def _placemarks() -> Iterator[bytes]:
    kml = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        "<name>Map</name><Folder><name>Strikes</name><Placemark><name>A</name>"
        "<description>&lt;b&gt;x&lt;/b&gt;</description><styleUrl>#s</styleUrl>"
        "<TimeSpan><begin>2020-01</begin><end>2020-02-03T10:00:00Z</end></TimeSpan>"
        '<ExtendedData><Data name="kind"><value>strike</value></Data></ExtendedData>'
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>37,34,0 38,34,0 38,35,0 37,34,0"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>"
        "</Document></kml>"
    )
    gpx = (
        '<gpx version="1.1" creator="x"><metadata><name>T</name></metadata>'
        '<wpt lat="34.0" lon="38.0"><time>2020-01-01T00:00:00Z</time><name>A</name></wpt>'
        '<rte><rtept lat="1" lon="2"/></rte></gpx>'
    )
    yield from _encoded(kml, gpx)
    yield _zipped("doc.kml", kml.encode())
    yield from _dumped(_collection(_feature(name="A", kind="clash", date="2020-01-01")))


def _timemap() -> list[bytes]:
    return _written(lambda folder: write_timemap(_timeline(), folder))


def _deepstate() -> Iterator[bytes]:
    whole = _collection(
        _feature(name="Окуповано /// Occupied /// geoJSON.status.occupied", fill="#a52714"),
        _feature(name="Невідомо /// Unknown /// geoJSON.status.unknown"),
    )
    archive = _collection(_feature(date="2024-07-08", id=0), _feature(date="2024-07-09"))
    yield from _dumped(_collection(_feature()), archive)
    yield from _dumped({"id": 1720396800, "datetime": "2024-07-08T10:00:00Z", "map": whole})
    yield gzip.compress(json.dumps(archive).encode())


def _isw() -> Iterator[bytes]:
    ring = [[37, 48], [37, 49], [38, 49], [38, 48], [37, 48]]
    attributes = {"OBJECTID": 1, "Name": "x", "EditDate": 1723852800000}
    return _dumped(
        {
            "objectIdFieldName": "OBJECTID",
            "geometryType": "esriGeometryPolygon",
            "spatialReference": {"wkid": 102100, "latestWkid": 3857},
            "editingInfo": {"lastEditDate": 1723852800000},
            "features": [{"attributes": attributes, "geometry": {"rings": [ring]}}],
        },
        _collection(_feature(OBJECTID=1)),
    )


def _liveuamap() -> Iterator[bytes]:
    told = {"date": "2022-03-30", "_datefrom": "2022-03-30", "_dateto": "2022-03-30"}
    kinds = [_feature(type=k, view="daily", **told) for k in ("nochange", "gains", "losses")]
    return _dumped({"value": _collection(*kinds)}, _collection(*kinds))


def _viina_control() -> Iterator[bytes]:
    header = "geonameid,date,status_wiki,status_boost,status_dsm,status_isw,status"
    places = ",longitude,latitude,asciiname"
    yield from _encoded(
        f"{header}{places}\n700001,20260101,UA,RU,,CONTESTED,UA,36.0,48.0,Ain\n",
        "geonameid,longitude,latitude,UA_2022_03_01,ctr_20220301000000\n700001,36,48,UA,RU\n",
    )


def _viina_events() -> Iterator[bytes]:
    yield _row(
        ",",
        {
            "viina_version": 1,
            "event_id": 1,
            "event_id_1pd": 1,
            "date": 20220301,
            "time": "10:00",
            "geonameid": 1,
            "feature_code": "PPL",
            "asciiname": "Ain",
            "ADM1_NAME": "A",
            "ADM1_CODE": 1,
            "longitude": 36.0,
            "latitude": 48.0,
            "GEO_PRECISION": "ADM3",
            "GEO_API": "x",
            "location": 1,
            "address": "Ain",
            "report_id": 1,
            "source": "ukrpravda",
            "url": "https://x.example",
            "text": "x",
            "t_mil": 1,
            "t_airstrike_b": 1,
            "t_artillery_b": 0,
            "a_rus_b": 1,
            "a_ukr_b": 0,
        },
    )


def _wikipedia() -> Iterator[bytes]:
    yield _LUA.read_bytes()
    module = 'return { marks = { { lat = 36.1, long = 37.1, mark = "Dot_red.svg" }, }, }'
    export = (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"><page><title>Module:X'
        "</title><revision><id>7</id><timestamp>2016-12-08T10:00:00Z</timestamp><contributor>"
        f'<username>U</username></contributor><text xml:space="preserve">{module}</text>'
        "</revision></page></mediawiki>"
    )
    yield from _encoded(module, export)
    slots = {"main": {"content": module}}
    revision = {"revid": 7, "timestamp": "2016-12-08T10:00:00Z", "user": "U", "slots": slots}
    page = {"title": "Module:X", "revisions": [revision]}
    yield from _dumped({"query": {"pages": [page]}})


_ADAPTERS: dict[str, Callable[[], Iterator[bytes] | list[bytes]]] = {
    "acled": _acled,
    "geoconfirmed": _geoconfirmed,
    "ucdp": _ucdp,
    "placemarks": _placemarks,
    "timemap": _timemap,
    "deepstate": _deepstate,
    "isw": _isw,
    "liveuamap": _liveuamap,
    "viina-control": _viina_control,
    "viina-events": _viina_events,
    "wikipedia": _wikipedia,
}
