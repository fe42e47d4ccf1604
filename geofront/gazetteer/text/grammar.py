"""The grammar of phrases: what "4 km west of Palmyra" says, before its names are looked up.

The words are English; all of them stand in the tables at the head of this module.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from geofront.errors import GeofrontError
from geofront.gazetteer.names import fold

__all__ = ["POINTS", "STEP_DEGREES", "ParsedPhrase", "PhraseError", "parse"]

_SIDES = {"N": "north", "E": "east", "S": "south", "W": "west"}
_ROSE = re.findall("[A-Z]+", "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW")
POINTS = ["-".join(_SIDES[letter] for letter in letters) for letters in _ROSE]
"""The 16 points of the compass, clockwise from the north."""
STEP_DEGREES = 22.5
"""The angle between two of the 16 points."""
_AZIMUTHS = {letters.casefold(): i * STEP_DEGREES for i, letters in enumerate(_ROSE)}
_AZIMUTHS |= {point.replace("-", ""): i * STEP_DEGREES for i, point in enumerate(POINTS)}
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
_EXAMPLE = 'write it as in "4 km west of Palmyra"'
_DASH_KINDS = {0x2010: "-", 0x2011: "-", 0x2212: "-", 0x2012: "–", 0x2014: "–", 0x2015: "–"}
_DASHES, _MAYBE, _FAULT = " ?– ?| - | to |-", "?", "!"


def _pattern(rule: str) -> re.Pattern[str]:
    while (filled := re.sub(r"\{([a-z]+)\}", lambda m: _WORDS[m[1]], rule)) != rule:
        rule = filled
    return re.compile(rule, re.IGNORECASE)


_LEAD = _pattern(r"^(?:(?-i:in|on|at|along) |(?:in|on|at|along) (?=the ))?(?:the )?")
_ABOUT = _pattern(r"{about}")
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


class PhraseError(GeofrontError, ValueError):
    """A text is a phrase about a position, but a part of it is not understood.

    Write the part as the message says, or the name of the place alone.
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
