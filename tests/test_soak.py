"""A short soak: some hundred calls in one process, and processes that share an empty cache."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory and open files are read from /proc"
)
BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module", name="soaking", autouse=True)
def soaking_module() -> Iterator[ModuleType]:
    """The script of the long soak; processes that it starts import it by its name."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import soak

        yield soak
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_calls_leave_nothing_behind(
    soaking: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soaking, "NAMES", 10)
    caller = soaking.caller_in(tmp_path, fresh=False, costly=False)
    # Once through all names, formats and sources: what is kept is kept by then.
    soaking.soaked(caller, 120)
    (_, first), *_, (_, last) = soaking.soaked(caller, 120).seen
    assert last.objects - first.objects < 60  # not one for every other call
    assert (last.open_files, last.threads) == (first.open_files, first.threads)
    assert last.temporary_files == first.temporary_files == 0
    assert last.rss_kb - first.rss_kb < 8_192  # of some 280,000


def test_a_leak_is_seen(soaking: Any) -> None:
    def sample(call: int) -> tuple[int, Any]:
        return call, soaking.Sample(
            rss_kb=1e5 + 64 * call, objects=7, open_files=3, threads=1, temporary_files=call // 500
        )

    growth = soaking.Soak({}, [sample(call) for call in range(0, 10_001, 500)], 1.0).growth()
    assert growth["rss_kb"] == pytest.approx(64_000)
    assert growth["temporary_files"] == pytest.approx(2)
    assert growth["objects"] == pytest.approx(0, abs=1e-6)


def test_processes_share_an_empty_cache(soaking: Any, tmp_path: Path) -> None:
    assert soaking.shared_cache(tmp_path, 3, soaking.few_places, rounds=6) == 3 * 6 * 50


def test_a_gazetteer_that_another_process_puts_there_meanwhile_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    from geofront.gazetteer import store
    from geofront.gazetteer.index import Gazetteer
    from geofront.gazetteer.place import Place

    target = tmp_path / "kept"
    ours = Gazetteer([Place("ours", "Ours", 38.0, 34.0)])
    theirs = Gazetteer([Place("theirs", "Theirs", 38.0, 34.0)])
    rename = os.replace
    interrupted: list[bool] = []

    def replace(source: Path, destination: Path) -> None:
        if destination == target and not interrupted:
            interrupted.append(True)
            store.save_gazetteer(theirs, target)
        rename(source, destination)

    monkeypatch.setattr(os, "replace", replace)
    store.save_gazetteer(ours, target)
    assert [place.id for place in store.open_gazetteer(target)] == ["ours"]
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_gazetteer_that_is_being_replaced_is_answered_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geofront.errors import DataFaultsError, Fault
    from geofront.gazetteer import shelf
    from geofront.gazetteer.place import Place

    def gone(folder: Path) -> None:
        raise DataFaultsError([Fault(str(folder), 0, "is being replaced")])

    monkeypatch.setattr(shelf, "open_gazetteer", gone)
    kept = shelf.kept_gazetteer("x", "1", lambda: [Place("a", "A", 38.0, 34.0)], folder=tmp_path)
    assert [place.id for place in kept] == ["a"]


def test_a_word_that_comes_again_is_kept_once() -> None:
    from geofront.files.delimited import read_delimited

    first, second = read_delimited("t.csv", b"kind,place\ncapture,Ain\ncapture,Bir\n").rows
    assert first.cells["kind"] is second.cells["kind"]


def test_the_main_body_of_a_side_is_found_once_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from days import START
    from page import HOLDERS, make_unquiet

    import geofront
    from geofront.control import encirclement

    calls: list[object] = []
    found = vars(encirclement)["main_body"]

    def main_body(*arguments: Any) -> Any:
        calls.append(arguments)
        return found(*arguments)

    monkeypatch.setattr(encirclement, "main_body", main_body)
    days = 20
    extent = make_unquiet(tmp_path / "unquiet", 200, days)
    end = START + timedelta(days=days - 1)
    timeline = geofront.read(tmp_path / "unquiet")
    series = geofront.draw(timeline, start=START, end=end, method="nearest", extent=extent)
    assert len(series.pockets()) > days  # each asks where the main bodies are
    assert len(calls) <= len(HOLDERS) * (days + 1)


def test_what_is_kept_for_words_of_users_is_bounded() -> None:
    from geofront.adapters.acled.record import country_code
    from geofront.gazetteer import sameness

    assert country_code.cache_info().maxsize == 1024
    assert vars(sameness)["_kind"].cache_info().maxsize == 4096
