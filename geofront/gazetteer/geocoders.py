"""Online geocoders for names that no gazetteer has: asked only on request, and marked as such."""

from __future__ import annotations

import copy
import inspect
import json
import logging
import math
import re
import sqlite3
import threading
import time
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from urllib.parse import urlsplit

import numpy as np
from geopy import exc
from geopy.adapters import BaseAsyncAdapter, RequestsAdapter
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from geofront.crs import BBox, geodesic_km
from geofront.errors import GeofrontError
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.match import NO_CONTEXT, Context, Match
from geofront.gazetteer.place import DEFAULT_RADIUS_KM, Place
from geofront.gazetteer.resolver import ACCEPTED, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopy.geocoders.base import Geocoder
    from geopy.location import Location

__all__ = ["GeocoderChain", "GeocoderSetupError", "GeocodingError", "resolve_with_geocoders"]

_log = logging.getLogger(__name__)
_NO_MATCH = "has no match"
_TOP_SCORE = 0.6  # below ACCEPTED: what is geocoded is never taken for a place without a look
_ASKED_FOR = 10  # always the same number, so that one cached answer serves every limit
_LONGEST_WAIT_SECONDS = 60.0
_BUSY_SECONDS = 30.0
_GET = "SELECT answer FROM answers_1 WHERE key = ?"
_PUT = "INSERT OR REPLACE INTO answers_1 VALUES (?, ?)"
_SAMPLE_AGENTS = {"my-application", "my_app/1", "my_user_agent/1.0", "specify_your_app_name_here"}
# Only for the pace: its own tries would neither double the wait nor heed Retry-After.
_Paced = partial(RateLimiter, max_retries=0, error_wait_seconds=math.inf, swallow_exceptions=False)
_MISREAD = (AttributeError, LookupError, TypeError, ValueError)  # geopy reads JSON as it comes
_HOPELESS = (
    exc.GeocoderAuthenticationFailure,
    exc.GeocoderInsufficientPrivileges,
    exc.GeocoderQueryError,
    exc.GeocoderQuotaExceeded,
)

_LICENCES = {"Nominatim": "ODbL-1.0", "Photon": "ODbL-1.0", "GeoNames": "CC-BY-4.0"}
_OSM_TYPES = {"N": "node", "W": "way", "R": "relation"}
_FEATURES_OF_TYPES = """
    city:PPL town:PPL village:PPL hamlet:PPL suburb:PPLX locality:LCTY state:ADM1 peak:MT hill:HLL
    aerodrome:AIRP airfield:AIRB military:MILB castle:CSTL dam:DAM hospital:HSP
"""
_FEATURES = {kind: code for kind, _, code in (t.partition(":") for t in _FEATURES_OF_TYPES.split())}


class GeocoderSetupError(GeofrontError, ValueError):
    """A chain of geocoders, or its cache, can't be used as it was set up.

    Give the geocoder what the message asks for, such as a `user_agent` that names your project.
    """


class GeocodingError(GeofrontError, ConnectionError):
    """None of the geocoders of a chain could be asked.

    Try again later, or add the place to a places.csv.

    Parameters
    ----------
    name
        The name as given.
    failures
        Pairs of a service and what became of it, in the order in which they were asked.
    """

    def __init__(self, name: str, failures: Iterable[tuple[str, str]]) -> None:
        self.name = name
        self.failures = tuple(failures)
        listed = "; ".join(f"{service} {reason}" for service, reason in self.failures)
        super().__init__(
            f"no geocoder could be asked for {name!r}: {listed}; "
            "try again later or add the place to a places.csv"
        )


