"""What files, names and requests of strangers can't do, held by tests: see docs/security.md."""

from __future__ import annotations

import ast
import io
import json
import re
import shutil
import sqlite3
import ssl
import threading
import zipfile
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import pytest
import shapely
from gisreading import hostile_world
from worlds import write_world

import geofront
from geofront.adapters import reader
from geofront.control.reference import read_reference
from geofront.errors import DataFaultsError, GeofrontError
from geofront.events.dailymaps import read_daily_maps
from geofront.events.extent import read_extent
from geofront.files.mapfiles import read_map_file

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SECRET = "s3cr3t-w0rd-of-a-file"  # noqa: S105 - of no one

# --- the code ------------------------------------------------------------------------------------

_CALLS = {"eval", "exec", "compile", "__import__"}
_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "cloudpickle", "subprocess", "dbm"}
_ATTRIBUTES = {
    ("os", "system"),
    ("os", "popen"),
    ("tempfile", "mktemp"),
    ("yaml", "load"),
    ("yaml", "unsafe_load"),
    ("yaml", "full_load"),
    ("pandas", "read_pickle"),
    ("pd", "read_pickle"),
    ("joblib", "load"),
    ("ssl", "_create_unverified_context"),
}


def _sources() -> list[Path]:
    package = Path(geofront.__file__).parent
    return [*package.rglob("*.py"), *(ROOT / "gazetteer").glob("*.py")]


def _misdeeds(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.partition(".")[0] in _MODULES)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in _MODULES:
                yield node.module or ""
        elif isinstance(node, ast.Call):
            yield from _misdeeds_of_call(node)


def _misdeeds_of_call(call: ast.Call) -> Iterator[str]:
    function = call.func
    if isinstance(function, ast.Name) and function.id in _CALLS:
        yield function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        pair = (function.value.id, function.attr)
        if pair in _ATTRIBUTES:
            yield ".".join(pair)
        if pair == ("np", "load") and not _says(call, "allow_pickle", value=False):
            yield "np.load without allow_pickle=False"
        if pair == ("geopandas", "read_file"):
            yield "geopandas.read_file"  # whatever driver GDAL thinks fit
    if _says(call, "shell", value=True) or _says(call, "verify", value=False):
        yield "shell=True, or verify=False"


def _says(call: ast.Call, name: str, *, value: bool) -> bool:
    return any(
        k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is value
        for k in call.keywords
    )


def test_no_code_is_run_that_is_made_of_data() -> None:
    found = {
        f"{path.parent.name}/{path.name}: {told}"
        for path in _sources()
        for told in _misdeeds(ast.parse(path.read_text("utf-8")))
    }
    # Each of the two looks at the first bytes before GDAL does.
    assert found == {"files/mapfiles.py: geopandas.read_file", "drawn/esri.py: geopandas.read_file"}


@pytest.mark.parametrize(
    "code",
    [
        "eval('1')",
        "import pickle",
        "from marshal import loads",
        "np.load('x')",
        "run('x', shell=True)",
        "yaml.load(x)",
        "tempfile.mktemp()",
        "get(url, verify=False)",
    ],
)
def test_the_search_finds_what_it_is_for(code: str) -> None:
    assert list(_misdeeds(ast.parse(code)))


# --- a server that nobody should ask -------------------------------------------------------------


class _Listener:
    """A web server of this machine that notes who asks, and what it has: a map."""

    def __init__(self) -> None:
        asked: list[str] = []
        told = _square().encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None: ...

        self.asked = asked
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/a.geojson"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))


@pytest.fixture
def listener() -> Iterator[_Listener]:
    made = _Listener()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


def _square() -> str:
    shape = json.loads(shapely.to_geojson(shapely.box(37, 34, 38, 35)))
    feature = {"type": "Feature", "properties": {"actor": "North"}, "geometry": shape}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


# --- XML -----------------------------------------------------------------------------------------


