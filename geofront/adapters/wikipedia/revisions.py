"""The revisions of modules in files: Lua with a day in its name, and exports of MediaWiki."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geofront.adapters.foreign import joint_digest, looks_like, pointer_told
from geofront.dates import parse_day
from geofront.errors import DataFaultsError, DateError, Fault
from geofront.files import sha256
from geofront.files.bounds import TOO_MANY_VALUES, read_bytes, too_many_values
from geofront.files.xmlprolog import root_element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["Revision", "read_revisions", "text_of"]

_DAY = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")
_PACKED = {b"PK\x03\x04": "a zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"7z\xbc\xaf": "7-Zip"}
_CHUNK = 1 << 20
_HEAD = 4096
_MOST_KEPT = 1_000_000  # elements since the last revision; its text has none of its own
_FETCH = "fetch the module's text with ?action=raw"


@dataclass(frozen=True, slots=True)
class Revision:
    """A module as it was saved on a day; `time` is UTC, None where only the day is known.

    `packed` is its text, compressed: an export may hold a thousand of a megabyte each.
    """

    title: str
    file: str
    day: dt.date
    packed: bytes
    time: dt.time | None = None
    number: str = ""
    user: str = ""
    comment: str = ""

    @property
    def text(self) -> str:
        """The source."""
        return zlib.decompress(self.packed).decode("utf-8", "replace")

    @property
    def moment(self) -> tuple[dt.date, dt.time]:
        """When it was saved, for the order; what has no time comes last in its day."""
        return self.day, self.time or dt.time.max


def read_revisions(
    files: Sequence[Path], days: Sequence[str], title: str
) -> tuple[list[Revision], str]:
    """Read the revisions of all files, in order of time.

    Parameters
    ----------
    files
        Lua modules, exports of ``Special:Export`` or answers of MediaWiki's API in JSON.
    days
        The day of each file, ``YYYY-MM-DD``; where there are none they stand in the names.
    title
        The title of the module; empty: as the export says, or the name of the file without its day.

    Returns
    -------
    tuple[list[Revision], str]
        The revisions, and the SHA-256 of the files.

    Raises
    ------
    DataFaultsError
        With every file that can't be read, has no day or is of another format.
    """
    if days and len(days) != len(files):
        message = f"{len(days)} days are given for {len(files)} files; give each file its own"
        raise DataFaultsError([Fault("days", 0, message)])
    faults: list[Fault] = []
    found: list[Revision] = []
    digests = []
    for i, file in enumerate(files):
        try:
            revisions, digest = _of_file(file, days[i] if days else "", title)
            found.extend(revisions)
            digests.append(digest)
        except DataFaultsError as error:
            faults.extend(error.faults)
    if faults or not found:
        raise DataFaultsError(faults or [Fault("files", 0, "hold no revision of a module")])
    return sorted(found, key=lambda r: r.moment), joint_digest(digests)


def text_of(name: str, data: bytes) -> str:
    """Return the text of a file, or say what it is instead of one.

    Raises
    ------
    DataFaultsError
        If it is empty, a pointer to a large file, compressed or not UTF-8.
    """
    if not data.strip():
        raise DataFaultsError([_fault(name, "is empty")])
    if told := pointer_told(data):
        raise DataFaultsError([_fault(name, told)])
    packed = next((kind for magic, kind in _PACKED.items() if data.startswith(magic)), "")
    if packed:
        raise DataFaultsError(
            [_fault(name, f"is a {packed.removeprefix('a ')} archive; unpack it first")]
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFaultsError([_fault(name, f"is not UTF-8 text (byte {error.start})")]) from error


def _fault(name: str, message: str) -> Fault:
    return Fault(name, 0, message)


def _of_file(file: Path, day: str, title: str) -> tuple[list[Revision], str]:
    """Return the revisions of a file, and its SHA-256."""
    head = _head(file)
    if b"<mediawiki" in head:
        return _of_export(file, head, title)
    data = read_bytes(file)
    return _of_text(file.name, text_of(file.name, data), day, title), sha256(data)


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError:
        return b""  # which reading all of it will tell


def _of_text(name: str, text: str, day: str, title: str) -> list[Revision]:
    start = text.lstrip()[:_HEAD]
    if start.startswith("<"):
        known = looks_like(text.encode())
        told = known if "import" in known else f"{known or 'a web page'}; {_FETCH}"
        raise DataFaultsError([_fault(name, f"is {told}")])
    # A table of Lua never begins with a key in quotes; an object of JSON always does.
    if start.startswith("[") or re.match(r'\{\s*["}]', start):
        return _of_answer(name, text, title)
    if "{" not in text:
        known = looks_like(text.encode())
        told = f"it looks like {known}" if known else _FETCH
        raise DataFaultsError([_fault(name, f"holds no Lua table; {told}")])
    saved = _day_of(name, day)
    return [Revision(title or _title_of(name), name, saved, zlib.compress(text.encode(), 1))]


def _day_of(name: str, day: str) -> dt.date:
    """Return the day of a file, which is given or stands in its name.

    Raises
    ------
    DataFaultsError
        If there is none, or several.
    """
    found = ["-".join(parts) for parts in _DAY.findall(name)]
    if not day and len(found) != 1:
        raise DataFaultsError(
            [_fault(name, "has no day in its name, or several; name it like Syria-2016-12-08.lua")]
        )
    try:
        return parse_day(day or found[0])
    except DateError as error:
        raise DataFaultsError([_fault(name, str(error))]) from error


def _title_of(name: str) -> str:
    stem = _DAY.sub(" ", name.rsplit(".", 1)[0]).replace("_", " ")
    words = " ".join(stem.split()).strip(" -.,")
    return f"Module:{re.sub('^module[: ]*', '', words, flags=re.IGNORECASE) or 'unnamed'}"


def _of_export(file: Path, head: bytes, title: str) -> tuple[list[Revision], str]:
    """Read the revisions of an export piece by piece, for it may be larger than the memory.

    Raises
    ------
    DataFaultsError
        If it is no valid XML, or declares entities, as no export does.
    """
    if b"<!DOCTYPE" in head or root_element(head) != "mediawiki":
        message = "declares a document type, or is no export of MediaWiki"
        raise DataFaultsError([_fault(file.name, message)])
    digest = hashlib.sha256()
    page = ""
    found: list[Revision] = []
    try:
        with file.open("rb") as stream:
            for element in _elements(iter(lambda: stream.read(_CHUNK), b""), digest.update):
                if _tag(element) == "title":
                    page = element.text or ""
                elif _tag(element) == "revision":
                    found.append(_exported(file.name, title or page, element))
                    element.clear()
    except ET.ParseError as error:
        raise DataFaultsError([_fault(file.name, f"is no valid XML: {error}")]) from error
    return found, digest.hexdigest()


def _elements(pieces: Iterable[bytes], note: Callable[[bytes], None]) -> Iterator[ET.Element]:
    """Yield the elements as they end, so that what was read can be forgotten.

    Raises
    ------
    ParseError
        If it is no XML, or there are too many between two revisions.
    """
    parser: Any = ET.XMLPullParser(("end",))
    kept = 0
    for piece in pieces:
        note(piece)
        kept += piece.count(b"<")
        if kept > _MOST_KEPT:
            raise ET.ParseError("more elements than a revision can have")
        parser.feed(piece)
        for _, element in parser.read_events():
            kept = 0 if _tag(element) == "revision" else kept
            yield element
    parser.close()


def _tag(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _exported(name: str, title: str, element: ET.Element) -> Revision:
    told = {_tag(child): child for child in element}
    contributor = {_tag(child): child.text or "" for child in told.get("contributor", ())}

    def text(tag: str) -> str:
        found = told.get(tag)
        return (found.text or "") if found is not None else ""

    return _saved(
        name,
        title,
        text("timestamp"),
        text("text"),
        number=text("id"),
        user=contributor.get("username") or contributor.get("ip", ""),
        comment=text("comment"),
    )


def _of_answer(name: str, text: str, title: str) -> list[Revision]:
    if too_many_values(text.encode()):
        raise DataFaultsError([_fault(name, TOO_MANY_VALUES)])
    try:
        pages = json.loads(text)["query"]["pages"]
        told = [
            (str(page.get("title", "")), revision)
            for page in (pages.values() if isinstance(pages, dict) else pages)
            for revision in page.get("revisions", ())
        ]
        return [_answered(name, title or page, revision) for page, revision in told]
    except DataFaultsError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        message = "is no Lua, and no answer of MediaWiki's API in JSON"
        raise DataFaultsError([_fault(name, message)]) from error


def _answered(name: str, title: str, told: dict[str, Any]) -> Revision:
    # The first version of the format has the text under "*", the second in slots.
    main = told.get("slots", {}).get("main", told)
    return _saved(
        name,
        title,
        str(told.get("timestamp", "")),
        str(main.get("content", main.get("*", ""))),
        number=str(told.get("revid", "")),
        user=str(told.get("user", "")),
        comment=str(told.get("comment", "")),
    )


def _saved(
    file: str, title: str, timestamp: str, text: str, *, number: str, user: str, comment: str
) -> Revision:
    label = f"{file}, revision {number}" if number else file
    try:
        moment = dt.datetime.fromisoformat(timestamp)
    except ValueError as error:
        raise DataFaultsError([_fault(label, f"timestamp {timestamp!r} is no moment")]) from error
    moment = moment.astimezone(dt.UTC) if moment.tzinfo else moment
    return Revision(
        title=title or "Module:unnamed",
        file=label,
        day=moment.date(),
        packed=zlib.compress(text.encode("utf-8", "replace"), 1),
        time=moment.time().replace(microsecond=0),
        number=number if number.isdigit() else "",
        user=user,
        comment=comment,
    )
