"""What the panel of a picture tells: who holds how much, the signs, the day's statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geofront.control.state import CONTESTED, HELD
from geofront.control.wording import Wording
from geofront.render.image.areas import add_lines
from geofront.render.image.dots import Mark, add_marks, form_of, form_path
from geofront.render.image.rings import CLAIM_DASH, EVENT_DASH, confirmed_today
from geofront.render.image.text import wrapped
from geofront.render.importance import is_estimated
from geofront.render.shown import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist

    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.events.event import Event
    from geofront.gazetteer.place import Place
    from geofront.render.image.look import Look
    from geofront.render.image.panel import Panel
    from geofront.render.image.view import View

__all__ = [
    "SIGNS_OF_PLACES",
    "add_bar",
    "add_signs",
    "add_statements",
    "add_table",
    "legend_height",
    "signs_of",
    "table_rows",
]

_KM2_RIGHT_PT = 36.0
_LEAST_SHARE = 0.0005
_FORM_NAMES = {
    "place": "Town or village",
    "base": "Airfield, base or post",
    "industry": "Oil, gas, water, depot",
    "height": "Hill or mountain",
}


SIGNS_OF_PLACES = (*_FORM_NAMES, "estimate")
"""Keys of the signs that tell what a place is, not what happened there."""


class Row(NamedTuple):
    """A row of the table: the colours of a status, its name, and its labels' indices."""

    colors: tuple[str, ...]
    name: str
    labels: tuple[int, ...]


def table_rows(snapshots: Sequence[Snapshot], look: Look) -> list[Row]:
    """Return the rows for all ground that is shown on any of some days.

    Parameters
    ----------
    snapshots
        The days, of one series.
    look
        The colours.

    Returns
    -------
    list[Row]
        Actors by side, then contested ground in one row, whoever the parties are, then unknown.
    """
    series = snapshots[0].series
    ever = np.sum([snapshot.area_km2 for snapshot in snapshots], axis=0)
    labels = np.flatnonzero(ever > 0).tolist()
    actors = series.timeline.actors
    order = [actor.id for actor in sorted(actors, key=lambda a: (a.side, a.id))]
    held = sorted(
        (i for i in labels if series.labels[i].status == HELD),
        key=lambda i: order.index(series.labels[i].actors[0]),
    )
    rows = [
        Row(
            look.fills_of(actors, series.labels[i]),
            printable(actors[series.labels[i].actors[0]].name),
            (i,),
        )
        for i in held
    ]
    fought = tuple(i for i in labels if series.labels[i].status == CONTESTED)
    if fought:
        colors = look.fills_of(actors, series.labels[fought[0]])
        rows.append(Row(colors, "Contested, in stripes of the parties", fought))
    unknown = tuple(i for i in labels if series.labels[i].status not in {HELD, CONTESTED})
    return [*rows, Row((), "Unknown", unknown)] if unknown else rows


def legend_height(
    rows: Sequence[Row], signs: Sequence[str], look: Look, width: float, columns: int
) -> float:
    """Return about how high a panel must be for swatches and signs without figures, in points."""
    column = width / columns
    lines = sum(len(wrapped(row.name, look.face(7.5), column - 35)) for row in rows)
    total = (9.75 * lines + 5 * len(rows) + 14 * len(signs) + 30) * look.scale
    return max(total / columns + 20 * look.scale, 46 * look.scale)


def add_table(panel: Panel, snapshot: Snapshot, rows: Sequence[Row]) -> None:
    """Write who holds how much on a day, as a bar and in km² with shares of the extent.

    Parameters
    ----------
    panel
        Where to write.
    snapshot
        The day.
    rows
        What `table_rows` returns.
    """
    shares = _shares(snapshot, rows)
    scale, theme = panel.look.scale, panel.look.theme
    panel.heading("Who holds what")
    top = panel.take(12 * scale)
    if top is None:
        return
    add_bar(panel, snapshot, rows, top=top, height=7 * scale, rim=0.5)
    head = panel.take(10 * scale)
    if head is None:
        return
    small = panel.look.face(6.2)
    for text, right in (("km²", _KM2_RIGHT_PT), ("share", 0.0)):
        panel.line(
            text, small, theme.muted, panel.width - right * scale, head + 5 * scale, ha="right"
        )
    for row, (km2, share) in zip(rows, shares, strict=True):
        panel.row(row.colors, row.name, ((f"{km2:,.0f}", _KM2_RIGHT_PT), (_percent(share), 0)))