def _bomb() -> str:
    steps = "".join(f'<!ENTITY b{i} "{f"&b{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY b0 "ha">{steps}]>'


def _prologs(secret: Path, url: str) -> dict[str, tuple[str, str]]:
    """Beginnings of documents, and what stands in them as a name."""
    file = secret.as_uri()
    return {
        "a bomb": (_bomb(), "&b9;"),
        "one long entity": (f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 1000),
        "a file": (f'<!DOCTYPE x [<!ENTITY a SYSTEM "{file}">]>', "&a;"),
        "an address": (f'<!DOCTYPE x [<!ENTITY a SYSTEM "{url}">]>', "&a;"),
        "a parameter": (f'<!DOCTYPE x [<!ENTITY % a SYSTEM "{url}"> %a;]>', "name"),
        "a type elsewhere": (f'<!DOCTYPE x SYSTEM "{url}">', "name"),
        "after a comment": (f"<!-- <mediawiki --><!--{' ' * 9000}-->{_bomb()}", "&b9;"),
        "included": (
            "",
            f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="{file}"/>',
        ),
    }


_KINDS = ("kml", "kmz", "gpx", "mediawiki", "xlsx")


def _document(kind: str, prolog: str, name: str) -> bytes:
    texts = {
        "kml": "<kml><Document><Placemark><name>{}</name><Point><coordinates>38,34</coordinates>"
        "</Point></Placemark></Document></kml>",
        "gpx": '<gpx><wpt lat="34" lon="38"><name>{}</name></wpt></gpx>',
        "mediawiki": "<mediawiki><page><title>Module:{}</title><revision><id>1</id><timestamp>"
        "2016-12-08T00:00:00Z</timestamp><text>return {{ }}</text></revision></page></mediawiki>",
    }
    return (prolog + texts[{"kmz": "kml"}.get(kind, kind)].format(name)).encode()


def _workbook(prolog: str, name: str, part: str) -> bytes:
    """A workbook one part of which begins with a prolog and has the name in a cell."""
    openpyxl = pytest.importorskip("openpyxl", reason="needs geofront[excel]")
    book, plain, made = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.title = "events"
    book.active.append(["date", "place", "kind", "actor"])
    book.active.append(["2020-01-01", "Palmyra", "hold", "NAME"])
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            text = old.read(member).decode()
            if member == part:
                begin = text.index("?>") + 2 if text.startswith("<?xml") else 0
                text = prolog + text[begin:].replace("NAME", name)
            new.writestr(member, text)
    return made.getvalue()


def _read_xml(kind: str, folder: Path, prolog: str, name: str) -> str:
    """Everything that a reader makes of a document, as text."""
    path = folder / f"document-2016-12-08.{kind if kind != 'mediawiki' else 'xml'}"
    if kind == "xlsx":
        path = folder / "events.xlsx"
        path.write_bytes(_workbook(prolog, name, "xl/worksheets/sheet1.xml"))
        timeline = geofront.read(path)
        return repr([*timeline.actors, *timeline.events])
    path.write_bytes(_document(kind, prolog, name))
    if kind == "kmz":
        data = path.read_bytes()
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", data)
    read = reader("wikipedia" if kind == "mediawiki" else "placemarks")
    out = folder / "out"
    read([path]).write(out)
    return "".join(p.read_text("utf-8") for p in sorted(out.rglob("*")) if p.is_file())


@pytest.mark.parametrize("case", _prologs(Path("/x"), "http://x"))
@pytest.mark.parametrize("kind", _KINDS)
def test_xml_brings_in_nothing(kind: str, case: str, tmp_path: Path, listener: _Listener) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    prolog, name = _prologs(secret, listener.url)[case]
    told = ""
    try:
        told = _read_xml(kind, tmp_path, prolog, name)
    except GeofrontError as error:
        told = str(error)
        assert len(told) < 1000
    else:
        assert "ENTITY" not in prolog, "read, though it declares entities"
    assert SECRET not in told
    assert "hahaha" not in told
    assert listener.asked == []


def test_any_part_of_a_workbook_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "events.xlsx"
    with zipfile.ZipFile(io.BytesIO(_workbook("", "North", ""))) as archive:
        parts = archive.namelist()
    for part in parts:
        path.write_bytes(_workbook(_bomb(), "North", part))
        with pytest.raises(DataFaultsError, match="declares entities"):
            geofront.read(path)


def test_xml_in_other_letters_is_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_bytes(_document("kml", _bomb(), "&b9;").decode().encode("utf-16"))
    with pytest.raises(DataFaultsError, match="declares entities"):
        reader("placemarks")([path])


# --- maps that GDAL opens ------------------------------------------------------------------------


def _traps(secret: Path, url: str) -> dict[str, str]:
    """Texts that some driver of GDAL takes for an order to open something else."""
    layer = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource>{}'
    end = "</OGRVRTLayer></OGRVRTDataSource>"
    named = "<SrcLayer>secret</SrcLayer>"
    command = f"gdal vector convert {secret} --of stream streamed"
    rel = "http://www.opengis.net/def/rel/ogc/1.0/data"
    algorithm = {"type": "gdal_streamed_alg", "command_line": command}
    return {
        "vrt of a file": layer.format(secret, named) + end,
        "vrt of an address": layer.format(url, "<SrcLayer>a</SrcLayer>") + end,
        "vrt of SQL": layer.format(secret, "<SrcSQL>SELECT * FROM secret</SrcSQL>") + end,
        "vrt after blanks": "\n \n" + layer.format(secret, named) + end,
        "algorithm": json.dumps(algorithm),
        "algorithm as GeoJSON": json.dumps({**algorithm, "features": []}),
        "a service": json.dumps({"links": [{"rel": rel, "href": url}], "collections": []}),
        "WFS": f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        "GML of another's": '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><gml:featureMember xlink:href="{url}"/>'
        "</gml:FeatureCollection>",
        "an address": url,
        "GeoRSS": f'<rss version="2.0"><channel><link>{url}</link></channel></rss>',
        "table": "WKT,actor\n" + f'"POLYGON ((37 34, 38 34, 38 35, 37 34))",{SECRET}\n',
    }


@pytest.fixture
def secret_map(tmp_path: Path) -> Path:
    path = tmp_path / "secret.geojson"
    path.write_text(_square().replace("North", SECRET))
    return path


@pytest.mark.parametrize("case", _traps(Path("/x"), "http://x"))
@pytest.mark.parametrize(
    "name", ["2020-01-01.geojson", "2020-01-01.csv", "2020-01-01.shp", "x.zip"]
)
def test_a_map_opens_nothing_else(
    case: str, name: str, tmp_path: Path, listener: _Listener, secret_map: Path
) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    path = folder / name
    trap = _traps(secret_map, listener.url)[case].encode()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("map.geojson", trap)
    else:
        path.write_bytes(trap)
    calls: list[Any] = [
        lambda: read_map_file(path),
        lambda: read_extent(str(path)),
        lambda: read_reference(path, "North"),
        lambda: read_daily_maps(folder, pattern="*", column="actor"),
    ]
    for call in calls:
        with pytest.raises(DataFaultsError) as error:
            call()
        assert SECRET not in str(error.value)
    assert listener.asked == []


@pytest.mark.parametrize(
    "name", ["a!b.geojson", "zip:a.geojson", "a;b?c#d.geojson", "vsicurl.geojson", "GPKG:a.geojson"]
)
def test_the_name_of_a_map_means_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(_square())
    assert len(read_map_file(path)) == 1


@pytest.mark.parametrize("name", ["/vsicurl/{}", "{}", "/vsizip/{}", "GeoJSON:{}", "zip+{}"])
def test_no_address_is_a_map(name: str, listener: _Listener) -> None:
    with pytest.raises(DataFaultsError):
        read_map_file(Path(name.format(listener.url)))
    with pytest.raises(GeofrontError):
        read_extent(name.format(listener.url))
    assert listener.asked == []


def test_maps_in_the_formats_that_are_told_are_read(tmp_path: Path) -> None:
    frame = geopandas.read_file(io.BytesIO(_square().encode())).to_crs(32637)
    for name in ("a.gpkg", "a.fgb", "a.shp", "b.geojson", "b.geojsonl"):
        frame.to_file(tmp_path / name)
    (tmp_path / "odd.name").write_text("\ufeff" + _square(), "utf-8")
    for ending in ("shp", "shx", "dbf", "prj", "cpg"):
        shutil.copy(tmp_path / f"a.{ending}", tmp_path / f"UP.{ending.upper()}")
    for kind in ("shp", "gpkg", "geojson"):
        stem = "b" if kind == "geojson" else "a"
        with zipfile.ZipFile(tmp_path / f"{kind}.zip", "w") as archive:
            for part in tmp_path.glob(f"{stem}.*"):
                wanted = {".shp", ".shx", ".dbf", ".prj"} if kind == "shp" else {f".{kind}"}
                if part.suffix in wanted:
                    archive.write(part, f"inside/{part.name}")
    names = [
        *("a.gpkg", "a.fgb", "a.shp", "b.geojson", "b.geojsonl", "odd.name", "UP.SHP"),
        *("shp.zip", "gpkg.zip", "geojson.zip"),
    ]
    for name in names:
        read = read_map_file(tmp_path / name)
        assert read["actor"].tolist() == ["North"], name
        assert read.crs == "EPSG:4326", name
        assert shapely.box(37, 34, 38, 35).hausdorff_distance(read.geometry[0]) < 1e-6, name


def test_archives_of_maps_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geofront.files.mapfiles.LARGEST", 1000)
    path = tmp_path / "a.zip"
    for members, message in (
        ({"a.geojson": " " * 1001}, "unpacks to more"),
        ({"a.geojson": "{}", "b.geojson": "{}"}, "holds 2 maps"),
        ({"readme.txt": "x"}, "holds 0 maps"),
        ({"a.geojson": "PK\x03\x04"}, "an archive in an archive"),
    ):
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
        with pytest.raises(DataFaultsError, match=message):
            read_map_file(path)


def test_only_a_geopackage_is_a_database_that_is_a_map(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a (x)")
    database.close()
    with pytest.raises(DataFaultsError, match="it is none of GeoJSON"):
        read_map_file(path)


def test_a_shapefile_of_others_is_looked_at_first(tmp_path: Path, listener: _Listener) -> None:
    for ending in ("shx", "dbf", "prj"):
        (tmp_path / f"AssessedControl08DEC2016.{ending}").write_bytes(b"x")
    trap = _traps(tmp_path, listener.url)["vrt of an address"]
    (tmp_path / "AssessedControl08DEC2016.shp").write_text(trap)
    with pytest.raises(DataFaultsError):
        reader("isw")([tmp_path / "AssessedControl08DEC2016.shp"])
    assert listener.asked == []


# --- pages ---------------------------------------------------------------------------------------

_EVIL = "</script><img src=x onerror=alert(1)>\"'&{{}}${x}\u2028]]>--><!--"
_CONFLICT = f"""title = {json.dumps(_EVIL)}
description = {json.dumps(_EVIL)}
licence = {json.dumps(_EVIL)}
attribution = {json.dumps(_EVIL)}
"""


def _evil_world(folder: Path) -> Any:
    quoted = '"' + _EVIL.replace('"', '""') + '"'
    (folder / "actors.csv").parent.mkdir(exist_ok=True, parents=True)
    (folder / "conflict.toml").write_text(_CONFLICT, "utf-8")
    (folder / "actors.csv").write_text(
        f"id,name,side,color,aliases\n{quoted},{quoted},{quoted},#ff0000,\nB,B,,,\n", "utf-8"
    )
    (folder / "sources.csv").write_text(
        f"id,title,publisher,url,favours,licence\n{quoted},{quoted},{quoted},"
        f'"https://a.example/{_EVIL.replace(chr(34), chr(34) * 2)}",{quoted},{quoted}\n',
        "utf-8",
    )
    places = f"id,name,lon,lat,source,licence\n{quoted},{quoted},38,34,{quoted},{quoted}\n"
    events = (
        f"id,date,place,kind,actor,from_actor,source,note\n"
        f"{quoted},2020-01-01,{quoted},hold,{quoted},,{quoted},{quoted}\n"
        f"b,2020-01-02,{quoted},contest,{quoted},B,{quoted},{quoted}\n"
    )
    write_world(folder, events=events, places=f"{places}b,B,38.4,34,,\n")
    return geofront.draw(geofront.read(folder))


class _Markup(HTMLParser):
    """The elements of a page and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _attributes(markup: _Markup) -> set[str]:
    return {name for _, attributes in markup.tags for name in attributes}


def test_no_text_of_the_data_is_markup_of_the_page(tmp_path: Path) -> None:
    series = _evil_world(tmp_path / "evil")
    plain = geofront.draw(geofront.read(write_world(tmp_path / "plain")))
    pages = []
    for number, drawn in enumerate((series, plain)):
        path = geofront.write_html(drawn, tmp_path / f"{number}.html", beside=[drawn])
        pages.append(path.read_text("utf-8"))
    evil, other = map(_Markup, pages)
    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in other.tags]
    assert not {name for name in _attributes(evil) if name.startswith("on")}
    (policy,) = (
        told["content"]
        for tag, told in evil.tags
        if tag == "meta" and told.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    allowed = re.findall("script-src ([^;]*)", policy)[0].split()
    assert all(re.fullmatch(r"'sha256-[\w+/=]{44}'", source) for source in allowed)
    assert "\u2028" not in pages[0].partition("<body>")[2]


def test_no_text_of_the_data_is_markup_in_a_notebook(tmp_path: Path) -> None:
    series = _evil_world(tmp_path / "evil")
    snapshot = series.snapshot(series.end)
    for shown in (series.timeline, series, snapshot):
        markup = _Markup(shown._repr_html_())
        assert "img" not in {tag for tag, _ in markup.tags}
        assert not {name for name in _attributes(markup) if name.startswith("on")}


@pytest.mark.parametrize(
    "color", ["red;background:url(http://x)", "url(http://x)", "#ff0000}", "expression(1)", "#fff"]
)
def test_a_colour_is_six_digits(color: str, tmp_path: Path) -> None:
    (tmp_path / "actors.csv").write_text(f'id,color\nNorth,"{color}"\n')
    with pytest.raises(DataFaultsError, match="is not #rrggbb"):
        geofront.read(write_world(tmp_path))


# --- the database --------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_names_are_no_sql(tmp_path: Path) -> None:
    evil = "a'); DROP TABLE events; --\"`]"
    quoted = '"' + evil.replace('"', '""') + '"'
    events = (
        f"id,date,place,kind,actor,source,note\n{quoted},2020-01-01,b,hold,{quoted},,{quoted}\n"
    )
    places = f"id,name,lon,lat\nb,{quoted},38,34\n"
    timeline = geofront.read(write_world(tmp_path / "war", events=events, places=places))
    store = tmp_path / "store.gpkg"
    for _ in range(2):
        geofront.to_geopackage(timeline, store, conflict=evil)
    (event,) = geofront.from_geopackage(store, evil).events
    assert (event.id, event.actors, event.note) == (evil, (evil,), evil)
    with pytest.raises(GeofrontError):
        geofront.from_geopackage(store, "' OR 1=1 --")


# --- what outputs tell of the machine ------------------------------------------------------------
# Maps, tables and imports: tests/test_determinism.py looks into all that it writes.


def test_a_store_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    timeline = geofront.read(write_world(tmp_path / "war"))
    told = geofront.to_geopackage(timeline, tmp_path / "store.gpkg")
    assert told is not None
    assert str(tmp_path).encode() not in (tmp_path / "store.gpkg").read_bytes()


# --- the service ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    pytest.importorskip("pygeoapi", reason="the service needs geofront[serve]")
    from geofront.render.service import application

    return application(hostile_world(tmp_path_factory.mktemp("hostile"))).test_client()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "path",
    [
        "/static/../application.py",
        "/static/%2e%2e/%2e%2e/application.py",
        "/static/..%2fapplication.py",
        "/static//etc/passwd",
        "/schemas/../../../../etc/passwd",
        "/collections/../../etc/passwd",
        "/collections/areas%2f..%2f..%2fetc%2fpasswd",
        "/collections/areas/items/..%2f..%2fetc%2fpasswd",
        "/stac/../../etc/passwd",
        "/stac/etc/passwd",
        "/admin/config",
        "/jobs",
        "/processes",
    ],
)
def test_no_request_reaches_a_file(client: Any, path: str) -> None:
    response = client.get(path, follow_redirects=True)
    # No processes, and so no jobs, is a list of none.
    assert (
        response.status_code in {400, 404}
        or response.get_json(force=True).get(path.strip("/")) == []
    )
    assert b"root:" not in response.data
    assert b"def application" not in response.data


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "query",
    [
        "limit=99999999999999999999",
        "limit=-1",
        "offset=99999999999999999999999",
        "bbox=nan,nan,nan,nan",
        "bbox=" + ",".join(["1"] * 1000),
        "datetime=" + "9" * 5000,
        "datetime=2020-01-01/" * 500,
        "filter=1%3D1",
        "filter-lang=cql2-text&filter=actor%3D'x'%20OR%201%3D1",
        "sortby=__class__",
        "properties=__class__",
        "actor=%0d%0aSet-Cookie:%20a=b",
        "f=../../etc/passwd",
        "crs=file:///etc/passwd",
        "crs=http://127.0.0.1:9/crs",
        "lang=../../x",
        "__class__=x",
    ],
)
def test_no_question_breaks_the_service(client: Any, query: str) -> None:
    response = client.get(f"/collections/areas/items?{query}")
    assert response.status_code in {200, 400}, response.text[:300]
    assert "Set-Cookie" not in response.headers
    assert len(response.data) < 1_000_000
    assert b"Traceback" not in response.data


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pages_of_the_service_are_forbidden_to_load_or_run_anything(client: Any) -> None:
    for path in ("/?f=html", "/collections/places/items?f=html", "/collections/none", "/openapi"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_service_takes_no_body() -> None:
    waitress = pytest.importorskip("waitress", reason="the service needs geofront[serve]")
    from geofront.render.service.serve import bound_socket, run

    made: dict[str, Any] = {}

    class Server:
        def run(self) -> None: ...
        def close(self) -> None: ...

    def create(*_: object, **options: Any) -> Server:
        made.update(options)
        return Server()

    with pytest.MonkeyPatch.context() as patched, bound_socket("127.0.0.1", 0) as sock:
        patched.setattr(waitress, "create_server", create)
        run(None, sock)
    assert made["max_request_body_size"] == 65_536  # waitress alone would keep a gigabyte on disk


# --- the network ---------------------------------------------------------------------------------


def test_geocoders_check_certificates() -> None:
    from geopy.geocoders import Nominatim, Photon

    from geofront.gazetteer.geocoders import GeocoderChain

    given = [Nominatim(user_agent="geofront-tests"), Photon(user_agent="geofront-tests")]
    with GeocoderChain(given, user_agent="geofront-tests (nobody@example.org)") as chain:
        for service in chain._services:
            assert service._geocoder.scheme == "https"
            session = service._geocoder.adapter.session
            assert session.verify is True
            held = vars(session.get_adapter("https://example.org")).values()
            (context,) = (value for value in held if isinstance(value, ssl.SSLContext))
            assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
