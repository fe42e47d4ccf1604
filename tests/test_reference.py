"""The reference names what users import, and the docstrings say what is raised and what to do."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from raising import errors_raised

import geofront
from geofront.cli import cli
from geofront.errors import GeofrontError
from geofront.events import conflict
from geofront.events.event import Kind
from geofront.files import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytest.importorskip("sqlalchemy", reason="the names of the store need sqlalchemy")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGE = Path(geofront.__file__).parent
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

_DIRECTIVE = re.compile(r"^\.\. auto(class|data|exception|function):: ([\w.]+)$", re.MULTILINE)
_IMPORT = re.compile(r"^[ >.]*from (geofront[\w.]*) import ([\w, ]+?)(?: +#.*)?$", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def found(name: str) -> Any:
    """Return what a dotted name stands for."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            thing = getattr(thing, part)
        return thing
    raise LookupError(name)


def full(name: str) -> str:
    """Return a name of a directive with the package before it."""
    return name if name.startswith("geofront.") else f"geofront.{name}"


def documented() -> dict[str, Any]:
    """Return what the pages document, by its full name."""
    pages = "\n".join(page.read_text("utf-8") for page in sorted(DOCS.glob("*.md")))
    return {full(name): found(full(name)) for _, name in _DIRECTIVE.findall(pages)}


