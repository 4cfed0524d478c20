"""One server and one browser for all end-to-end tests.

Both end with them: Playwright keeps an event loop running, beside which no other can run.
"""

import shutil

import pytest

from tests.live_server import serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("shop")) as running:
        yield running


@pytest.fixture(scope="package")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser is installed; any of {', '.join(BROWSERS)} will do")
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A page, with everything that went wrong or abroad while it was open."""

    def __init__(self, page, home):
        self.page = page
        self.home = home
        self.complaints = []
        self.strangers = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.strangers.append(request.url)


@pytest.fixture
def visit(browser, server, request):
    """A fresh page; parametrize it indirectly with the options of another kind of browser."""
    options = getattr(request, "param", WIDE)
    context = browser.new_context(base_url=server.url, **options)
    opened = Visit(context.new_page(), server.url)
    opened.page.set_default_timeout(60_000)
    yield opened
    context.close()
    assert opened.complaints == []
    assert opened.strangers == []
