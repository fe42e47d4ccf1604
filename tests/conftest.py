"""What holds for every test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator

# The time that one example takes says more about the machine than about the code, and a run says
# the same twice of the same code. New examples are looked for with --hypothesis-profile=explore.
settings.register_profile("geofront", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("geofront")

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)
_NO_SKIPS = os.environ.get("GEOFRONT_NO_SKIPS") == "1"


def _without_skips(report: _Report) -> _Report:
    """Where a run must be complete (GEOFRONT_NO_SKIPS=1), a skipped test is a failed one."""
    if _NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (GEOFRONT_NO_SKIPS=1: every test must run)"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the report of each phase of a test."""
    return _without_skips((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the report on a file, which may skip itself as a whole."""
    return _without_skips((yield))
