"""The words of the page: one table for two languages, and the page in Arabic."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import pages
import pytest

import geofront
from geofront.control import wording
from geofront.errors import UnknownNameError
from geofront.events.event import Kind, Standing
from geofront.events.evidence import POLICIES, Policy, policy
from geofront.events.verdict import Rule
from geofront.render.page import document as page

if TYPE_CHECKING:
    from pathlib import Path

browser, open_file = pages.browser, pages.open_file

TABLES = ("texts_en.js", "texts_ar.js")
ENTRY = re.compile(r'^  ("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),$', re.MULTILINE)
LITERAL = re.compile(r'"([a-z_]+\.[\w.-]+)"')
TEMPLATE = re.compile(r"`([a-z_]+\.[\w.-]*)\$\{")
PLURALS = {"en": {"one", "other"}, "ar": {"zero", "one", "two", "few", "many", "other"}}
FORM = re.compile(r"\.(zero|one|two|few|many|other)$")
# The conflict of every kind, with names that a sentence must not swallow.
ARABIC_PLACES = """\
id,name,lon,lat,name_ar,feature
here,Here,38,34,هنا,AIRB
there,There,38.2,34.1,,
elsewhere,Elsewhere,38.1,34.3,,XYZ
yonder,Yonder,38.3,34.2,,
"""
DAY = "2020-01-18"


def asset(name: str) -> str:
    return (
        resources.files("geofront.render.page").joinpath("assets", name).read_text(encoding="utf-8")
    )


def texts(code: str) -> dict[str, str]:
    pairs = ENTRY.findall(asset(f"texts_{code}.js"))
    return {json.loads(key): json.loads(text) for key, text in pairs}


def scripts() -> str:
    return "\n".join(asset(name) for name in page._SCRIPTS if name not in TABLES)


def stem(key: str) -> str:
    return FORM.sub("", key)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", page.LANGUAGES)
def test_every_line_of_a_table_is_a_text_or_a_comment(code: str) -> None:
    _, _, body = asset(f"texts_{code}.js").partition("{\n")
    odd = [
        line
        for line in body.splitlines()
        if line.strip() and not ENTRY.match(line) and not line.strip().startswith(("//", "});"))
    ]
    assert odd == []
    assert all(text for text in texts(code).values())


def test_both_languages_have_the_same_texts() -> None:
    assert {stem(key) for key in texts("en")} == {stem(key) for key in texts("ar")}


@pytest.mark.parametrize("code", page.LANGUAGES)
def test_counted_things_have_every_form_of_the_language(code: str) -> None:
    forms: dict[str, set[str]] = {}
    for key in texts(code):
        if found := FORM.search(key):
            forms.setdefault(stem(key), set()).add(found.group(1))
    assert forms
    assert {name: found for name, found in forms.items() if found != PLURALS[code]} == {}


def test_both_languages_put_in_the_same_values() -> None:
    english, arabic = texts("en"), texts("ar")
    for key, text in arabic.items():
        other = english.get(key) or english[f"{stem(key)}.other"]
        # "Two statements" is one word in Arabic, and needs no number.
        spared = {"count"} if FORM.search(key) else set()
        assert placeholders(text) - spared == placeholders(other) - spared, key


def test_every_text_that_a_script_names_exists_and_none_is_idle() -> None:
    code = scripts()
    keys = {stem(key) for key in texts("en")} | set(texts("en"))
    sections = {key.partition(".")[0] for key in keys}
    named = {n for n in LITERAL.findall(code) if n.partition(".")[0] in sections}
    assert named - keys == set()
    begun = tuple(TEMPLATE.findall(code))
    idle = {key for key in map(stem, keys) if key not in named and not key.startswith(begun)}
    assert idle == set()


def test_what_the_library_may_name_has_words() -> None:
    english = texts("en")
    for kind in Kind:
        assert {f"kind.{kind}", f"deed.{kind}", f"deed.{kind}.facing"} <= english.keys()
    assert {f"standing.{standing}" for standing in Standing} <= english.keys()


def test_english_rules_and_policies_are_those_of_the_library() -> None:
    english = texts("en")
    assert {rule: english[f"rule.{rule}"] for rule in Rule} == wording._RULE_WORDS
    for name in POLICIES:
        assert english[f"policy.{name}"] == policy(name).description
    for kind in ("by-source", "by-side"):
        assert (
            english[f"policy.{kind}"].replace("{name}", "x") == policy(f"{kind}:x").description
        ), kind


def test_a_language_that_the_page_does_not_speak_is_refused(tmp_path: Path) -> None:
    series = geofront.draw(geofront.read("palmyra-2016"), start="2016-12-08", end="2016-12-09")
    with pytest.raises(UnknownNameError, match="unknown language 'fr'; there are: ar, en"):
        geofront.write_html(series, tmp_path / "no.html", language="fr")
    assert list(tmp_path.iterdir()) == []


# --- in the browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page in Arabic of a war with every kind, rule and flag."""
    folder = tmp_path_factory.mktemp("words")
    pages.write_every_kind(folder, places=ARABIC_PLACES)
    series = geofront.draw(geofront.read(folder), start="2020-01-01", end="2020-01-20")
    return geofront.write_html(series, folder / "arabic.html", language="ar")