class GeocoderChain(AbstractContextManager["GeocoderChain"]):
    """Geocoders that are asked one after the other until one has a match.

    Parameters
    ----------
    geocoders
        Geocoders of geopy, the preferred one first. They are copied, not changed.
    user_agent
        Who asks, and how to be reached: ``"my-project (me@example.org)"``; None if each of the
        geocoders was given its own.
    seconds_between_requests
        The least time between two requests to one service, in seconds.
    timeout_seconds
        How long to wait for an answer, in seconds.
    retries
        How often to ask again after a failure that may pass; the wait doubles each time.
    cache
        A folder, or an SQLite file, that keeps the answers and that processes may share.
    languages
        Codes of the languages in which names are wanted, the preferred one first.

    Raises
    ------
    GeocoderSetupError
        If there is no geocoder, the user agent is missing or not the user's own, a number is out
        of range, or the cache can't be opened.
    """

    def __init__(
        self,
        geocoders: Sequence[Geocoder],
        *,
        user_agent: str | None,
        seconds_between_requests: float = 1.0,
        timeout_seconds: float = 10.0,
        retries: int = 2,
        cache: Path | None = None,
        languages: Sequence[str] = (),
    ) -> None:
        if not geocoders or min(seconds_between_requests, retries) < 0 or timeout_seconds <= 0:
            raise GeocoderSetupError(
                "a chain needs a geocoder, a timeout_seconds above 0 and no negative number, not "
                f"{geocoders}, {timeout_seconds}, {seconds_between_requests}, {retries}"
            )
        pace = (seconds_between_requests, timeout_seconds, retries)
        self._cache = None if cache is None else _Cache(Path(cache))
        self._stack = ExitStack()
        codes = [languages] if isinstance(languages, str) else [*languages]
        agreed = [_prepared(geocoder, user_agent, self._stack) for geocoder in geocoders]
        self._services = [_Service(geocoder, pace, codes) for geocoder in agreed]

    def __exit__(self, *error: object) -> None:
        """Close the connections."""
        self._stack.close()

    def resolve(
        self, name: str, *, context: Context = NO_CONTEXT, limit: int | None = None
    ) -> list[Match]:
        """Return the places that the first geocoder with a match gives for a name.

        Parameters
        ----------
        name
            Any spelling; it is sent to the services.
        context
            What else is known; services are asked to look there first, results are judged by it.
        limit
            How many matches to return at most; None for all.

        Returns
        -------
        list[Match]
            Best first, equal scores in the order of the service; scores are at most 0.6. Empty if
            no service that could be asked has a match.

        Raises
        ------
        GeocodingError
            If none of the services could be asked.
        """
        query = " ".join(normalize("NFC", name).split())
        tried: list[tuple[str, str]] = []
        for service in self._services if query else ():
            try:
                places = service.ask(query, _viewbox(context), self._cache)
            except _ServiceError as error:
                _log.warning("%s %s; it was asked for %r", service, error, query)
                tried.append((str(service), str(error)))
                continue
            matches = [match for place in places for match in _judged(place, context, tried)]
            if matches:
                return sorted(matches, key=lambda match: -match.score)[:limit]
            tried.append((str(service), _NO_MATCH))
        if tried and all(what != _NO_MATCH for _, what in tried):
            raise GeocodingError(name, tried)
        return []


def resolve_with_geocoders(
    name: str,
    gazetteer: Gazetteer,
    chain: GeocoderChain,
    *,
    context: Context = NO_CONTEXT,
    limit: int | None = None,
) -> list[Match]:
    """Return the places of a gazetteer that a name may mean, or else those that geocoders give.

    Parameters
    ----------
    name
        An id, a name or an alias.
    gazetteer
        The places to search first. If one of them matches, nothing is sent anywhere.
    chain
        The geocoders to ask otherwise; their `GeocodingError` is passed on.
    context
        What else is known.
    limit
        How many matches to return at most; None for all.

    Returns
    -------
    list[Match]
        Best first: either all from the gazetteer or all geocoded, as their reasons say.
    """
    known = resolve(name, gazetteer, context=context, limit=limit)
    if known and known[0].score >= ACCEPTED:
        return known
    best = "".join(f" (at best {m.place.name} {m.score:.2f})" for m in known[:1])
    why = f"the gazetteer has no match{best}"
    geocoded = chain.resolve(name, context=context, limit=limit)
    return [replace(m, reasons=(m.reasons[0], why, *m.reasons[1:])) for m in geocoded] or known


class _ServiceError(Exception): ...


