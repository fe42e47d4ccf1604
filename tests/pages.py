"""A browser for tests of pages: opened from a file, without a network, all complaints noted.

A test's module takes the fixtures as its own: ``browser, open_file = pages.browser,
pages.open_file``.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = (1400, 900), (390, 844)
PLACES = """\
id,name,lon,lat
here,Here,38,34
there,There,38.2,34.1
elsewhere,Elsewhere,38.1,34.3
yonder,Yonder,38.3,34.2
"""
ACTORS = """\
id,name,side,color,since
red,The Reds,red,#aa3333,
blue,The Blues,blue,#3333aa,
green,The Greens,green,#33aa33,
green,The Greens,red,,2020-01-08
"""
SOURCES = """\
id,title,publisher,reliability,favours
one,First,One & Co,B,red
two,Second,,C,
"""
EVERY_KIND = """\
id,date,place,kind,actor,from_actor,standing,claimed_by,credibility,reported,corrects,effective,source
,2020-01-01,here,hold,red,,,,,,,,one
,2020-01-03,here,contest,blue,red,,,,,,,one
,2020-01-04,here,contest,green,,,,,,,,one
,2020-01-05,here,repelled,red,blue,,,,,,,one
,2020-01-06,here,siege,blue,red,,,,,,,two
,2020-01-08,here,siege_lifted,blue,red,,,,,,,two
,2020-01-09,here,clash,,,,,,,,,two
,2020-01-10,here,strike,blue,red,,,,,,,two
,2020-01-11,here,raid,,,,,,,,,one
,2020-01-12,here,ceasefire,red,blue,,,,,,,one|two
,2020-01-13,here,movement,,,,,,,,,one
,2020-01-14,here,handover,blue,red,,,,,,,two
,2020-01-16/2020-01-19,here,withdrawal,blue,,,,,,,start,two
,2020-01-02,there,capture,red,blue,claimed,red,,,,,one
,2020-01-05,there,capture,red,blue,claimed,green,,,,,two
,2020-01-07,there,hold,red,,denied,blue,,,,,two
,2020-01-08,there,hold,blue,,,,4,,,,two
,2020-01-09,there,hold,green,,,,2,,,,two
,2020-01-09,there,hold,blue,,,,3,,,,one
,2020-01-11,there,hold,red,,,,2,,,,one
,2020-01-11,there,hold,blue,,,,2,,,,one
,2020-01-12/2020-01-15,there,capture,blue,red,,,,,,,one
,2020-01-17?,there,hold,blue,,,,,,,,one
,../2020-01-19,there,capture,red,blue,,,,,,,two
wrong,2020-01-03,elsewhere,capture,blue,red,,,,,,,one
,2020-01-04,elsewhere,retraction,,,,,,2020-01-06,wrong,,one
mistaken,2020-01-08,elsewhere,hold,green,,,,,,,,two
,2020-01-08,elsewhere,hold,blue,,,,,2020-01-11,mistaken,,two
,2020-01-18,elsewhere,siege,red|green,blue,,,,,,,one
,2020-01-05,yonder,clash,red,blue,,,,,,,one
,2020-01-24,yonder,withdrawal,green,,,,,,,,one
"""


def write_every_kind(folder: Path, *, places: str = PLACES) -> Path:
    """Write a made-up war with every kind, rule and flag, on 20 days, and return its folder."""
    tables = {"places": places, "actors": ACTORS, "sources": SOURCES, "events": EVERY_KIND}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@dataclass
class Opened:
    """A page, and whatever it should not have done."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def ask(self, expression: str, argument: object = None) -> Any:
        return self.page.evaluate(
            f"(x) => {{ const v = geofront.views[0]; {expression} }}", argument
        )

    def go(self, day: str) -> None:
        self.ask("v.goTo(x)", day)

    def day(self) -> str:
        return str(self.ask("return v.day()"))

    def wait_until(self, condition: str) -> None:
        """Ask again and again: the page's policy forbids the waiting that playwright offers."""
        for _ in range(100):
            if self.ask(f"return {condition}"):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"never came true: {condition}")

    def km2_shown(self) -> dict[str, int]:
        rows = self.page.locator(".gf-legend tbody tr")
        return {
            str(row.get_attribute("data-key")): int(
                row.locator(".gf-km2").inner_text().replace(",", "")
            )
            for row in rows.all()
        }

    def explained(self, place_ids: Sequence[str], day: date) -> list[str]:
        return list(
            self.ask(
                "v.goTo(x.day); return x.ids.map(v.explain)",
                {"day": day.isoformat(), "ids": list(place_ids)},
            )
        )

    def point_of(self, place_id: str) -> tuple[float, float]:
        x, y = self.ask(
            "const at = v.map.latLngToContainerPoint(v.position(x));"
            "const box = v.map.getContainer().getBoundingClientRect();"
            "return [box.left + at.x, box.top + at.y];",
            place_id,
        )
        return x, y


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("GEOFRONT_REQUIRE_BROWSER") == "1":
            pytest.fail(f"none of {', '.join(names)} is installed")
        pytest.skip(f"none of {', '.join(names)} is installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def open_file(browser: Browser) -> Iterator[Any]:
    contexts = []
    pages: list[Opened] = []

    def opener(
        path: Path, fragment: str = "", *, size: tuple[int, int] = WIDE, **options: Any
    ) -> Opened:
        viewport: Any = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        opened = Opened(context.new_page())
        pages.append(opened)

        def note_message(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                opened.faults.append(message.text)

        def note_request(request: Request) -> None:
            if not request.url.startswith("data:"):
                opened.requests.append(request.url)

        opened.page.on("console", note_message)
        opened.page.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.page.on("dialog", lambda dialog: opened.faults.append(dialog.message))
        opened.page.on("request", note_request)
        opened.page.goto(path.as_uri() + fragment)
        opened.page.wait_for_selector(".gf-ready")
        return opened

    yield opener
    faults = [fault for opened in pages for fault in opened.faults]
    requests = {request.partition("#")[0] for opened in pages for request in opened.requests}
    for context in contexts:
        context.close()
    # Holds for every test: the page complains of nothing and loads nothing else.
    assert faults == []
    assert all(request.startswith("file:") and request.endswith(".html") for request in requests)