def english_left(opened: pages.Opened) -> list[str]:
    """Return the texts in sight with Latin letters that are not marked as names or as English."""
    return list(
        opened.page.evaluate(
            """() => {
                const root = document.querySelector(".gf");
                const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
                const spared = "bdi, code, kbd, h1, .gf-note, [lang='en'], script";
                const found = [];
                while (walker.nextNode()) {
                    const { parentElement, data } = walker.currentNode;
                    if (/[A-Za-z]/.test(data) && !parentElement.closest(spared)) found.push(data);
                }
                return found;
            }"""
        )
    )


# Proper names that stay Latin in every language.
KEPT = re.compile(r"geofront|Leaflet|Natural Earth|BSD-2-Clause|SHA-256|CSV|English|WGS 84")


@pytest.mark.browser
def test_nothing_but_names_stays_english_in_arabic(arabic: Path, open_file: Any) -> None:
    opened = open_file(arabic, f"#{DAY}/here")
    opened.page.locator(".gf-tool-settings").click()
    left: set[str] = set()
    for day in range(1, 21):
        opened.go(f"2020-01-{day:02}")
        for place_id in ("here", "there", "elsewhere", "yonder"):
            opened.ask("v.select(x)", place_id)
            left.update(english_left(opened))
        opened.page.mouse.move(*opened.point_of("there"))
        opened.page.mouse.move(*opened.point_of("here"))
        left.update(english_left(opened))
    assert {text for text in left if re.search("[A-Za-z]", KEPT.sub("", text))} == set()


@pytest.mark.browser
def test_labels_for_screen_readers_are_arabic_too(arabic: Path, open_file: Any) -> None:
    opened = open_file(arabic, f"#{DAY}/here")
    labels = opened.page.evaluate(
        "[...document.querySelectorAll('.gf *')].flatMap((e) => "
        "['aria-label', 'title', 'placeholder', 'aria-valuetext'].map((n) => e.getAttribute(n)))"
        ".filter(Boolean)"
    )
    without = [text for text in labels if not re.search("[\u0600-\u06ff]", text)]
    assert set(without) - {"English", "There", "Elsewhere", "Yonder"} == set()


@pytest.mark.browser
def test_the_button_changes_the_language_and_keeps_day_and_place(
    arabic: Path, open_file: Any
) -> None:
    opened = open_file(arabic, f"#{DAY}/here")
    page, root = opened.page, opened.page.locator(".gf").first
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert page.evaluate("document.documentElement.lang") == "ar"
    assert page.locator(".gf-date").inner_text() == "السبت 18 يناير 2020"
    assert page.locator(".gf-place h2").inner_text() == "هنا"
    assert "Here" in page.locator(".gf-place .gf-details").first.inner_text()
    page.locator(".gf-tool-language").press("Enter")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("en", "ltr")
    assert page.locator(".gf-date").inner_text() == "Saturday 18 January 2020"
    assert page.locator(".gf-place h2").inner_text() == "Here"
    assert opened.day() == DAY
    assert page.evaluate("document.activeElement.textContent") == "العربية"
    page.reload()
    page.wait_for_selector(".gf-ready")
    assert root.get_attribute("lang") == "en"


