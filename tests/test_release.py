"""What a release promises: one version, links that lead somewhere, notebooks without outputs."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WRITTEN = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s#]+)(?:#[^)]*)?\)")


def local_links(page: Path) -> list[str]:
    """Return the targets of a page that are no addresses, code left out."""
    text = re.sub(
        r"^```.*?^```$|`[^`\n]+`",
        "",
        page.read_text(encoding="utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    return [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    missing = [target for target in local_links(page) if not (page.parent / target).exists()]
    assert missing == []


def test_links_are_looked_for() -> None:
    assert "docs/formats.md" in local_links(ROOT / "README.md")


def test_the_citation_names_the_newest_version_of_the_changelog() -> None:
    newest = re.search(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    cited = re.search(
        r"^version: (\S+)", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest
    assert cited
    assert newest[1] == cited[1]


def test_the_version_comes_from_the_tag() -> None:
    assert "version" in PROJECT["dynamic"]


def test_every_extra_but_those_of_developers_is_tested() -> None:
    extras = PROJECT["optional-dependencies"]
    named = re.search(r"geofront\[([\w,]+)\]", extras["test"][0])
    assert named
    assert set(named[1].split(",")) == set(extras) - {"dev", "fuzz", "test"}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebooks_keep_no_outputs(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    kept = [c for c in cells if c.get("outputs") or c.get("execution_count")]
    assert kept == []


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS
