"""What a timeline, a snapshot and a series show of themselves in a notebook.

`geofront` registers these functions with `geofront.display`; notebooks reach them through
``_repr_html_`` and ``explore()``. Every text from data is escaped.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from geofront.control.state import CONTESTED, HELD
from geofront.control.wording import weekday
from geofront.render.notebook.inline import party_colors, snapshot_svg
from geofront.render.shown import printable, shown
from geofront.render.style import LIGHT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import folium

    from geofront.control.series import Series
    from geofront.control.snapshot import Snapshot
    from geofront.control.state import Label
    from geofront.events.event import Event
    from geofront.events.timeline import Timeline

__all__ = [
    "LARGEST_PAGE",
    "explore_series",
    "explore_snapshot",
    "series_html",
    "snapshot_html",
    "timeline_html",
]

LARGEST_PAGE = 3 << 20
"""The bytes above which a series shows a picture: notebooks keep what they show in their file."""

_ENDS = 3  # so many of the first and of the last events
_MOST_SOURCES = 5
_FRAME_PX = 680
_CARD = (
    f"max-width:760px;overflow-x:auto;padding:8px 10px;background:{LIGHT.panel};color:{LIGHT.ink};"
    f"border:1px solid {LIGHT.rule};font:13px/1.45 system-ui,sans-serif;text-align:start"
)
_HEADING = "font-size:15px;font-weight:600"
_MUTED = f"color:{LIGHT.muted};font-size:12px"
_CELL = "padding:1px 12px 1px 0;text-align:start;vertical-align:top;background:none"
_TABLE = "border-collapse:collapse;margin:6px 0;font:inherit"
_HEAD = ("date", "place", "kind", "actor", "from", "standing", "source")
_FIGURE = f"{_CELL};text-align:end;font-variant-numeric:tabular-nums"
# Scripts run, in an origin of their own: they reach neither the notebook nor its server.
_SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"


def timeline_html(timeline: Timeline) -> str:
    """Return a timeline in short: span, counts, sources, its first and last events.

    Parameters
    ----------
    timeline
        The timeline.

    Returns
    -------
    str
        Markup.
    """
    count = len(timeline.events)
    sizes = (
        f"{timeline.start} to {timeline.end} · {_counted(count, 'event')} at "
        f"{_counted(len(timeline.places), 'place')} · {_counted(len(timeline.actors), 'actor')} · "
        f"{_counted(len(timeline.sources), 'source')}"
    )
    rows = [_row(_event_cells(event, timeline)) for event in _first_and_last(timeline.events)]
    if count > len(rows):
        left_out = f"{count - len(rows):,} events in between"
        rows.insert(
            _ENDS, f'<tr><td style="{_CELL};{_MUTED}" colspan="{len(_HEAD)}">{left_out}</td></tr>'
        )
    titles = "".join(f'<th scope="col" style="{_CELL};{_MUTED}">{title}</th>' for title in _HEAD)
    table = (
        f'<table style="{_TABLE}"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return _card(timeline.title, sizes, table, _sources(timeline))


def snapshot_html(snapshot: Snapshot) -> str:
    """Return the picture of a day, with who holds how many km² and what happened.

    Parameters
    ----------
    snapshot
        The day.

    Returns
    -------
    str
        Markup.
    """
    series, day = snapshot.series, snapshot.day
    picture = snapshot_svg(snapshot)
    events = _counted(len(snapshot.events), "event")
    front = _counted(round(sum(line.length_km for line in snapshot.fronts)), "km")
    told = f"{weekday(day)}, {day} · {events} on the day · {front} of front"
    return _card(series.title, told, picture, _legend(snapshot), _credit(series))


def series_html(series: Series) -> str:
    """Return the interactive page of a series in a frame; if it is too large, its last picture.

    Parameters
    ----------
    series
        The series.

    Returns
    -------
    str
        Markup; the page runs in a sandbox and loads nothing.
    """
    from geofront.render.page.document import page_html

    page = page_html(series)
    size = len(page.encode())
    if size > LARGEST_PAGE:
        note = (
            f"The interactive page of {len(series):,} days has {size / 1e6:.1f} MB, too much to be "
            'kept in a notebook: geofront.write_html(series, "map.html") writes it to a file. '
            f"This is the last day, {series.end}."
        )
        return f'<p style="{_MUTED}">{escape(note)}</p>{snapshot_html(series.snapshot(series.end))}'
    return (
        f'<iframe title="{escape(printable(series.title))}" sandbox="{_SANDBOX}" '
        f'style="width:100%;height:{_FRAME_PX}px;border:1px solid {LIGHT.rule}" '
        f'srcdoc="{escape(page)}"></iframe>'
    )


def explore_series(series: Series, **options: object) -> folium.Map:
    """Return the interactive map of a series, to which further layers of folium may be added.

    Parameters
    ----------
    series
        The series.
    **options
        As `geofront.render.page.foliummap.control_map` takes them.

    Returns
    -------
    folium.Map
        The map.
    """
    from geofront.render.page.foliummap import control_map

    return control_map(series, **options)  # type: ignore[arg-type] # checked by the function


def explore_snapshot(snapshot: Snapshot, **options: object) -> folium.Map:
    """Return the interactive map of a day's series, opened on that day.

    Parameters
    ----------
    snapshot
        The day.
    **options
        As `geofront.render.page.foliummap.control_map` takes them.

    Returns
    -------
    folium.Map
        The map.
    """
    return explore_series(snapshot.series, **{"open_on": snapshot.day, **options})


def _first_and_last(events: Sequence[Event]) -> Sequence[Event]:
    return events if len(events) <= 2 * _ENDS else (*events[:_ENDS], *events[-_ENDS:])


def _event_cells(event: Event, timeline: Timeline) -> Sequence[str]:
    """Return what stands under `_HEAD`."""
    return (
        event.date.text,
        timeline.places[event.place_id].name,
        str(event.kind),
        _actor_names(timeline, event.actors),
        _actor_names(timeline, event.from_actors),
        str(event.standing),
        ", ".join(dict.fromkeys(_source_name(timeline, source) for source in event.sources)),
    )


def _actor_names(timeline: Timeline, actors: Iterable[str]) -> str:
    return ", ".join(timeline.actors[actor].name for actor in actors)


def _source_name(timeline: Timeline, source_id: str) -> str:
    source = timeline.sources.get(source_id)
    return (source.publisher or source.title) if source else source_id


def _sources(timeline: Timeline) -> str:
    told = Counter(
        _source_name(timeline, source) for event in timeline.events for source in event.sources
    )
    names = [f"{_isolated(name)} ({count:,})" for name, count in told.most_common(_MOST_SOURCES)]
    more = len(told) - len(names)
    if not names:
        return ""
    further = f" and {more:,} more" if more else ""
    return f'<div style="{_MUTED}">Statements by {", ".join(names)}{further}.</div>'


def _legend(snapshot: Snapshot) -> str:
    series = snapshot.series
    total = float(snapshot.area_km2.sum())
    shown = [
        (label, km2)
        for label, km2 in zip(series.labels, snapshot.area_km2.tolist(), strict=True)
        if km2 > 0
    ]
    order = {HELD: 0, CONTESTED: 1}
    shown.sort(key=lambda row: (order.get(row[0].status, 2), -row[1]))
    rows = "".join(
        f'<tr style="background:none"><td style="{_CELL}">{_swatch(series, label)}</td>'
        f'<td style="{_CELL}">{_label_name(series, label)}</td>'
        f'<td style="{_FIGURE}">{km2:,.0f} km²</td>'
        f'<td style="{_FIGURE}">{100 * km2 / total:.1f} %</td></tr>'
        for label, km2 in shown
    )
    return f'<table style="{_TABLE}">{rows}</table>'


def _label_name(series: Series, label: Label) -> str:
    names = " / ".join(_isolated(series.timeline.actors[actor].name) for actor in label.actors)
    if label.status == HELD:
        return names
    return f"{label.status}: {names}" if names else label.status


def _swatch(series: Series, label: Label) -> str:
    """Return the colours of a label, side by side where it is contested."""
    colors = party_colors(series, label) or [UNKNOWN]
    opacity = {HELD: LIGHT.area_opacity, CONTESTED: LIGHT.hatch_opacity}.get(label.status, 0.0)
    width = 18 / len(colors)
    stripes = "".join(
        f'<rect x="{i * width:g}" width="{width:g}" height="11" fill="{color}" '
        f'fill-opacity="{opacity:g}"/>'
        for i, color in enumerate(colors)
    )
    return (
        '<svg width="18" height="11" aria-hidden="true" style="vertical-align:baseline">'
        f'{stripes}<rect width="18" height="11" fill="none" stroke="{LIGHT.muted}"/></svg>'
    )


def _credit(series: Series) -> str:
    told = series.provenance
    account = f"policy {told['policy']}" if told.get("policy") else ""
    known = f"as known on {told['known_on']}" if told.get("known_on") else ""
    made = f"geofront {told['library_version']}"
    withheld = f"withheld: {series.timeline.published.told}" if series.timeline.published else ""
    parts = (
        withheld,
        told["attribution"],
        told["licence"],
        f"method {told['method']}",
        account,
        known,
        made,
    )
    text = " · ".join(_isolated(str(part)) for part in parts if part)
    return f'<div style="{_MUTED}">{text}</div>'


def _card(title: str, told: str, *parts: str) -> str:
    return (
        f'<div style="{_CARD}"><div style="{_HEADING}">{_isolated(title)}</div>'
        f'<div style="{_MUTED}">{escape(told)}</div>{"".join(parts)}</div>'
    )


def _row(texts: Sequence[str]) -> str:
    first, *others = texts
    cells = [f'<td style="{_CELL};white-space:nowrap">{_isolated(first)}</td>']
    cells += [f'<td style="{_CELL}">{_isolated(text)}</td>' for text in others]
    return f'<tr style="background:none">{"".join(cells)}</tr>'


def _isolated(text: str) -> str:
    """Escape a text, and keep its direction of writing from what stands around it."""
    return f"<bdi>{escape(shown(text))}</bdi>" if text else ""


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 or what == 'km' else 's'}"
