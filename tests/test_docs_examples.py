"""The examples of the pages and the README are run as they are printed, and print what they say.

A fence of `python` or `sh` is run, all of one page in one folder, from top to bottom. A comment
above a fence says what else it is: `file: NAME` (the text of a file), `output` (what the fence
before it prints; `...` stands for anything), `not run: WHY`.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page
    for page in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
    if re.search(r"^```(python|sh)$", page.read_text(encoding="utf-8"), re.MULTILINE)
]
FENCE = re.compile(
    r"(?:^<!-- (?P<marker>[^\n]+?) -->\n+)?^```(?P<language>[^\n`]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NOT_RUN = ("ci: ", "not run: ")
SECONDS = 120


@dataclass(frozen=True)
class Fence:
    """A fence of a page."""

    marker: str
    language: str
    text: str
    line: int


def fences(page: Path) -> list[Fence]:
    """Return the fences of a page, in order."""
    written = page.read_text(encoding="utf-8")
    return [
        Fence(
            found["marker"] or "",
            found["language"],
            found["text"],
            written.count("\n", 0, found.start("language")) + 1,
        )
        for found in FENCE.finditer(written)
    ]


def run_shell(commands: str) -> str:
    """Run the commands as a user who has set up the environment; return what they print."""
    scripts = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["sh", "-e", "-c", commands],
        env=os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"]},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_python(code: str, names: dict[str, Any]) -> str:
    """Run the code among the names that the page has made so far, and return what it prints."""
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "<example>", "exec", dont_inherit=True), names)  # noqa: S102
    return printed.getvalue()


def same(expected: str, printed: str) -> bool:
    """Return whether the printed is the expected, in which `...` stands for anything."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(expected, printed, options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__example__"}
    printed = ""
    for fence in fences(page):
        try:
            if fence.marker.startswith("file: "):
                target = tmp_path / fence.marker.removeprefix("file: ")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(fence.text, encoding="utf-8")
            elif fence.marker == "output":
                assert same(fence.text, printed), f"it prints:\n{printed}"
            elif fence.marker.startswith(NOT_RUN):
                continue
            elif fence.language == "sh":
                printed = run_shell(fence.text)
            elif fence.language == "python":
                printed = run_python(fence.text, names)
        except Exception as error:
            error.add_note(f"{page.name}, line {fence.line}:\n{fence.text}")
            raise


def test_a_difference_in_what_is_printed_is_seen() -> None:
    assert same("a ... c\n", "a b c\n")
    assert not same("a\n", "b\n")
