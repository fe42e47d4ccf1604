"""The tree keeps the conventions that CONTRIBUTING.md names; every fault is listed."""

from __future__ import annotations

import ast
import csv
import inspect
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import geofront

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = Path(geofront.__file__).parent
TABLES = ROOT / "gazetteer" / "tables"
LONGEST_MODULE = 500
HEAVY = ("folium", "geopandas", "matplotlib", "pandas", "scipy")

_SECTION = re.compile(
    r"^Parameters\n-{3,}\n(?P<body>.*?)(?=^\S[^\n]*\n-{3,}\n|\Z)", re.MULTILINE | re.DOTALL
)
_NAMES = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)*\Z")


def modules() -> Iterator[Path]:
    """Yield every module of the library, and every script beside it."""
    for folder in (PACKAGE, ROOT / "gazetteer", ROOT / "benchmarks"):
        yield from sorted(folder.rglob("*.py"))


def label(path: Path) -> str:
    """Return where a file is, from the folder that holds the library or the tree."""
    return path.relative_to(PACKAGE.parent if path.is_relative_to(PACKAGE) else ROOT).as_posix()


def fenced(marker: str, *, language: str) -> list[str]:
    """Return the lines of the first block of a language below a line of README.md."""
    text = (ROOT / "README.md").read_text("utf-8")
    after = text.partition(f"\n{marker}\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```$", after, re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no {language} block below {marker!r}"
    return found[1].splitlines()


# --- modules ----------------------------------------------------------------------------------


def test_no_module_is_too_long_to_read() -> None:
    lengths = {label(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert lengths
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_a_module_says_what_it_is() -> None:
    bare = [
        label(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_bytes()))
    ]
    assert bare == []


def test_the_direction_of_imports_holds() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_heavy_is_imported_on_use() -> None:
    program = "import json, sys, geofront; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert sorted(set(json.loads(done.stdout)) & set(HEAVY)) == []


# --- the front door ---------------------------------------------------------------------------


def test_the_front_door_is_sorted() -> None:
    constants_classes_functions = sorted(
        set(geofront.__all__), key=lambda name: (not name.isupper(), name[0].islower(), name)
    )
    assert list(geofront.__all__) == constants_classes_functions


def test_the_front_door_is_complete() -> None:
    declared = {
        name: node.module
        for node in ast.walk(ast.parse(Path(geofront.__file__).read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("geofront.")
        for name in (alias.name for alias in node.names)
    }
    assert sorted(declared) == sorted(geofront.__all__) == sorted(dir(geofront))
    strangers = [
        name
        for name, home in declared.items()
        if getattr(geofront, name) is not getattr(import_module(home), name)
    ]
    assert strangers == []


def test_an_unknown_name_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        geofront.no_such_name  # noqa: B018 - looked up for its error


@pytest.mark.parametrize("name", geofront.__all__)
def test_what_stands_at_the_front_door_is_documented(name: str) -> None:
    thing = getattr(geofront, name)
    text = inspect.getdoc(thing) or ""
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert text != (inspect.getdoc(object) or "")
        assert text
    if inspect.isfunction(thing) and inspect.signature(thing).parameters:
        assert _SECTION.search(text), f"{name} explains none of its parameters"
    page = (ROOT / "docs" / "reference.md").read_text("utf-8")
    shown = rf"^\.\. auto(class|data|exception|function):: (geofront\.([\w.]+\.)?)?{name}$"
    assert re.search(shown, page, re.MULTILINE), f"{name} is missing in docs/reference.md"


# --- docstrings -------------------------------------------------------------------------------


def test_documented_parameters_are_those_of_the_signature() -> None:
    faults = [fault for path in sorted(PACKAGE.rglob("*.py")) for fault in docstring_faults(path)]
    assert faults == []


def docstring_faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with the Parameters sections of the public names of a module."""
    body = ast.parse(path.read_bytes()).body
    for where, node in public_nodes(body, label(path)):
        found = _SECTION.search(ast.get_docstring(node) or "")
        if not found:
            continue
        heads = [line for line in found["body"].splitlines() if line and not line.startswith(" ")]
        if typed := [head for head in heads if not _NAMES.match(head)]:
            yield f"{where}: types belong in the signature: {typed}"
            continue
        documented = [name.strip("*") for head in heads for name in head.split(", ")]
        if documented != (expected := parameters(node)):
            yield f"{where}: documents {documented}, takes {expected}"


Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public_nodes(body: list[ast.stmt], where: str) -> Iterator[tuple[str, Documented]]:
    """Yield the public functions, classes and methods of a body, with where they are."""
    for node in body:
        if not isinstance(node, Documented) or node.name.startswith("_"):
            continue
        here = f"{where}:{node.lineno} {node.name}"
        yield here, node
        if isinstance(node, ast.ClassDef):
            yield from public_nodes(node.body, where)


def parameters(node: Documented) -> list[str]:
    """Return what a function takes, or what a class is made from."""
    if isinstance(node, ast.ClassDef):
        makers = (n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
        maker = next(makers, None)
        return parameters(maker) if maker else fields(node)
    args = node.args
    named = [*args.posonlyargs, *args.args]
    if args.vararg:
        named.append(args.vararg)
    named += args.kwonlyargs
    if args.kwarg:
        named.append(args.kwarg)
    return [arg.arg for arg in named if arg.arg not in {"self", "cls"}]


def fields(node: ast.ClassDef) -> list[str]:
    """Return the fields of a dataclass or a NamedTuple."""
    annotated = (n.target for n in node.body if isinstance(n, ast.AnnAssign))
    return [target.id for target in annotated if isinstance(target, ast.Name)]


# --- data -------------------------------------------------------------------------------------


def test_the_place_tables_have_no_fault() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "gazetteer" / "check.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def place_tables() -> list[Path]:
    """Return the tables of the gazetteer, without the table of their sources."""
    return [path for path in sorted(TABLES.glob("*.csv")) if path.name != "sources.csv"]


def rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    csv.field_size_limit(10_000_000)  # an outline stands in one cell
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("table", place_tables(), ids=lambda path: path.name)
def test_every_row_of_the_gazetteer_has_a_source_and_a_licence(table: Path) -> None:
    known = {row["id"] for row in rows(TABLES / "sources.csv")}
    content = rows(table)
    assert content, f"{table.name} is empty"
    faults = [
        f"row {number}: source {row.get('source')!r}, licence {row.get('licence')!r}"
        for number, row in enumerate(content, start=2)
        if row.get("source") not in known or not row.get("licence")
    ]
    assert faults == []


def test_every_source_of_the_gazetteer_has_a_licence() -> None:
    faults = [
        row["id"]
        for row in rows(TABLES / "sources.csv")
        if not row["licence"] or not row["attribution"]
    ]
    assert faults == []


def test_notebooks_hold_no_outputs() -> None:
    kept = [
        path.name
        for path in sorted((ROOT / "notebooks").rglob("*.ipynb"))
        if any(cell.get("outputs") for cell in json.loads(path.read_text("utf-8"))["cells"])
    ]
    assert kept == []


# --- the README -------------------------------------------------------------------------------


def test_the_commands_of_the_readme_are_those_that_the_checks_run() -> None:
    marked = re.findall(
        r"^<!-- ci: (\w+) -->$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert marked == ["map", "test"]
    assert re.findall(r"^run_readme_command (\w+)$", script, re.MULTILINE) == marked


@pytest.mark.parametrize("marker", ["map", "test"])
def test_the_readme_says_the_same_for_windows(marker: str) -> None:
    (posix,) = fenced(f"<!-- ci: {marker} -->", language="sh")
    (windows,) = fenced(f"<!-- ci: {marker} -->", language="powershell")
    translated = posix.replace("python3 -m venv", "py -m venv").replace(" && ", "; ")
    assert windows == translated.replace(".venv/bin/", ".venv\\Scripts\\")


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = "\n".join(fenced("## In Python", language="python"))
    exec(compile(code, "<README.md>", "exec"), {})  # noqa: S102 - the text is our own
    assert (tmp_path / "palmyra.html").is_file()
    assert (tmp_path / "out" / "2016-12-11.geojson").is_file()


def test_the_events_of_the_readme_can_be_drawn(tmp_path: Path) -> None:
    lines = fenced("## Your own conflict", language="text")
    events = tmp_path / "events.csv"
    events.write_text("\n".join(lines) + "\n", encoding="utf-8")
    series = geofront.draw(geofront.read(events))
    areas = series.snapshot("2021-03-04").areas
    assert set(areas["actor"]) >= {"Blue", "Red"}
