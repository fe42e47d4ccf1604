"""Pictures of the pages: made at the build, described, and every one that is made is shown."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
SHOWN = re.compile(
    r"^```\{(?:figure|image)\} _figures/(?P<name>\S+)\.png\n(?P<options>(?::.*\n)*)", re.MULTILINE
)
LEAST_LETTERS = 60


@pytest.fixture(scope="module")
def made() -> set[str]:
    pytest.importorskip("matplotlib", reason="pictures need geofront[plots]")
    sys.path.insert(0, str(DOCS))
    try:
        from figures import FIGURES
    finally:
        sys.path.remove(str(DOCS))
    return {figure.__name__.replace("_", "-") for figure in FIGURES}


def shown() -> dict[str, str]:
    """Return the options of each picture that a page shows."""
    return {
        found["name"]: found["options"]
        for page in sorted(DOCS.glob("*.md"))
        for found in SHOWN.finditer(page.read_text(encoding="utf-8"))
    }


def test_what_is_made_is_shown_and_what_is_shown_is_made(made: set[str]) -> None:
    assert set(shown()) == made


@pytest.mark.parametrize("name", sorted(shown()))
def test_a_picture_is_described_for_those_who_cannot_see_it(name: str) -> None:
    described = re.search(r"^:alt: (.+)$", shown()[name], re.MULTILINE)
    assert described, name
    assert len(described[1]) >= LEAST_LETTERS, described[1]
