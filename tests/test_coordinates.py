"""Coordinates in the forms that people write, harmless texts, and the time that both take."""

from __future__ import annotations

import re
import time

import pytest

from geofront.events.coordinates import WITHHELD, without_coordinates

POSITIONS = (
    *("at 34.55, 38.27 today", "lat 34.55 lon 38.27", "Lat: 34.5, long: 38.3", "lat=34.5;lng=38.3"),
    *(
        "latitude of 34.55 and longitude of 38.27",
        "34,55; 38,27",
        "34,55 38,27",
        "34,5512, 38,2734",
    ),
    *("٣٤٫٥٥، ٣٨٫٢٧", "٣٤٫٥٥١ و ٣٨٫٢٧٣", "34\u066b55 38\u066b27", "خط العرض ٣٤٫٥٥"),
    *(
        "34 33 04 N 38 16 24 E",
        "N 34 33 04, E 38 16 24",
        "34-33-04N, 038-16-24E",
        "34:33:04 N 38:16:24 E",
    ),
    *("343312N0381603E", "3433N 03816E", "N343312 E0381603", "N 34 33.067 E 38 16.4"),
    *("34 deg 33 min N", "34 deg 33 min 12 sec N 38 deg 16 min 3 sec E", "34.55 degrees north"),
    *("34°33'04\"N 38°16'24\"E", "34.5°N", "37S DA 12345 67890", "37SDA1234567890", "37S DA 1234"),
    *("37S EP 2016", "37s da 123 678", "37S 438912 3825123", "37 S 438912E, 3825123N", "8G3P+4Q"),
    *(
        "two km north of",
        "half a mile east of",
        "two-hundred metres from",
        "5 km NNE of",
        "2 km\n\n  north of",
    ),
    *("5 كم شمال تدمر", "٥ كم إلى الجنوب من تدمر", "٣٫٥ كيلومتر شرقي تدمر", "///filled.count.soap"),
    *("what3words: filled.count.soap", "34.5512\u200e, \u200e38.2734", "\u200f34.\u200e55, 38.27"),
    "1.5" + " " * 50 + "2.5",
)
LINKS = (
    "https://www.google.com/maps/place/34%C2%B033'04.3%22N+38%C2%B016'24.0%22E/data=abc",
    *(
        "https://maps.app.goo.gl/AbCdEf123",
        "https://goo.gl/maps/AbCdEf",
        "geo:34,38",
        "geo:34.5,38.2;u=9",
    ),
    *(
        "https://what3words.com/filled.count.soap",
        "what3words.com/filled.count.soap",
        "w3w.co/a.b.c",
    ),
    *(
        "https://www.openstreetmap.org/node/123456",
        "https://osm.org/go/0xyz",
        "maps.google.com/?q=Tadmur",
    ),
    *("https://www.google.co.uk/maps/place/Tadmur", "https://yandex.com.tr/maps/?ll=38,34"),
    *("https://example.org/v?mlat=34.55&mlon=38.27", "https://example.org/v#9/34.55/38.27"),
    "https://example.org/at?point=34%252E5512,38%252E2734",
    "https://web.archive.org/web/2020/https%3A%2F%2Fgoo.gl%2Fmaps%2FAbCdEf",
)
HARMLESS = (
    *(
        "1,000 fighters and 2,000 more",
        "on 12.10.2016",
        "3.5 km of road",
        "T4, 12:30",
        "12/10/2016",
    ),
    *(
        "12 Dec 2016",
        "3 May 2020 and 5 NOV 2016",
        "31 Sep 2019",
        "killed 12 men 2016",
        "2016-10-12 14:30:05",
    ),
    *(
        "1,000; 2,000 dead",
        "10, 12 and 14 dead",
        "1,250 killed, 3,400 wounded",
        "at 14:30 N of the town",
    ),
    *(
        "a long 12 hour battle",
        "a long 3.5 km column",
        "as long as 20 days",
        "minutes 5 to 12",
        "٣٫٥ مليون",
    ),
    *(
        "page 12, 13",
        "Brigade 104, 2nd battalion",
        "5 km long",
        "two km of road",
        "ten men from Homs",
    ),
    *(
        "٥ قتلى شمال تدمر",
        "1.5 million",
        "version 1.2.3",
        "Highway M5 east",
        "2-3 tanks  and two lorries",
    ),
    *(
        "https://example.org/2016/10/12/tadmur-12-dead",
        "https://twitter.com/a/status/1234567890123456789",
    ),
    *(
        "https://www.openstreetmap.org/copyright",
        "https://www.geonames.org/",
        "(c) OpenStreetMap, ODbL",
    ),
)


@pytest.mark.parametrize("text", POSITIONS)
def test_positions_are_withheld(text: str) -> None:
    told = without_coordinates(f"Seen {text} (a note).")
    assert told.startswith(f"Seen {'at ' if text.startswith('at ') else ''}{WITHHELD}"), told
    assert not re.search(r"\d|filled", told), told


@pytest.mark.parametrize("link", LINKS)
def test_links_to_maps_are_withheld_whole(link: str) -> None:
    assert without_coordinates(link) == WITHHELD
    assert without_coordinates(f"Seen (see {link}).") == f"Seen (see {WITHHELD})."


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_texts_stay_whole(text: str) -> None:
    assert without_coordinates(text) == text


def test_words_beside_stay() -> None:
    assert without_coordinates("see 34.55,38.27,15z") == f"see {WITHHELD},15z"
    assert without_coordinates("more than 34° C") == f"more than {WITHHELD} C"


@pytest.mark.parametrize(
    "part",
    [
        *(
            " ",
            "\t\n",
            "1",
            "1 ",
            "1.",
            "1,",
            "1.5 ",
            "1.5",
            "1,55 ",
            ",",
            ";",
            "/",
            "-",
            "°",
            "'",
            ".",
        ),
        *("N", "1N", "1 N ", "lat ", "lat 1 ", "two ", "two-", "1 km ", "1 deg ", "1 1 1 ", "1:1:"),
        *(
            "https://",
            "://1.5",
            "%25",
            "geo:",
            "google.",
            "&a=1.5",
            "///a.",
            "w3w ",
            "8G3P",
            "a-a",
            "٫٣",
        ),
        *("[position withheld]", "1 كم ", "37S DA ", "(", "w3w.co/", "1°1'", "\u200e"),
    ],
)
def test_time_grows_with_the_length(part: str) -> None:
    run = part * (10_000 // len(part))
    started = time.process_time()
    for text in (
        f"1.2345{run}x",
        f"1.5 1.{run}",
        f"1.5,1.{run}.5.5",
        f"https://1.5{run}x",
        f"5{run}km",
    ):
        without_coordinates(text)
    # Squares of these lengths take minutes.
    assert time.process_time() - started < 2


def test_many_spaces_take_no_time() -> None:
    started = time.process_time()
    assert without_coordinates(f"1.2345{' ' * 400}x") == f"{WITHHELD} x"
    assert time.process_time() - started < 1