@pytest.mark.browser
def test_explanations_are_sentences_in_both_languages(arabic: Path, open_file: Any) -> None:
    opened = open_file(arabic)
    in_arabic = opened.ask("v.goTo('2020-01-04'); return v.explain('here')").splitlines()
    assert in_arabic[0] == (
        "في نهاية 4 يناير 2020، وضع هنا: نزاع بين The Blues وThe Greens وThe Reds. "
        "الأساس: قتال The Greens داخل المكان في 4 يناير 2020، بحسب One & Co. "
        "وتُعتمد هذه الإفادة للسبب الآتي: الإفادة مسجلة على أنها مؤكدة."
    )
    opened.page.locator(".gf-tool-language").click()
    in_english = opened.ask("return v.explain('here')").splitlines()
    assert len(in_english) == len(in_arabic)
    assert in_english[0].startswith("At the end of 4 January 2020, Here is contested between")


@pytest.mark.browser
def test_the_panel_mirrors_and_time_and_map_do_not(arabic: Path, open_file: Any) -> None:
    opened = open_file(arabic)

    def left(selector: str) -> float:
        box = opened.page.locator(selector).first.bounding_box()
        assert box is not None, selector
        return float(box["x"])

    assert left(".gf-side") < left(".gf-map")
    slider = opened.page.get_by_role("slider").first
    slider.focus()
    opened.page.keyboard.press("Home")
    opened.page.keyboard.press("ArrowRight")
    assert opened.day() == "2020-01-02"
    assert slider.evaluate("(e) => getComputedStyle(e).direction") == "ltr"
    assert opened.ask("return v.map.latLngToContainerPoint([34, 39]).x") > opened.ask(
        "return v.map.latLngToContainerPoint([34, 38]).x"
    )


@pytest.mark.browser
def test_a_policy_of_the_user_s_own_is_told_in_its_words(tmp_path: Path, open_file: Any) -> None:
    pages.write_every_kind(tmp_path)
    own = Policy("mine", "what I take for true sets the status")
    series = geofront.draw(
        geofront.read(tmp_path), policy=own, start="2020-01-01", end="2020-01-20"
    )
    opened = open_file(geofront.write_html(series, tmp_path / "own.html", language="ar"))
    opened.ask("v.select('here')")
    told = opened.page.locator(".gf-circumstance [lang='en'][dir='ltr']")
    assert told.inner_text() == "what I take for true sets the status"


@pytest.mark.browser
def test_marks_in_the_data_do_no_harm(tmp_path: Path, open_file: Any) -> None:
    (tmp_path / "places.csv").write_text(
        "id,name,lon,lat\nhere,He\ufdd0r\ufdd2e,38,34\n", encoding="utf-8"
    )
    (tmp_path / "events.csv").write_text(
        "date,place,kind,actor\n2020-01-01,here,hold,Re\ufdd1d\n", encoding="utf-8"
    )
    series = geofront.draw(geofront.read(tmp_path))
    opened = open_file(geofront.write_html(series, tmp_path / "marks.html"), "#2020-01-01/here")
    assert opened.page.locator(".gf-place h2").inner_text() == "Here"
    assert "Held by Red" in opened.page.locator(".gf-status").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("language", page.LANGUAGES)
def test_an_override_of_the_direction_is_shown_by_its_code(
    language: str, tmp_path: Path, open_file: Any
) -> None:
    override = "\u202e"
    (tmp_path / "places.csv").write_text(
        f"id,name,lon,lat\nhere,He{override}re,38,34\nthere,There,38.2,34\n", encoding="utf-8"
    )
    (tmp_path / "sources.csv").write_text(
        f"id,title,publisher\none,Ti{override}tle,Pub{override}lisher\n", encoding="utf-8"
    )
    (tmp_path / "events.csv").write_text(
        "date,place,kind,actor,from_actor,source\n"
        f"2020-01-01,here,capture,Re{override}d,Blue,one\n2020-01-02,there,hold,Blue,,one\n",
        encoding="utf-8",
    )
    series = geofront.draw(geofront.read(tmp_path))
    path = geofront.write_html(series, tmp_path / "override.html", language=language)
    opened = open_file(path, "#2020-01-01/here")
    code = "⟨U+202E⟩"
    told = opened.page.locator(".gf-side").inner_text()
    assert override not in path.read_text("utf-8")
    assert all(f"{one}{code}{two}" in told for one, two in (("He", "re"), ("Ti", "tle")))
    assert all(f"{one}{code}{two}" in told for one, two in (("Re", "d"), ("Pub", "lisher")))
