"""Why each place has its status: the page explains it in the sentences of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pages
import pytest

import geofront
from geofront.datasets import dataset_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geofront.control.explain import Explanation
    from geofront.control.series import Series
    from geofront.events.timeline import Timeline

browser, open_file = pages.browser, pages.open_file


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    """A made-up war with every kind, rule and flag, on 20 days."""
    folder = tmp_path_factory.mktemp("kinds")
    return geofront.read(pages.write_every_kind(folder))


def places_told(series: Series) -> list[str]:
    """Places that have a status, and those that only the days' other statements are about."""
    told = {event.place_id for day in series.days for event in series.history.events_on(day)}
    return sorted(told.union(series.place_ids))


@pytest.mark.browser
@pytest.mark.parametrize("name", dataset_names())
def test_every_status_of_every_day_is_explained_as_by_the_library(
    name: str, tmp_path: Path, open_file: Any
) -> None:
    series = geofront.draw(geofront.read(name))
    opened = open_file(geofront.write_html(series, tmp_path / "why.html"))
    told = places_told(series)
    met: set[str] = set()
    for day in series.days:
        for place_id, shown in zip(told, opened.explained(told, day), strict=True):
            explanation = series.history.explain(place_id, day)
            assert shown == explanation.text(), (place_id, day)
            met.update(features_of(explanation))
    assert met >= {"agreeing", "overridden", "not-confirmed"}


def features_of(explanation: Explanation) -> Iterator[str]:
    status = explanation.status
    yield from (key for key in ("inferred", "uncertain") if getattr(status, key))
    yield from (key for key in ("agreeing", "overridden", "withdrawn") if getattr(explanation, key))
    yield from (overridden.rule for overridden in explanation.overridden)


@pytest.mark.browser
@pytest.mark.parametrize(
    "policy",
    [
        *("best-evidence", "confirmed-only", "against-interest", "latest-report"),
        *("by-source:two", "by-side:red"),
    ],
)
@pytest.mark.parametrize("start", ["2020-01-01", "2020-01-10"])
def test_every_rule_and_flag_is_explained_as_by_the_library(
    every_kind: Timeline, policy: str, start: str, tmp_path: Path, open_file: Any
) -> None:
    for known_on in (None, "2020-01-09", "2020-01-20"):
        series = geofront.draw(
            every_kind, policy=policy, known_on=known_on, start=start, end="2020-01-20"
        )
        opened = open_file(geofront.write_html(series, tmp_path / "why.html"))
        told = places_told(series)
        for day in series.days:
            expected = [series.history.explain(place_id, day).text() for place_id in told]
            assert opened.explained(told, day) == expected, (day, known_on)


@pytest.mark.browser
def test_the_panel_shows_the_whole_explanation(
    every_kind: Timeline, tmp_path: Path, open_file: Any
) -> None:
    series = geofront.draw(every_kind, start="2020-01-01", end="2020-01-20")
    opened = open_file(geofront.write_html(series, tmp_path / "why.html"))
    panel = opened.page.locator(".gf-place")
    met: set[str] = set()
    for day in series.days:
        opened.go(day.isoformat())
        for place_id in places_told(series):
            opened.ask("v.select(x)", place_id)
            explanation = series.history.explain(place_id, day)
            met.update(features_of(explanation))
            text = " ".join((panel.text_content() or "").split())
            for line in explanation.text().splitlines():
                label, statement, rest = statement_of(line)
                assert label in text, (place_id, day, line)
                assert statement in text, (place_id, day, line)
                assert rest in text, (place_id, day, line)
    assert met >= {
        "agreeing",
        "inferred",
        "uncertain",
        "withdrawn",
        "superseded",
        "outgraded",
        "doubtful",
    }


def statement_of(line: str) -> tuple[str, str, str]:
    """Return what the panel makes of a line: a heading, a statement, and what became of it."""
    for label in ("Also said", "Against it", "No longer counted"):
        if line.startswith(f"{label}: "):
            statement, _, fate = line.removeprefix(f"{label}: ").partition(" [")
            event_id, _, fate = fate.partition("].")
            return label, f"{statement}.{fate}", event_id
    change = "It would change with "
    if line.startswith(change):
        return change.strip(), line.removeprefix(change).removesuffix("."), ""
    return "", line, ""


@pytest.mark.browser
def test_doubts_are_marked_on_the_map_and_in_the_legend(
    every_kind: Timeline, tmp_path: Path, open_file: Any
) -> None:
    series = geofront.draw(every_kind, start="2020-01-01", end="2020-01-20")
    opened = open_file(geofront.write_html(series, tmp_path / "why.html"), "#2020-01-17")
    legend = opened.page.locator(".gf-legend").inner_text()
    for sign in ("Uncertain: date imprecise", "Claim not accepted", "Besieged"):
        assert sign in legend
    opened.page.mouse.move(*opened.point_of("here"))
    assert (
        "Uncertain on this day: dated between 16" in opened.page.locator(".gf-tooltip").inner_text()
    )
    opened.go("2020-01-08")
    opened.page.mouse.move(*opened.point_of("yonder"))
    opened.page.mouse.move(*opened.point_of("there"))
    assert "Not accepted: Observation" in opened.page.locator(".gf-tooltip").inner_text()
    opened.ask("v.select('elsewhere')")
    history = opened.page.locator(".gf-history").inner_text()
    assert "Retraction" in history
    assert "withdrawn" in history


@pytest.mark.browser
def test_what_was_withdrawn_is_not_among_the_statements_of_the_day(
    every_kind: Timeline, tmp_path: Path, open_file: Any
) -> None:
    series = geofront.draw(every_kind, start="2020-01-01", end="2020-01-20")
    opened = open_file(geofront.write_html(series, tmp_path / "why.html"))
    for snapshot in series:
        opened.go(snapshot.day.isoformat())
        items = opened.page.locator(".gf-event").all()
        listed = [item.get_attribute("data-event") for item in items]
        assert listed == [event.id for event in snapshot.events], snapshot.day