class _Service:
    def __init__(
        self, geocoder: Geocoder, pace: tuple[float, float, int], languages: list[str]
    ) -> None:
        kinds = [kind.__name__ for kind in type(geocoder).__mro__]
        self._geocoder = geocoder
        self._name = kinds[0].lower()
        self._domain = getattr(geocoder, "domain", "") or urlsplit(geocoder.api).netloc
        self._licence = next((_LICENCES[kind] for kind in kinds if kind in _LICENCES), "")
        self._nominatim = isinstance(geocoder, Nominatim)
        self._language = ",".join(languages if self._nominatim else languages[:1])
        self._pause, self._timeout, self._retries = pace
        self._geocode = _Paced(geocoder.geocode, min_delay_seconds=self._pause)
        self._resume_at = 0.0
        self._lock = threading.Lock()

    def __str__(self) -> str:
        return f"{self._name} at {self._domain}"

    def ask(self, query: str, box: BBox | None, cache: _Cache | None) -> list[Place]:
        kind = f"{type(self._geocoder).__module__}.{type(self._geocoder).__qualname__}"
        key = json.dumps([kind, self._domain, query, box, self._language])
        with self._lock:  # one request at a time; what another thread just asked is then cached
            found = _places(cache.run(_GET, key)) if cache else None
            if found is None:
                answer = json.dumps(self._ask(query, box), ensure_ascii=False)
                found = _places([(answer,)]) or []
                if cache:
                    cache.keep(key, answer)
        return found

    def _ask(self, query: str, box: BBox | None) -> list[dict[str, Any]]:
        options: dict[str, Any] = {"timeout": self._timeout, "language": self._language or None}
        options |= {"exactly_one": False, "limit": _ASKED_FOR, "addressdetails": True}
        if box:
            options["viewbox"] = [(box.south, box.west), (box.north, box.east)]
            options["location_bias"] = ((box.south + box.north) / 2, (box.west + box.east) / 2)
        accepted = inspect.signature(self._geocoder.geocode).parameters
        options = {key: value for key, value in options.items() if key in accepted}
        tries = 0
        while True:
            wait = max(0.0, self._resume_at - time.monotonic())
            if wait > _LONGEST_WAIT_SECONDS:
                raise _ServiceError(f"failed: it wants a pause of another {wait:.0f} s")
            time.sleep(wait)
            tries += 1
            try:
                found = self._geocode(query, **options)
                return [self._fields(location) for location in found or ()]
            except (exc.GeopyError, *_MISREAD) as error:
                told = getattr(error, "retry_after", None) or 0.0
                self._resume_at = time.monotonic() + max(told, self._pause * 2 ** (tries - 1))
                hopeless = isinstance(error, _HOPELESS) and not hasattr(error, "retry_after")
                if hopeless or tries > self._retries or told > _LONGEST_WAIT_SECONDS:
                    raise _ServiceError(_reason(error, tries, told)) from error

    def _fields(self, location: Location) -> dict[str, Any]:
        raw = location.raw if isinstance(location.raw, dict) else {}
        lat, lon = location.latitude, location.longitude
        if not (lat or lon) or (self._nominatim and not (raw.get("lat") and raw.get("lon"))):
            raise ValueError("a result has no position")  # geopy reads what is missing as 0
        facts = raw["properties"] if isinstance(raw.get("properties"), dict) else raw
        parts = facts["address"] if isinstance(facts.get("address"), dict) else facts
        kind = _OSM_TYPES.get(_text(facts, "osm_type"), _text(facts, "osm_type"))
        number = _text(facts, "osm_id") or f"{lat:.5f}-{lon:.5f}"
        types = [_text(facts, key) for key in ("osm_value", "type", "addresstype")]
        feature = next((_FEATURES[t] for t in types if t in _FEATURES), "")
        extra = {"geocoded_by": str(self), "address": location.address}
        return {
            "id": "-".join(filter(None, [self._name, kind, number])),
            "name": _text(facts, "name") or location.address.partition(",")[0],
            "lon": lon,
            "lat": lat,
            "feature": _text(facts, "fcode") or feature,
            "radius_km": _radius_km(lon, lat, raw.get("boundingbox"), facts.get("extent")),
            "admin1": _text(parts, "state", "adminName1"),
            "country": _text(parts, "country_code", "countrycode", "countryCode").upper(),
            "source": self._name,
            "licence": self._licence,
            "extra": extra | {"attribution": _text(raw, "licence")},
        }


class _Cache:
    # The file is opened anew for each use, so that threads and processes may share it.
    def __init__(self, path: Path) -> None:
        self._file = path if path.suffix and not path.is_dir() else path / "geocoders.sqlite"
        with suppress(OSError):  # SQLite says what is wrong
            self._file.parent.mkdir(parents=True, exist_ok=True)
        self.run("PRAGMA journal_mode = WAL")
        self.run("CREATE TABLE IF NOT EXISTS answers_1 (key TEXT PRIMARY KEY, answer TEXT)")

    def keep(self, key: str, answer: str) -> None:
        try:
            self.run(_PUT, key, answer)
        except GeocoderSetupError as error:  # of a full disk; the answer is good all the same
            _log.warning("%s; the answer is used and not kept", error)

    def run(self, statement: str, *values: str) -> list[tuple[str]]:
        give_up_at = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                database = sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None)
                with closing(database) as connection:
                    return connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                # SQLite does not wait by itself when two turn a new file to WAL at once.
                busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > give_up_at:
                    raise GeocoderSetupError(f"cache {self._file}: {error}") from error
                time.sleep(_BUSY_SECONDS / 1000)


