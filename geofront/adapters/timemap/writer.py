"""A timeline as the files that a timemap loads; `read_timemap` makes the same timeline of them.

The platform refuses an event with a field that it does not know. So what it has no field for (the
second clock, grades, imprecise dates, corrections, and so on) stands as JSON in ``comments`` of
events, ``description`` of sources and ``desc`` of associations. It is taken not to show these,
which was not tried with a running one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from geofront.adapters.timemap.files import ASSOCIATIONS, EVENTS, SOURCES
from geofront.adapters.timemap.reader import MARK, ROLES
from geofront.events.contents import contents_of
from geofront.events.rights import refuse_restricted
from geofront.files import write_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    from geofront.events.timeline import Timeline

__all__ = ["write_timemap"]

_TYPE = MARK.strip(": ")
_TREE = {"actor": "Actor", "from": "From", "by": "Claimed by", "standing": "Standing"}
_PLAIN = {"date", "time", "id", "note", "source", "kind", "place_name", "lon", "lat"}
_PLAIN_SOURCE = {"id", "title", "publisher", "published", "url"}


def write_timemap(timeline: Timeline, folder: str | PathLike[str]) -> list[Path]:
    """Write ``events.json``, ``sources.json`` and ``associations.json`` of a timemap.

    Kinds become categories, and actors, standings and claimants filters, with the actors' colours.
    All statements are written, those among them that others correct or take back.

    Parameters
    ----------
    timeline
        What to write.
    folder
        Where; it is made where it is missing, and files of the same names are overwritten.

    Returns
    -------
    list[Path]
        The files; each appears whole or not at all.

    Raises
    ------
    DataFaultsError
        If a value can't be written so that it reads back as it is, or rows may not be passed on.
    OSError
        If a file can't be written.
    """
    refuse_restricted(timeline)
    tables = {name: table.rows for name, table in contents_of(timeline).items()}
    places: dict[str, dict[str, object]] = {str(r["id"]): {**r} for r in tables["places"]}
    names = {actor.id: actor.name for actor in timeline.actors}
    colours = {actor.id: actor.color for actor in timeline.actors}
    made: dict[str, dict[str, object]] = {}
    events = []
    for event, row in zip(timeline.events, tables["events"], strict=True):
        roles = list(_roles(row))
        for role, name in roles:
            made.setdefault(f"{role}:{name}", _association(role, name, names, colours))
        place = places[event.place_id]
        events.append(
            {
                "id": event.id,
                "description": event.note or _described(row, names),
                "date": f"{event.day:%m/%d}/{event.day.year:04}",
                "time": row.get("time", ""),
                "time_precision": "" if event.date.exact else event.date.text,
                "location": row["place_name"],
                "latitude": repr(float(str(row["lat"]))),
                "longitude": repr(float(str(row["lon"]))),
                "associations": [f"{role}:{name}" for role, name in roles],
                "sources": list(event.sources),
                "comments": MARK + _json(_kept(row, place)),
            }
        )
    for actor in timeline.actors:
        entry = made.setdefault(
            f"actor:{actor.id}", _association("actor", actor.id, names, colours)
        )
        rows = [dict(r) for r in tables["actors"] if r["id"] == actor.id]
        entry["desc"] = MARK + _json({"rows": rows})
    cited = [source for event in timeline.events for source in event.sources]
    known = {str(row["id"]): row for row in tables["sources"]}
    sources = {name: _source(name, known.get(name, {})) for name in dict.fromkeys(cited)}
    contents = {EVENTS: events, SOURCES: sources, ASSOCIATIONS: list(made.values())}
    folder = Path(folder)
    files = {name: f"{_json(told, indent=1)}\n".encode() for name, told in contents.items()}
    return write_together(folder, files)


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _roles(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the associations of an event: its kind, its actors, its standing."""
    yield "kind", str(row["kind"])
    for role, column in ROLES.items():
        value = row.get(column, ())
        for name in value if isinstance(value, tuple) else (value,):
            if name:
                yield role, str(name)


def _association(
    role: str, name: str, names: Mapping[str, str], colours: Mapping[str, str]
) -> dict[str, object]:
    title = names.get(name, name) if role in ("actor", "from", "by") else name.replace("_", " ")
    entry: dict[str, object] = {
        "id": f"{role}:{name}",
        "title": title,
        "desc": "",
        "mode": "CATEGORY" if role == "kind" else "FILTER",
        "type": _TYPE,
        "filter_paths": ["Kind" if role == "kind" else _TREE[role], title],
    }
    if role != "kind" and name in colours:
        entry["colour"] = colours[name]
    return entry


def _described(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    """Return what is shown of an event without a note."""
    actors = row.get("actor", ())
    by = _listed(names.get(str(a), str(a)) for a in actors) if isinstance(actors, tuple) else ""
    what = str(row["kind"]).replace("_", " ").capitalize()
    return f"{what}: {row['place_name']}" + (f" ({by})" if by else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _kept(row: Mapping[str, object], place: dict[str, object]) -> dict[str, object]:
    """Return what the format has no field for; of a place all but what its first event told."""
    kept: dict[str, object] = {
        column: value
        for column, value in row.items()
        if column not in _PLAIN and column not in ROLES.values()
    }
    kept["date"] = row["date"]
    kept["place"] = {c: v for c, v in place.items() if c not in ("name", "lon", "lat")}
    for column in [c for c in place if c not in ("id", "name", "lon", "lat")]:
        del place[column]  # told once
    if not row.get("note"):
        kept["no_note"] = True
    return kept


def _source(name: str, row: Mapping[str, object]) -> dict[str, object]:
    url = str(row.get("url", ""))
    kept = {c: v for c, v in row.items() if c not in _PLAIN_SOURCE}
    return {
        "id": name,
        "title": str(row.get("title", "")) or name,
        "paths": [url] if url else [],
        "type": "",
        "affil_s": [],
        "url": url,
        "description": MARK + _json(kept | {"title": row.get("title", "")}),
        "parent": "",
        "author": str(row.get("publisher", "")),
        "date": str(row.get("published", "")),
    }
