"""Phrases that name no place but a position relative to named ones: "4 km west of Palmyra".

A phrase becomes a point, a line or an area in degrees, worked out on the ellipsoid, with a radius:
how far the true position may lie from the middle. What is uncertain for reasons of its own (the
anchor's radius, the rounding of the distance, the width of the direction) is added in quadrature.
The words are English; all of them stand in the tables at the head of this module.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import combinations, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from shapely.affinity import translate

from geofront.crs import GEOD, MAX_LON, LocalCRS, LonLat
from geofront.errors import AmbiguousPlaceError, GeofrontError, UnknownPlaceError
from geofront.gazetteer.names import fold
from geofront.gazetteer.place import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Answer: TypeAlias = tuple[Place | UnknownPlaceError | AmbiguousPlaceError, int]
    _Drawn: TypeAlias = tuple[shapely.Geometry, float, str]

__all__ = ["ParsedPhrase", "Phrase", "PhraseError", "parse", "read_phrase"]

# --- the words --------------------------------------------------------------------------------

_SIDES = {"N": "north", "E": "east", "S": "south", "W": "west"}
_ROSE = re.findall("[A-Z]+", "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW")
_POINTS = ["-".join(_SIDES[letter] for letter in letters) for letters in _ROSE]
_STEP = 22.5  # degrees between two of the 16 points
_AZIMUTHS = {letters.casefold(): i * _STEP for i, letters in enumerate(_ROSE)}
_AZIMUTHS |= {point.replace("-", ""): i * _STEP for i, point in enumerate(_POINTS)}
_UNITS_KM = {
    **dict.fromkeys(["km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"], 1.0),
    **dict.fromkeys(["m", "metre", "metres", "meter", "meters"], 0.001),
    **dict.fromkeys(["mi", "mile", "miles"], 1.609344),
    **dict.fromkeys(["nmi", "nautical mile", "nautical miles"], 1.852),
}
_COUNTS = re.findall("[a-z]+", "one two three four five six seven eight nine ten eleven twelve")
_NUMBERS = {  # the number, and how far it may be off
    word: (float(n), 0.5) for n, word in enumerate(_COUNTS, start=1)
} | {"half a": (0.5, 0.25), "a few": (3.5, 1.5), "several": (6.0, 3.0), "a": (1.0, 0.5)}
_POINT = r"(?:north|south|east|west)"
_MANY = rf"{_POINT}(?:[ –-]?{_POINT}){{0,2}}"
_WORDS = {
    "head": r"(?P<head>(?:(?!(?:of|from|near|outside|between)\b)\S+ ){0,6}?)",  # "two villages"
    "about": r"(?:about|some|roughly|around|approximately|approx\.?|nearly|almost|circa|ca\.?|c\."
    r"|~|≈|just over|just under|more than|less than|over|under|at least|at most|up to)",
    "hedges": r"(?P<about>(?:(?:{about}|only|just|within|at|exactly) ?){0,3})",
    "number": (
        r"(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,9})?"
        rf"|\d{{1,9}}(?:[.,]\d{{1,9}})?|{'|'.join(_NUMBERS)})"
    ),
    "unit": rf"(?:{'|'.join(sorted(_UNITS_KM, key=len, reverse=True))})",
    "way": r"(?:(?:away|to the|due|directly|straight) )*",
    "distance": r"{hedges}(?P<number>{number})(?: ?(?:-|–|to) ?(?P<upto>{number}))?[ -]?"
    r"(?P<unit>{unit})\b\.?(?: ?(?:\([^()]*\)|/ ?[\d.,]+ ?\w+))? ?{way}",
    "amount": r"(?P<bad>[+-]?\d[\d.,]* ?(?!{things}\b)(?-i:[a-z]+))",
    "things": r"(?:hills|villages|towns|checkpoints|positions|points|farms|bases|heights|fields)",
    "toward": rf"(?:{_MANY}(?:ern(?:most)?|erly|wards?)?|[NSEW](?:\.?[NSEW]){{0,2}}\.?)",
    "beyond": rf"(?:{_MANY}(?:ern(?:most)?|erly|wards?)?|(?-i:[NSEW](?:\.?[NSEW]){{0,2}}\.?))",
    "side": rf"(?P<dir>{_MANY}ern(?:most)?|(?-i:{_MANY}))",
    "road": r"(?P<road>roads?|highway|motorway|expressway|freeway|route)",
    "crossroads": r"(?P<crossroads>crossroads?|junction|intersection|interchange)",
    "halfway": r"(?P<halfway>half[ -]?way|mid-?way|mid-?point)",
    "area": r"(?:(?P<outskirts>outskirts|suburbs|fringes?|edges?|entrances?|approaches)"
    r"|(?P<countryside>countryside|hinterland|rural areas?)"
    r"|(?P<part>parts?|sides?|half|districts?|quarters?|sectors?|shores?|slopes?)"
    r"|(?P<near>vicinity|surroundings|environs|neighbou?rhood|areas?|regions?))",
    "beside": r"(?:(?P<near>near|nearby|close to|around|next to|beside|adjacent to|not far from)"
    r"|(?P<outside>outside(?: of)?))",
    "qualities": r"(?:(?:main|old|new|strategic|international|desert|coastal|direct|supply) )*",
    "names": r"\b ?(?P<names>.*)",
}
_KINDS = ("halfway", "crossroads", "road", "outskirts", "countryside", "part", "near", "outside")
_BEYOND_KM = {"outskirts": 2.0, "outside": 3.0, "near": 5.0, "side": 15.0, "countryside": 20.0}
_EXAMPLE = 'write it as in "4 km west of Palmyra"'
_DASH_KINDS = {0x2010: "-", 0x2011: "-", 0x2212: "-", 0x2012: "–", 0x2014: "–", 0x2015: "–"}
_DASHES, _MAYBE, _FAULT = " ?– ?| - | to |-", "?", "!"


def _pattern(rule: str) -> re.Pattern[str]:
    while (filled := re.sub(r"\{([a-z]+)\}", lambda m: _WORDS[m[1]], rule)) != rule:
        rule = filled
    return re.compile(rule, re.IGNORECASE)


_LEAD = _pattern(r"^(?:(?-i:in|on|at|along) |(?:in|on|at|along) (?=the ))?(?:the )?")
_ABOUT = _pattern(r"{about}")
_SETTLEMENT = _pattern(r"^(?:cities|city|towns?|villages?) of (?:the )?| (?:city|town|village)$")
_RULES = [  # kind (unless a group says it), what stands between the names, pattern; first fit wins
    (kind, joint, _pattern(rule))
    for kind, joint, rule in [
        ("offset", "", r"{head}{distance}(?P<dir>{toward})(?:$| (?:of|from){names})"),
        ("distance", "", r"{head}{distance}(?:from|of|off|outside(?: of)?|around){names}"),
        (f"gives no direction; {_EXAMPLE}", _FAULT, r"{distance}(?P<bad>.*?)(?: (?:of|from)\b.*)?"),
        (f"is no distance; {_EXAMPLE}", _FAULT, r"{hedges}{amount} {way}(?:{toward} of|from)\b.*"),
        (f"is no distance; {_EXAMPLE}", _FAULT, r"{head}(?P<bad>\S+ {unit}) {way}{toward} of\b.*"),
        ("between", " and ", r"{head}(?:(?:{road}|{crossroads}|{halfway}) )?between{names}"),
        ("", " to ", r"{head}(?:{road}|{halfway}) from{names}"),
        ("", " from ", r"{head}(?:{road}|{halfway}) to{names}"),
        ("", _DASHES, r"{qualities}{crossroads} of (?:the )?(?P<names>.*)"),
        ("", " and ", r"{qualities}{crossroads} of{names}"),
        ("", "", r"{head}(?:(?P<dir>{toward}) )?{area} (?:of|around){names}"),
        ("side", "", r"{head}(?P<dir>{beyond}) of{names}"),
        ("", "", r"{head}{beside}{names}"),
        ("", _DASHES, r"{qualities}(?P<names>.+?) (?:{road}|{crossroads})(?: area)?"),
        ("", _MAYBE, r"(?:{side} )?(?P<names>.+?) {area}"),
        ("part", _MAYBE, r"{side} (?P<names>.+)"),
    ]
]
_LONGEST, _LONGEST_RAW = 200, 2000  # characters of a phrase, and before marks are stripped
_MOST_JOINTS = 6
_FARTHEST_KM = 1000.0
_WIDEST_KM = 9000.0  # less than a quarter of the Earth, so that an area has an inside
_LEAST_KM = 0.5  # the least radius of an anchor that an area is drawn around
_VERTEX_KM, _MOST_VERTICES = 10.0, 200
_TURN = 360.0
_M_PER_KM = 1000.0
_SOURCE = "geofront-phrase"


class PhraseError(GeofrontError, ValueError):
    """A text is a phrase about a position, but a part of it is not understood.

    `text` is the phrase, `part` what is not understood; the message says what to write instead.
    """

    def __init__(self, text: str, part: str, advice: str) -> None:
        self.text = text
        self.part = part
        super().__init__(f"phrase {text!r}: {part!r} {advice}")


@dataclass(frozen=True, slots=True)
class ParsedPhrase:
    """What a phrase says, before its names are looked up.

    `readings` are the ways to divide it into names (a hyphen or an "and" may belong to a name);
    `bare` is the text without "in the" before it, and `chain` the names with the hyphens between
    them: either may be the name of one place. `tentative` phrases are such only if their names
    are known; `fault` is what is not understood.
    """

    text: str
    kind: str
    readings: tuple[tuple[str, ...], ...] = ()
    azimuth: float | None = None
    distance_km: float = 0.0
    rounding_km: float = 0.0
    bare: str = ""
    chain: str = ""
    tentative: bool = False
    fault: PhraseError | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A position that a phrase describes.

    `geometry` is a point, a line or an area in degrees (WGS 84, longitude first; in several parts
    where it crosses the 180th meridian); `radius_km` says how far the true position may lie from
    its middle; `anchors` are the places that the phrase names; `reasons` tell the working.
    """

    text: str
    kind: str
    geometry: shapely.Geometry
    radius_km: float
    anchors: tuple[Place, ...]
    reasons: tuple[str, ...]

    @property
    def place(self) -> Place:
        """The phrase as a place: the point, the middle of the line, or the centre of the area."""
        stops = [a.position for a in self.anchors]
        center = _middle(stops) if len(stops) > 1 else _center(self.geometry, stops[0])
        return Place(
            *(_slug(self.text), self.text, *center),
            feature={"road": "RD", "crossroads": "RDJCT"}.get(self.kind, ""),
            radius_km=self.radius_km,
            source=_SOURCE,
            licence=" AND ".join(dict.fromkeys(a.licence for a in self.anchors if a.licence)),
        )


