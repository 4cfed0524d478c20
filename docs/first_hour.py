"""Makes the pictures of first-hour.md: a member of staff's first hour, in a real browser.

    python docs/first_hour.py              # writes docs/first-hour/*.png

It fills a shop with some of the photos that travel with the service, sends it others as a
supplier's ZIP, and needs what the tests need: Playwright and a Chromium.
"""

import csv
import io
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from catalog.access.terms import Role
from service.access import accounts
from service.access.actor import at_the_machine
from service.access.parts import build_access
from service.demo import shipped
from service.settings.environment import Settings
from service.wiring import build_services

PORT = 8766
WIDE = {"width": 1280, "height": 800}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 120
PRODUCTS, SENT = 120, 24
PASSWORD = "a few plain words"  # of an account of a shop that is gone a minute later
PICTURES = Path(__file__).parent / "first-hour"
FILE = {"name": "nord-herbst.zip", "mimeType": "application/zip"}


def main() -> None:
    """Fill a shop, serve it with its worker, and go through the hour."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit("no Chromium is installed")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with closing(build_services(Settings(home=Path(folder)))) as services:
            shipped.fill(PRODUCTS, services=services)
            access = build_access(services.settings, services.database)
            link = accounts.add_account("maria", Role.ADMIN, 1, by=at_the_machine(), access=access)
        command = [sys.executable, "-m", "service", "--home", folder, "serve", "--port", str(PORT)]
        server = subprocess.Popen(command)
        try:
            _wait()
            with sync_playwright() as playwright:
                running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
                page = running.new_page(viewport=WIDE, base_url=f"http://127.0.0.1:{PORT}")
                page.set_default_timeout(PATIENCE_S * 1000)  # the machine may be busy otherwise
                _go_through(page, link.token)
                running.close()
        finally:
            server.terminate()
            server.wait()


def _go_through(page: Page, token: str) -> None:
    page.goto(f"/staff/invited/{token}")
    _take(page, "invited")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set it and come in").click()
    page.wait_for_url("**/staff")
    _take(page, "overview")

    page.goto("/staff/import")
    _take(page, "import")
    supplied = FILE | {"buffer": _supplied()}
    page.locator("input[type=file]").first.set_input_files(supplied)  # type: ignore[arg-type]
    page.wait_for_url("**/staff/import/*")
    page.get_by_label("Remember this under the name").fill("Nord")
    _take(page, "columns")
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("The first products").wait_for()
    _take(page, "products")
    page.get_by_role("button", name="Check everything first").click()
    page.get_by_text("lines are refused").wait_for(timeout=PATIENCE_S * 1000)
    _take(page, "checked")
    page.get_by_role("button", name="Import it now").click()
    page.get_by_role("link", name="See what came in").wait_for()
    page.locator(".state-done").wait_for(timeout=PATIENCE_S * 1000)
    page.get_by_role("link", name="See what came in").click()
    page.wait_for_url("**/staff/stock*")
    _take(page, "stock")

    page.goto("/staff/stock?text=Nord")
    for box in page.locator("tbody input[type=checkbox]").all()[:3]:
        box.check()
    _take(page, "ticked")
    page.goto("/staff/review")
    _take(page, "review")

    page.goto("/staff/tag")
    page.locator("input[type=file]").first.set_input_files(supplied)  # type: ignore[arg-type]
    page.wait_for_url("**/staff/jobs/*")
    page.locator(".state-done").wait_for(timeout=PATIENCE_S * 1000)
    page.get_by_role("link", name="See the pictures").click()
    _take(page, "tagged")
    page.goto("/staff/jobs")
    _take(page, "jobs")


def _supplied() -> bytes:
    """Pack photos that the shop does not have, with a table in the supplier's words."""
    with shipped.TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[PRODUCTS : PRODUCTS + SENT]
    packed = io.BytesIO()
    lines = ["Artikelnummer;Bezeichnung;Preis;Farbe;Bild"]
    with ZipFile(packed, "w") as archive:
        for number, row in enumerate(rows, 101):
            price = "auf Anfrage" if number == 105 else f"{number / 4:.2f}".replace(".", ",")
            picture = "fehlt.jpg" if number == 112 else f"N-{number}.jpg"
            lines.append(f"N-{number};Nord {number};{price};;bilder/{picture}")
            archive.write(shipped.STOCK / row["photo"], f"bilder/N-{number}.jpg")
        archive.writestr("liste.csv", "\n".join(lines))
    return packed.getvalue()


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    taken = Image.open(io.BytesIO(page.screenshot()))
    # A page has few colours, and a checkout keeps its pictures for ever.
    taken.convert("RGB").quantize(128).save(PICTURES / f"{name}.png", optimize=True)


def _wait() -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz").close()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main()
