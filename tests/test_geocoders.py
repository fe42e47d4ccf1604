"""Online geocoding against a server on this machine that answers, and fails, as Nominatim does."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.adapters import BaseAsyncAdapter, RequestsAdapter, URLLibAdapter
from geopy.geocoders import GeoNames, Nominatim, Photon

from geofront.crs import BBox, LonLat
from geofront.errors import GeofrontError
from geofront.gazetteer.geocoders import (
    GeocoderChain,
    GeocoderSetupError,
    GeocodingError,
    resolve_with_geocoders,
)
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.place import Place
from geofront.gazetteer.resolver import ACCEPTED, Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AGENT = "geofront-tests (tests@example.org)"

# As nominatim.openstreetmap.org writes its results; the positions are round.
TOWN: dict[str, Any] = {
    "place_id": 11,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "node",
    "osm_id": 4711,
    "lat": "34.50",
    "lon": "38.00",
    "class": "place",
    "type": "town",
    "addresstype": "town",
    "name": "Jazal",
    "display_name": "Jazal, Tadmur District, Homs Governorate, Syria",
    "address": {"town": "Jazal", "state": "Homs Governorate", "country_code": "sy"},
    "boundingbox": ["34.40", "34.60", "38.00", "38.00"],
}
PEAK: dict[str, Any] = {
    **TOWN,
    "osm_type": "way",
    "osm_id": 12,
    "lat": "36.0",
    "class": "natural",
    "type": "peak",
    "addresstype": "peak",
    "boundingbox": ["35.99995", "36.00005", "37.99995", "38.00005"],
}
CITY: dict[str, Any] = {
    **TOWN,
    "osm_type": "relation",
    "class": "boundary",
    "type": "administrative",
    "addresstype": "city",
    "boundingbox": None,
}

Answer = tuple[int, dict[str, str], bytes]
JSON = {"Content-Type": "application/json; charset=utf-8"}


def results(*found: dict[str, Any]) -> Answer:
    return 200, JSON, json.dumps(found).encode()


def status(code: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return code, {"Content-Type": "text/html", **named}, b"<html><body>an error page</body></html>"


TRUNCATED: Answer = (200, JSON, json.dumps([TOWN]).encode()[:80])
CUT_OFF: Answer = (200, {**JSON, "Content-Length": "5000"}, json.dumps([TOWN]).encode()[:80])
HTML: Answer = (200, {"Content-Type": "text/html"}, b"<html><body>maintenance</body></html>")
HANG: Answer = (0, {}, b"")


class Service(ThreadingHTTPServer):
    """A geocoding service: its answers in turn (the last one stays), and what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = [results(TOWN)]
        self.asked: list[dict[str, str]] = []
        self.agents: set[str] = set()
        self.times: list[float] = []
        self.ending = threading.Event()
        self.guard = threading.Lock()

    @property
    def domain(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def answer(self, path: str, agent: str) -> Answer:
        with self.guard:
            self.times.append(time.monotonic())
            self.asked.append({k: v[0] for k, v in parse_qs(urlsplit(path).query).items()})
            self.agents.add(agent)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    """Hands requests to the service."""

    server: Service

    def do_GET(self) -> None:
        code, headers, body = self.server.answer(self.path, self.headers["User-Agent"])
        if not code:
            self.server.ending.wait(20)
            return
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the output clean."""


def serve() -> Iterator[Service]:
    service = Service()
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.ending.set()
        service.shutdown()
        thread.join()
        service.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    yield from serve()


@pytest.fixture
def second() -> Iterator[Service]:
    yield from serve()


def nominatim(service: Service, **options: Any) -> Nominatim:
    return Nominatim(domain=service.domain, scheme="http", proxies={}, **options)


def chain(*services: Service, **options: Any) -> GeocoderChain:
    fast = {"seconds_between_requests": 0.01, "timeout_seconds": 5.0, "user_agent": AGENT}
    return GeocoderChain([nominatim(service) for service in services], **{**fast, **options})


# --- what comes back --------------------------------------------------------------------------


def test_a_result_becomes_a_place_that_says_where_it_is_from(service: Service) -> None:
    with chain(service) as asked:
        (match,) = asked.resolve("Jazal")
    place = match.place
    assert (place.id, place.name) == ("nominatim-node-4711", "Jazal")
    assert (place.lon, place.lat) == (38.0, 34.5)
    assert (place.source, place.licence, place.feature) == ("nominatim", "ODbL-1.0", "PPL")
    assert (place.admin1, place.country) == ("Homs Governorate", "SY")
    # A tenth of a degree of latitude at 34.5 N is 11.09 km.
    assert place.radius_km == pytest.approx(11.09, abs=0.01)
    assert dict(place.extra) == {
        "geocoded_by": f"nominatim at {service.domain}",
        "address": TOWN["display_name"],
        "attribution": TOWN["licence"],
    }
    assert match.score == 0.6
    assert match.reasons == ("geocoded by nominatim 0.60",)


@pytest.mark.parametrize(
    ("result", "feature", "radius_km"),
    [
        (PEAK, "MT", 1.0),  # a box of some metres does not make a geocoder that sure
        (CITY, "PPL", 1.0),
        ({**TOWN, "type": "pub"} | {"addresstype": "amenity"}, "", 11.09),
        ({**TOWN, "boundingbox": ["a", "b", "c", "d"]}, "PPL", 1.0),
        ({**TOWN, "boundingbox": ["1", "2"]}, "PPL", 1.0),
        ({**TOWN, "boundingbox": ["nan", "nan", "1", "2"]}, "PPL", 1.0),
    ],
)
def test_class_and_box_become_feature_and_radius(
    service: Service, result: dict[str, Any], feature: str, radius_km: float
) -> None:
    service.answers = [results(result)]
    with chain(service) as asked:
        place = asked.resolve("Jazal")[0].place
    assert place.feature == feature
    assert place.radius_km == pytest.approx(radius_km, abs=0.01)


def test_without_context_equal_results_tie_in_the_order_of_the_service(service: Service) -> None:
    service.answers = [results(PEAK, TOWN)]
    with chain(service) as asked:
        matches = asked.resolve("Jazal")
        assert asked.resolve("Jazal", limit=1) == matches[:1]
    assert [m.place.id for m in matches] == ["nominatim-way-12", "nominatim-node-4711"]
    assert {m.score for m in matches} == {0.6}


def test_context_decides_as_it_does_in_a_gazetteer(service: Service) -> None:
    service.answers = [results(PEAK, TOWN)]
    with chain(service) as asked:
        best, *others = asked.resolve("Jazal", context=Context(near=LonLat(38.1, 34.4)))
        fit, unfit = asked.resolve("Jazal", context=Context(feature="PPL"))
    assert best.place.id == "nominatim-node-4711"
    assert 0.5 < best.score <= 0.6
    assert all(other.score < best.score for other in others)
    assert (fit.place.feature, unfit.place.feature) == ("PPL", "MT")
    assert fit.score > unfit.score
    assert fit.reasons == ("geocoded by nominatim 0.60",)
    assert unfit.reasons[0] == fit.reasons[0]
    assert "not a PPL" in unfit.reasons[1]


def test_a_service_is_asked_to_look_near_the_context_first(service: Service) -> None:
    contexts = [
        Context(),
        Context(extent=BBox(35, 32, 42.5, 37)),
        Context(near=LonLat(38.1, 34.4)),
        Context(near=(LonLat(38.1, 34.4), LonLat(-0.5, -1.5)), extent=BBox(35, 32, 42.5, 37)),
        Context(near=LonLat(179.5, 89.5)),
    ]
    with chain(service) as asked:
        for context in contexts:
            asked.resolve("Jazal", context=context)
    boxes = [query.get("viewbox") for query in service.asked]
    assert [[float(edge) for edge in box.split(",")] if box else None for box in boxes] == [
        None,
        [35, 32, 42.5, 37],
        [37, 33, 40, 36],  # the degree that it lies in, and one more on each side
        [-2, -3, 40, 36],
        [178, 88, 180, 90],
    ]


def test_what_is_sent(service: Service) -> None:
    with chain(service, languages=["en", "ar"]) as asked:
        asked.resolve("  Jazal   oil field ")
        assert asked.resolve("   ") == []
    (query,) = service.asked
    assert query["q"] == "Jazal oil field"
    assert query["accept-language"] == "en,ar"
    assert service.agents == {AGENT}


def test_other_services_of_geopy_serve_too(service: Service) -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [38.0, 34.5]},
        "properties": {
            "osm_type": "N",
            "osm_id": 4711,
            "osm_key": "place",
            "osm_value": "village",
            "name": "Jazal",
            "type": "city",
            "countrycode": "SY",
            "state": "Homs",
            "extent": [38.0, 34.6, 38.0, 34.4],
        },
    }
    service.answers = [
        (200, JSON, json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    ]
    geocoder = Photon(domain=service.domain, scheme="http", proxies={})
    near = Context(near=LonLat(38.1, 34.4))
    with GeocoderChain([geocoder], user_agent=AGENT, languages="de") as asked:
        (match,) = asked.resolve("Jazal", context=near)
    place = match.place
    assert (place.id, place.feature, place.source) == ("photon-node-4711", "PPL", "photon")
    assert (place.licence, place.country, place.admin1) == ("ODbL-1.0", "SY", "Homs")
    assert place.radius_km == pytest.approx(11.09, abs=0.01)
    (query,) = service.asked
    assert (query["lang"], query["lat"], query["lon"]) == ("de", "34.5", "38.5")


def test_geonames_without_osm_ids(service: Service) -> None:
    found = {"geonameId": 1, "name": "Jazal", "lat": "34.5", "lng": "38.0", "fcode": "OILF"}
    found |= {"countryCode": "SY", "adminName1": "Homs", "countryName": "Syria"}
    service.answers = [(200, JSON, json.dumps({"geonames": [found]}).encode())]
    geocoder = GeoNames("me", domain=service.domain, proxies={})
    with GeocoderChain([geocoder], user_agent=AGENT) as asked:
        (match,) = asked.resolve("Jazal")
    place = match.place
    assert (place.id, place.feature) == ("geonames-34.50000-38.00000", "OILF")
    assert (place.licence, place.country, place.admin1) == ("CC-BY-4.0", "SY", "Homs")


# --- beside a gazetteer -----------------------------------------------------------------------

KNOWN = Gazetteer([Place("palmyra", "Palmyra", 38.28, 34.55, ("Tadmur",), feature="PPL")])


def test_what_the_gazetteer_has_is_not_asked_for(service: Service) -> None:
    with chain(service) as asked:
        (match,) = resolve_with_geocoders("Tadmur", KNOWN, asked)
    assert match.place.id == "palmyra"
    assert service.asked == []


def test_what_the_gazetteer_lacks_is_asked_for_and_marked(service: Service) -> None:
    with chain(service) as asked:
        (match,) = resolve_with_geocoders("Jazal", KNOWN, asked)
    assert match.place.id == "nominatim-node-4711"
    assert match.score < ACCEPTED
    assert match.reasons[0].startswith("geocoded by nominatim")
    assert match.reasons[1].startswith("the gazetteer has no match")


def test_what_is_not_accepted_does_not_mix_with_what_is_geocoded(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geofront.gazetteer.geocoders.ACCEPTED", 2.0)
    with chain(service) as asked:
        (found,) = resolve_with_geocoders("Palmyra", KNOWN, asked)
        service.answers = [results()]
        (left,) = resolve_with_geocoders("Palmyra", KNOWN, asked)
    assert found.place.source == "nominatim"
    assert found.reasons[1].startswith("the gazetteer has no match (at best Palmyra 0.9")
    assert left.place.id == "palmyra"  # of two that are not sure, better the one that is known


def test_a_failure_is_passed_on(service: Service) -> None:
    service.answers = [status(403)]
    with chain(service) as asked, pytest.raises(GeocodingError):
        resolve_with_geocoders("Jazal", KNOWN, asked)


# --- failures ---------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Latitude normalization:UserWarning")
@pytest.mark.parametrize("adapter", [RequestsAdapter, URLLibAdapter])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(500), "service error, HTTP 500"),
        (status(503), "timed out, HTTP 503"),
        (status(429), "rate limited, HTTP 429"),
        (status(429, Retry_After="0"), "rate limited, HTTP 429"),
        (TRUNCATED, "parse error"),
        (HTML, "parse error"),
        (results({"unexpected": 1}), "parse error"),
        (results({**TOWN, "lat": None}), "parse error"),
        (results({**TOWN, "lat": "north"}), "parse error"),
        (results({**TOWN, "lat": "95"}), "parse error"),
        ((200, JSON, b"[1, 2]"), "parse error"),
    ],
)
def test_a_failure_that_may_pass_is_asked_again(
    service: Service, adapter: type[RequestsAdapter], fault: Answer, said: str
) -> None:
    geocoder = nominatim(service, adapter_factory=adapter)
    service.answers = [fault, fault, results(TOWN), fault]
    with GeocoderChain([geocoder], user_agent=AGENT, seconds_between_requests=0.01) as asked:
        assert len(asked.resolve("Jazal")) == 1
        assert len(service.asked) == 3
        with pytest.raises(GeocodingError, match="failed after 3 tries") as caught:
            asked.resolve("Jazal")
    assert len(service.asked) == 6
    ((name, reason),) = caught.value.failures
    assert name == f"nominatim at {service.domain}"
    assert reason == f"failed after 3 tries: {said}"


def test_an_answer_that_is_cut_off_is_asked_for_again(service: Service) -> None:
    service.answers = [CUT_OFF, results(TOWN)]
    with chain(service) as asked:
        assert len(asked.resolve("Jazal")) == 1
    assert len(service.asked) == 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (status(400), "query error, HTTP 400"),
        (status(401), "authentication failure, HTTP 401"),
        (status(402), "quota exceeded, HTTP 402"),
        (status(403), "insufficient privileges, HTTP 403"),
        ((200, JSON, b'{"error": "no such parameter"}'), "query error"),
    ],
)
def test_a_refusal_is_not_asked_again(service: Service, fault: Answer, said: str) -> None:
    service.answers = [fault]
    with chain(service) as asked, pytest.raises(GeocodingError, match=said):
        asked.resolve("Jazal")
    assert len(service.asked) == 1


def test_a_service_that_hangs_is_left_after_the_timeout(service: Service) -> None:
    service.answers = [HANG]
    start = time.monotonic()
    with (
        chain(service, timeout_seconds=0.2, retries=1) as asked,
        pytest.raises(GeocodingError, match="failed after 2 tries: timed out"),
    ):
        asked.resolve("Jazal")
    assert 0.4 <= time.monotonic() - start < 5
    assert len(service.asked) == 2  # none that the adapter sent by itself


def test_an_unreachable_service() -> None:
    ended = Service()
    ended.server_close()
    with chain(ended, retries=0) as asked, pytest.raises(GeocodingError, match="unavailable"):
        asked.resolve("Jazal")


def test_a_service_is_left_alone_for_as_long_as_it_asks(service: Service) -> None:
    service.answers = [status(429, Retry_After="1"), results(TOWN)]
    with chain(service) as asked:
        assert len(asked.resolve("Jazal")) == 1
    first, then = service.times
    assert then - first >= 0.99


def test_a_pause_of_an_hour_is_not_waited_for_but_kept(service: Service) -> None:
    service.answers = [status(429, Retry_After="3600")]
    with chain(service) as asked:
        for _ in range(2):
            with pytest.raises(GeocodingError, match=r"wants a pause of (another )?3\d\d\d s"):
                asked.resolve("Jazal")
    assert len(service.asked) == 1


def test_the_wait_doubles_from_try_to_try(service: Service) -> None:
    service.answers = [status(500)]
    with (
        chain(service, seconds_between_requests=0.1, retries=3) as asked,
        pytest.raises(GeocodingError),
    ):
        asked.resolve("Jazal")
    waits = [b - a for a, b in zip(service.times, service.times[1:], strict=False)]
    assert all(wait >= least for wait, least in zip(waits, (0.09, 0.19, 0.39), strict=True))


def test_the_next_service_is_asked_where_one_fails_or_knows_nothing(
    service: Service, second: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with chain(service, second, retries=0) as asked:
        for fault, what in [(status(500), "HTTP 500"), (results(), "has no match")]:
            service.answers = [fault]
            (match,) = asked.resolve("Jazal")
            assert match.place.extra["geocoded_by"] == f"nominatim at {second.domain}"
            assert match.reasons[0].startswith("geocoded by nominatim")
            assert match.reasons[1].startswith(f"nominatim at {service.domain}")
            assert what in match.reasons[1]
    (warning,) = caplog.messages
    assert "HTTP 500" in warning


def test_when_all_fail_each_is_listed(service: Service, second: Service) -> None:
    service.answers = [status(500)]
    second.answers = [HTML]
    with chain(service, second, retries=0) as asked, pytest.raises(GeocodingError) as caught:
        asked.resolve("Jazal")
    error = caught.value
    assert isinstance(error, GeofrontError)
    assert isinstance(error, ConnectionError)
    assert error.name == "Jazal"
    assert [name for name, _ in error.failures] == [
        f"nominatim at {s.domain}" for s in (service, second)
    ]
    assert all(part in str(error) for pair in error.failures for part in pair)
    assert "maintenance" not in str(error)


def test_no_match_is_an_answer_where_another_fails(service: Service, second: Service) -> None:
    service.answers = [results()]
    second.answers = [status(500)]
    with chain(service, second, retries=0) as asked:
        assert asked.resolve("Jazal") == []


# --- pace and cache ---------------------------------------------------------------------------


def test_requests_keep_their_distance_also_between_threads(service: Service) -> None:
    start = time.monotonic()
    with (
        chain(service, seconds_between_requests=0.1) as asked,
        ThreadPoolExecutor(4) as pool,
    ):
        list(pool.map(asked.resolve, ["a b", "c d", "e f", "g h"]))
    assert len(service.times) == 4
    assert all(at - start >= 0.099 * count for count, at in enumerate(service.times))


@pytest.mark.parametrize("name", ["cache", "cache.sqlite", "deep/er/cache"])
def test_an_answer_is_asked_for_once(service: Service, tmp_path: Path, name: str) -> None:
    for _ in range(2):  # a second chain is what a second process has
        with chain(service, cache=tmp_path / name) as asked:
            first = asked.resolve("Jazal")
            assert asked.resolve(" Jazal ", limit=1) == first
    assert first[0].place.radius_km == pytest.approx(11.09, abs=0.01)
    assert len(service.asked) == 1


def test_no_match_is_kept_and_a_failure_is_not(service: Service, tmp_path: Path) -> None:
    service.answers = [status(500), results(), results(TOWN)]
    with chain(service, cache=tmp_path, retries=0) as asked:
        with pytest.raises(GeocodingError):
            asked.resolve("Jazal")
        assert asked.resolve("Jazal") == []
        assert asked.resolve("Jazal") == []
    assert len(service.asked) == 2


def test_what_is_asked_otherwise_is_kept_apart(
    service: Service, second: Service, tmp_path: Path
) -> None:
    extent = Context(extent=BBox(35, 32, 42, 37))
    for _ in range(2):
        with chain(service, cache=tmp_path) as asked:
            asked.resolve("Jazal")
            asked.resolve("Jazal", context=extent)
            asked.resolve("Jazal", context=Context(near=LonLat(38.1, 34.4)))
            asked.resolve("Jazal", context=Context(near=LonLat(38.2, 34.6)))  # the same degrees
        with chain(service, cache=tmp_path, languages="ar") as asked:
            asked.resolve("Jazal")
        with chain(second, cache=tmp_path) as asked:
            asked.resolve("Jazal")
    assert (len(service.asked), len(second.asked)) == (4, 1)


def test_threads_share_a_cache(service: Service, tmp_path: Path) -> None:
    names = ["a b", "c d", "e f"] * 8
    with (
        chain(service, cache=tmp_path) as asked,
        ThreadPoolExecutor(8) as pool,
    ):
        found = list(pool.map(asked.resolve, names))
    assert all(len(matches) == 1 for matches in found)
    assert len(service.asked) == 3


ASK = """
import sys
from pathlib import Path
from geopy.geocoders import Nominatim
from geofront.gazetteer.geocoders import GeocoderChain

geocoder = Nominatim(domain=sys.argv[1], scheme="http", proxies={}, user_agent="tests (a@b.org)")
options = {"user_agent": None, "seconds_between_requests": 0.001, "cache": Path(sys.argv[2])}
print("ready", flush=True)
sys.stdin.readline()
with GeocoderChain([geocoder], **options) as chain:
    print(sum(len(chain.resolve(f"name {n}")) for n in range(20)))
"""


def test_processes_share_a_cache(service: Service, tmp_path: Path) -> None:
    cache = tmp_path / "shared.sqlite"
    command = [sys.executable, "-W", "error", "-c", ASK, service.domain, str(cache)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, **pipes) for _ in range(4)]
    for worker in workers:  # all of them start at once, on a cache that does not exist yet
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.communicate(timeout=60)[0] for worker in workers] == ["20\n"] * 4
    assert [worker.returncode for worker in workers] == [0] * 4
    before = len(service.asked)
    assert 20 <= before <= 80
    late = subprocess.run(command, input="go\n", capture_output=True, text=True, check=True)
    assert late.stdout == "ready\n20\n"
    assert len(service.asked) == before
    with closing(sqlite3.connect(cache)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT count(*) FROM answers_1").fetchone() == (20,)


def test_a_cache_that_is_none_is_refused(service: Service, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.txt"
    wrong.write_text("this is not a database, whatever else it may be", encoding="utf-8")
    with pytest.raises(GeocoderSetupError, match=r"notes\.txt: file is not a database"):
        chain(service, cache=wrong)
    with pytest.raises(GeocoderSetupError, match="unable to open"):
        chain(service, cache=wrong / "below.sqlite")


# --- setting up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "agent", ["", "   ", "geopy/2.5.0", "my-application", "two\nlines", "проект", None]
)
def test_a_service_is_told_who_asks(service: Service, agent: str | None) -> None:
    with pytest.raises(GeocoderSetupError, match="who asks; name your project"):
        chain(service, user_agent=agent)
    assert service.asked == []


def test_the_agent_of_a_geocoder_serves_and_the_geocoder_is_not_changed(service: Service) -> None:
    geocoder = nominatim(service, user_agent="its-own (a@b.org)")
    for agent in (None, AGENT):
        with GeocoderChain([geocoder], user_agent=agent, seconds_between_requests=0.01) as asked:
            asked.resolve("Jazal")
    assert service.agents == {"its-own (a@b.org)", AGENT}
    assert geocoder.headers == {"User-Agent": "its-own (a@b.org)"}


class Async(BaseAsyncAdapter):  # type: ignore[misc]
    """An adapter that would give coroutines."""

    get_json = get_text = None


@pytest.mark.parametrize(
    ("geocoders", "options"),
    [
        (lambda _: [], {}),
        (lambda service: [nominatim(service)], {"retries": -1}),
        (lambda service: [nominatim(service)], {"timeout_seconds": 0}),
        (lambda service: [nominatim(service)], {"seconds_between_requests": -0.5}),
        (lambda service: [nominatim(service, adapter_factory=Async)], {}),
    ],
)
def test_what_cannot_work_is_refused(
    service: Service, geocoders: Callable[[Service], list[Nominatim]], options: dict[str, Any]
) -> None:
    with pytest.raises(GeocoderSetupError):
        GeocoderChain(geocoders(service), user_agent=AGENT, **options)


def test_nothing_is_sent_unless_asked(service: Service) -> None:
    program = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('a connection')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import geofront.gazetteer.geocoders"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
    with chain(service):
        pass
    assert service.asked == []