def parse(text: str) -> ParsedPhrase | None:
    """Read what a phrase says, without looking up its names. It raises for no text.

    Parameters
    ----------
    text
        A place as a source gives it.

    Returns
    -------
    ParsedPhrase | None
        None where the text is no phrase: a plain name, or prose of more than 200 characters.
        A phrase with a part that is not understood has it in `fault`.
    """
    clean = _clean(text)
    bare = _LEAD.sub("", clean)
    try:
        ways = (_read(clean, bare, rule) for rule in _RULES)
        return next((parsed for parsed in ways if parsed is not None), None)
    except PhraseError as fault:
        return ParsedPhrase(clean, "", bare=bare, fault=fault)


def read_phrase(text: str, locate: Callable[[str], Place]) -> Phrase | None:
    """Work out the position that a phrase describes.

    With r the anchor's radius in km, the radius of the phrase is

    - d km in a direction: √(r² + h² + (d tan w)²), where h is half the step to which d is
      rounded (4 km: 0.5; 10 km: 5; twice that for "about", but no more than d / 2) and w is
      22.5°, or 11.25° for a direction such as north-north-east;
    - d km from a place: d + √(r² + h²);
    - halfway between two: √((r₁² + r₂²) / 4 + (L / 10)²), L being the distance between them;
    - between two, a road, a crossroads: √((L / 2)² + max r²), L being the length of the line;
    - an area: as far as its outline lies from its centre.

    Parameters
    ----------
    text
        A place as a source gives it, such as ``4 km west of Palmyra``.
    locate
        Finds the one place that a name means, or raises that it is unknown or ambiguous; the
        error passes through.

    Returns
    -------
    Phrase | None
        None where the text is no phrase, or is as a whole the name of a place for `locate`.

    Raises
    ------
    PhraseError
        If it is a phrase with a part that is not understood.
    """
    parsed = parse(text)
    if parsed is None:
        return None
    ask = cache(partial(_ask, locate))
    if parsed.bare and 0 in {ask(parsed.text)[1], _look(ask, parsed.chain)[1]}:
        return None
    reading = _best(ask, parsed)
    named = [parsed.bare]
    if parsed.kind == "crossroads" and reading:
        named += ["-".join(order) + " crossroads" for order in (reading, reading[::-1])]
    for known in (_found(ask, name) for name in named if _look(ask, name)[1] == 0):
        point, why = shapely.Point(known.position), f"named {known.name} ({known.id})"
        kind = parsed.kind if parsed.kind == "crossroads" else "named"
        return Phrase(parsed.text, kind, point, known.radius_km, (known,), (why,))
    if parsed.fault:
        raise parsed.fault
    if reading is None:
        return None
    anchors = tuple(_found(ask, name) for name in reading)
    geometry, radius_km, working = (_around if len(anchors) == 1 else _along)(parsed, anchors)
    said = [f"{a.name} ({a.id}), known to {a.radius_km:g} km" for a in anchors]
    reasons = (*said, working, f"radius {radius_km:.3g} km")
    return Phrase(parsed.text, parsed.kind, geometry, round(radius_km, 3), anchors, reasons)