def code_of(path: Path) -> str:
    """Return the text of a page, or the code of a notebook."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


DOCUMENTED = documented()

# What cannot come up from below, and why.
_READ = "the policy of a timeline was checked when it was read"
_DRAWN = "the extent was checked when the series was drawn"
UNREACHABLE = {
    ("audit", "DateError"): _READ,
    ("audit", "UnknownNameError"): _READ,
    ("check_facts", "DateError"): _READ,
    ("check_facts", "UnknownNameError"): _READ,
    ("History.judge", "UnknownNameError"): "replay has made it before",
    ("disagreement", "CorrectionError"): "histories are given, which were replayed before",
    ("series_from_maps", "UnknownNameError"): "the policy is a fixed one",
    ("draw_import", "UnknownNameError"): "the policy is a fixed one",
    ("place_neighbours", "ExtentError"): _DRAWN,
    ("Series.stats", "SpanError"): "the window is the one that is taken if none is given",
    ("shipped_places", "DataFaultsError"): "the shipped tables are sound",
    ("shipped_places", "PositionError"): "the shipped tables are sound",
    ("shipped_gazetteer", "DataFaultsError"): "the shipped tables are sound",
    ("day_slider", "DateError"): "its days are those of the series",
    ("day_slider", "SpanError"): "its days are those of the series",
    ("to_postgis", "UnknownNameError"): "the conflict has just been stored",
    ("to_geopackage", "UnknownNameError"): "the conflict has just been stored",
    ("Imported.write", "UnknownNameError"): "the format is a fixed one",
}


# --- what is there ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS], ids=lambda path: path.name)
def test_what_is_imported_is_documented(path: Path) -> None:
    imported = {
        f"{module}.{name.strip()}"
        for module, names in _IMPORT.findall(code_of(path))
        for name in names.split(",")
        if name.strip()
    }
    known = [thing for thing in DOCUMENTED.values() if not isinstance(thing, int | float | str)]
    strangers = [
        name
        for name in sorted(imported)
        if name not in DOCUMENTED and not any(found(name) is thing for thing in known)
    ]
    assert strangers == []


def test_nothing_is_documented_twice_on_the_reference() -> None:
    page = (DOCS / "reference.md").read_text("utf-8")
    names = [full(name) for _, name in _DIRECTIVE.findall(page)]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    things = [found(name) for name in names]
    same = [
        name
        for name, thing in zip(names, things, strict=True)
        if callable(thing) and sum(other is thing for other in things) > 1
    ]
    assert same == []


# --- what the docstrings say ------------------------------------------------------------------


def functions() -> Iterator[tuple[str, Callable[..., Any], bool]]:
    """Yield each documented function and public method, and whether it is a property."""
    for name, thing in DOCUMENTED.items():
        if callable(thing) and inspect.isfunction(inspect.unwrap(thing)):  # cached or not
            yield name, inspect.unwrap(thing), False
        for key, member in vars(thing).items() if inspect.isclass(thing) else ():
            is_property = isinstance(member, property) or hasattr(member, "attrname")
            function = getattr(member, "fget", None) or getattr(member, "func", member)
            function = getattr(function, "__func__", function)
            if inspect.isfunction(function) and not key.startswith("_"):
                yield f"{name}.{key}", inspect.unwrap(function), is_property


FUNCTIONS = {name: (function, is_property) for name, function, is_property in functions()}


def test_there_are_functions() -> None:
    assert len(FUNCTIONS) > 250


def test_parameters_and_what_is_returned_are_told() -> None:
    faults = []
    for name, (function, is_property) in FUNCTIONS.items():
        told = inspect.getdoc(function) or ""
        taken = [p for p in inspect.signature(function).parameters if p not in {"self", "cls"}]
        if not told:
            faults.append(f"{name} says nothing")
        if taken and "\nParameters\n-" not in told:
            faults.append(f"{name} does not tell of {', '.join(taken)}")
        gives = function.__annotations__.get("return") not in {None, "None", "NoReturn"}
        if gives and not is_property and not re.search(r"\n(Returns|Yields)\n-", told):
            faults.append(f"{name} does not tell what it returns")
    assert faults == []


def test_what_may_be_raised_is_told() -> None:
    faults = []
    for name, (function, _) in FUNCTIONS.items():
        if not function.__module__.startswith("geofront"):
            continue
        told = (inspect.getdoc(function) or "").partition("\nRaises\n------\n")[2]
        names = set(re.findall(r"^(\w+)$", told, re.MULTILINE))
        for error, way in sorted(errors_raised(function).items(), key=str):
            if (function.__qualname__, error.__name__) in UNREACHABLE:
                continue
            if not names & {above.__name__ for above in error.__mro__}:
                faults.append(f"{name} does not tell of {error.__name__}, raised by {way}")
    assert faults == []


def test_what_is_raised_below_is_seen() -> None:
    raised = {error.__name__ for error in errors_raised(geofront.draw)}
    assert {"SpanError", "DateError", "UnknownNameError", "CorrectionError"} <= raised
    assert "PhraseError" not in {e.__name__ for e in errors_raised(geofront.resolve)}  # caught


# --- the examples -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", geofront.__all__)
def test_every_name_of_the_front_door_has_an_example(name: str) -> None:
    thing = getattr(geofront, name)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        told = inspect.getdoc(thing) or ""
        assert ">>> " in told, f"{name} has no example"
        skipped = [line for line in told.splitlines() if "+SKIP" in line]
        assert not skipped or "Skipped where examples are run: " in told
    else:
        texts = [inspect.getdoc(each) or "" for each in DOCUMENTED.values() if callable(each)]
        used = re.compile(rf"^>>> .*\bgeofront\.{name}\b", re.MULTILINE)
        assert any(used.search(text) for text in texts), f"no example uses {name}"


# --- the errors -------------------------------------------------------------------------------


def family(base: type[Exception] = GeofrontError) -> list[type[Exception]]:
    """Return an error and those that derive from it, the base first, the others sorted."""
    below = {each for child in base.__subclasses__() for each in family(child)}
    return [base, *sorted(below, key=lambda each: each.__name__)]


for _path in sorted(PACKAGE.rglob("*.py")):  # so that all of the family are known
    if re.search(r"^class \w+\(\w+Error\b", _path.read_text("utf-8"), re.MULTILINE):
        found(".".join(_path.relative_to(PACKAGE.parent).with_suffix("").parts))


def facts_of(error: type[Exception]) -> list[str]:
    """Return the attributes that the objects of an error carry, in order."""
    if "__init__" not in vars(error):
        return []
    body = ast.parse(textwrap.dedent(inspect.getsource(error.__init__)))
    return [
        node.attr
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    ]


def errors_table() -> str:
    """Return the table of docs/reference.md, made of the classes."""
    rows = ["| error | is also a | carries | when | what to do |", "|---|---|---|---|---|"]
    for error in family():
        when, remedy, *_ = (inspect.getdoc(error) or "").split("\n\n")
        also = [f"`{base.__name__}`" for base in error.__bases__ if base.__module__ == "builtins"]
        facts = [f"`{fact}`" for fact in facts_of(error)]
        cells = (f"`{error.__name__}`", ", ".join(also), ", ".join(facts), when, remedy)
        rows.append(f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |")
    return "\n".join(rows).replace("``", "`")


def test_the_table_of_errors_is_that_of_the_classes() -> None:
    assert errors_table() in (DOCS / "reference.md").read_text("utf-8")


def test_every_error_is_documented() -> None:
    known = list(DOCUMENTED.values())
    assert [error.__name__ for error in family() if error not in known] == []


@pytest.mark.parametrize("error", family(), ids=lambda error: error.__name__)
def test_an_error_says_when_it_happens_and_what_to_do(error: type[Exception]) -> None:
    when, remedy, *_ = [*(inspect.getdoc(error) or "").split("\n\n"), ""]
    assert re.fullmatch(r"[A-Z].*\.", when)
    assert remedy
    assert not remedy.startswith(("Parameters\n", "Examples\n", ">>>"))
    assert remedy.endswith(".")


@pytest.mark.parametrize(
    ("columns", "cells", "message"),
    [
        ("order", "first", "order 'first' is not a number; write 1, 2, 3 in the order of the day"),
        (
            "lon,lat,radius_km",
            "38,34,far",
            "radius_km 'far' is not a distance in km; write a number such as 5",
        ),
    ],
)
def test_a_fault_of_a_cell_says_what_to_write(
    tmp_path: Path, columns: str, cells: str, message: str
) -> None:
    path = tmp_path / "events.csv"
    row = f"2016-12-11,Palmyra,capture,isil,{cells}"
    path.write_text(f"date,place,kind,actor,{columns}\n{row}\n", "utf-8")
    with pytest.raises(geofront.DataFaultsError) as caught:
        geofront.read(path)
    assert str(caught.value) == f"events.csv, row 2: {message}"


def test_a_path_to_nothing_says_what_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(geofront.DataFaultsError, match="does not exist; check folder and name"):
        geofront.read(tmp_path / "events.csv")


# --- the command line -------------------------------------------------------------------------


COMMANDS_PAGE = (DOCS / "commands.md").read_text("utf-8")
SECTIONS = dict(
    re.findall(r"^## geofront (\w+)\n(.*?)(?=^## |\Z)", COMMANDS_PAGE, re.MULTILINE | re.DOTALL)
)


def options_of(command: click.Command) -> set[str]:
    """Return the long options of a command, without those of the group for publishing."""
    options = [each for each in command.params if isinstance(each, click.Option)]
    return {name for each in options for name in each.opts if name.startswith("--")}


def publishing_options() -> set[str]:
    """Return the options of the table that stands above all commands."""
    return set(_OPTION.findall(COMMANDS_PAGE.partition("\n## ")[0])) - {"--help", "--version"}


def test_every_command_has_a_section() -> None:
    assert sorted(SECTIONS) == sorted(cli.commands)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_page_names_the_options_of_a_command(name: str) -> None:
    options, group = options_of(cli.commands[name]), publishing_options()
    if options & group:
        assert group <= options, "the group is offered in part"
        sentence = COMMANDS_PAGE.partition("have one group of options")[0].rpartition("\n\n")[2]
        assert f"`{name}`" in sentence
    told = set(_OPTION.findall(SECTIONS[name]))
    assert sorted(options - group - told) == []
    assert sorted(told - options) == []


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_page_names_the_choices_of_an_option(name: str) -> None:
    for option in cli.commands[name].params:
        if isinstance(option.type, click.Choice) and option.opts[0] not in publishing_options():
            missing = [each for each in option.type.choices if each not in SECTIONS[name]]
            assert missing == [], option.opts


# --- the formats ------------------------------------------------------------------------------


FORMATS_PAGE = (DOCS / "formats.md").read_text("utf-8")


def section(title: str) -> str:
    """Return a section of the page on formats."""
    return re.split(r"^##+ ", FORMATS_PAGE.partition(f"# {title}\n")[2], flags=re.MULTILINE)[0]


def first_cells(text: str) -> list[str]:
    """Return the words in backticks of the first column of a table, in order."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [word for cell in rows for word in re.findall(r"`\[?(\w+)\]?`", cell)]


def test_the_page_tells_every_setting_and_no_other() -> None:
    told = section("conflict.toml")
    assert sorted(first_cells(told)) == sorted(conflict._KEYS)
    keys = (*conflict._PUBLISHING, "allow_restricted", "until", "today")
    assert [key for key in keys if f"`{key}`" not in told] == []


def test_the_settings_of_the_page_are_read(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", section("conflict.toml"), re.DOTALL)
    (tmp_path / "conflict.toml").write_text(text, "utf-8")
    assert conflict._KEYS - set(tomllib.loads(text)) == {"published"}
    about = conflict.read_conflict(tmp_path / "conflict.toml").about
    assert (about.reach_km, about.policy, about.publishing.round_km) == (20, "latest-report", 2)
    (row,) = [line for line in section("conflict.toml").splitlines() if "`method`" in line]
    assert all(f'`"{name}"`' in row for name in geofront.METHODS)


def test_the_page_tells_every_kind_and_no_other() -> None:
    assert first_cells(section("Kinds")) == [kind.value for kind in Kind]


def test_the_page_tells_every_suffix_that_is_read() -> None:
    told = set(re.findall(r"`(\.\w+)`", section("Other formats").partition("**Shapes")[0]))
    assert told == set(reading.SUFFIXES)