def _places(answers: list[tuple[str]]) -> list[Place] | None:
    """Return the places of a kept answer; None if there is none, or one that is damaged."""
    try:
        results = [(fields, fields.pop("extra")) for fields in json.loads(answers[0][0])]
        return [Place(**fields, extra=MappingProxyType(extra)) for fields, extra in results]
    except _MISREAD:
        return None


def _prepared(geocoder: Geocoder, user_agent: str | None, stack: ExitStack) -> Geocoder:
    agent = geocoder.headers.get("User-Agent", "") if user_agent is None else user_agent
    said = agent.strip() and agent.isascii() and agent.isprintable()
    if not said or agent.startswith("geopy/") or agent in _SAMPLE_AGENTS:
        raise GeocoderSetupError(
            f"user_agent {agent!r} does not tell {type(geocoder).__name__} who asks; name your "
            "project and a way to reach you, in ASCII: user_agent='my-project (me@example.org)'"
        )
    if isinstance(geocoder.adapter, BaseAsyncAdapter):
        raise GeocoderSetupError(f"leave out the adapter_factory of {geocoder}: it is asynchronous")
    mine = copy.copy(geocoder)
    mine.headers = {**geocoder.headers, "User-Agent": agent}
    if type(geocoder.adapter) is RequestsAdapter:  # it tries thrice by itself, past the pace
        kept = {"proxies": geocoder.proxies, "ssl_context": geocoder.ssl_context}
        mine.adapter = stack.enter_context(RequestsAdapter(**kept, max_retries=0))
    return mine


def _viewbox(context: Context) -> BBox | None:
    if not context.points:
        return context.extent
    # Whole degrees and one more around them, so that near mentions share a cached answer.
    west, south = (math.floor(min(degrees)) - 1 for degrees in zip(*context.points, strict=True))
    east, north = (math.floor(max(degrees)) + 2 for degrees in zip(*context.points, strict=True))
    return BBox(max(west, -180), max(south, -90), min(east, 180), min(north, 90))


def _judged(place: Place, context: Context, tried: list[tuple[str, str]]) -> list[Match]:
    said = [f"geocoded by {place.source} {_TOP_SCORE:.2f}", *map(" ".join, tried)]
    # As a place of a gazetteer that is called by its id, which is the first reason.
    judged = resolve(place.id, Gazetteer([place]), context=context)[:1]
    return [Match(place, round(_TOP_SCORE * m.score, 4), (*said, *m.reasons[1:])) for m in judged]


def _radius_km(lon: float, lat: float, box: object, extent: object) -> float:
    # How far the furthest corner of the result's box is; less than the default is not believed.
    try:
        given = np.array(box or extent, dtype=float)
        south, north, west, east = given if box else given[[3, 1, 0, 2]]
        corners = np.array([(x, y) for x in (west, east) for y in (south, north)])
        km = float(geodesic_km(np.tile((lon, lat), (4, 1)), corners).max())
    except (LookupError, TypeError, ValueError):
        return DEFAULT_RADIUS_KM
    return round(max(km, DEFAULT_RADIUS_KM), 3) if math.isfinite(km) else DEFAULT_RADIUS_KM


def _reason(error: Exception, tries: int, told: float) -> str:
    # The error's own text is left out: it may hold a whole page, or an address with a key in it.
    kind = type(error) if isinstance(error, exc.GeopyError) else exc.GeocoderParseError
    words = " ".join(re.findall("[A-Z][a-z]+", kind.__name__.removeprefix("Geocoder"))).lower()
    status = getattr(error.__cause__, "status_code", None)
    details = [f"HTTP {status}"] if status else []
    details += [f"it wants a pause of {told:.0f} s"] if told else []
    return ", ".join([f"failed after {tries} tries: {words}", *details])


def _text(mapping: Mapping[str, Any], *keys: str) -> str:
    return next((str(mapping[key]) for key in keys if mapping.get(key) not in (None, "")), "")