# --- from text to names -----------------------------------------------------------------------


def _clean(text: str) -> str:
    if len(text) > _LONGEST_RAW:
        return ""
    kept = []
    for c in unicodedata.normalize("NFC", text).translate(_DASH_KINDS):
        category = unicodedata.category(c)
        if category not in {"Cf", "Cs", "Co"} or c in "\u200c\u200d":  # the joiners spell names
            kept.append(" " if category == "Cc" else c)
    clean = " ".join("".join(kept).split()).lstrip(' "“‘,;:').rstrip(' "”,;:.')
    return clean if len(clean) <= _LONGEST else ""


def _slug(text: str) -> str:
    text = unicodedata.normalize("NFKD", re.sub(r"(?<=\d),(?=\d)", ".", text)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) and c not in "'’‘`ʿʾ")
    return re.sub(r"(?:[^\w.]|_|(?<!\d)\.|\.(?!\d))+", "-", text).strip("-")


def _read(text: str, bare: str, rule: tuple[str, str, re.Pattern[str]]) -> ParsedPhrase | None:
    kind, joint, pattern = rule
    m = pattern.fullmatch(bare)
    said = m.groupdict("") if m else {}
    if m and joint == _FAULT:
        raise PhraseError(text, said["bad"] or bare, kind)
    kind = next((kind for kind in _KINDS if said.get(kind)), kind)
    if not m or (kind == "part" and not said["dir"]):
        return None
    names = said["names"].strip(" ,")
    if not any(c.isalnum() for c in names):
        raise PhraseError(text, bare, f"lacks the name of a place; {_EXAMPLE}")
    if joint not in {"", _MAYBE}:
        readings, chain = _divided(names, joint), names if joint == _DASHES else ""
        if not readings and not chain:
            raise PhraseError(text, names, f'lacks a second place; write "A{joint}B"')
        return ParsedPhrase(text, kind, readings, bare=bare, chain=chain) if readings else None
    word = re.sub(r"[ .–-]|(?:ern(?:most)?|erly|wards?)$", "", said.get("dir", "").casefold())
    if word and word not in _AZIMUTHS:
        raise PhraseError(text, said["dir"], "is none of the 16 directions, such as NW or NNE")
    parsed = ParsedPhrase(text, kind, ((names,),), _AZIMUTHS.get(word))
    if "number" not in said:
        return replace(parsed, bare=bare, tentative=joint == _MAYBE)
    km, rounding_km = _distance(text, said)
    return replace(parsed, distance_km=km, rounding_km=rounding_km)


