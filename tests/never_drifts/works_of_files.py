"""Files that were sent: imported, with their pictures or those at addresses, and tagged."""

import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

from service.jobs import keeping
from service.jobs.files import folder_of, new_folder
from service.jobs.job import Job
from service.stock.changing import remove_products
from service.uploads.kept import Uploads
from tests import picture_server as plays
from tests.fakes import plain_picture
from tests.never_drifts.visitor import Visitor
from tests.never_drifts.works import ME, Work

PRODUCTS = 200
REFUSED = (5, 120, 199)  # rows with a bad price
NOT_HAD = (7, 170)  # rows whose picture is not at its address
_COUNTED = ("added", "updated", "unchanged", "kept")


def picture(number: int) -> bytes:
    """Draw a picture of which no two are alike."""
    return plain_picture((number % 256, number // 256, 128), side=16)


class Files(Work):
    """Jobs that are handed a file."""

    over_the_api: tuple[str, Mapping[str, str]]  # where a program sends it, and with which fields

    def next_file(self) -> Path:
        """Make way for the next job, and give the file that it is handed."""
        raise NotImplementedError

    def on_the_page(self, visitor: Visitor, file: Path) -> int:
        """Have somebody send the file on a page, and give the number of the job."""
        raise NotImplementedError

    def hand_over(self, kind: str, file: Path, **parameters: object) -> int:
        """Ask for a job as a page does, with a folder that holds the file."""
        folder = new_folder(self.settings)
        os.link(file, folder_of(folder, self.settings) / file.name)
        asked = {"file": file.name, **parameters}
        job = keeping.create(kind, asked, by=ME, services=self.services, folder=folder)
        return job.number


class Imports(Files):
    """A ZIP with a table and its pictures."""

    name = "import"
    over_the_api = "imports", {}
    refused: tuple[int, ...] = REFUSED

    def __init__(self, folder: Path, **settings: object) -> None:
        super().__init__(folder, **settings)
        self.file = self.write_file()
        self._before: Counter[str] = Counter()

    def write_file(self) -> Path:
        """Write what is sent."""
        path = self.folder / "stock.zip"
        with ZipFile(path, "w") as file:
            for number in range(PRODUCTS):
                file.writestr(f"photos/{number}.png", picture(number))
            file.writestr("stock.csv", self.rows("photos/{}.png"))
        return path

    def rows(self, photo: str) -> str:
        """Write the table; `photo` says where a picture lies."""
        rows = [
            f"SKU-{number},Product {number},{photo.format(number)},"
            f"{'cheap' if number in REFUSED else '9.90'}"
            for number in range(PRODUCTS)
        ]
        return "\n".join(["sku,title,photo,price", *rows])

    def ask(self) -> int:
        """Have the file imported."""
        return self.hand_over("import", self.next_file(), duplicates=False)

    def next_file(self) -> Path:
        """Give the file; into an empty shop when all of it was in."""
        if len(self.expected) == len(self.skus()):
            remove_products(list(self.expected), services=self.services)
        self._before = self.skus()
        return self.file

    def on_the_page(self, visitor: Visitor, file: Path) -> int:
        """Send it, unless it lies there from before, and have it imported."""
        waiting = Uploads(self.settings.home, self.settings.max_import_bytes).every("import")
        if waiting:
            look = f"{visitor.url}/staff/import/{waiting[0].token}"
        else:
            look = visitor.send("/staff/import", "/staff/import", file)
        return visitor.job_at(visitor.send(look, look, then="import"))

    @property
    def expected(self) -> Counter[str]:
        """The SKUs of all rows that can go in."""
        return Counter(f"SKU-{each}" for each in range(PRODUCTS) if each not in self.refused)

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check that each row is there once, or was refused once."""
        lines = self.lines(job)
        return {
            "products are missing or there twice": self.skus() == self.expected,
            f"counted {job.counts}": sum(map(job.counts.__getitem__, _COUNTED))
            == len(self.expected)
            and job.counts["refused"] == len(self.refused),
            f"added {job.counts['added']}": job.counts["added"]
            == len(self.expected) - len(self._before),
            f"refused the lines {lines}": lines == [number + 2 for number in self.refused],
            f"is at {job.done} of {job.total}": job.done == PRODUCTS,
        }

    def cancelled(self, job: Job) -> Mapping[str, bool]:
        """Check that what was counted is there, and nothing else."""
        there, lines = self.skus(), self.lines(job)
        return {
            "products are there twice, or that are none": not there - self.expected,
            f"counted {job.counts}, {len(there)} are there": job.counts.get("added", 0)
            == len(there) - len(self._before),
            f"refused the lines {lines}": len(set(lines)) == len(lines)
            and set(lines) <= {number + 2 for number in self.refused},
        }


class Fetches(Imports):
    """A table whose pictures are fetched from their addresses."""

    name = "import with fetching"
    refused = tuple(sorted((*REFUSED, *NOT_HAD)))

    def __init__(self, folder: Path, server: plays.PictureServer) -> None:
        self._server = server
        for number in range(PRODUCTS):
            if number not in NOT_HAD:
                answer = plays.tagged(picture(number), f'"{number}"')
                server.answers[f"/{number}.png"] = answer
        super().__init__(folder, fetch_private=f"127.0.0.1:{server.port}", fetch_rate=1000)

    def write_file(self) -> Path:
        """Write what is sent."""
        path = self.folder / "stock.csv"
        path.write_text(self.rows(self._server.address("/{}.png")), encoding="utf-8")
        return path

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check the rows, and that no file waits for any of them."""
        fetched = self.settings.home / "fetched"
        left = list(fetched.iterdir()) if fetched.is_dir() else []
        return {**super().done(job), f"{left} is left of what was fetched": not left}


class Tags(Files):
    """Pictures that are tagged; the catalogue stays as it is."""

    name = "tag"
    over_the_api = "tags", {"format": "jsonl"}
    broken = "photos/broken.png"

    def ask(self) -> int:
        """Have the pictures tagged."""
        return self.hand_over("tag", self.next_file(), format="jsonl")

    def next_file(self) -> Path:
        """Give pictures, one of which is none."""
        path = self.folder / "pictures.zip"
        if not path.exists():
            with ZipFile(path, "w") as file:
                for number in range(PRODUCTS):
                    file.writestr(f"photos/{number}.png", picture(number))
                file.writestr(self.broken, b"none")
        return path

    def on_the_page(self, visitor: Visitor, file: Path) -> int:
        """Send the pictures."""
        return visitor.job_at(visitor.send("/staff/tag", "/staff/tag", file, format="jsonl"))

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check that each picture has its line."""
        expected = Counter([self.broken, *(f"photos/{each}.png" for each in range(PRODUCTS))])
        with keeping.result_of(job.number, services=self.services).open(encoding="utf-8") as table:
            paths = Counter(json.loads(row)["path"] for row in table)
        return {
            f"counted {job.counts}": (job.counts["tagged"], job.counts["failed"]) == (PRODUCTS, 1),
            "pictures are missing or tagged twice": paths == expected,
        }

    def cancelled(self, job: Job) -> Mapping[str, bool]:
        """Check that nothing is counted that was not."""
        counted = sum(job.counts.values())
        return {f"counted {job.counts}": counted <= PRODUCTS + 1}
