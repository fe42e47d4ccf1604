"""The columns of every table of a conflict: what readers know, and what schema and manual say."""

from __future__ import annotations

from geofront.events.event import Kind, Standing
from geofront.events.source import RELIABILITIES
from geofront.files import Column, Form, TableModel
from geofront.gazetteer.tables import PLACES

__all__ = ["ACTORS", "EVENTS", "FACTS", "NEEDS_ACTOR", "SOURCES", "TABLES"]

NEEDS_ACTOR = (
    Kind.CAPTURE,
    Kind.WITHDRAWAL,
    Kind.HANDOVER,
    Kind.HOLD,
    Kind.CONTEST,
    Kind.SIEGE,
)
"""The kinds of events that mean nothing without an actor."""

EVENTS = TableModel(
    "events",
    "a dated statement about a place, by a source",
    (
        Column(
            *("date", Form.DATE),
            "the civil day in the conflict's time zone, or a less precise date (below)",
            "2016-12-08",
            required=True,
        ),
        Column(
            *("place", Form.TEXT),
            "the id of a place, any spelling of its name, or a phrase such as `4 km W of Palmyra`; "
            "with `lon` and `lat`, any label; a retraction may leave it to the row it takes back",
            "Palmyra",
            required=True,
            may_be_empty=True,
        ),
        Column(
            *("kind", Form.CHOICE),
            "what happened (below)",
            "capture",
            required=True,
            choices=tuple(Kind),
        ),
        Column(
            *("actor", Form.NAMES),
            "id, name or alias of who did it; of several actors of one act the leading one first",
            "isil",
            required=True,
            may_be_empty=True,
        ),
        Column(
            "from_actor", Form.NAMES, "who lost it, or whose attack failed", "syrian-government"
        ),
        Column("source", Form.NAMES, "ids of sources. Without it, the source is the file", "sohr"),
        Column(
            *("id", Form.TEXT),
            "a name for the event. Without it, one is made of date, place and kind",
            "2016-12-10-palmyra-contest",
        ),
        Column(
            *("time", Form.TIME),
            "the time of day in the conflict's zone, or with an offset elsewhere (`22:30Z`, "
            "`01:15+02:00`), which may move the civil day",
            "06:30",
        ),
        Column("order", Form.NUMBER, "a number, for the order within the day", "2"),
        Column("reported", Form.DATE, "the day on which it became known", "2016-12-09"),
        Column(
            *("standing", Form.CHOICE),
            "how it stands among the sources; `confirmed` if empty",
            "claimed",
            choices=tuple(Standing),
        ),
        Column("claimed_by", Form.NAMES, "the actors who say so, where it is their word", "isil"),
        Column(
            *("credibility", Form.INTEGER),
            "Admiralty grade of the information: 1 confirmed by other sources, 2 probably true, "
            "3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged",
            "2",
            least=1,
            most=6,
        ),
        Column(
            *("corrects", Form.NAMES),
            "ids of earlier rows that this one replaces, from the evening on which it became known",
            "2016-12-10-palmyra-contest",
        ),
        Column(
            *("effective", Form.CHOICE),
            "when an imprecise date takes effect: at the `end` of its range, as if empty, or at "
            "its `start`",
            "start",
            choices=("start", "end"),
        ),
        Column("note", Form.TEXT, "anything else, in one's own words", "Retaken the same evening."),
        Column("lon", Form.LON, "the position, for a place that no gazetteer has", "38.2804"),
        Column("lat", Form.LAT, "the position", "34.5624"),
        Column(
            *("radius_km", Form.KM),
            "how far the true position may lie from it",
            "5",
        ),
        Column(
            *("place_name", Form.TEXT),
            "how the place is called on the map, where `place` is the id of one with its own "
            "`lon` and `lat`; frames have it for their readers",
            "Palmyra",
        ),
        Column(
            *("geometry", Form.WKT),
            "an area or a road, in degrees",
            "LINESTRING (37.6 34.5, 37.2 34.2)",
        ),
    ),
)
"""The columns of a table of events."""

ACTORS = TableModel(
    "actors",
    "a party that can hold ground, or a change of its side",
    (
        Column("id", Form.TEXT, "what the events write", "isil", required=True),
        Column("name", Form.TEXT, "the name to print; the id if empty", "Islamic State (ISIL)"),
        Column("side", Form.TEXT, "the coalition it belongs to; its own id if empty", "government"),
        Column("color", Form.COLOR, "the colour of its ground; assigned if empty", "#4A4A4A"),
        Column("aliases", Form.NAMES, "other names", "ISIS|Daesh"),
        Column(
            *("since", Form.DAY),
            "the day from which on it belongs to the side of this row; such a row stands below the "
            "actor's first one, and changes nothing but the side",
            "2018-01-20",
        ),
    ),
)
"""The columns of a table of actors."""

SOURCES = TableModel(
    "sources",
    "who said it",
    (
        Column("id", Form.TEXT, "what the events write", "sohr", required=True),
        Column("title", Form.TEXT, "what it is", "Syrian Observatory for Human Rights"),
        Column(
            *("publisher", Form.TEXT),
            "who publishes it; two sources of one publisher do not confirm each other",
            "SOHR",
        ),
        Column("published", Form.DATE, "when", "2016-12-11"),
        Column("url", Form.TEXT, "where it can be read", "https://www.syriahr.com/en/"),
        Column(
            *("reliability", Form.CHOICE),
            "Admiralty grade of the source: `A` completely reliable to `E` unreliable, `F` cannot "
            "be judged; `F` if empty",
            "C",
            choices=RELIABILITIES,
        ),
        Column(
            *("favours", Form.TEXT),
            "the actor or side that it leans to; empty if to none that matters here",
            "government",
        ),
        Column("licence", Form.TEXT, "under which terms it was published", "CC-BY-SA-4.0"),
    ),
)
"""The columns of a table of sources."""

FACTS = TableModel(
    "facts",
    "what the sources say must be true; a dataset is tested against it",
    (
        Column("place", Form.TEXT, "an id or a spelling", "palmyra", required=True),
        Column(
            *("day", Form.DAY),
            "the civil day; the status is that at its end",
            "2016-12-10",
            required=True,
        ),
        Column(
            *("expected", Form.TEXT),
            "the id of the holder, `contested` or `unknown`; with `not:` before it, what it must "
            "not be",
            "contested",
            required=True,
        ),
        Column(
            *("statement", Form.TEXT),
            "what the source says, in one's own words",
            "ISIL enters the city.",
            required=True,
            may_be_empty=True,
        ),
        Column(
            *("policy", Form.TEXT),
            "the policy of evidence; the conflict's own if empty",
            "latest-report",
        ),
        Column("known_on", Form.DAY, "what was known on the evening of that day", "2016-12-15"),
    ),
)
"""The columns of a table of facts."""

TABLES = {model.name: model for model in (EVENTS, PLACES, ACTORS, SOURCES, FACTS)}
"""The tables of a conflict by name."""
