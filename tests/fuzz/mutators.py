"""Changes of files that keep their form: a value of JSON, a cell of a table, a text of XML.

Random bytes seldom get past the parser of a format; these reach what lies behind it.
"""

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

__all__ = ["mutated"]

_DEEP: list[Any] = []
for _ in range(100):
    _DEEP = [_DEEP]
_TEXTS = (
    *("", " ", "nan", "inf", "-inf", "1e400", "-1e308", "9" * 30, "9" * 5000, "٣٨", "1_0", "0x10"),
    *("-0", "0", "180", "180.0000001", "-90", "1.", "+1", "1,5", "1e-400", "True", "null", "|"),
    *("0000-00-00", "0001-01-01", "9999-12-31", "1752-09-03", "10000-01-01", "2016-02-30", "../.."),
    *("2016-13", "-0001", "y17e7", "2016-12-08/", "2016-12-08T25:00", "2016-12-08T10:00+99:00"),
    *("1066-10-14", "253402300800", "-62135596801", "20160230", "01 January 0001", "12/31/9999"),
    *("../../etc/passwd", "/dev/zero", "file:///etc/passwd", "con.txt", "a/b\\c", "=1+1", "\t"),
    *("\x00", "\u202e", "\u0301" * 40, "ﷺ", "🏰", "\ufeff", "\r", '"', "'", "<b>", "&#0;", "]]>"),
    *("x" * 600, "a|" * 300, "POINT EMPTY", "POINT (nan nan)", "POLYGON ((0 0, 1 1, 0 0))"),
    *("GEOMETRYCOLLECTION (" * 60, "LINESTRING (1e400 0, 0 0)", "CIRCULARSTRING (0 0, 1 1, 2 0)"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**20, 10**400, 1e308, float("nan"), float("inf"), 0.1),
    *([], {}, [[]], {"": None}, [None, 1, "a", {}], _DEEP, [[0, 0]] * 3, {"type": "Polygon"}),
)
_CELL = re.compile(rb"(?<=[,;\t\n])[^,;\t\n]*")
_WORD = re.compile(rb"(?<=>)[^<]*(?=<)|(?<=\")[^\"]*(?=\")|[\w.+-]+")


def mutated(data: bytes, chance: Random) -> bytes:
    """Return a file with one value changed, in its own form where that is known."""
    if data.startswith(b"PK\x03\x04"):
        return _of_archive(data, chance)
    if data.lstrip(b"\xef\xbb\xbf \n")[:1] in (b"{", b"["):
        return _of_json(data, chance)
    pattern = _WORD if data.lstrip()[:1] == b"<" or chance.random() < 0.5 else _CELL
    found = list(pattern.finditer(data[:20_000]))
    if not found:
        return data
    start, end = chance.choice(found).span()
    return data[:start] + _text(chance) + data[end:]


def _text(chance: Random) -> bytes:
    return chance.choice(_TEXTS).encode("utf-8", "surrogatepass")


def _of_archive(data: bytes, chance: Random) -> bytes:
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(made, "w") as archive:
            names = given.namelist()
            changed = chance.choice(names)
            for name in names:
                content = given.read(name)
                archive.writestr(name, mutated(content, chance) if name == changed else content)
    except Exception:  # noqa: BLE001 - of an archive that is broken already
        return data[:-1]
    return made.getvalue()


def _of_json(data: bytes, chance: Random) -> bytes:
    try:
        document = json.loads(data.decode("utf-8-sig"))
        spots = list(_spots(document))
        if not spots:
            return data[:-1]
        holder, key = chance.choice(spots)
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = [copy.deepcopy(holder[key])] * 2
            case 2:
                holder[key] = copy.deepcopy(chance.choice(_VALUES))
            case _:
                holder[key] = chance.choice(_TEXTS)
        return json.dumps(document, ensure_ascii=chance.random() < 0.1).encode()
    except (ValueError, RecursionError):  # of JSON that is broken already
        return data[:-1]


def _spots(value: object, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a value where another could stand."""
    if depth > 30:
        return
    if isinstance(value, dict | list):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from _spots(inner, depth + 1)
