"""The same input gives the same bytes, wherever and however it is worked on.

``python tests/test_determinism.py`` does it at length, of a dataset as well.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
import shapely
from everything import TABLES, prepare

from geofront.files.shapes import wkt_of
from geofront.render.formats import FORMATS

_WRITER = Path(__file__).with_name("everything.py")
_LOCALES = {"tr_TR.UTF-8": ("tr_TR", "UTF-8"), "de_DE": ("de_DE", "ISO-8859-1")}
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GDAL_NUM_THREADS", "PYTHON_CPU_COUNT"), "1"
)
PLAIN = {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "tr_TR.UTF-8",
    **_ONE_THREAD,
}
SURROUNDINGS = {
    "another seed of hashes": {"PYTHONHASHSEED": "99"},
    "a zone a day ahead": {"TZ": "Pacific/Kiritimati"},
    "a zone behind": {"TZ": "America/St_Johns"},
    "the plain locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    "German, and Latin-1": {"LC_ALL": "de_DE", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8"},
    "one thread": _ONE_THREAD,
    "without the newer instructions": {
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F",
        "OPENBLAS_CORETYPE": "Prescott",
    },
    "without assertions": {"PYTHONOPTIMIZE": "1"},
}
# Names of people and machines, which no output may tell; the folder of the test has it in its path.
_MACHINE = b"home-of-somebody"
_NAMES = ("USER", "LOGNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME")
# GDAL counts a change more where a Turkish locale keeps it from knowing its own options.
_CHANGE_COUNTERS = (24, 92)


def locales(folder: Path) -> Path:
    """Make the locales that this machine lacks, where it can; glibc looks for them in LOCPATH."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("localedef"):
        for name, (language, letters) in _LOCALES.items():
            command = ["localedef", "-c", "-i", language, "-f", letters, str(folder / name)]
            subprocess.run(command, check=False, capture_output=True)
    return folder


def written(
    home: Path, source: str, environment: dict[str, str], *options: str, umask: int = 0o022
) -> dict[str, str]:
    """Write everything in a process of other surroundings; return digests by name of file."""
    out = tempfile.mkdtemp(dir=home, prefix="out-")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    if any((home / "locales").iterdir()):  # else glibc would look nowhere else
        kept["LOCPATH"] = str(home / "locales")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(_WRITER), source, out, *options],
        env=kept | dict.fromkeys(_NAMES, _MACHINE.decode()) | environment,
        cwd=home,
        umask=umask,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    files = sorted(path for path in Path(out).rglob("*") if path.is_file())
    assert [path for path in files if _MACHINE in _unpacked(path)] == []
    told = {path.relative_to(out).as_posix(): _digest(path) for path in files}
    shutil.rmtree(out)
    return told


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return data
    with zipfile.ZipFile(path) as archive:
        return data + b"".join(archive.read(name) for name in archive.namelist())


def _digest(path: Path) -> str:
    data = bytearray(path.read_bytes())
    if path.suffix == ".gpkg":
        for at in _CHANGE_COUNTERS:
            data[at : at + 4] = bytes(4)
    return hashlib.sha256(data).hexdigest()


def unlike(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The names of files that differ, or that only one has."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(_MACHINE.decode())
    locales(folder / "locales")
    prepare(folder / "here")
    prepare(folder / "an other place", backwards=True)
    return folder


@pytest.mark.slow
def test_the_same_bytes_whatever_the_surroundings(home: Path) -> None:
    """Seed, zone, locale, umask, folder, order of files and threads all differ at once."""
    for needed in ("openpyxl", "pyarrow", "matplotlib", "av"):
        pytest.importorskip(needed, reason="writes every format, and so needs every library")
    here = written(home, "here", PLAIN)
    there = written(home, str(home / "an other place"), ELSEWHERE, umask=0o077)
    assert unlike(here, there) == []
    suffixes = {Path(name).suffix for name in here}
    assert suffixes >= {suffix for form in FORMATS.values() for suffix in form.suffixes} - {
        ".htm",
        ".json",
    }
    assert {name.split("/")[1] for name in here if name.startswith("tables/")} == set(TABLES)
    assert {"placemarks/places.csv", "deepstate/import-report.json"} <= here.keys()
    assert all(here[f"{name}.json"] for name in ("audit", "scan", "resolve", "status", "explain"))


def test_the_command_works_where_no_i_is_a_small_capital_i(home: Path) -> None:
    """GDAL folds letters by the locale, and knew its own options no more in a Turkish one."""
    geofront_command = (sys.executable, "-W", "error::RuntimeWarning", "-m", "geofront")
    done = subprocess.run(
        [*geofront_command, "map", "here/war", "--format", "gpkg", "-o", "turkish.gpkg"],
        env=os.environ | {"LC_ALL": "tr_TR.UTF-8", "LOCPATH": str(home / "locales")},
        cwd=home,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_wkt_is_written_in_capitals() -> None:
    class Turkish:
        wkt = "LiNESTRiNG (38 34.4, 38.2 34.3)"  # as GEOS writes it in a Turkish locale

    assert wkt_of(Turkish()) == "LINESTRING (38 34.4, 38.2 34.3)"
    assert wkt_of(shapely.Point(1, 2)) == "POINT (1 2)"


def _main() -> None:
    parser = argparse.ArgumentParser(description=_main.__doc__)
    parser.add_argument("--dataset", default="palmyra-2016", help="drawn beside the small war")
    parser.add_argument("--days", default="30", help="of the dataset")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        locales(home / "locales")
        prepare(home / "in")
        of_dataset = ("--dataset", asked.dataset, "--days", asked.days)
        for options in ((), of_dataset):
            first = written(home, "in", PLAIN, *options)
            print(f"{' '.join(options) or 'the small war'}: {len(first)} files")  # noqa: T201
            for told, environment in SURROUNDINGS.items():
                differ = unlike(first, written(home, "in", PLAIN | environment, *options))
                print(f"  {told}: {', '.join(differ) or 'the same'}")  # noqa: T201


if __name__ == "__main__":
    _main()
