"""What the staff do to many products at once: change, withdraw, undo, and read feeds."""

from collections.abc import Mapping
from pathlib import Path

from catalog.kept_states import State, states_of
from catalog.staff_changes import StaffChange, newest_changes
from catalog.stock_filters import StockFilters
from catalog.stored import ProductRecord
from service.feeds import keeping as feeds
from service.feeds.adding import add
from service.feeds.beginning import read_now
from service.feeds.missing import withdraw_missing
from service.jobs.job import Job
from service.jobs.kinds.changing_many import ask_to_change, ask_to_undo
from service.stock.record import record_batch
from service.stockroom.bulk import Selection
from tests import picture_server as plays
from tests.never_drifts.works import ME, Work
from tests.never_drifts.works_of_files import picture
from tests.shop import photo

PRODUCTS = 250
WITH_PICTURES = 10  # one of so many
ITEMS = 180  # of a feed's file
DROPS = 40  # of these that the next file has no more


class Changes(Work):
    """Products that are changed and withdrawn, and brought back, in jobs."""

    name = "bulk edit and undo"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        items = [
            ProductRecord(
                f"SKU-{number:03}",
                {"title": f"Product {number}", "stock": number},
                photos=()
                if number % WITH_PICTURES
                else (photo(self.services, (number % 256, 255 - number // 2, 40)),),
            )
            for number in range(PRODUCTS)
        ]
        record_batch(items, services=self.services)
        self._before = self._held()
        self._withdraws = True
        self._change: int | None = None  # to be undone next

    def ask(self) -> int:
        """Ask for the undo of what was changed last, or for another change."""
        if self._change is not None:
            return ask_to_undo(self._change, by=ME, services=self.services).number
        self._withdraws = not self._withdraws
        self._last = self._newest()
        with self.services.database.reading() as session:
            ids = Selection(filters=StockFilters()).ids(session, self.services)
        column, value = (None, "") if self._withdraws else ("brand", "Acme")
        return ask_to_change(ids, column, value, by=ME, services=self.services).number

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check that all is changed, or all as it was."""
        if job.kind == "undo":
            number, self._change = self._change, None
            checks = {"not all is as it was": self._held() == self._before}
            if self._was_cut_off is False:
                checks[f"counted {job.counts}"] = job.counts["back"] == PRODUCTS
            return checks | self._undone(number, whole=True)
        changed = self._changed()
        counts = {"changed": PRODUCTS, "unchanged": 0}
        return {
            f"{changed} are changed": changed == PRODUCTS,
            f"counted {job.counts}": job.counts == counts,
            **self._told(changed),
        }

    def cancelled(self, job: Job) -> Mapping[str, bool]:
        """Check that as many are changed, or brought back, as is counted."""
        if job.kind == "undo":
            self._was_cut_off = True
            return self._undone(self._change, whole=False)
        changed = self._changed()
        return {
            f"{changed} are changed, counted {job.counts}": job.counts.get("changed", 0) == changed,
            **self._told(changed),
        }

    def _changed(self) -> int:
        """Count the products that are as they were to be; -1 where one is neither old nor new."""
        now, changed = self._held(), 0
        for sku, before in self._before.items():
            if now.get(sku) == before:
                continue
            if now.get(sku) != (None if self._withdraws else before | {"brand": "Acme"}):
                return -1
            changed += 1
        return changed

    def _told(self, changed: int) -> dict[str, bool]:
        """Check the change that staff see, which is undone next."""
        with self.services.database.reading() as session:
            new = [(each.id, each.products) for each in newest_changes(session, 9)]
        new = [each for each in new if each[0] > self._last]
        self._change = new[0][0] if new else None
        self._was_cut_off = False
        return {
            f"{changed} are changed, told of as {new}": [n for _, n in new]
            == [changed] * bool(changed)
        }

    def _undone(self, number: int | None, *, whole: bool) -> dict[str, bool]:
        """Check that as much is told as undone as there is."""
        with self.services.database.reading() as session:
            change = session.get(StaffChange, number)
            assert change is not None
            undone, products = change.undone, change.products
            back = sum(
                each.products for each in newest_changes(session, 99) if each.undoes == number
            )
        there = sum(self._held().get(sku) == before for sku, before in self._before.items())
        return {
            f"{undone} of {products} are told of as undone": not whole or undone == products,
            f"{undone} are undone, {back} came back": undone == back,
            f"{there} are as before": there == PRODUCTS - products + undone,
        }

    def _held(self) -> dict[str, State]:
        with self.services.database.reading() as session:
            return states_of(session, [f"SKU-{number:03}" for number in range(PRODUCTS)])

    def _newest(self) -> int:
        with self.services.database.reading() as session:
            return max((each.id for each in newest_changes(session, 1)), default=0)


class Feeds(Work):
    """A feed whose file drops some products and names others each time; they are withdrawn."""

    name = "feed and withdrawal"

    def __init__(self, folder: Path, server: plays.PictureServer) -> None:
        super().__init__(folder, fetch_private=f"127.0.0.1:{server.port}", fetch_rate=1000)
        self._server = server
        self._version = 0
        self._reads = True
        self._offer()
        add(
            server.address("/feed.csv"),
            1440,
            name="supplier",
            withdraws=True,
            ending=None,
            options={"duplicates": False},
            by=ME,
            services=self.services,
        )

    @property
    def may_be_cancelled(self) -> bool:
        """Whether it reads: what is confirmed to be withdrawn is asked for once."""
        return self._reads

    def ask(self) -> int:
        """Have the feed read, or what is missing from it withdrawn."""
        if self._reads:
            self._before = set(self.skus())
            return read_now("supplier", anyway=True, by=ME, services=self.services).number
        return withdraw_missing("supplier", DROPS, by=ME, services=self.services).number

    def done(self, job: Job) -> Mapping[str, bool]:
        """Check that the shop has what the file has, and beside it what is to be withdrawn."""
        [state] = feeds.listed(services=self.services)
        there, named = set(self.skus()), self._named()
        if not self._reads:
            self._version, self._reads = self._version + 1, True
            self._offer()
            return {
                "what was withdrawn is there": there == named,
                f"counted {job.counts}": job.counts == {"changed": DROPS, "unchanged": 0},
                f"{state.missing} are missing": state.missing == 0,
            }
        missing = there - named
        if missing:
            self._reads = False
        else:
            self._version += 1
            self._offer()
        counted = job.counts.get("added", 0) + job.counts.get("unchanged", 0)
        return {
            "products of the file are missing": named <= there,
            "products are there that no file named": there <= named | self._before,
            f"{state.missing} are missing, counted {job.counts}": state.missing
            == len(missing)
            == job.counts.get("missing", 0),
            f"counted {job.counts}": counted == len(named) and job.counts["refused"] == 0,
            f"{len(missing)} are to be withdrawn": len(missing) in (0, DROPS),
            f"{state.products} are told of": state.products == len(named),
        }

    def cancelled(self, job: Job) -> Mapping[str, bool]:
        """Check that what was counted is there, and that nothing went."""
        there = set(self.skus())
        return {
            "products went": self._before <= there,
            "products are there that no file named": there <= self._named() | self._before,
            f"counted {job.counts}": job.counts.get("added", 0) == len(there - self._before),
        }

    def _named(self) -> set[str]:
        first = self._version * DROPS
        return {f"SKU-{number}" for number in range(first, first + ITEMS)}

    def _offer(self) -> None:
        """Have the server give out the file of this version."""
        first, answers = self._version * DROPS, self._server.answers
        numbers = range(first, first + ITEMS)
        for number in numbers:
            answers[f"/{number}.png"] = plays.tagged(picture(number), f'"{number}"')
        rows = [
            f"SKU-{number},Product {number},{self._server.address(f'/{number}.png')},9.90"
            for number in numbers
        ]
        data = "\n".join(["sku,title,photo,price", *rows]).encode()
        answers["/feed.csv"] = plays.tagged(data, f'"{self._version}"')