def _distance(text: str, said: dict[str, str]) -> tuple[float, float]:
    value, half = _number(said["number"])
    if said["upto"]:
        upper = _number(said["upto"])[0]
        value, half = (value + upper) / 2, abs(upper - value) / 2
    if _ABOUT.search(said["about"]):
        half = min(2 * half, value / 2)
    unit_km = _UNITS_KM[said["unit"].casefold()]
    if not 0 < value * unit_km <= _FARTHEST_KM:
        raise PhraseError(text, said["number"], f"is not between 0 and {_FARTHEST_KM:g} km")
    return value * unit_km, half * unit_km


def _number(written: str) -> tuple[float, float]:
    """Return a number and half the step to which it is rounded: 2.5 to 0.1, 4 to 1, 10 to 10."""
    if (known := _NUMBERS.get(written.casefold())) is not None:
        return known
    thousands = re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", written)
    whole, _, decimals = written.replace(",", "" if thousands else ".").partition(".")
    places = -len(decimals) if decimals else len(whole) - len(whole.rstrip("0"))
    return float(f"{whole}.{decimals or 0}"), 10.0**places / 2


def _divided(text: str, joint: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to divide a text at its joints, fewest names first.

    A hyphen may divide or belong to a name, a longer dash divides; of the joints that are a word,
    one divides.
    """
    bits = re.split(f"({joint})", text, flags=re.IGNORECASE)  # names and, between them, joints
    joints = range(1, len(bits) // 2 + 1)
    most = len(joints) if joint == _DASHES else 1
    sure = {i for i in joints if bits[2 * i - 1] != "-"}
    readings: dict[bool, list[tuple[str, ...]]] = {True: [], False: []}
    for cuts in (c for n in joints[:most] for c in combinations(joints[:_MOST_JOINTS], n)):
        ends = pairwise([0, *cuts, len(joints) + 1])
        names = tuple("".join(bits[2 * i : 2 * j - 1]).strip(" ,") for i, j in ends)
        if all(map(_nameable, names)):
            readings[sure <= set(cuts)].append(names)
    return tuple(readings[True] or readings[False])


def _nameable(name: str) -> bool:
    """Return whether a text can be a name: no bare number, and no article left at its end."""
    last = re.split("[ -]", name)[-1]
    return any(c.isalpha() for c in name) and fold(f"{last} x") != "x"


def _ask(locate: Callable[[str], Place], name: str) -> _Answer:
    """Return what a name means, and 0 if it is so named, 1 if `locate` takes it so, 2 if none."""
    try:
        found: Place | AmbiguousPlaceError = locate(name)
    except UnknownPlaceError as error:
        return error, 2
    except AmbiguousPlaceError as error:
        found = error
    places = [found] if isinstance(found, Place) else [m.place for m in found.candidates]
    named = [p for p in places if p.source != _SOURCE]  # a place that is itself made of a phrase
    return found, 1 - any(name == p.id or fold(name) in map(fold, p.toponyms) for p in named)


def _look(ask: Callable[[str], _Answer], name: str) -> _Answer:
    """Return the best answer to a name with or without "the", "town of" and the like."""
    bare = re.sub("^[Tt]he ", "", name)
    spellings = (bare if name.startswith("the ") else name, bare, _SETTLEMENT.sub("", bare))
    answers = [ask(s) for s in spellings if s] or [(UnknownPlaceError(name), 2)]
    return min(answers, key=itemgetter(1))


def _found(ask: Callable[[str], _Answer], name: str) -> Place:
    found = _look(ask, name)[0]
    if isinstance(found, Place):
        return found
    raise found


def _best(ask: Callable[[str], _Answer], parsed: ParsedPhrase) -> tuple[str, ...] | None:
    """Return the reading whose names are known, as written if possible; else the closest."""

    def cost(reading: tuple[str, ...]) -> tuple[bool, float, int]:
        doubts = [_look(ask, name)[1] for name in reading]
        return max(doubts) > 1, sum(doubts) / len(doubts), len(doubts)

    best = min(parsed.readings, key=cost, default=None)
    return None if best and parsed.tentative and cost(best)[0] else best


# --- drawing ----------------------------------------------------------------------------------


def _around(parsed: ParsedPhrase, anchors: Sequence[Place]) -> _Drawn:
    """Return the point or area beside one place, its radius in km, and the working."""
    x, km, azimuth = anchors[0], parsed.distance_km, parsed.azimuth
    spread = math.hypot(x.radius_km, parsed.rounding_km)
    width = _STEP if (azimuth or 0.0) % (2 * _STEP) == 0 else _STEP / 2
    width *= 1 if km else 2  # a side without a distance is said more loosely
    toward = "" if azimuth is None else f" {_POINTS[round(azimuth / _STEP)]} ± {width:g}°"
    if parsed.kind == "offset":
        lon, lat, _ = GEOD.fwd(x.lon, x.lat, azimuth, km * _M_PER_KM)
        radius_km = math.hypot(spread, km * math.tan(math.radians(width)))
        return shapely.Point(lon, lat), radius_km, f"{km:.3g} ± {parsed.rounding_km:.2g} km{toward}"
    reach = km + spread if km else max(x.radius_km, _LEAST_KM) + _BEYOND_KM.get(parsed.kind, 0.0)
    reach = min(reach, _WIDEST_KM)
    working = f"{parsed.kind}{toward}, up to {reach:.3g} km"
    if azimuth is None:
        polar = [(float(bearing), reach) for bearing in range(0, 360, 5)]
    else:
        arc = [(azimuth + float(turn), reach) for turn in np.linspace(-width, width, 19)]
        legs = [[(end[0], reach * i / 8) for i in range(1, 8)] for end in (arc[0], arc[-1])]
        polar = [(azimuth, 0.0), *legs[0], *arc, *reversed(legs[1])]
    rim = [LonLat(*GEOD.fwd(x.lon, x.lat, turn, r * _M_PER_KM)[:2]) for turn, r in polar]
    area = _cut(rim, closed=True)
    if azimuth is not None:
        center = _center(area, x.position)
        reach = max(GEOD.inv(*center, *point)[2] for point in rim) / _M_PER_KM
    return area, reach, working


def _along(parsed: ParsedPhrase, anchors: Sequence[Place]) -> _Drawn:
    # The line through places, or the point halfway between them, its radius in km, the working.
    stops = [a.position for a in anchors]
    legs = [GEOD.inv(*a, *b)[2] / _M_PER_KM for a, b in pairwise(stops)]
    length = math.fsum(legs)
    if not all(legs):
        names = " and ".join(a.name for a in anchors)
        raise PhraseError(parsed.text, names, "are one position; name places that are apart")
    working = f"{length:.3g} km from end to end"
    if parsed.kind == "halfway":
        spread = math.hypot(*(a.radius_km / 2 for a in anchors), length / 10)
        return shapely.Point(_middle(stops)), spread, working
    points = stops[:1]
    for (a, b), leg in zip(pairwise(stops), legs, strict=True):
        count = min(int(leg / _VERTEX_KM), _MOST_VERTICES)
        points += [LonLat(*point) for point in (GEOD.npts(*a, *b, count) if count else ())]
        points.append(b)
    radius_km = math.hypot(length / 2, max(a.radius_km for a in anchors))
    return _cut(points, closed=False), radius_km, working


def _middle(stops: Sequence[LonLat]) -> LonLat:
    """Return the middle, by length, of the line through some positions."""
    legs = [GEOD.inv(*a, *b) for a, b in pairwise(stops)]
    rest = math.fsum(leg[2] for leg in legs) / 2
    i = 0
    while rest > legs[i][2]:
        rest -= legs[i][2]
        i += 1
    return LonLat(*GEOD.fwd(*stops[i], legs[i][0], rest)[:2])


def _center(geometry: shapely.Geometry, origin: LonLat) -> LonLat:
    """Return the point, or the centre of an area to 0.1 m."""
    if geometry.geom_type == "Point":
        return LonLat(geometry.x, geometry.y)
    local = LocalCRS(origin)
    flat = shapely.transform(shapely.segmentize(geometry, 1.0), local.to_metres)
    return LonLat(*local.to_lonlat(shapely.get_coordinates(flat.centroid))[0].round(6).tolist())


def _cut(points: Sequence[LonLat], *, closed: bool) -> shapely.Geometry:
    """Return a line or area in degrees, cut in parts where it crosses the 180th meridian."""
    lon, lat = np.transpose([*points, points[0]] if closed else points)
    lon = np.unwrap(lon, period=_TURN)
    if closed and abs(lon[-1] - lon[0]) > MAX_LON:  # around a pole: the north, if westwards
        pole = math.copysign(90.0, lon[0] - lon[-1])
        lon, lat = np.append(lon, [lon[-1], lon[0]]), np.append(lat, [pole, pole])
    make = shapely.Polygon if closed else shapely.LineString
    shape = shapely.make_valid(make(np.column_stack([lon, lat])))
    if abs(lon).max() <= MAX_LON:
        return shape
    world = shapely.box(-MAX_LON, -90, MAX_LON, 90)
    turned = [translate(shape, turn).intersection(world) for turn in (_TURN, 0, -_TURN)]
    parts = [p for p in shapely.get_parts(turned) if p.geom_type == make.__name__]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)
