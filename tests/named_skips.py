"""A pytest plugin that fails a run where a test was left out that no file names.

    python -m pytest -p tests.named_skips --may-skip .ci/skips.txt

Each line of a file is `PATH: REASON`, as shells match names: `tests/unit/test_a.py: needs git*`.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the files' names."""
    parser.addoption(
        "--may-skip",
        action="append",
        type=Path,
        metavar="FILE",
        help="fail where a test is skipped, or fails as expected, that no FILE names; repeatable",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the files before anything runs, so that a line that says nothing is told at once."""
    paths = config.getoption("--may-skip")
    if paths:
        config.pluginmanager.register(NamedSkips([each for path in paths for each in named(path)]))


def named(path: Path) -> list[tuple[str, str]]:
    """Read the lines of a file as paths and reasons. Raises: UsageError."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        where, colon, reason = line.partition(": ")
        if not line.strip() or line.startswith("#"):
            continue
        if not colon or not reason.strip():
            raise pytest.UsageError(f"{path}: a line is 'PATH: REASON', not {line!r}")
        found.append((where.strip(), reason.strip()))
    return found


@dataclass(eq=False)
class NamedSkips:
    """Gathers what was left out, and tells it from what the files name."""

    names: list[tuple[str, str]]
    unnamed: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at one test."""
        self._look(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at one file, which can be left out as a whole."""
        self._look(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail what would have passed."""
        if self.unnamed and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests those are, and why they were left out."""
        if self.unnamed:
            terminalreporter.section("left out, and not named", red=True)
            for line in self.unnamed:
                terminalreporter.line(line, red=True)

    def _look(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped:
            return
        path = report.nodeid.partition("::")[0]
        reason = _reason(report)
        if not any(
            fnmatchcase(path, where) and fnmatchcase(reason, why) for where, why in self.names
        ):
            self.unnamed.append(f"{report.nodeid}: {reason}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if hasattr(report, "wasxfail"):
        return f"expected to fail: {report.wasxfail}"
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return " ".join(told.removeprefix("Skipped: ").split())
