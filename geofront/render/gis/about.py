"""What a GIS file says of itself: a sentence for people, and the provenance for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from geofront.render.intervals import END_RULE
from geofront.render.shown import printable

if TYPE_CHECKING:
    from geofront.control.series import Series

__all__ = ["about", "provenance_json", "sentence"]


def about(series: Series, *, end_rule: str = END_RULE) -> dict[str, object]:
    """Return title, span, rule of the ends and provenance of a series.

    Parameters
    ----------
    series
        The series.
    end_rule
        What the ends of the intervals mean.

    Returns
    -------
    dict[str, object]
        Of values that JSON knows.
    """
    return {
        "title": series.title,
        "start": series.start.isoformat(),
        "end": series.end.isoformat(),
        "end_rule": end_rule,
        "provenance": series.provenance,
    }


def provenance_json(series: Series, *, end_rule: str = END_RULE) -> str:
    """Return `about` as one line of JSON."""
    return json.dumps(about(series, end_rule=end_rule), ensure_ascii=False, allow_nan=False)


def sentence(series: Series, *, end_rule: str = END_RULE) -> str:
    """Return in words what a file is, from what and how it was made, and who is to be named.

    Parameters
    ----------
    series
        The series.
    end_rule
        What the ends of the intervals mean.

    Returns
    -------
    str
        A few sentences.
    """
    told = series.provenance
    inputs = ", ".join(str(i["name"]) for i in told["inputs"])  # type: ignore[attr-defined]
    made = (
        f"{series.title}: control of ground and places, {series.start} to {series.end}. "
        f"Drawn by geofront {told['library_version']} from {inputs or 'values in memory'} "
        f"by the method {told['method']}"
    )
    policy = f", under the policy {told['policy']}" if told["policy"] else ""
    known = f", as known on {told['known_on']}" if told["known_on"] else ""
    withheld = f" Withheld: {series.timeline.published.told}." if series.timeline.published else ""
    credit = f" {str(told['attribution']).rstrip('.')}." if told["attribution"] else ""
    licence = f" Licence: {told['licence']}." if told["licence"] else ""
    places = f" Places: {told['place_sources']}." if told["place_sources"] else ""
    return printable(
        f"{made}{policy}{known}. In each row {end_rule}.{withheld}{credit}{licence}{places}"
    )