def add_bar(
    panel: Panel,
    snapshot: Snapshot,
    rows: Sequence[Row],
    *,
    top: float,
    height: float,
    rim: float,
) -> None:
    """Draw who holds how much on a day as a bar across a panel.

    Parameters
    ----------
    panel
        Where to draw.
    snapshot
        The day.
    rows
        What `table_rows` returns.
    top, height
        Where in the panel, in points from its upper edge.
    rim
        The width of the line around it, in points.
    """
    left = 0.0
    for row, (_, share) in zip(rows, _shares(snapshot, rows), strict=True):
        width = panel.width * share
        panel.box(left, top, width, height, facecolor=row.colors[0] if row.colors else "none")
        left += width
    rule = panel.look.theme.rule
    panel.box(0, top, panel.width, height, facecolor="none", edgecolor=rule, lw=rim)


def _shares(snapshot: Snapshot, rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Return the km² of each row on a day, and its share of all ground."""
    km2 = snapshot.area_km2
    total = float(km2.sum()) or 1.0
    held = [float(km2[list(row.labels)].sum()) for row in rows]
    return [(area, area / total) for area in held]


def _percent(share: float) -> str:
    if 0 < share < _LEAST_SHARE:
        return "<0.1 %"
    return f"{100 * share:.1f} %"


def signs_of(snapshots: Sequence[Snapshot], places: Sequence[Place]) -> list[str]:
    """Return which signs a map of some days needs, in the order of a legend.

    Parameters
    ----------
    snapshots
        The days.
    places
        The places in view.

    Returns
    -------
    list[str]
        Keys of the signs.
    """
    in_view = {place.id for place in places}
    needed: set[str] = set()
    for snapshot in snapshots:
        for front in snapshot.fronts:
            needed.add("contested edge" if front.contested else "front")
        today = confirmed_today(snapshot)
        needed.update("event" if today[i] else "unconfirmed" for i in today if i in in_view)
        for status in snapshot.statuses:
            if status.place.id in in_view:
                flags = {
                    "claim": status.claim,
                    "siege": status.besieged_by,
                    "doubt": status.pending,
                }
                needed.update(key for key, given in flags.items() if given)
    needed.update(form_of(place) for place in places)
    needed.update("estimate" for place in places if is_estimated(place))
    return [key for key in _SIGNS if key in needed]


_SIGNS = {
    "front": "Front line",
    "contested edge": "Edge of a contested area",
    **_FORM_NAMES,
    "estimate": "Position estimated",
    "event": "Event on this day",
    "unconfirmed": "Unconfirmed event",
    "claim": "Claim not accepted, in the colour of the claimant",
    "siege": "Besieged, in the colour of the besieger",
    "doubt": "Uncertain: its date is imprecise",
}


def add_signs(panel: Panel, keys: Sequence[str], series: Series) -> None:
    """Explain the signs of a map, two in a row.

    Parameters
    ----------
    panel
        Where to write.
    keys
        What `signs_of` returns.
    series
        The series, whose reach tells where its data end.
    """
    look = panel.look
    scale, face = look.scale, look.face(6.8)
    indent = 19 * scale
    half = (panel.width - 8 * scale) / 2
    texts = [(key, _SIGNS[key]) for key in keys]
    for begin in range(0, len(texts), 2):
        pair = texts[begin : begin + 2]
        lines = [wrapped(text, face, half - indent) for _, text in pair]
        height = 1.22 * face.size * max(map(len, lines)) + 3.5 * scale
        top = panel.take(height)
        if top is None:
            return
        for column, ((key, _), told) in enumerate(zip(pair, lines, strict=True)):
            x = column * (half + 8 * scale)
            _draw_sign(panel, key, panel.left + x + 7 * scale, top + height / 2)
            first = top + height / 2 - 0.61 * face.size * (len(told) - 1)
            for i, line in enumerate(told):
                panel.line(line, face, look.theme.muted, x + indent, first + 1.22 * face.size * i)
    reach = series.provenance.get("reach_km")
    if reach is not None:
        panel.gap(2)
        text = f"Left blank: farther than {reach:g} km from any place of known status."
        panel.paragraph(text, face, look.theme.muted)


def _draw_sign(panel: Panel, key: str, x: float, y: float) -> None:
    look, axes = panel.look, panel.axes
    scale, theme = look.scale, look.theme
    lines = {"front": "front", "contested edge": "contested"}
    if key in lines:
        points = np.array([(x - 7 * scale, y), (x + 7 * scale, y)])
        name = lines[key]
        panel.drawn += add_lines(
            axes, [points], color=theme.front, lw=look.points(name), dashes=look.dashes(name)
        )
        return
    if key == "doubt":
        panel.drawn += _marks(panel, [_sign_mark(look, "place", x, y)])
        panel.line(
            "?", look.face(8, "bold"), theme.ink, x - panel.left + 2.5 * scale, y - 3 * scale
        )
        return
    marks = [_sign_mark(look, key if key in _FORM_NAMES else "place", x, y)]
    if key == "estimate":
        marks = [Mark(form_path("place"), 2.6 * scale, x, y, theme.paper, theme.ink, 1.2 * scale)]
    rings = {"event": (), "unconfirmed": EVENT_DASH, "claim": CLAIM_DASH, "siege": ()}
    if key in rings:
        color = theme.muted if key in {"claim", "siege"} else theme.ink
        width = 1.5 * scale if key in {"claim", "siege"} else 1.1 * scale
        marks.append(Mark(form_path("place"), 5 * scale, x, y, "none", color, width, rings[key]))
    panel.drawn += _marks(panel, marks)


def _sign_mark(look: Look, form: str, x: float, y: float) -> Mark:
    return Mark(form_path(form), 2.6 * look.scale, x, y, look.theme.ink, "none", 0.0)


def _marks(panel: Panel, marks: Sequence[Mark]) -> list[Artist]:
    return add_marks(panel.axes, marks)


def add_statements(panel: Panel, snapshot: Snapshot, view: View) -> None:
    """Write what is told of a day about places in view, briefly, as far as there is room.

    Parameters
    ----------
    panel
        Where to write.
    snapshot
        The day.
    view
        What the map shows.
    """
    places = snapshot.series.timeline.places
    events = [event for event in snapshot.events if view.meets(places[event.place_id])]
    if not events:
        return
    look = panel.look
    panel.heading("Statements of the day")
    for done, (head, text) in enumerate(_told(snapshot, events)):
        if done and panel.nearly_full:
            panel.paragraph(f"and {len(events) - done} more", look.face(6.6), look.theme.muted)
            return
        panel.paragraph(head, look.face(7, "bold"), look.theme.ink, most=1)
        panel.paragraph(text, look.face(6.6), look.theme.muted, most=4)
        panel.gap(3)


def _told(snapshot: Snapshot, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    timeline = snapshot.series.timeline
    wording = Wording(timeline.actors, timeline.sources)
    # First what sets a status and is confirmed; within that, as the day went.
    for event in sorted(
        events, key=lambda e: (e.standing != "confirmed") + (not e.kind.sets_status)
    ):
        said = wording.statement(event)
        if event.date.exact:  # the day stands at the head of the picture
            said = said.removesuffix(f" {Wording.date(event.date)}")
        speakers = wording.speakers(event)
        text = printable(f"{said[:1].upper()}{said[1:]}; {speakers}." if speakers else f"{said}.")
        yield printable(timeline.places[event.place_id].name), text
