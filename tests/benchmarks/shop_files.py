"""Exports of shop systems, imported whole: `python -m tests.benchmarks.shop_files`.

Each file is made to its system's published columns with every quirk that `docs/import.md` names
(`tests/shop_files`). Its pictures lie at a server of this machine, are fetched, and go into a
catalogue by the import that a shop runs. What must come of each row was worked out by the maker;
a row counts where it is in the catalogue, left out or refused, each for the right reason.
"""

import argparse
import re
import tempfile
from contextlib import closing
from pathlib import Path
from zlib import crc32

from sqlalchemy import select

from catalog.models import Product
from service.importing.report import ImportReport
from service.importing.running import import_source
from service.settings.environment import Settings
from service.wiring import Services, build_services
from tests.fakes import plain_picture
from tests.picture_server import Handler, body, picture_server
from tests.shop_files import MAKERS, ShopFile
from tests.tiny_bundle import make_bundle

_HOST = re.compile(rb"https?://[a-z0-9.-]+\.(?:example|test|com)(?=/)")
_NAME = re.compile(rb"(?<![\w./:-])/?[\w-]+(?:/[\w-]+)*\.jpg")  # of a picture at no address
_COUNTED = re.compile(r"(\d+) rows?: (.+) \(line .+\)")
_RATE = 1_000  # requests a second: the server is this machine's


def main(arguments: list[str] | None = None) -> None:
    """Print a line for each kind of file, and what came otherwise than it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=210, help="of each file")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lookalike-files-") as name, picture_server() as server:
        folder = Path(name)
        make_bundle(folder / "bundle")
        server.otherwise = _a_picture
        print(f"{'file':20}{'rows':>7}{'in':>7}{'refused':>9}{'left out':>10}{'right':>8}")
        for kind, make in MAKERS.items():
            home = folder / kind
            home.mkdir()
            settings = Settings(
                home=home / "home",
                bundle=str(folder / "bundle"),
                fetch_private=f"127.0.0.1:{server.port}",
                fetch_rate=_RATE,
            )
            with closing(build_services(settings)) as services:
                file = make(given.products)
                report = import_source(
                    _written(file, home, server.port), services=services, find_duplicates=False
                )
                _print(file, report, services)


def _a_picture(to: Handler) -> None:
    number = crc32(to.path.encode())
    body(plain_picture((number % 256, number // 256 % 256, number // 65536 % 256), side=32))(to)


def _written(file: ShopFile, folder: Path, port: int) -> Path:
    """Write an export whose addresses are of a port here, and the pictures that it names."""
    for photo in set(_NAME.findall(file.text())):
        path = folder / photo.decode().lstrip("/")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(plain_picture((crc32(photo) % 256, 9, 9), side=32))
    table = folder / "export.csv"
    table.write_bytes(_HOST.sub(f"http://127.0.0.1:{port}".encode(), file.text()))
    return table


def _print(file: ShopFile, report: ImportReport, services: Services) -> None:
    lines = file.lines()
    with services.database.reading() as session:
        there = set(session.scalars(select(Product.sku)))
    refused = {error.line: error.reason for error in report.failed}
    notes = (_COUNTED.fullmatch(each.note) for each in report.notes)
    left_out = {each[2]: int(each[1]) for each in notes if each}
    right = len(there & file.products.keys())
    right += sum(reason in refused.get(lines[row], "") for row, reason in file.refused.items())
    right += sum(min(left_out.get(why, 0), rows) for why, rows in file.left_out.items())
    print(
        f"{file.name:20}{len(file.rows):7}{len(there):7}{len(refused):9}"
        f"{sum(file.left_out.values()):10}{100 * right / len(file.rows):6.1f} %"
    )
    for sku in sorted(file.products.keys() ^ there)[:5]:
        print(f"  {sku}: {'is missing' if sku in file.products else 'should not be there'}")
    wrong = set(refused) - {lines[row] for row in file.refused}
    for line in sorted(wrong)[:5]:
        print(f"  line {line} was refused: {refused[line]}")


if __name__ == "__main__":
    main()
