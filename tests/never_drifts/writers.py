"""Two writers over one catalogue, each of which may act between the reading and the writing of
the other, or die at any line."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import text

from catalog.labelling import Speaker, Word, mark_of
from catalog.stored import PhotoRecord, ProductFacts, ProductRecord
from service.finding.browse import product_by_sku
from service.stock.changing import label_product, remove_products
from service.stock.record import known_sources, record_batch
from service.wiring import Services
from tests.never_drifts.killed import write_and_die
from tests.never_drifts.told import FACTS, Told
from tests.shop import photo

SEEN: Counter[str] = Counter()
"""What all machines of this process have met."""

SKUS = [f"P{number}" for number in range(6)]
COLOURS = st.tuples(*[st.sampled_from([0, 40, 130, 250])] * 3)
LABELS = ["red", "green", "blue", "hat"]
WHO = st.integers(0, 1)
SKU = st.sampled_from(SKUS)


@dataclass(frozen=True)
class Said:
    """One row of a file: what it does not say is not in it."""

    colours: tuple | None = None  # of its pictures; None: it says nothing of them
    facts: ProductFacts = field(default_factory=ProductFacts)
    category: str | None = None
    speaker: Speaker = Speaker.FILE
    marked: bool = False  # whether the person says which decision before theirs they know of


FACT = {
    "title": st.sampled_from(["Dress", "Coat"]),
    "price_cents": st.none() | st.integers(0, 9),
    "stock": st.integers(0, 1),
    "brand": st.none() | st.sampled_from(["Acme", "ACME", "\u00c9t\u00e9"]),
    "style": st.none() | st.sampled_from(["Tee", "TEE", "Caf\u00e9"]),
}
ROWS = st.builds(
    Said,
    colours=st.none() | st.lists(COLOURS, max_size=3).map(tuple),
    facts=st.fixed_dictionaries({}, optional=FACT),
    category=st.none() | st.sampled_from(LABELS),
    speaker=st.sampled_from(Speaker),
    marked=st.booleans(),
)
BATCHES = st.dictionaries(SKU, ROWS, min_size=1, max_size=4)


@dataclass
class UnderWay:
    """An import that has read its rows and not written them yet."""

    who: int
    batch: dict
    items: list
    known: dict  # of each SKU the person's decision that its row knows of


class Writers:
    """Rules of a state machine that has `processes`, `told`, `under_way` and `leftovers`."""

    home: Path
    processes: list[Services]

    def begin(self):
        """Start with nothing told, and something to happen to."""
        self.told = Told()
        self.under_way = []
        self.leftovers = False  # whether there may be pictures of no product
        red, green, blue = (250, 0, 0), (0, 250, 0), (0, 0, 250)
        start = {
            "P0": Said((red, green), {"title": "Dress", "price_cents": 4, "stock": 1}),
            "P1": Said((green,), {"title": "Coat", "price_cents": 9}),
        }
        self.write(self.gather(0, start))
        self.write(self.gather(1, {"P2": Said((blue, red), {"title": "Hat"}, "hat")}))

    @rule(who=WHO, batch=BATCHES)
    def import_at_once(self, who, batch):
        self.write(self.gather(who, batch))

    @rule(who=WHO, batch=BATCHES)
    def begin_an_import(self, who, batch):
        self.under_way.append(self.gather(who, batch))

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9))
    def end_an_import(self, which):
        SEEN["imports written after other steps"] += 1
        self.write(self.under_way.pop(which % len(self.under_way)))

    @precondition(lambda self: self.under_way)
    @rule(who=WHO, act=st.sampled_from(["stock", "label", "remove"]))
    def speak_of_what_is_under_way(self, who, act):
        """What two writers both speak of is where one can take back what the other said."""
        sku = sorted(self.under_way[-1].batch)[0]
        if act == "stock":
            self.set_the_stock(who, sku, 0)
        elif act == "label":
            self.label(who, sku, "hat")
        else:
            self.remove(who, [sku])

    @rule(who=WHO, sku=SKU, stock=st.integers(0, 1))
    def set_the_stock(self, who, sku, stock):
        self.write(self.gather(who, {sku: Said(facts={"stock": stock})}))

    @rule(who=WHO, sku=SKU, label=st.sampled_from([*LABELS, None]))
    def label(self, who, sku, label):
        if sku in self.told.products:
            label_product(sku, label, services=self.processes[who])
            SEEN["labels"] += 1
            self.told.label(sku, label)

    @rule(who=WHO, skus=st.lists(SKU, max_size=3))
    def remove(self, who, skus):
        remove_products(skus, services=self.processes[who])
        self.told.remove(skus)

    @rule(
        what=st.sampled_from(["record", "label", "remove"]),
        batch=BATCHES,
        label=st.sampled_from(LABELS),
        after_ms=st.sampled_from([0, 2, 5, 10, 20, 40, 80, 160, 320]),
    )
    def die_while_writing(self, what, batch, label, after_ms):
        """A process of its own is killed at any line."""
        sku = min(batch)
        if what == "record":
            work = self.gather(0, batch)
            died = self.die(after_ms, "record", work.items)
            self.all_or_nothing(died, lambda told: self.say(told, work))
        elif what == "remove":
            died = self.die(after_ms, "remove", list(batch))
            self.all_or_nothing(died, lambda told: told.remove(batch))
        elif sku in self.told.products:
            died = self.die(after_ms, "label", sku, label)
            self.all_or_nothing(died, lambda told: told.label(sku, label))

    def die(self, after_ms, *what):
        died = write_and_die(self.home, *what, after_s=after_ms / 1000)
        SEEN["killed writers"] += died
        SEEN["writers that were done before the kill"] += not died
        return died

    def all_or_nothing(self, died, change):
        """Take in what a process that may have died has done: all of it, or nothing."""
        self.leftovers = True
        before, after = self.told, self.told.copy()
        change(after)
        held = self.held()
        assert held in (facts_of(before), facts_of(after))
        if not died:
            assert held == facts_of(after)
        SEEN["killed writers whose change was in"] += died and held != facts_of(before)
        self.told = after if held == facts_of(after) else before

    def gather(self, who, batch, *, anew=False):
        """Read the rows of a file, but for the pictures that the catalogue has already."""
        services = self.processes[who]
        held = {} if anew else known_sources(batch, services=services)
        items, known = [], {}
        for sku, said in batch.items():
            word = None
            if said.category is not None:
                known[sku] = self.told.spoken(sku) if said.marked else None
                word = Word(said.category, said.speaker, self.mark(sku) if said.marked else None)
            photos = None
            if said.colours is not None:
                self.leftovers = True  # until it is written, its pictures are nobody's
                whole = [photo(services, colour) for colour in said.colours]
                photos = tuple(
                    PhotoRecord(each.source_digest)
                    if each.source_digest in held.get(sku, ())
                    else each
                    for each in whole
                )
            items.append(ProductRecord(sku, said.facts, word=word, photos=photos))
        return UnderWay(who, batch, items, known)

    def gather_again(self, work, skus):
        """Read the pictures of these rows wholly; what the rows say stays what it was."""
        photos = {
            item.sku: item.photos
            for item in self.gather(
                work.who, {sku: work.batch[sku] for sku in skus}, anew=True
            ).items
        }
        items = [
            replace(item, photos=photos[item.sku]) for item in work.items if item.sku in photos
        ]
        return UnderWay(work.who, work.batch, items, work.known)

    def mark(self, sku):
        if sku not in self.told.products:
            return ""
        return mark_of(product_by_sku(sku, services=self.processes[0]).labelled_at)

    def write(self, work):
        """Write what was read, and read anew what is sent back, as an import does."""
        services = self.processes[work.who]
        for attempt in range(2):
            outcome = record_batch(work.items, services=services)
            lacking = {item.sku for item in work.items if self.told.lacks(item)}
            self.check(outcome, work)
            SEEN["rows written or refused"] += len(work.items) - len(outcome.retry)
            SEEN["words not taken, and told"] += len(outcome.notes)
            if set(outcome.retry) == lacking:
                break
            SEEN["rows sent back and read anew"] += len(set(outcome.retry) - lacking)
            assert attempt == 0  # nobody interferes with the second
            work = self.gather_again(work, outcome.retry)
        again = record_batch(work.items, services=services)
        assert {*again.unchanged, *again.kept, *again.retry} == {item.sku for item in work.items}

    def check(self, outcome, work):
        """Hold what a batch says that it did against what was told."""
        became = {
            sku: name
            for name in ("added", "updated", "unchanged", "kept")
            for sku in getattr(outcome, name)
        }
        assert became.keys().isdisjoint(outcome.retry)
        assert became.keys() | set(outcome.retry) == {item.sku for item in work.items}
        for item in work.items:
            if item.sku in became:
                said = self.told.say(item, work.known.get(item.sku))
                if item.word is not None and item.word.speaker is Speaker.MODEL:
                    # That it is no word is told, too, where it is another than the model's own.
                    became[item.sku] = became[item.sku].replace("kept", "unchanged")
                assert (item, became[item.sku]) == (item, said)

    def say(self, told, work):
        """Take in those rows that a batch would have written."""
        for item in work.items:
            if not told.lacks(item):
                told.say(item, work.known.get(item.sku))

    def held(self):
        """Give what the database holds of each product, in the words of `facts_of`."""
        with self.processes[0].database.reading() as session:
            rows = session.execute(text("SELECT * FROM product")).all()
            found = {}
            for row in rows:
                query = text(
                    "SELECT source_digest FROM photo WHERE product_id = :id ORDER BY position, id"
                )
                photos = list(session.scalars(query, {"id": row.id}))
                facts = {name: getattr(row, name) for name in FACTS}
                spoken = row.labelled_at is not None
                found[row.sku] = facts, photos, row.human_category, spoken
        return found


def facts_of(told):
    """Give what a catalogue must hold of each product."""
    return {
        sku: (kept.facts, kept.photos, kept.word, kept.spoken > 0)
        for sku, kept in told.products.items()
    }
