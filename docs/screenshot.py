"""Makes the picture of the README: a search in the demonstration, in a real browser.

    python docs/screenshot.py              # writes docs/results.png

It needs what the tests need: Playwright and a Chromium.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

from playwright.sync_api import sync_playwright

from service.demo import shipped
from service.settings.environment import Settings
from service.wiring import build_services

PORT = 8765
WIDE = {"width": 1280, "height": 800}
SAMPLE = "a68920e2-059b.jpg"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 120


def main() -> None:
    """Fill a shop, serve it, search by a sample and take the picture."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("no Chromium is installed")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with closing(build_services(Settings(home=home))) as services:
            shipped.fill(len(shipped.skus()), services=services)
        command = [sys.executable, "-m", "service", "--home", folder, "serve", "--port", str(PORT)]
        server = subprocess.Popen(command)
        try:
            _wait()
            _take(browser, Path(__file__).with_name("results.png"))
        finally:
            server.terminate()
            server.wait()


def _take(browser: str, picture: Path) -> None:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = running.new_page(viewport=WIDE, base_url=f"http://127.0.0.1:{PORT}")
        page.goto("/")
        page.locator(f'form[action="/samples/{SAMPLE}"] button').click()
        page.wait_for_url("**/search/*")
        page.get_by_alt_text("Your photo").wait_for(state="visible")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=picture)
        running.close()


def _wait() -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit("the server did not start")


if __name__ == "__main__":
    main()
